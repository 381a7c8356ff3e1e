"""Lambda as a service of the emulator: its parts put together, behind a WSGI application."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from pathlib import Path
from wsgiref.types import StartResponse, WSGIEnvironment

from emulator.awslambda.alias_operations import AliasOperations
from emulator.awslambda.async_invoke import AsyncInvocations
from emulator.awslambda.attachment_operations import AttachmentOperations
from emulator.awslambda.code_source import CodeSource
from emulator.awslambda.destinations import Destinations
from emulator.awslambda.environment import Parts
from emulator.awslambda.environments import Environments
from emulator.awslambda.errors import LambdaApiError
from emulator.awslambda.function_operations import FunctionOperations, Operation
from emulator.awslambda.interpreter import Interpreter
from emulator.awslambda.invoke_operation import InvokeOperation
from emulator.awslambda.invoker import Invoker
from emulator.awslambda.layer_operations import LayerOperations
from emulator.awslambda.logs import ClientSource, LogShipper
from emulator.awslambda.packages import Packages
from emulator.awslambda.protocol import Answer, Request, load_protocol
from emulator.awslambda.regions import Regions
from emulator.clock import Clock
from emulator.storage.scratch import ScratchDirectory
from emulator.wire import read_body, signed_region

JSON_TYPE = "application/json"


class LambdaService:
    """AWS Lambda in one process: `emulator.wire.Service`."""

    def __init__(
        self,
        clients: ClientSource,
        clock: Clock,
        endpoint: Callable[[], str],
        account: str,
    ) -> None:
        """endpoint: where functions find the emulator. clock: for what is not the processes' own time."""
        self._scratch = ScratchDirectory("wardlake-lambda-")
        self._background = ThreadPoolExecutor(1, thread_name_prefix="lambda-states")
        self._shipper = LogShipper(clients)
        packages = Packages(self._subdirectory("packages"))
        interpreter = Interpreter(self._subdirectory("interpreter"))
        self._environments = Environments(
            Parts(interpreter, self._shipper, self._subdirectory("environments"), endpoint)
        )
        regions = Regions(account, clock.now)
        invoker = Invoker(self._environments, packages)
        self._asynchronous = AsyncInvocations(invoker, Destinations(clients), clock)
        code = CodeSource(packages, clients)
        self._operations: dict[str, Operation] = {
            **FunctionOperations(regions, code, invoker, self._background).operations(),
            **AliasOperations(regions).operations(),
            **AttachmentOperations(regions, clock.now).operations(),
            **LayerOperations(regions, code).operations(),
            **InvokeOperation(regions, invoker, self._asynchronous).operations(),
        }
        self._protocol = load_protocol(frozenset(self._operations))

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request; raises `NotEmulated` for operations that are not here."""
        try:
            call = self._protocol.read(_request(environ), signed_region(environ))
            answer = self._operations[call.operation](call)
        except LambdaApiError as error:
            headers = (("x-amzn-ErrorType", error.code),)
            return _respond(start_response, Answer(error.body(), error.status, headers), error.status)
        return _respond(
            start_response,
            answer,
            answer.status or self._protocol.success_status(call.operation),
            ("x-amzn-RequestId", call.request_id),
        )

    def under_way(self) -> Sequence[str]:
        """Events whose senders do not wait for them: `emulator.wire.WorksOn`."""
        return self._asynchronous.under_way()

    def close(self) -> None:
        """End every function's process, and remove packages and temporary files."""
        self._asynchronous.close()
        self._background.shutdown(wait=False, cancel_futures=True)
        self._environments.close()
        self._shipper.close()
        self._scratch.close()

    def _subdirectory(self, name: str) -> Path:
        made = self._scratch.path / name
        made.mkdir()
        return made


def _request(environ: WSGIEnvironment) -> Request:
    headers = {
        name.removeprefix("HTTP_").replace("_", "-").lower(): value
        for name, value in environ.items()
        if name.startswith("HTTP_")
    }
    return Request(
        method=environ["REQUEST_METHOD"],
        path=environ["PATH_INFO"],
        query=environ.get("QUERY_STRING", ""),
        headers=headers,
        body=read_body(environ),
    )


def _respond(
    start_response: StartResponse, answer: Answer, status: int, *more: tuple[str, str]
) -> Iterable[bytes]:
    body = answer.body if isinstance(answer.body, bytes) else b""
    if isinstance(answer.body, dict) and status != HTTPStatus.NO_CONTENT:
        body = json.dumps(answer.body).encode()
    headers = [("Content-Type", JSON_TYPE), ("Content-Length", str(len(body))), *answer.headers, *more]
    start_response(f"{status} {HTTPStatus(status).phrase}", headers)
    return [body]
