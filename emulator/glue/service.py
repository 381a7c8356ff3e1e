"""Glue in front of moto: the Data Catalog's operations are answered here, all others by moto."""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from wsgiref.types import StartResponse, WSGIEnvironment

from moto.glue.models import GlueBackend

from emulator.glue.databases import Databases
from emulator.glue.errors import GlueError
from emulator.glue.functions import Functions
from emulator.glue.partitions import Partitions
from emulator.glue.requests import Json, Requests
from emulator.glue.search import Search
from emulator.glue.statistics import Statistics
from emulator.glue.store import Store
from emulator.glue.tables import Tables
from emulator.wire import WsgiApp, read_body, signed_region

Operation = Callable[[Json], Json]

_TARGET = "AWSGlue."
_TYPE = "application/x-amz-json-1.1"


class GlueService:
    """The Glue of all regions; a region's operations are put together when it is first asked."""

    def __init__(self, backend: Callable[[str], GlueBackend], requests: Requests, others: WsgiApp) -> None:
        """backend: moto's state of a region. others: answers what is not the Data Catalog's."""
        self._backend = backend
        self._requests = requests
        self._others = others
        self._regions: dict[str, Mapping[str, Operation]] = {}
        self._lock = threading.Lock()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request; raises `NotEmulated` for a parameter that is not supported."""
        name = environ.get("HTTP_X_AMZ_TARGET", "").removeprefix(_TARGET)
        operation = self._operations(signed_region(environ)).get(name)
        if operation is None:
            return self._others(environ, start_response)
        try:
            answer = operation(self._requests.read(name, read_body(environ)))
        except GlueError as error:
            return _respond(start_response, 400, {"__type": error.code, "Message": str(error)})
        return _respond(start_response, 200, answer)

    def close(self) -> None:
        """Nothing runs here."""

    def _operations(self, region: str) -> Mapping[str, Operation]:
        with self._lock:
            if region not in self._regions:
                self._regions[region] = data_catalog(Store(self._backend(region)))
            return self._regions[region]


def data_catalog(store: Store) -> Mapping[str, Operation]:
    """The Data Catalog's operations by name, over one region's state."""
    databases, tables, functions = Databases(store), Tables(store), Functions(store)
    statistics = Statistics(store)
    partitions = Partitions(store, statistics)
    return {
        "CreateDatabase": databases.create,
        "GetDatabase": databases.get,
        "GetDatabases": databases.list,
        "UpdateDatabase": databases.update,
        "DeleteDatabase": databases.delete,
        "CreateTable": tables.create,
        "GetTable": tables.get,
        "GetTables": tables.list,
        "UpdateTable": tables.update,
        "DeleteTable": tables.delete,
        "BatchDeleteTable": tables.delete_batch,
        "SearchTables": Search(store, tables).run,
        "GetTableVersion": tables.get_version,
        "GetTableVersions": tables.list_versions,
        "DeleteTableVersion": tables.delete_version,
        "BatchDeleteTableVersion": tables.delete_versions,
        "CreatePartition": partitions.create,
        "BatchCreatePartition": partitions.create_batch,
        "GetPartition": partitions.get,
        "BatchGetPartition": partitions.get_batch,
        "GetPartitions": partitions.list,
        "UpdatePartition": partitions.update,
        "BatchUpdatePartition": partitions.update_batch,
        "DeletePartition": partitions.delete,
        "BatchDeletePartition": partitions.delete_batch,
        "UpdateColumnStatisticsForTable": statistics.update_table,
        "GetColumnStatisticsForTable": statistics.get_table,
        "DeleteColumnStatisticsForTable": statistics.delete_table,
        "UpdateColumnStatisticsForPartition": statistics.update_partition,
        "GetColumnStatisticsForPartition": statistics.get_partition,
        "DeleteColumnStatisticsForPartition": statistics.delete_partition,
        "CreateUserDefinedFunction": functions.create,
        "GetUserDefinedFunction": functions.get,
        "GetUserDefinedFunctions": functions.list,
        "UpdateUserDefinedFunction": functions.update,
        "DeleteUserDefinedFunction": functions.delete,
    }


def _respond(start_response: StartResponse, status: int, answer: Json) -> Iterable[bytes]:
    body = json.dumps(answer, ensure_ascii=False, separators=(",", ":")).encode()
    headers = [
        ("Content-Type", _TYPE),
        ("Content-Length", str(len(body))),
        ("x-amzn-RequestId", str(uuid.uuid4())),
    ]
    if "__type" in answer:
        headers.append(("x-amzn-ErrorType", str(answer["__type"])))
    start_response(f"{status} {HTTPStatus(status).phrase}", headers)
    return [body]
