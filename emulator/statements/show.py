"""SHOW … and DESCRIBE: what the catalog holds, as Hive prints it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from emulator.catalog.model import GlueTable
from emulator.catalog.partitions import partition_path
from emulator.engine.base import UTILITY, ResultColumn, Row, StatementResult
from emulator.statements.partitions import matching_partitions
from emulator.statements.runtime import Surroundings
from emulator.statements.show_create import create_table_lines, create_view_lines
from emulator.statements.syntax import Name, identifier, partition_values, qualified, string
from emulator.statements.tokens import Kind, TokenStream
from emulator.trino.errors import TrinoError, Unsupported
from emulator.trino.types import VARCHAR

WIDTH = 20
"""Hive pads names, types and comments to this many characters."""


@dataclass(frozen=True)
class Show:
    """A SHOW or DESCRIBE statement: ``rows`` makes its rows from the catalog."""

    rows: Callable[[Surroundings], Iterable[Row]]
    names: tuple[str, ...]
    substatement_type: str | None
    statement_type: str = UTILITY

    def run(self, runtime: Surroundings) -> StatementResult:
        """The rows; raises TrinoError where something named is missing."""
        columns = tuple(ResultColumn(name, VARCHAR, "string") for name in self.names)
        rows = list(self.rows(runtime))
        return StatementResult(UTILITY, self.substatement_type, columns, iter(rows), text=True)


def like(pattern: str | None) -> Callable[[str], bool]:
    """Hive's pattern of SHOW: ``*`` is any text, ``|`` separates choices; no pattern takes all."""
    if pattern is None:
        return lambda _: True
    choices = [".*".join(map(re.escape, choice.split("*"))) for choice in pattern.split("|")]
    found = re.compile("|".join(choices), re.IGNORECASE)
    return lambda name: found.fullmatch(name) is not None


def _parse_like(tokens: TokenStream) -> Callable[[str], bool]:
    if tokens.accept("LIKE") or tokens.token.kind in (Kind.SINGLE, Kind.DOUBLE):
        return like(string(tokens))
    return like(None)


def _parse_database(tokens: TokenStream) -> str | None:
    return identifier(tokens) if tokens.accept("IN") or tokens.accept("FROM") else None


def parse_databases(tokens: TokenStream) -> Show:
    """After ``SHOW DATABASES`` or ``SHOW SCHEMAS``."""
    wanted = _parse_like(tokens)
    tokens.end()

    def rows(runtime: Surroundings) -> Iterable[Row]:
        return [(found.name,) for found in runtime.catalog.databases() if wanted(found.name)]

    return Show(rows, ("database_name",), "SHOW_DATABASES")


def parse_tables(tokens: TokenStream) -> Show:
    """After ``SHOW TABLES``."""
    return _parse_relations(tokens, "tab_name", "SHOW_TABLES", lambda _: True)


def parse_views(tokens: TokenStream) -> Show:
    """After ``SHOW VIEWS``."""
    return _parse_relations(tokens, "views", "SHOW_VIEWS", lambda table: table.is_view)


def _parse_relations(
    tokens: TokenStream, column: str, substatement: str, kind: Callable[[GlueTable], bool]
) -> Show:
    database = _parse_database(tokens)
    wanted = _parse_like(tokens)
    tokens.end()

    def rows(runtime: Surroundings) -> Iterable[Row]:
        place = runtime.database(database or runtime.context.database or "default").name
        tables = runtime.catalog.tables(place)
        return [(table.name,) for table in tables if kind(table) and wanted(table.name)]

    return Show(rows, (column,), substatement)


def parse_columns(tokens: TokenStream) -> Show:
    """After ``SHOW COLUMNS``."""
    if not tokens.accept("IN"):
        tokens.expect("FROM")
    name = qualified(tokens)
    database = _parse_database(tokens)
    tokens.end()
    table = Name(name.catalog, database or name.database, name.name)

    def rows(runtime: Surroundings) -> Iterable[Row]:
        found = runtime.relation(table)
        return [(column.name.ljust(WIDTH),) for column in (*found.columns, *found.partition_keys)]

    return Show(rows, ("field",), "SHOW_COLUMNS")


def parse_partitions(tokens: TokenStream) -> Show:
    """After ``SHOW PARTITIONS``, which lists what is registered: projected partitions are not."""
    table = qualified(tokens)
    wanted: Mapping[str, str] = partition_values(tokens) if tokens.looks_at("PARTITION") else {}
    tokens.end()

    def rows(runtime: Surroundings) -> Iterable[Row]:
        found = runtime.table(table)
        if not found.partition_keys:
            raise TrinoError("INVALID_TABLE_PROPERTY", f"Table {found.full_name} is not a partitioned table")
        names = [key.name for key in found.partition_keys]
        shown = (partition_path(names, values) for values in matching_partitions(runtime, found, wanted))
        return [(path,) for path in sorted(shown)]

    return Show(rows, ("partition",), "SHOW_PARTITIONS")


def parse_properties(tokens: TokenStream) -> Show:
    """After ``SHOW TBLPROPERTIES``."""
    table = qualified(tokens)
    wanted = tokens.listed(lambda: string(tokens))[0] if tokens.looks_at("(") else None
    tokens.end()

    def rows(runtime: Surroundings) -> Iterable[Row]:
        found = runtime.relation(table)
        if wanted is None:
            return list(found.parameters.items())
        missing = f"Table {found.full_name} does not have property: {wanted}"
        return [(wanted, found.parameters.get(wanted, missing))]

    return Show(rows, ("prpt_name", "prpt_value"), "SHOW_TBLPROPERTIES")


def parse_create(tokens: TokenStream) -> Show:
    """After ``SHOW CREATE``."""
    if tokens.accept("VIEW"):
        view = qualified(tokens, either=True)
        tokens.end()

        def view_rows(runtime: Surroundings) -> Iterable[Row]:
            return [(line,) for line in create_view_lines(runtime.relation(view))]

        return Show(view_rows, ("Create View",), "SHOW_CREATE_VIEW")
    tokens.expect("TABLE")
    table = qualified(tokens)
    tokens.end()

    def rows(runtime: Surroundings) -> Iterable[Row]:
        return [(line,) for line in create_table_lines(runtime.table(table))]

    return Show(rows, ("createtab_stmt",), "SHOW_CREATE_TABLE")


def parse_describe(tokens: TokenStream) -> Show:
    """After ``DESCRIBE`` or ``DESC``."""
    for word in ("EXTENDED", "FORMATTED", "DATABASE", "SCHEMA"):
        if tokens.looks_at(word) and tokens.ahead(1).kind in (Kind.WORD, Kind.BACKTICK):
            raise Unsupported(f"DESCRIBE {word} is not supported", tokens.position())
    if tokens.looks_at("INPUT") or tokens.looks_at("OUTPUT"):
        raise Unsupported(f"DESCRIBE {tokens.token.upper} is not supported", tokens.position())
    table = qualified(tokens)
    if tokens.looks_at("PARTITION") or tokens.token.kind in (Kind.WORD, Kind.BACKTICK):
        raise Unsupported("DESCRIBE of a partition or a column is not supported", tokens.position())
    tokens.end()
    return Show(lambda runtime: _described(runtime.relation(table)), _DESCRIBED, "DESCRIBE_TABLE")


_DESCRIBED = ("col_name", "data_type", "comment")


def _described(table: GlueTable) -> Iterable[Row]:
    def line(*values: str | None) -> Row:
        return tuple((value or "").ljust(WIDTH) for value in values)

    keys = [line(key.name, key.type, key.comment) for key in table.partition_keys]
    yield from (line(column.name, column.type, column.comment) for column in table.columns)
    yield from keys
    if keys:
        yield ("", " ", " ")
        yield ("# Partition Information", " ", " ")
        yield line("# col_name", "data_type", "comment")
        yield ("", " ", " ")
        yield from keys
