"""JSON_EXISTS, JSON_VALUE, JSON_QUERY, JSON_OBJECT and JSON_ARRAY."""

from __future__ import annotations

import json

from emulator.trino import types as t
from emulator.trino.analysis.analyzer import Analyzer, handles
from emulator.trino.analysis.coercion import can_coerce
from emulator.trino.analysis.literals import named_type
from emulator.trino.emission import values as v
from emulator.trino.emission.casts import cast_allowed, convert
from emulator.trino.emission.json_casts import to_json
from emulator.trino.emission.values import Value, cast, failing, text
from emulator.trino.errors import ParseError, Position, TrinoError, Unsupported, raising
from emulator.trino.json_paths.grammar import BadPath, parse_path
from emulator.trino.json_paths.items import Refused
from emulator.trino.syntax import expressions as ex
from emulator.trino.syntax import json_expressions as js
from emulator.trino.types import Type

_OUTCOME = "json_outcome"
_REST = f"substr({_OUTCOME}, 2)"
_SCALARS = (("s", t.VARCHAR), ("i", t.BIGINT), ("d", t.DOUBLE), ("m", t.DOUBLE), ("b", t.BOOLEAN))
_JSON_TEXT = (js.JsonObject, js.JsonArray)
_TEXT_VALUES = ("date", "time", "timestamp", "timestamp with time zone", "uuid", "ipaddress", "char",
                "interval day to second", "interval year to month")  # fmt: skip
_NUMBERS = ("tinyint", "smallint", "integer", "bigint", "real", "double", "decimal", "boolean", "varchar")
_EMPTY = {"empty array": "[]", "empty object": "{}"}


@handles(js.JsonPathCall)
def _path_call(analyzer: Analyzer, node: js.JsonPathCall) -> Value:
    source = _input(analyzer, node.input)
    _check_path(node)
    names, passed = _passing(analyzer, node.passing)
    path = node.path.value if isinstance(node.path, ex.StringLiteral) else ""
    arguments = f"{source}, {text(path)}, {text(json.dumps(names))}, {passed}"
    outcome = f"trino_{node.name}({arguments}"
    if node.name == "json_exists":
        return Value(_bound(f"{outcome})", _exists(node)), t.BOOLEAN)
    kind = named_type(node.returning, node.at) if node.returning else t.VARCHAR
    if node.name == "json_value":
        return Value(_bound(f"{outcome})", _scalar(analyzer, node, kind)), kind)
    if node.omit_quotes and node.wrapper != "without":
        message = f"OMIT QUOTES behavior specified with WITH {node.wrapper.upper()} ARRAY WRAPPER behavior"
        raise TrinoError("INVALID_FUNCTION_ARGUMENT", message, node.at)
    omit = "TRUE" if node.omit_quotes else "FALSE"
    return Value(_bound(f"{outcome}, {text(node.wrapper)}, {omit})", _query(node, kind)), kind)


def _bound(outcome: str, body: str) -> str:
    """`body` over the call's outcome, which is computed once."""
    return f"list_transform([{outcome}], lambda {_OUTCOME}: {body})[1]"


def _input(analyzer: Analyzer, item: js.JsonItem) -> str:
    value = analyzer.analyze(item.value)
    if not value.type.is_text and value.type != t.UNKNOWN:
        message = f"Cannot read input of type {value.type} as JSON using formatting JSON"
        raise TrinoError("TYPE_MISMATCH", message, item.at)
    return cast(value.sql, t.VARCHAR)


def _check_path(node: js.JsonPathCall) -> None:
    assert isinstance(node.path, ex.StringLiteral)
    try:
        path = parse_path(node.path.value)
    except BadPath as problem:
        raise ParseError(str(problem), node.path.at) from None
    except Refused as problem:
        raise Unsupported(f"{problem.what} is not yet supported", node.path.at) from None
    for name in sorted(path.names - {item.name for item in node.passing}):
        message = (
            f'no value passed for parameter {name}. Try quoting "{name}" in the PASSING clause to match case'
        )
        raise TrinoError("INVALID_PATH", message, node.path.at)


def _passing(analyzer: Analyzer, items: tuple[js.JsonItem, ...]) -> tuple[list[list[str]], str]:
    """The names and kinds of the values in PASSING, and the list of their texts."""
    names, texts = [], []
    for item in items:
        value = analyzer.analyze(item.value)
        names.append([item.name, _kind(value, item)])
        texts.append(cast(value.sql, t.VARCHAR))
    return names, f"CAST([{', '.join(texts)}] AS VARCHAR[])"


def _kind(value: Value, item: js.JsonItem) -> str:
    kind = value.type
    if item.formatted:
        return "json"
    if kind.base in ("varchar", "unknown"):
        return "text"
    if kind.is_integer:
        return "bigint"
    if kind.base in ("decimal", "double", "boolean"):
        return kind.base
    raise Unsupported(f"Passing {kind} to a JSON path is not supported", item.at)


def _exists(node: js.JsonPathCall) -> str:
    behavior = node.on_error.kind if node.on_error else "false"
    failed = {"true": "TRUE", "false": "FALSE", "unknown": v.null(t.BOOLEAN).sql}.get(behavior)
    failed = failed or failing(_REST, t.BOOLEAN)
    return (
        f"CASE WHEN {_OUTCOME} IS NULL THEN NULL WHEN {_OUTCOME} = 'T' THEN TRUE "
        f"WHEN {_OUTCOME} = 'F' THEN FALSE ELSE {failed} END"
    )


def _scalar(analyzer: Analyzer, node: js.JsonPathCall, kind: Type) -> str:
    """A scalar as the wanted type; what cannot be cast is an error as ON ERROR treats it."""
    message = "cannot extract SQL scalar from JSON: "
    no_items = raising("JSON_VALUE_RESULT_ERROR", f"{message}JSON path found no items")
    on_empty = _otherwise(analyzer, node.on_empty, "EMPTY", kind, text(no_items))
    no_cast = text(raising("JSON_VALUE_RESULT_ERROR", f"{message}cannot cast value to {kind}"))
    failure = f"CASE WHEN {_OUTCOME} LIKE 'X%' THEN {_REST} ELSE {no_cast} END"
    on_error = _otherwise(analyzer, node.on_error, "ERROR", kind, failure)
    branches = []
    for letter, source in _SCALARS:
        if cast_allowed(source, kind):
            plain = f"rtrim({_REST}, ' ')" if kind.base == "char" else _REST
            given = plain if source == t.VARCHAR or (letter == "m" and kind.is_text) else cast(_REST, source)
            taken = t.VARCHAR if letter == "m" and kind.is_text else source
            branches.append(f"WHEN '{letter}' THEN TRY({convert(given, taken, kind, node.at)})")
    found = f"CASE left({_OUTCOME}, 1) {' '.join(branches)} END"
    return (
        f"CASE WHEN {_OUTCOME} IS NULL OR {_OUTCOME} = 'n' THEN {v.null(kind).sql} "
        f"WHEN {_OUTCOME} = 'E' THEN {on_empty} "
        f"WHEN {found} IS NULL THEN {on_error} ELSE {found} END"
    )


def _otherwise(
    analyzer: Analyzer, behavior: js.JsonBehavior | None, when: str, kind: Type, failure: str
) -> str:
    if behavior is None or behavior.kind == "null":
        return v.null(kind).sql
    if behavior.default is None:
        return failing(failure, kind)
    value = analyzer.analyze(behavior.default)
    if not can_coerce(value.type, kind):
        message = (
            f"Function JSON_VALUE default ON {when} result must evaluate to a {kind} (actual: {value.type})"
        )
        raise TrinoError("TYPE_MISMATCH", message, behavior.default.at)
    return analyzer.coerce(value, kind).sql


def _query(node: js.JsonPathCall, kind: Type) -> str:
    none = "conversion from JSON failed: JSON path found no items"
    on_empty = _json_otherwise(
        node.on_empty, kind, text(raising("JSON_OUTPUT_CONVERSION_ERROR", none)), node.at
    )
    on_error = _json_otherwise(node.on_error, kind, _REST, node.at)
    return (
        f"CASE left({_OUTCOME}, 1) WHEN 'v' THEN {_returned(_REST, kind, node.at)} "
        f"WHEN 'E' THEN {on_empty} WHEN 'X' THEN {on_error} END"
    )


def _json_otherwise(behavior: js.JsonBehavior | None, kind: Type, failure: str, at: Position) -> str:
    if behavior is None or behavior.kind == "null":
        return v.null(kind).sql
    if behavior.kind == "error":
        return failing(failure, kind)
    return _returned(text(_EMPTY[behavior.kind]), kind, at)


def _returned(sql: str, kind: Type, at: Position) -> str:
    """JSON text as the type that RETURNING asks for."""
    if kind.is_text or kind == t.VARBINARY:
        return convert(sql, t.VARCHAR, kind, at)
    raise TrinoError("TYPE_MISMATCH", f"Cannot output JSON value as {kind} using formatting JSON", at)


@handles(js.JsonObject)
def _object(analyzer: Analyzer, node: js.JsonObject) -> Value:
    keys = []
    for key in node.keys:
        value = analyzer.analyze(key)
        if not value.type.is_text:
            message = f"Invalid type of JSON object key: {value.type}"
            raise TrinoError("INVALID_FUNCTION_ARGUMENT", message, key.at)
        keys.append(value.sql)
    values = ", ".join(_member(analyzer, item, "JSON_OBJECT") for item in node.values)
    flags = f"{_flag(node.absent)}, {_flag(node.unique)}"
    lists = f"CAST([{', '.join(keys)}] AS VARCHAR[]), CAST([{values}] AS VARCHAR[])"
    return _constructed(f"trino_json_object_of({lists}, {flags})", node.returning, node.at)


@handles(js.JsonArray)
def _array(analyzer: Analyzer, node: js.JsonArray) -> Value:
    values = ", ".join(_member(analyzer, item, "JSON_ARRAY") for item in node.values)
    call = f"trino_json_array_of(CAST([{values}] AS VARCHAR[]), {_flag(node.absent)})"
    return _constructed(call, node.returning, node.at)


def _constructed(sql: str, returning: str | None, at: Position) -> Value:
    kind = named_type(returning, at) if returning else t.VARCHAR
    return Value(_returned(sql, kind, at), kind)


def _flag(value: bool) -> str:
    return "TRUE" if value else "FALSE"


def _member(analyzer: Analyzer, item: js.JsonItem, call: str) -> str:
    """A member's JSON text; NULL for NULL."""
    value = analyzer.analyze(item.value)
    nested = isinstance(item.value, _JSON_TEXT) or (
        isinstance(item.value, js.JsonPathCall) and item.value.name == "json_query"
    )
    if item.formatted or nested:
        return f"trino_json_embedded({cast(value.sql, t.VARCHAR)})"
    if value.type == t.UNKNOWN:
        return cast("NULL", t.VARCHAR)
    if value.type.base in _NUMBERS:
        return to_json(value.sql, value.type, item.at)
    if value.type.base in _TEXT_VALUES:
        return f"trino_json_string({convert(value.sql, value.type, t.VARCHAR, item.at)})"
    message = f"Unsupported type of value passed to {call} function: {value.type}"
    raise TrinoError("NOT_SUPPORTED", message, item.at)
