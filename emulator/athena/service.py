"""One account's Athena in one region: its parts put together, and its operations by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from emulator.athena.catalogs import DataCatalogs
from emulator.athena.errors import InvalidRequest
from emulator.athena.executions import Executions
from emulator.athena.named_queries import NamedQueries
from emulator.athena.prepared import PreparedStatements
from emulator.athena.queries import Queries
from emulator.athena.results import ResultWriter
from emulator.athena.runner import Runner
from emulator.athena.shapes import Json
from emulator.athena.tags import Tags
from emulator.athena.workgroups import AUTO, ENGINE_VERSION, PRIMARY, WorkGroups
from emulator.catalog.model import Catalog
from emulator.engine.choice import Engines
from emulator.storage.objects import ObjectStore

Operation = Callable[[Json], Json]


@dataclass(frozen=True)
class Parts:
    """What an Athena of one region is made of; ``scratch`` is a private directory for large results."""

    engines: Engines
    store: ObjectStore
    scratch: Path
    catalog: Catalog
    pool: Executor
    clock: Callable[[], datetime]
    new_id: Callable[[], str]
    account: str
    region: str


class AthenaService:
    """The operations of a SQL workgroup's Athena."""

    def __init__(self, parts: Parts) -> None:
        clock = self._clock = parts.clock
        self.workgroups = WorkGroups(clock)
        self.prepared = PreparedStatements(self.workgroups, clock)
        self.named = NamedQueries(self.workgroups, parts.new_id)
        self.catalogs = DataCatalogs(parts.catalog, parts.account)
        self.executions = Executions()
        writer = ResultWriter(parts.store, parts.scratch)
        runner = Runner(writer, parts.pool, clock, self.catalogs, parts.account, parts.region)
        self.queries = Queries(
            parts.engines,
            runner,
            self.executions,
            self.workgroups,
            self.prepared,
            parts.store,
            clock,
            parts.new_id,
        )
        arn_prefix = f"arn:aws:athena:{parts.region}:{parts.account}:"
        self.tags = Tags(self.workgroups, self.catalogs, arn_prefix)
        self.operations = self._operations()

    def close(self) -> None:
        """Stop what runs, as the process ends."""
        self.executions.stop_all(self._clock(), "The emulator was stopped")

    def delete_workgroup(self, params: Json) -> Json:
        """DeleteWorkGroup; one that is not empty only with RecursiveDeleteOption."""
        name = self.workgroups.get(params["WorkGroup"]).name
        if name == PRIMARY:
            raise InvalidRequest("primary workGroup could not be deleted")
        used = self.named.has_any(name) or self.prepared.has_any(name) or self.executions.newest_first(name)
        if used and not params.get("RecursiveDeleteOption"):
            raise InvalidRequest(f"WorkGroup {name} is not empty")
        self.workgroups.delete(name)
        for part in (self.named, self.prepared, self.executions):
            part.forget_workgroup(name)
        return {}

    def _operations(self) -> Mapping[str, Operation]:
        queries, groups, named = self.queries, self.workgroups, self.named
        prepared, catalogs, tags = self.prepared, self.catalogs, self.tags
        return {
            "StartQueryExecution": queries.start,
            "StopQueryExecution": queries.stop,
            "GetQueryExecution": queries.get,
            "BatchGetQueryExecution": queries.get_batch,
            "ListQueryExecutions": queries.list,
            "GetQueryResults": queries.results,
            "GetQueryRuntimeStatistics": queries.runtime_statistics,
            "CreateWorkGroup": groups.create,
            "GetWorkGroup": groups.describe,
            "ListWorkGroups": groups.list,
            "UpdateWorkGroup": groups.update,
            "DeleteWorkGroup": self.delete_workgroup,
            "ListEngineVersions": list_engine_versions,
            "CreateNamedQuery": named.create,
            "GetNamedQuery": named.describe,
            "BatchGetNamedQuery": named.describe_batch,
            "ListNamedQueries": named.list,
            "UpdateNamedQuery": named.update,
            "DeleteNamedQuery": named.delete,
            "CreatePreparedStatement": prepared.create,
            "GetPreparedStatement": prepared.describe,
            "BatchGetPreparedStatement": prepared.describe_batch,
            "ListPreparedStatements": prepared.list,
            "UpdatePreparedStatement": prepared.update,
            "DeletePreparedStatement": prepared.delete,
            "CreateDataCatalog": catalogs.create,
            "GetDataCatalog": catalogs.describe,
            "ListDataCatalogs": catalogs.list,
            "UpdateDataCatalog": catalogs.update,
            "DeleteDataCatalog": catalogs.delete,
            "ListDatabases": catalogs.list_databases,
            "GetDatabase": catalogs.get_database,
            "ListTableMetadata": catalogs.list_tables,
            "GetTableMetadata": catalogs.get_table,
            "TagResource": tags.add,
            "UntagResource": tags.remove,
            "ListTagsForResource": tags.list,
        }


def list_engine_versions(params: Json) -> Json:
    """ListEngineVersions."""
    return {
        "EngineVersions": [
            {"SelectedEngineVersion": selected, "EffectiveEngineVersion": ENGINE_VERSION}
            for selected in (AUTO, ENGINE_VERSION)
        ]
    }
