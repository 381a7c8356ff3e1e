"""Texts joined by a separator: array_join and concat_ws."""

from __future__ import annotations

from emulator.trino import types as t
from emulator.trino.emission.casts import convert
from emulator.trino.emission.values import Value
from emulator.trino.functions.array_elements import given
from emulator.trino.functions.registry import Call, function
from emulator.trino.runtime import udf
from emulator.trino.types import Type


def joined(texts: str, separator: Value) -> str:
    """The texts of a list that are not NULL, the separator between them; DuckDB's own takes constant ones."""
    name = "trino_joined" if separator.constant is None else "array_to_string"
    return f"coalesce({name}({texts}, {separator.sql}), '')"


@udf("trino_joined", ("VARCHAR[]", "VARCHAR"), "VARCHAR")
def _joined(texts: list[str | None], separator: str) -> str:
    return separator.join(part for part in texts if part is not None)


@function("array_join(array(T), varchar) -> varchar", "array_join(array(T), varchar, varchar) -> varchar")
def _join(call: Call) -> str:
    texts = _texts(call, call.args[0].type.element)
    if len(call.args) == 3:
        texts = f"list_transform({texts}, lambda joined_item: coalesce(joined_item, {call.sql(2)}))"
    return given(call, joined(texts, call.args[1]))


def _texts(call: Call, kind: Type) -> str:
    if kind.base == "varchar":
        return call.sql(0)
    if kind.base in ("array", "map", "row", "varbinary"):
        raise call.fail(f"Cannot cast {kind} to varchar", "OPERATOR_NOT_FOUND")
    if kind == t.JSON:
        raise call.fail("Error casting array element to VARCHAR", "GENERIC_INTERNAL_ERROR")
    shown = convert("joined_item", kind, t.VARCHAR, call.at)
    return f"list_transform({call.sql(0)}, lambda joined_item: {shown})"


@function("concat_ws(varchar, varchar...) -> varchar", takes_null_from=1)
def _concat_ws(call: Call) -> str:
    if len(call.args) < 2:
        raise call.fail("There must be two or more arguments")
    separator, *parts = (a.sql for a in call.args)
    return f"CASE WHEN {separator} IS NOT NULL THEN concat_ws({separator}, {', '.join(parts)}) END"


@function("concat_ws(varchar, array(varchar)) -> varchar", takes_null_from=1)
def _concat_ws_array(call: Call) -> str:
    separator, parts = call.sql(0), call.sql(1)
    text = joined(parts, call.args[0])
    return f"CASE WHEN {separator} IS NOT NULL AND {parts} IS NOT NULL THEN {text} END"
