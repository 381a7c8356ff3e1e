"""How a Parquet column's values become values of the declared type, as Trino's Parquet reader has it."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.types as arrow

from emulator.engine.duckdb.literals import name, text
from emulator.trino.physical import duckdb_type
from emulator.trino.types import Type

_INTEGERS = {pa.int8(): "TINYINT", pa.int16(): "SMALLINT", pa.int32(): "INTEGER", pa.int64(): "BIGINT"}


class Incompatible(Exception):
    """Values of the file's type cannot be read as the declared type."""


def reading(expression: str, source: pa.DataType, kind: Type) -> str:
    """A DuckDB expression of the declared type's physical form; raises `Incompatible`.

    The expression is left as it is where nothing has to change, so that conditions on it can be pushed down.
    """
    if arrow.is_dictionary(source):
        return reading(expression, source.value_type, kind)
    if kind.inner:
        return _nested(expression, source, kind)
    if kind.is_numeric:
        return _number(expression, source, kind)
    if kind.is_text or kind.base == "varbinary":
        return _string(expression, source, kind)
    if kind.base == "boolean" and arrow.is_boolean(source):
        return expression
    if kind.base == "date":
        return _date(expression, source)
    if kind.base == "timestamp" and arrow.is_timestamp(source):
        return _timestamp(expression, source)
    raise Incompatible


def _number(expression: str, source: pa.DataType, kind: Type) -> str:
    wanted = duckdb_type(kind)
    if kind.base == "real" and arrow.is_float32(source):
        return expression
    if kind.base == "double" and (arrow.is_float32(source) or arrow.is_float64(source)):
        return expression if arrow.is_float64(source) else f"{expression}::DOUBLE"
    whole = arrow.is_integer(source)
    if kind.is_integer and whole:
        return expression if _INTEGERS.get(source) == wanted else f"{expression}::{wanted}"
    if kind.base == "decimal" and (whole or arrow.is_decimal(source)):
        same = not whole and (source.precision, source.scale) == kind.args
        return expression if same else f"{expression}::{wanted}"
    raise Incompatible


def _string(expression: str, source: pa.DataType, kind: Type) -> str:
    is_text = arrow.is_string(source) or arrow.is_large_string(source)
    is_bytes = arrow.is_binary(source) or arrow.is_large_binary(source) or arrow.is_fixed_size_binary(source)
    if not is_text and not is_bytes:
        raise Incompatible
    if kind.base == "varbinary":
        return f"encode({expression})" if is_text else expression
    if is_bytes:
        expression = f"decode({expression})"
    if not kind.args:
        return expression
    cut = f"left({expression}, {kind.args[0]})"
    return f"rtrim({cut}, ' ')" if kind.base == "char" else cut


def _date(expression: str, source: pa.DataType) -> str:
    if arrow.is_date32(source):
        return expression
    if arrow.is_int32(source):
        return f"(DATE '1970-01-01' + {expression})"
    raise Incompatible


def _timestamp(expression: str, source: pa.DataType) -> str:
    """Rounded to milliseconds, the precision of Athena's timestamps."""
    if source.tz is not None:
        expression = f"timezone('UTC', {expression})"
    if source.unit in ("s", "ms"):
        return expression
    return f"date_trunc('millisecond', {expression}::TIMESTAMP + INTERVAL 500 MICROSECOND)"


def _nested(expression: str, source: pa.DataType, kind: Type) -> str:
    if kind.base == "array" and (arrow.is_list(source) or arrow.is_large_list(source)):
        inner = reading("x", source.value_type, kind.element)
        return expression if inner == "x" else f"list_transform({expression}, lambda x: {inner})"
    if kind.base == "map" and arrow.is_map(source):
        key = reading("x.key", source.key_type, kind.inner[0])
        value = reading("x.value", source.item_type, kind.inner[1])
        if (key, value) == ("x.key", "x.value"):
            return expression
        entry = f"struct_pack(key := {key}, value := {value})"
        return f"map_from_entries(list_transform(map_entries({expression}), lambda x: {entry}))"
    if kind.base == "row" and arrow.is_struct(source):
        return _row(expression, source, kind)
    raise Incompatible


def _row(expression: str, source: pa.StructType, kind: Type) -> str:
    fields = {source.field(place).name.lower(): source.field(place) for place in range(source.num_fields)}
    parts = []
    for place, (wanted, inner) in enumerate(zip(kind.names, kind.inner, strict=True)):
        found = fields.get((wanted or "").lower())
        if found is None:
            parts.append(f"f{place} := NULL::{duckdb_type(inner)}")
        else:
            value = reading(f"struct_extract({expression}, {text(found.name)})", found.type, inner)
            parts.append(f"f{place} := {value}")
    return f"CASE WHEN {expression} IS NOT NULL THEN struct_pack({', '.join(parts)}) END"


def column(source_name: str, source: pa.DataType, kind: Type) -> str:
    """The expression that reads a file's column; raises `Incompatible`."""
    return reading(name(source_name), source, kind)
