"""CloudFormation on the wire: regions, operations by name, answers."""

from __future__ import annotations

import secrets
import string
import threading
import uuid
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from datetime import datetime
from http import HTTPStatus
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

from emulator.clients import Clients
from emulator.clock import Clock
from emulator.cloudformation.change_set_operations import ChangeSetOperations
from emulator.cloudformation.engine.exports import Exports
from emulator.cloudformation.engine.steps import ClientSource, Parts
from emulator.cloudformation.errors import CloudFormationError, NotEmulated
from emulator.cloudformation.operations import Operations
from emulator.cloudformation.queries import Queries
from emulator.cloudformation.requests import Reader
from emulator.cloudformation.resources.registry import TYPES
from emulator.cloudformation.stacks import Stacks
from emulator.cloudformation.wire import Json, Wire
from emulator.wire import DEFAULT_REGION, read_body, signed_region

STACKS_AT_ONCE = 8

PATIENCE_SECONDS = 10
"""How long an answer may wait for the operation that it tells of."""

Operation = Callable[[Json], Json]


class CloudFormationService:
    """The CloudFormation of one account, in every region."""

    def __init__(self, clients: ClientSource, clock: Callable[[], datetime], account: str) -> None:
        """clients: of the services that hold the resources; clock: the emulator's time, in UTC."""
        self._clients, self._clock, self._account = clients, clock, account
        self._wire = Wire()
        self._pool = ThreadPoolExecutor(STACKS_AT_ONCE, thread_name_prefix="stack")
        self._regions: dict[str, Mapping[str, Operation]] = {}
        self._lock = threading.Lock()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        try:
            name, parameters = self._wire.read(read_body(environ))
            operations = self._region(signed_region(environ))
            if name not in operations:
                raise NotEmulated(f"The CloudFormation operation {name} is not supported by this emulator")
            status, body = 200, self._wire.write(name, operations[name](parameters))
        except CloudFormationError as error:
            status, body = error.status, self._wire.write_error(error)
        headers = [("Content-Type", "text/xml"), ("Content-Length", str(len(body)))]
        start_response(f"{status} {HTTPStatus(status).phrase}", headers)
        return [body]

    def close(self) -> None:
        """Stop: operations under way end with their next call."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _region(self, region: str) -> Mapping[str, Operation]:
        with self._lock:
            if region not in self._regions:
                parts = Parts(self._clients, self._clock, TYPES, _new_id, _random)
                self._regions[region] = region_operations(region, self._account, parts, self._pool)
            return self._regions[region]


def region_operations(region: str, account: str, parts: Parts, pool: Executor) -> Mapping[str, Operation]:
    """The operations of one region by name, with stacks of their own."""
    stacks = Stacks()
    exports = Exports(stacks.living)
    reader = Reader(parts.clients, region, parts.types, exports)
    operations = Operations(stacks, reader, exports, parts, pool, account, PATIENCE_SECONDS)
    change_sets = ChangeSetOperations(stacks, reader, operations, parts)
    queries = Queries(stacks, reader, exports)
    return {
        "CreateStack": operations.create,
        "UpdateStack": operations.update,
        "DeleteStack": operations.delete,
        "CancelUpdateStack": operations.cancel,
        "ContinueUpdateRollback": operations.continue_rollback,
        "UpdateTerminationProtection": operations.protect,
        "CreateChangeSet": change_sets.create,
        "DescribeChangeSet": change_sets.describe,
        "ListChangeSets": change_sets.list,
        "DeleteChangeSet": change_sets.delete,
        "ExecuteChangeSet": change_sets.execute,
        "DescribeStacks": queries.stacks,
        "ListStacks": queries.list_stacks,
        "DescribeStackEvents": queries.events,
        "DescribeStackResource": queries.resource,
        "DescribeStackResources": queries.resources,
        "ListStackResources": queries.list_resources,
        "GetTemplate": queries.template,
        "GetTemplateSummary": queries.summary,
        "ValidateTemplate": queries.validate,
        "ListExports": queries.exports,
        "ListImports": queries.imports,
    }


def operation_names() -> list[str]:
    """The names of the operations that are answered."""
    with ThreadPoolExecutor() as pool:
        parts = Parts(Clients(lambda: ""), Clock().now, TYPES, _new_id, _random)
        return sorted(region_operations(DEFAULT_REGION, "", parts, pool))


def _new_id() -> str:
    return str(uuid.uuid4())


def _random(length: int) -> str:
    letters: Any = string.ascii_uppercase + string.digits
    return "".join(secrets.choice(letters) for _ in range(length))
