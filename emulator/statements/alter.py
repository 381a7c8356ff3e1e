"""ALTER TABLE: columns, location and properties. Partitions are next door."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from emulator.catalog.model import GlueTable, HiveColumn
from emulator.engine.base import DDL, StatementResult
from emulator.statements import partitions
from emulator.statements.runtime import CatalogStatement, Surroundings
from emulator.statements.syntax import Name, column, hive_properties, identifier, qualified, string
from emulator.statements.tables import directory, glue_columns
from emulator.statements.tokens import TokenStream
from emulator.trino.errors import TrinoError, Unsupported

Change = Callable[[GlueTable], dict[str, Any]]


@dataclass(frozen=True)
class AlterTable:
    """``ALTER TABLE name …``: ``change`` makes the new Glue TableInput."""

    table: Name
    change: Change
    substatement_type: str | None
    statement_type: str = DDL

    def run(self, runtime: Surroundings) -> StatementResult:
        """Make a new version of the table in Glue; raises TrinoError."""
        table = runtime.table(self.table)
        if table.parameters.get("table_type", "").upper() == "ICEBERG":
            raise Unsupported(f"Iceberg tables are not supported: {table.full_name}")
        runtime.catalog.update_table(table.database, self.change(table))
        return StatementResult(DDL, self.substatement_type, text=True)


def table_input(
    table: GlueTable,
    columns: tuple[HiveColumn, ...] | None = None,
    location: str | None = None,
    parameters: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """A table's Glue TableInput with some of it replaced."""
    facts = {**table.raw, "Name": table.name}
    descriptor = dict(facts.get("StorageDescriptor") or {})
    if columns is not None:
        descriptor["Columns"] = glue_columns(columns)
    if location is not None:
        descriptor["Location"] = location
    facts["StorageDescriptor"] = descriptor
    if parameters is not None:
        facts["Parameters"] = dict(parameters)
    return facts


def _added(table: GlueTable, new: tuple[HiveColumn, ...]) -> dict[str, Any]:
    known = {found.name for found in (*table.columns, *table.partition_keys)}
    for found in new:
        if found.name in known:
            raise TrinoError("DUPLICATE_COLUMN_NAME", f"Duplicate column name: {found.name}")
        known.add(found.name)
    return table_input(table, columns=table.columns + new)


def _replaced(table: GlueTable, new: tuple[HiveColumn, ...]) -> dict[str, Any]:
    return _added(replace(table, columns=()), new)


def _changed(table: GlueTable, old: str, new: HiveColumn) -> dict[str, Any]:
    names = [found.name for found in table.columns]
    if old not in names:
        raise TrinoError("COLUMN_NOT_FOUND", f"Column '{old}' does not exist in {table.full_name}")
    if new.name != old and new.name in (*names, *(key.name for key in table.partition_keys)):
        raise TrinoError("DUPLICATE_COLUMN_NAME", f"Duplicate column name: {new.name}")
    return table_input(table, columns=tuple(new if found.name == old else found for found in table.columns))


def _with_properties(table: GlueTable, properties: Mapping[str, str]) -> dict[str, Any]:
    return table_input(table, parameters={**table.parameters, **properties})


def parse(tokens: TokenStream) -> CatalogStatement:
    """After ``ALTER TABLE``."""
    table = qualified(tokens)
    if tokens.looks_at("PARTITION"):
        return partitions.parse_change(tokens, table)
    if tokens.accept("ADD"):
        if tokens.looks_at("IF") or tokens.looks_at("PARTITION"):
            return partitions.parse_add(tokens, table)
        return _parse_columns(tokens, table, "ADD")
    if tokens.accept("DROP"):
        if tokens.looks_at("IF") or tokens.looks_at("PARTITION"):
            return partitions.parse_drop(tokens, table)
        raise Unsupported("ALTER TABLE … DROP COLUMN is not supported: it is for Iceberg tables")
    if tokens.accept("REPLACE"):
        return _parse_columns(tokens, table, "REPLACE")
    if tokens.accept("CHANGE"):
        return _parse_change(tokens, table)
    if tokens.accept("SET"):
        return _parse_set(tokens, table)
    if tokens.looks_at("RENAME"):
        raise Unsupported("ALTER TABLE … RENAME TO is not supported: it is for Iceberg tables")
    raise tokens.mismatch("'ADD'", "'DROP'", "'REPLACE'", "'CHANGE'", "'SET'", "'PARTITION'")


def _parse_columns(tokens: TokenStream, table: Name, what: str) -> AlterTable:
    tokens.expect("COLUMNS")
    new = tokens.listed(lambda: column(tokens))
    tokens.end()
    change = _added if what == "ADD" else _replaced
    return AlterTable(table, lambda found: change(found, new), f"ALTER_TABLE_{what}_COLUMNS")


def _parse_change(tokens: TokenStream, table: Name) -> AlterTable:
    tokens.accept("COLUMN")
    old = identifier(tokens)
    new = column(tokens)
    if tokens.looks_at("FIRST") or tokens.looks_at("AFTER"):
        raise Unsupported(
            "ALTER TABLE … CHANGE COLUMN with FIRST or AFTER is not supported", tokens.position()
        )
    tokens.end()
    return AlterTable(table, lambda found: _changed(found, old, new), "ALTER_TABLE_CHANGE_COLUMN")


def _parse_set(tokens: TokenStream, table: Name) -> AlterTable:
    if tokens.accept("LOCATION"):
        location = string(tokens)
        tokens.end()
        return AlterTable(
            table, lambda found: table_input(found, location=directory(location)), "ALTER_TABLE_SET_LOCATION"
        )
    tokens.expect("TBLPROPERTIES")
    properties = hive_properties(tokens)
    tokens.end()
    return AlterTable(
        table, lambda found: _with_properties(found, properties), "ALTER_TABLE_SET_TBLPROPERTIES"
    )
