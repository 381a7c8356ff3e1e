"""Asking the language one query, in process: compile, run on DuckDB, render as Athena would."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import duckdb

from emulator.trino import runtime
from emulator.trino.compiler import CompiledQuery, Session, compile_query
from emulator.trino.errors import TrinoError, from_duckdb
from emulator.trino.parser import parse_query
from emulator.trino.relations import QualifiedName, Relations, Table, View
from emulator.trino.values import render

NOW = datetime(2026, 2, 1, 8, 0, 0, tzinfo=UTC)
SESSION = Session("awsdatacatalog", "default", NOW, "query-1")


class NoTables:
    """A catalog with one empty database."""

    def find(self, name: QualifiedName) -> Table | View | None:
        """Nothing is there."""
        return None

    def has_database(self, catalog: str, database: str) -> bool:
        """Only `default` is."""
        return database == "default"


@dataclass(frozen=True)
class Shown:
    """Column names and types, and rows as text; or the error."""

    columns: tuple[tuple[str, str], ...] = ()
    rows: tuple[tuple[str | None, ...], ...] = ()
    error: TrinoError | None = None


class Asker:
    """Runs queries on a DuckDB of its own. `tables` gives each scan's select by the table's name."""

    def __init__(self, relations: Relations | None = None, tables: dict[str, str] | None = None) -> None:
        self.relations = relations or NoTables()
        self.tables = tables or {}
        self.connection = duckdb.connect()
        self.connection.execute("SET threads = 2")
        runtime.install(self.connection)

    def compile(self, sql: str) -> CompiledQuery:
        """The compiled query. Raises TrinoError."""
        return compile_query(parse_query(sql), self.relations, SESSION)

    def ask(self, sql: str) -> Shown:
        """The answer, or the error as an answer."""
        try:
            compiled = self.compile(sql)
            text = compiled.sql({scan.token: self.tables[scan.table.name.name] for scan in compiled.scans})
            rows = self.connection.cursor().execute(text).fetchall()
        except TrinoError as refused:
            return Shown(error=refused)
        except duckdb.Error as failed:
            return Shown(error=from_duckdb(failed))
        columns = tuple((c.name, str(c.type)) for c in compiled.columns)
        shown = tuple(
            tuple(render(value, c.type) for value, c in zip(row, compiled.columns, strict=True))
            for row in rows
        )
        return Shown(columns, shown)
