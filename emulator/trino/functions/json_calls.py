"""What DuckDB calls for JSON_EXISTS, JSON_VALUE, JSON_QUERY, JSON_OBJECT and JSON_ARRAY.

The first letter of a path call's outcome says what follows: `E` nothing was found, `X` an error's marked
message, `n` a null, `v` JSON; for JSON_VALUE `s`, `i`, `d`, `m`, `b` a text, a bigint, a double, a decimal, a
boolean; for JSON_EXISTS `T` or `F`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal

from emulator.trino.errors import raising
from emulator.trino.functions.failures import FunctionFailure
from emulator.trino.json_paths.grammar import BadPath, parse_path
from emulator.trino.json_paths.items import (
    InputProblem,
    Item,
    PathProblem,
    Refused,
    is_scalar,
    json_text,
    read,
    scalar_text,
)
from emulator.trino.json_paths.nodes import Scope
from emulator.trino.json_text import quoted
from emulator.trino.runtime import udf

_READERS: dict[str, Callable[[str], Item]] = {
    "json": read,
    "text": str,
    "bigint": int,
    "double": float,
    "decimal": Decimal,
    "boolean": "true".__eq__,
}
"""How a value that is passed, as text, becomes an item."""

_ARGUMENTS = ("VARCHAR", "VARCHAR", "VARCHAR", "VARCHAR[]")
_KINDS: dict[type, str] = {str: "s", int: "i", float: "d", Decimal: "m", bool: "b"}


def _items(source: str, path: str, names: str, passed: list[str | None]) -> list[Item]:
    """The items of a path. `names` is a JSON list of each passed value's name and kind."""
    found = parse_path(path)
    named = {
        name: None if text is None else _READERS[kind](text)
        for (name, kind), text in zip(json.loads(names), passed, strict=True)
    }
    return found.node.select(Scope(found.lax, read(source), named))


def _failure(problem: Exception) -> str:
    """The outcome of an error that ON ERROR decides about."""
    if isinstance(problem, InputProblem):
        return "X" + raising("JSON_INPUT_CONVERSION_ERROR", "conversion to JSON failed: ")
    if isinstance(problem, Refused):
        raise FunctionFailure(f"{problem.what} is not supported", "NOT_SUPPORTED")
    return "X" + raising("PATH_EVALUATION_ERROR", f"path evaluation failed: {problem}")


_PROBLEMS = (InputProblem, PathProblem, Refused, BadPath)


@udf("trino_json_exists", _ARGUMENTS, "VARCHAR")
def _exists(source: str, path: str, names: str, passed: list[str | None]) -> str:
    try:
        return "T" if _items(source, path, names, passed) else "F"
    except _PROBLEMS as problem:
        return _failure(problem)


@udf("trino_json_value", _ARGUMENTS, "VARCHAR")
def _value(source: str, path: str, names: str, passed: list[str | None]) -> str:
    try:
        items = _items(source, path, names, passed)
    except _PROBLEMS as problem:
        return _failure(problem)
    if not items:
        return "E"
    if len(items) > 1 or not is_scalar(items[0]):
        what = (
            "JSON path found multiple items"
            if len(items) > 1
            else "JSON path found an item that is no scalar"
        )
        return "X" + raising("JSON_VALUE_RESULT_ERROR", f"cannot extract SQL scalar from JSON: {what}")
    if items[0] is None:
        return "n"
    kind = _KINDS[type(items[0])]
    return kind + (repr(items[0]) if kind == "d" else scalar_text(items[0]))


@udf("trino_json_query", (*_ARGUMENTS, "VARCHAR", "BOOLEAN"), "VARCHAR")
def _query(source: str, path: str, names: str, passed: list[str | None], wrapper: str, omit: bool) -> str:
    try:
        items = _items(source, path, names, passed)
    except _PROBLEMS as problem:
        return _failure(problem)
    if not items:
        return "E"
    lone = items[0] if len(items) == 1 else None
    if wrapper == "unconditional" or (wrapper == "conditional" and not isinstance(lone, (list, dict))):
        return "v" + json_text(items)
    if len(items) > 1:
        message = "conversion from JSON failed: JSON path found multiple items"
        return "X" + raising("JSON_OUTPUT_CONVERSION_ERROR", message)
    return "v" + (lone if omit and isinstance(lone, str) else json_text(lone))


@udf("trino_json_embedded", ("VARCHAR",), "VARCHAR")
def _embedded(text: str) -> str:
    """A text that is JSON, as it stands inside other JSON."""
    try:
        return json_text(read(text))
    except InputProblem:
        raise FunctionFailure("conversion to JSON failed: ", "JSON_INPUT_CONVERSION_ERROR") from None


@udf("trino_json_array_of", ("VARCHAR[]", "BOOLEAN"), "VARCHAR")
def _array(values: list[str | None], absent: bool) -> str:
    kept = [value or "null" for value in values if value is not None or not absent]
    return "[" + ",".join(kept) + "]"


@udf("trino_json_object_of", ("VARCHAR[]", "VARCHAR[]", "BOOLEAN", "BOOLEAN"), "VARCHAR")
def _object(keys: list[str | None], values: list[str | None], absent: bool, unique: bool) -> str:
    found: dict[str, str] = {}
    for key, value in zip(keys, values, strict=True):
        if key is None:
            raise FunctionFailure("null value passed for JSON object key to JSON_OBJECT function")
        if value is None and absent:
            continue
        if key in found and unique:
            raise FunctionFailure("duplicate key passed to JSON_OBJECT function")
        if key in found:
            raise FunctionFailure("cannot construct a JSON object with duplicate key", "NOT_SUPPORTED")
        found[key] = value or "null"
    return "{" + ",".join(f"{quoted(key)}:{found[key]}" for key in _hash_order(list(found))) + "}"


def _hash_order(keys: list[str]) -> list[str]:
    """The order in which Java's HashMap gives texts that were put in one after another."""
    slots = 16
    while len(keys) > slots * 3 // 4:
        slots *= 2

    def slot(key: str) -> int:
        code = _java_hash(key)
        return (code ^ (code >> 16)) & (slots - 1)

    return sorted(keys, key=slot)


def _java_hash(text: str) -> int:
    code = 0
    units = text.encode("utf-16-be")
    for at in range(0, len(units), 2):
        code = (31 * code + int.from_bytes(units[at : at + 2], "big")) & 0xFFFFFFFF
    return code
