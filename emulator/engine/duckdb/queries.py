"""Runs the compiled queries of one execution on DuckDB."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from contextlib import ExitStack, nullcontext
from functools import partial
from pathlib import Path

import duckdb

from emulator.catalog.model import CATALOG
from emulator.catalog.relations import GlueRelations
from emulator.engine.base import ExecutionContext, ScanLimitExceeded
from emulator.engine.duckdb.connection import Database
from emulator.engine.duckdb.guard import Guard
from emulator.engine.duckdb.partition_watch import watched
from emulator.engine.duckdb.scans import ScanBuilder
from emulator.engine.duckdb.stream import RowStream
from emulator.engine.duckdb.writes import copy_statement, finished, written_files
from emulator.statements.runtime import FileFormat, OutputField, Selection, Written
from emulator.storage.cache import Lease, ObjectCache
from emulator.trino.compiler import CompiledQuery, Session, compile_query
from emulator.trino.syntax.expressions import Expression
from emulator.trino.syntax.queries import Query


class DuckDBQueries:
    """`Queries` for one execution."""

    def __init__(
        self,
        database: Database,
        relations: GlueRelations,
        scans: ScanBuilder,
        cache: ObjectCache,
        root: Path,
        context: ExecutionContext,
    ) -> None:
        self._database = database
        self._relations = relations
        self._scans = scans
        self._cache = cache
        self._root = root
        self._context = context
        self._guard = Guard(database, context.cancel)

    def compile(self, query: Query, parameters: Sequence[Expression] = ()) -> CompiledQuery:
        """Analyse a query against the catalog; raises TrinoError."""
        session = Session(
            catalog=(self._context.catalog or CATALOG).lower(),
            database=(self._context.database or "default").lower(),
            now=self._context.started,
            query_id=self._context.query_id,
        )
        return compile_query(query, self._relations, session, parameters)

    def select(self, query: CompiledQuery) -> Selection:
        """Start a query; its files and cursor are held until its rows are read or closed."""
        with ExitStack() as stack:
            cursor, lease = self._open(stack)
            sql, scanned = self._sql(query, lease, cursor)
            self._guard.run(lambda: cursor.execute(sql))
            types = [column.type for column in query.columns]
            return Selection(RowStream(cursor, types, stack.pop_all(), self._guard), scanned)

    def write(
        self,
        query: CompiledQuery,
        fields: Sequence[OutputField],
        partitioned_by: Sequence[OutputField],
        form: FileFormat,
        directory: Path,
    ) -> Written:
        """Write a query's result to files in a local directory; the partition columns are its last."""
        with ExitStack() as stack:
            cursor, lease = self._open(stack)
            sql, scanned = self._sql(query, lease, cursor)
            names = [f"c{place}" for place in range(len(query.columns))]
            target = directory / "data"
            statement = copy_statement(sql, names, fields, partitioned_by, form, target)
            has_folders = bool(partitioned_by or form.bucketed_by)
            with watched(cursor, target) if has_folders else nullcontext():
                self._guard.run(lambda: cursor.execute(statement))
            files = self._guard.run(partial(written_files, cursor, partitioned_by))
            return Written(finished(files, form, self._guard.check), scanned)

    def plan(self, query: CompiledQuery) -> str:
        """DuckDB's plan of the query."""
        with ExitStack() as stack:
            cursor, lease = self._open(stack)
            sql, _ = self._sql(query, lease, cursor)
            rows = self._guard.run(lambda: cursor.execute(f"EXPLAIN {sql}").fetchall())
            return "\n".join(str(row[-1]) for row in rows)

    def scratch(self) -> Path:
        """A new private directory, for the caller to remove."""
        return Path(tempfile.mkdtemp(dir=self._root))

    def _open(self, stack: ExitStack) -> tuple[duckdb.DuckDBPyConnection, Lease]:
        lease = stack.enter_context(self._cache.lease())
        cursor = stack.enter_context(self._database.cursor(self._context.cancel))
        self._context.engine_used()
        return cursor, lease

    def _sql(self, query: CompiledQuery, lease: Lease, cursor: duckdb.DuckDBPyConnection) -> tuple[str, int]:
        selects: dict[str, str] = {}
        scanned = 0
        for scan in query.scans:
            built = self._guard.run(partial(self._scans.build, scan, lease, cursor))
            selects[scan.token] = built.sql
            scanned += built.scanned
        cutoff = self._context.bytes_cutoff
        if cutoff is not None and scanned > cutoff:
            raise ScanLimitExceeded(scanned, cutoff)
        return query.sql(selects), scanned
