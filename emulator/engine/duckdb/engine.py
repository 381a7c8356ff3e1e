"""The embedded engine: Athena's statements over the Glue catalog and S3 of this process, run by DuckDB."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from emulator.catalog.model import Catalog
from emulator.catalog.relations import GlueRelations
from emulator.engine.base import CheckedStatement, ExecutionContext, StatementResult
from emulator.engine.duckdb.connection import Database, DuckDBSettings
from emulator.engine.duckdb.failures import from_system
from emulator.engine.duckdb.parquet_footers import Footers
from emulator.engine.duckdb.queries import DuckDBQueries
from emulator.engine.duckdb.scans import ScanBuilder
from emulator.statements.classify import parse_statement
from emulator.statements.runtime import Runtime, Statement
from emulator.storage.cache import ObjectCache
from emulator.storage.objects import ObjectStore
from emulator.storage.scratch import ScratchDirectory

log = logging.getLogger(__name__)

_PREFIX = "wardlake-engine-"

Catalogs = Callable[[str, str], Catalog]


class DuckDBEngine:
    """`Engine` on one DuckDB database. ``catalogs`` gives the catalog of an account and a region."""

    def __init__(
        self, objects: ObjectStore, catalogs: Catalogs, settings: DuckDBSettings | None = None
    ) -> None:
        found = settings or DuckDBSettings()
        self._scratch = ScratchDirectory(_PREFIX)
        self._root = self._scratch.path
        files = self._root / "objects"
        files.mkdir()
        self._objects = objects
        self._cache = ObjectCache(objects, files, found.cache_bytes)
        self._settings = found
        self._database = Database(self._root, found)
        self._footers = Footers()
        self._make_catalog = catalogs
        self._catalogs: dict[tuple[str, str], Catalog] = {}
        self._lock = threading.Lock()

    def check(self, sql: str) -> CheckedStatement:
        """Parse a statement; raises ParseError, which the start answers with InvalidRequestException."""
        parsed = parse_statement(sql)
        return CheckedStatement(sql, parsed.statement_type, parsed.substatement_type, parsed)

    def execute(self, statement: CheckedStatement, context: ExecutionContext) -> StatementResult:
        """Run a checked statement to its result; raises TrinoError, `Cancelled` and `EngineLost`."""
        context.cancel.check()
        parsed: Statement = statement.parsed  # type: ignore[assignment]
        catalog = self._catalog(context.account, context.region)
        queries = DuckDBQueries(
            self._live_database(),
            GlueRelations(catalog),
            ScanBuilder(catalog, self._objects, self._footers, context.started),
            self._cache,
            self._root,
            context,
        )
        try:
            return parsed.run(Runtime(catalog, self._objects, context, self._cache, queries))
        except OSError as error:
            raise from_system(error) from error

    def kill(self) -> None:
        """Lose the database: what runs on it ends with `EngineLost`, the next statement gets a new one."""
        self._database.lose("The emulator's query engine was killed")

    def close(self) -> None:
        """Close the database and delete the engine's directory."""
        self._database.close()
        self._scratch.close()

    def _live_database(self) -> Database:
        with self._lock:
            if self._database.lost:
                log.warning("the query engine was lost; a new one is made")
                self._database = Database(self._root, self._settings)
            return self._database

    def _catalog(self, account: str, region: str) -> Catalog:
        with self._lock:
            found = self._catalogs.get((account, region))
            if found is None:
                found = self._catalogs[account, region] = self._make_catalog(account, region)
            return found
