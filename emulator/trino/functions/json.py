"""JSON functions. Of text that is no JSON most of them make NULL."""

from __future__ import annotations

import math
from typing import Any

from emulator.trino.emission.values import cast
from emulator.trino.errors import TrinoError
from emulator.trino.functions.failures import INVALID, FunctionFailure
from emulator.trino.functions.json_path import (
    BadJson,
    BadPath,
    Raw,
    element_starts,
    find,
    inside,
    shown,
    skip,
    steps,
    value_at,
)
from emulator.trino.functions.registry import SCALAR, Call, native, register
from emulator.trino.json_text import JsonProblem, normalise, parse
from emulator.trino.runtime import udf

native("json_parse(varchar(x)) -> json", "trino_json_parse({0})")
native("json_format(json) -> varchar", "{0}")
for _kind in ("varchar(x)", "json"):
    native(f"json_array_length({_kind}) -> bigint", "trino_json_array_length({0})")
    native(f"json_array_get({_kind}, bigint) -> json", "trino_json_array_get({0}, {1})")
    native(f"is_json_scalar({_kind}) -> boolean", "trino_is_json_scalar({0})")
    for _wanted in ("varchar(y)", "bigint", "double", "boolean"):
        _head = f"trino_json_array_contains_{_wanted.removesuffix('(y)')}"
        native(f"json_array_contains({_kind}, {_wanted}) -> boolean", f"{_head}({{0}}, {{1}})")


def _on_path(call: Call) -> str:
    """A call whose second argument is a path, checked now if it is a literal."""
    path = call.args[1].literal
    if path is not None:
        try:
            steps(path)
        except BadPath as refused:
            raise TrinoError(INVALID, str(refused)) from None
    return cast(f"trino_{call.name}({call.sql(0)}, {call.sql(1)})", call.result)


register(
    SCALAR,
    (
        "json_extract(varchar(x), varchar) -> json",
        "json_extract(json, varchar) -> json",
        "json_extract_scalar(varchar(x), varchar) -> varchar(x)",
        "json_extract_scalar(json, varchar) -> varchar",
        "json_size(varchar(x), varchar) -> bigint",
        "json_size(json, varchar) -> bigint",
    ),
    _on_path,
)


@udf("trino_json_parse", ("VARCHAR",), "VARCHAR")
def _json_parse(text: str) -> str:
    try:
        return normalise(text)
    except JsonProblem as refused:
        raise FunctionFailure(str(refused)) from None


def _steps(path: str) -> tuple[str, ...]:
    try:
        return steps(path)
    except BadPath as refused:
        raise FunctionFailure(str(refused)) from None


def _found(text: str, path: str) -> tuple[Any, bool]:
    """The value at a path, and whether there is one.

    Reading all of a text and looking into it is quicker than walking; of broken texts the start may still do.
    """
    wanted = _steps(path)
    try:
        return inside(value_at(text, skip(text, 0))[0], wanted)
    except BadJson:
        pass
    try:
        at = find(text, wanted)
        return (None, False) if at is None else (value_at(text, at)[0], True)
    except BadJson:
        return None, False


@udf("trino_json_extract", ("VARCHAR", "VARCHAR"), "VARCHAR", handles_null=True)
def _json_extract(text: str | None, path: str | None) -> str | None:
    if text is None or path is None:
        return None
    value, there = _found(text, path)
    return shown(value) if there else None


@udf("trino_json_extract_scalar", ("VARCHAR", "VARCHAR"), "VARCHAR", handles_null=True)
def _json_extract_scalar(text: str | None, path: str | None) -> str | None:
    if text is None or path is None:
        return None
    return _scalar(_found(text, path)[0])


def _scalar(value: Any) -> str | None:
    """A scalar's text, numbers as written; None for null and for what is no scalar."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return str(value).encode(errors="replace").decode()
    return None


@udf("trino_json_size", ("VARCHAR", "VARCHAR"), "BIGINT", handles_null=True)
def _json_size(text: str | None, path: str | None) -> int | None:
    if text is None or path is None:
        return None
    value, there = _found(text, path)
    if not there:
        return None
    return len(value) if isinstance(value, list) else 0


def _array_at(text: str) -> int:
    at = skip(text, 0)
    if not text.startswith("[", at):
        raise BadJson
    return at


@udf("trino_json_array_length", ("VARCHAR",), "BIGINT", handles_null=True)
def _json_array_length(text: str | None) -> int | None:
    try:
        return None if text is None else sum(1 for _ in element_starts(text, _array_at(text)))
    except BadJson:
        return None


@udf("trino_json_array_get", ("VARCHAR", "BIGINT"), "VARCHAR", handles_null=True)
def _json_array_get(text: str | None, index: int | None) -> str | None:
    if text is None or index is None:
        return None
    try:
        value = _element(text, index)
    except BadJson:
        return None
    return shown(value) if isinstance(value, list) else _scalar(value)


def _element(text: str, index: int) -> Any:
    """The element at an index from 0, or from the end if negative; None if there is none."""
    if index >= 0:
        for place, at in enumerate(element_starts(text, _array_at(text))):
            if place == index:
                return value_at(text, at)[0]
        return None
    elements = [value_at(text, at)[0] for at in element_starts(text, _array_at(text))]
    return elements[index] if -index <= len(elements) else None


@udf("trino_is_json_scalar", ("VARCHAR",), "BOOLEAN")
def _is_json_scalar(text: str) -> bool:
    try:
        return not isinstance(parse(text), dict | list)
    except JsonProblem:
        raise FunctionFailure(f"Invalid JSON value: {text}") from None


def _contains(text: str | None, wanted: Any) -> bool | None:
    """Whether an array has an element of the wanted value's kind that equals it; reading stops there."""
    if text is None or wanted is None:
        return None
    try:
        for at in element_starts(text, _array_at(text)):
            if _equals(value_at(text, at)[0], wanted):
                return True
    except BadJson:
        return None
    return False


def _equals(value: Any, wanted: Any) -> bool:
    if isinstance(value, Raw):
        whole = value.removeprefix("-").isdigit()
        if isinstance(wanted, bool | str) or whole != isinstance(wanted, int):
            return False
        return bool((int(value) if whole else float(value)) == wanted)
    if isinstance(value, bool) or isinstance(wanted, bool):
        return value is wanted
    return isinstance(value, str) and isinstance(wanted, str) and value == wanted


@udf("trino_json_array_contains_varchar", ("VARCHAR", "VARCHAR"), "BOOLEAN", handles_null=True)
def _contains_text(text: str | None, wanted: str | None) -> bool | None:
    return _contains(text, wanted)


@udf("trino_json_array_contains_bigint", ("VARCHAR", "BIGINT"), "BOOLEAN", handles_null=True)
def _contains_integer(text: str | None, wanted: int | None) -> bool | None:
    return _contains(text, wanted)


@udf("trino_json_array_contains_double", ("VARCHAR", "DOUBLE"), "BOOLEAN", handles_null=True)
def _contains_double(text: str | None, wanted: float | None) -> bool | None:
    """Trino looks for no infinity and no NaN, whatever the text is."""
    if text is not None and wanted is not None and not math.isfinite(wanted):
        return False
    return _contains(text, wanted)


@udf("trino_json_array_contains_boolean", ("VARCHAR", "BOOLEAN"), "BOOLEAN", handles_null=True)
def _contains_boolean(text: str | None, wanted: bool | None) -> bool | None:
    return _contains(text, wanted)
