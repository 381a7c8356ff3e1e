"""The Arrow types whose values DuckDB reads in the physical representation of a Trino type."""

from __future__ import annotations

import pyarrow as pa

from emulator.trino.errors import Unsupported
from emulator.trino.types import Type

_SIMPLE = {
    "boolean": pa.bool_(),
    "tinyint": pa.int8(),
    "smallint": pa.int16(),
    "integer": pa.int32(),
    "bigint": pa.int64(),
    "real": pa.float32(),
    "double": pa.float64(),
    "date": pa.date32(),
    "varchar": pa.string(),
    "char": pa.string(),
    "varbinary": pa.binary(),
    "timestamp": pa.timestamp("us"),
}


def arrow_type(kind: Type) -> pa.DataType:
    """The Arrow type of a column's values; a row's fields are ``f0``, ``f1`` …; raises Unsupported."""
    if kind.base in _SIMPLE:
        return _SIMPLE[kind.base]
    if kind.base == "decimal":
        return pa.decimal128(kind.precision, kind.scale)
    if kind.base == "array":
        return pa.list_(arrow_type(kind.element))
    if kind.base == "map":
        return pa.map_(arrow_type(kind.inner[0]), arrow_type(kind.inner[1]))
    if kind.base == "row":
        return pa.struct([(f"f{place}", arrow_type(inner)) for place, inner in enumerate(kind.inner)])
    raise Unsupported(f"Reading type {kind} is not supported")
