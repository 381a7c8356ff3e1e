"""information_schema and ``"table$partitions"``: tables whose rows are made from the catalog."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from emulator.catalog.model import CATALOG, Catalog, GlueTable
from emulator.catalog.partitions import NULL_PARTITION
from emulator.catalog.presto_view import decode
from emulator.trino.errors import Unsupported
from emulator.trino.relations import Column, QualifiedName, Table
from emulator.trino.types import BIGINT, VARCHAR, Type, from_hive

INFORMATION_SCHEMA = "information_schema"
_PARTITIONS = "$partitions"

_SHAPES: dict[str, tuple[tuple[str, Type], ...]] = {
    "schemata": (("catalog_name", VARCHAR), ("schema_name", VARCHAR)),
    "tables": (
        ("table_catalog", VARCHAR),
        ("table_schema", VARCHAR),
        ("table_name", VARCHAR),
        ("table_type", VARCHAR),
    ),
    "views": (
        ("table_catalog", VARCHAR),
        ("table_schema", VARCHAR),
        ("table_name", VARCHAR),
        ("view_definition", VARCHAR),
    ),
    "columns": (
        ("table_catalog", VARCHAR),
        ("table_schema", VARCHAR),
        ("table_name", VARCHAR),
        ("column_name", VARCHAR),
        ("ordinal_position", BIGINT),
        ("column_default", VARCHAR),
        ("is_nullable", VARCHAR),
        ("data_type", VARCHAR),
        ("comment", VARCHAR),
        ("extra_info", VARCHAR),
    ),
}


@dataclass(frozen=True)
class SystemRows:
    """The source of a system table: its rows, as text, in the order of its columns."""

    rows: tuple[tuple[str | None, ...], ...]


def system_table(catalog: Catalog, name: QualifiedName) -> Table | None:
    """The system table of that name with its rows as of now, or None; raises Unsupported for a known gap."""
    if name.database == INFORMATION_SCHEMA:
        shape = _SHAPES.get(name.name)
        if shape is None:
            return None
        rows = tuple(_ROWS[name.name](catalog))
        return Table(name, tuple(Column(column, kind) for column, kind in shape), SystemRows(rows))
    base, dollar, kind = name.name.rpartition("$")
    found = catalog.table(name.database, base) if dollar else None
    if found is None:
        return None
    if f"${kind}" != _PARTITIONS or not found.partition_keys:
        raise Unsupported(f"Table metadata '{name.name}' is not supported")
    return _partitions(catalog, name, found)


def _partitions(catalog: Catalog, name: QualifiedName, table: GlueTable) -> Table:
    if table.parameters.get("projection.enabled", "").lower() == "true":
        raise Unsupported(
            f"Table metadata '{name.name}' of a table with partition projection is not supported"
        )
    columns = tuple(Column(key.name, from_hive(key.type)) for key in table.partition_keys)
    rows = tuple(
        tuple(None if value == NULL_PARTITION else value for value in partition.values)
        for partition in catalog.partitions(table)
    )
    return Table(name, columns, SystemRows(rows))


def _all_tables(catalog: Catalog) -> Iterator[GlueTable]:
    for database in catalog.databases():
        yield from catalog.tables(database.name)


def _schemata(catalog: Catalog) -> Iterator[tuple[str | None, ...]]:
    for database in catalog.databases():
        yield CATALOG, database.name
    yield CATALOG, INFORMATION_SCHEMA


def _tables(catalog: Catalog) -> Iterator[tuple[str | None, ...]]:
    for table in _all_tables(catalog):
        yield CATALOG, table.database, table.name, "VIEW" if table.is_view else "BASE TABLE"


def _views(catalog: Catalog) -> Iterator[tuple[str | None, ...]]:
    for table in _all_tables(catalog):
        if table.is_view:
            yield CATALOG, table.database, table.name, decode(table.view_text or "").sql


def _columns(catalog: Catalog) -> Iterator[tuple[str | None, ...]]:
    for table in _all_tables(catalog):
        keys = {key.name for key in table.partition_keys}
        for place, column in enumerate((*table.columns, *table.partition_keys), start=1):
            yield (
                CATALOG,
                table.database,
                table.name,
                column.name,
                str(place),
                None,
                "YES",
                str(from_hive(column.type)),
                column.comment,
                "partition key" if column.name in keys else None,
            )


_ROWS = {"schemata": _schemata, "tables": _tables, "views": _views, "columns": _columns}
