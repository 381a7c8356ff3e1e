"""Which partitions of a table a query has to read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

import duckdb

from emulator.catalog.partitions import NULL_PARTITION
from emulator.engine.duckdb.literals import name, text
from emulator.trino.errors import TrinoError
from emulator.trino.physical import duckdb_type
from emulator.trino.relations import Column
from emulator.trino.types import Type


def partition_constant(value: str, column: Column) -> str:
    """A partition's value as a DuckDB constant of its column's type; raises TrinoError if it is none."""
    if value == NULL_PARTITION:
        return f"NULL::{duckdb_type(column.type)}"
    shown = _checked(value, column)
    return text(shown) if column.type.base == "varchar" else f"{text(shown)}::{duckdb_type(column.type)}"


def is_one_of(value: str, column: Column, wanted: frozenset[str]) -> bool:
    """Whether a partition's value is one of these texts; raises TrinoError if it is none of its type."""
    return value != NULL_PARTITION and _checked(value, column) in wanted


def _checked(value: str, column: Column) -> str:
    try:
        return _text(value, column.type)
    except (ValueError, InvalidOperation) as error:
        raise TrinoError(
            "HIVE_INVALID_PARTITION_VALUE",
            f"Invalid partition value '{value}' for {str(column.type).upper()} partition key: {column.name}",
        ) from error


def _text(value: str, kind: Type) -> str:
    if kind.is_integer:
        return str(int(value))
    if kind.base == "date":
        return date.fromisoformat(value).isoformat()
    if kind.base == "timestamp":
        return datetime.fromisoformat(value).isoformat(sep=" ")
    if kind.base == "decimal":
        return str(Decimal(value))
    if kind.base in ("real", "double"):
        return repr(float(value))
    if kind.base == "boolean" and value.lower() not in ("true", "false"):
        raise ValueError(value)
    if kind.base == "char":
        return value.rstrip(" ")
    return value


def prune(
    cursor: duckdb.DuckDBPyConnection,
    columns: Sequence[Column],
    partitions: Sequence[Sequence[str]],
    condition: str,
) -> list[int]:
    """The places of the partitions that the condition is true for; raises TrinoError, duckdb.Error."""
    rows = []
    for place, values in enumerate(partitions):
        constants = map(partition_constant, values, columns)
        rows.append(f"({place}, {', '.join(constants)})")
    names = ", ".join(name(column.name) for column in columns)
    # no partition column can have the name $place
    table = f'(VALUES {", ".join(rows)}) AS t("$place", {names})'
    query = f'SELECT "$place" FROM {table} WHERE {condition} ORDER BY 1'
    return [place for (place,) in cursor.execute(query).fetchall()]
