"""Implicit coercions as DuckDB text: only between types that `coercion.can_coerce` allows."""

from __future__ import annotations

from emulator.trino import types as t
from emulator.trino.emission.values import Constant, Value, cast, text
from emulator.trino.physical import duckdb_type
from emulator.trino.types import Type

UTC_ZONE = "UTC"


def coerce(value: Value, kind: Type) -> Value:
    """The value as another type; the constant stays where the value means the same."""
    if value.type == kind:
        return value
    if value.constant is not None and value.constant.value is None:
        return Value(cast("NULL", kind), kind, Constant(None))
    keeps = value.type.base == kind.base or (value.type.is_numeric and kind.is_numeric)
    return Value(_text(value.sql, value.type, kind), kind, value.constant if keeps else None)


def _text(sql: str, source: Type, target: Type) -> str:
    if source == target or source.base == target.base == "varchar":
        return sql
    if source == t.UNKNOWN:
        return cast(sql, target)
    if target.base == "char":
        return f"rtrim({sql}, ' ')" if source.base == "varchar" else sql
    if target.base == "timestamp with time zone" and source.base != target.base:
        return at_utc(cast(sql, t.timestamp(6)))
    if target.inner:
        return _nested(sql, source, target)
    return sql if duckdb_type(source) == duckdb_type(target) else cast(sql, target)


def at_utc(instant: str, zone: str = text(UTC_ZONE)) -> str:
    """A timestamp with time zone of a TIMESTAMP in UTC; NULL for NULL."""
    return f"trino_zoned({instant}, {zone})"


def _nested(sql: str, source: Type, target: Type) -> str:
    if _same_form(source, target):
        return sql
    if target.base == "array":
        e = f"e{target.depth}"
        return f"list_transform({sql}, lambda {e}: {_text(e, source.element, target.element)})"
    if target.base == "row":
        fields = ", ".join(
            f"f{i} := {_text(f'({sql}).f{i}', a, b)}"
            for i, (a, b) in enumerate(zip(source.inner, target.inner, strict=True))
        )
        return f"CASE WHEN {sql} IS NOT NULL THEN struct_pack({fields}) END"
    e = f"e{target.depth}"
    keys = f"list_transform(map_keys({sql}), lambda {e}: {_text(e, source.inner[0], target.inner[0])})"
    values = f"list_transform(map_values({sql}), lambda {e}: {_text(e, source.inner[1], target.inner[1])})"
    return f"CASE WHEN {sql} IS NOT NULL THEN map({keys}, {values}) END"


def _same_form(source: Type, target: Type) -> bool:
    """Whether values of both types are held alike, so that only the type changes."""
    if source.inner:
        return all(map(_same_form, source.inner, target.inner))
    if "char" in (source.base, target.base) and source.base != target.base:
        return False
    return duckdb_type(source) == duckdb_type(target)
