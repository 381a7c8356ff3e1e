"""Casts to and from json, taken apart level by level; the single steps are in functions/json_steps.py."""

from __future__ import annotations

from emulator.trino import types as t
from emulator.trino.emission.temporal import stamp_text
from emulator.trino.emission.values import cast, decimal_text, text
from emulator.trino.errors import Position, TrinoError
from emulator.trino.json_text import dump
from emulator.trino.types import Type

PLAIN_SCALE = 6
"""Java's decimals of more digits after the point may be shown with an exponent."""

_SCALARS = ("boolean", "tinyint", "smallint", "integer", "bigint", "real", "double", "decimal", "varchar")


def to_json(sql: str, source: Type, at: Position) -> str:
    """CAST(source AS json), as json text; NULL stays NULL at the top, and is `null` within."""
    if source == t.JSON:
        return sql
    if source.base == "array":
        e = _name(source)
        items = f"list_transform({sql}, lambda {e}: {_member(e, source.element, at)})"
        end = f"CASE WHEN {sql} IS NOT NULL THEN ']' END"
        return f"('[' || coalesce(array_to_string({items}, ','), '') || {end})"
    if source.base == "map":
        return _map_to_json(sql, source, at)
    if source.base == "row":
        members = " || ',' || ".join(
            f"{text(dump(name or '') + ':')} || {_member(f'({sql}).f{i}', inner, at)}"
            for i, (name, inner) in enumerate(zip(source.names, source.inner, strict=True))
        )
        return f"CASE WHEN {sql} IS NOT NULL THEN '{{' || {members} || '}}' END"
    if source.base in ("double", "real"):
        return f"trino_json_{source.base}({sql})"
    if source.base == "varchar":
        return f"trino_json_string({sql})"
    if source.base == "date":
        return f"('\"' || CAST({sql} AS VARCHAR) || '\"')"
    if source.base == "timestamp":
        return f"('\"' || {stamp_text(sql, source.precision)} || '\"')"
    if source.base == "decimal":
        shown = decimal_text(sql, source)
        return f"trino_java_decimal({shown})" if source.scale > PLAIN_SCALE else shown
    if source.base in _SCALARS or source == t.UNKNOWN:
        return cast(sql, t.VARCHAR)
    raise TrinoError("TYPE_MISMATCH", f"Cannot cast {source} to json", at)


def _member(sql: str, kind: Type, at: Position) -> str:
    return f"coalesce({to_json(sql, kind, at)}, 'null')"


def _map_to_json(sql: str, source: Type, at: Position) -> str:
    key, item = source.inner
    if key.base not in _SCALARS and key != t.UNKNOWN:
        raise TrinoError("TYPE_MISMATCH", f"Cannot cast {source} to json", at)
    e = _name(source)
    shown = e if key.base == "varchar" else f"trim({to_json(e, key, at)}, '\"')"
    keys = f"list_transform(map_keys({sql}), lambda {e}: {shown})"
    values = f"list_transform(map_values({sql}), lambda {e}: {_member(e, item, at)})"
    return f"trino_json_object({keys}, {values})"


def from_json(sql: str, target: Type, at: Position) -> str:
    """CAST(json AS target). Raises INVALID_CAST_ARGUMENT at run time for json of another form."""
    if target == t.JSON:
        return sql
    if target.base in _SCALARS:
        scalar = f"trino_json_scalar({sql}, {text(target.base)})"
        if target.base == "varchar":
            return f"left({scalar}, {target.args[0]})" if target.args else scalar
        return cast(scalar, target)
    e = _name(target)
    if target.base == "array":
        return f"list_transform(trino_json_items({sql}), lambda {e}: {from_json(e, target.element, at)})"
    if target.base == "map":
        keys = f"list_transform(trino_json_keys({sql}), lambda {e}: {_key(e, target.inner[0], at)})"
        values = f"list_transform(trino_json_values({sql}), lambda {e}: {from_json(e, target.inner[1], at)})"
        return f"CASE WHEN trino_json_keys({sql}) IS NOT NULL THEN map({keys}, {values}) END"
    if target.base == "row":
        fields = ", ".join(
            f"f{i} := {from_json(f'trino_json_field({sql}, {text(name or str())}, {i})', inner, at)}"
            for i, (name, inner) in enumerate(zip(target.names, target.inner, strict=True))
        )
        named = "FALSE" if None in target.names else "TRUE"
        return (
            f"CASE WHEN trino_json_is_row({sql}, {len(target.inner)}, {named}) THEN struct_pack({fields}) END"
        )
    raise TrinoError("TYPE_MISMATCH", f"Cannot cast json to {target}", at)


def _key(e: str, kind: Type, at: Position) -> str:
    return e if kind == t.VARCHAR else from_json(f"trino_json_string({e})", kind, at)


def _name(kind: Type) -> str:
    return f"j{len(str(kind))}"
