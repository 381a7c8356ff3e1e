"""How a text field becomes a value: the rules of LazySimpleSerDe and of OpenCSVSerde.

LazySimpleSerDe reads what it cannot read as NULL. OpenCSVSerde fails, and it reads dates as days and
timestamps as milliseconds since 1970: https://docs.aws.amazon.com/athena/latest/ug/csv-serde.html.
"""

from __future__ import annotations

from emulator.engine.duckdb.literals import text
from emulator.trino.errors import Unsupported, raising
from emulator.trino.physical import duckdb_type
from emulator.trino.types import Type

_WHOLE = r"[+-]?\d+"
_DECIMAL = r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?"
_DOUBLE = rf"({_DECIMAL}[dDfF]?|[+-]?(NaN|Infinity))"
_DATE = r"[+-]?\d{1,6}-\d{1,2}-\d{1,2}"
_TIMESTAMP = rf"{_DATE} \d{{1,2}}:\d{{2}}(:\d{{2}}(\.\d{{1,9}})?)?"
_TO_MICROSECONDS = _TIMESTAMP.replace("{1,9}", "{1,6}")
_BASE64 = r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?"


def lazy(field: str, kind: Type, separators: str, level: int = 1) -> str:
    """LazySimpleSerDe's value of a field; ``separators`` are those of the nesting levels, from level 0."""
    if kind.inner:
        return _lazy_nested(field, kind, separators, level)
    return _scalar(field, kind)


def _scalar(field: str, kind: Type) -> str:
    wanted = duckdb_type(kind)
    if kind.is_text:
        cut = f"left({field}, {kind.args[0]})" if kind.args else field
        return f"rtrim({cut}, ' ')" if kind.base == "char" else cut
    if kind.base == "boolean":
        return f"CASE upper({field}) WHEN 'TRUE' THEN true WHEN 'FALSE' THEN false END"
    if kind.is_integer:
        return _guarded(field, _WHOLE, f"TRY_CAST({field} AS {wanted})")
    if kind.base == "decimal":
        return _guarded(field, _DECIMAL, f"TRY_CAST({field} AS {wanted})")
    if kind.base in ("real", "double"):
        return _guarded(f"trim({field})", _DOUBLE, f"TRY_CAST(rtrim(trim({field}), 'dDfF') AS {wanted})")
    if kind.base == "date":
        return _guarded(f"trim({field})", _DATE, f"TRY_CAST(ltrim(trim({field}), '+') AS DATE)")
    if kind.base == "timestamp":
        known = f"regexp_extract(ltrim(trim({field}), '+'), {text(_TO_MICROSECONDS)})"
        moment = f"TRY_CAST({known} AS TIMESTAMP)"
        rounded = f"date_trunc('millisecond', {moment} + INTERVAL 500 MICROSECOND)"
        return _guarded(f"trim({field})", _TIMESTAMP, rounded)
    if kind.base == "varbinary":
        is_base64 = f"regexp_full_match({field}, {text(_BASE64)})"
        return f"CASE WHEN {is_base64} THEN from_base64({field}) ELSE encode({field}) END"
    raise Unsupported(f"Reading type {kind} from text is not supported")


def _guarded(field: str, pattern: str, value: str) -> str:
    return f"CASE WHEN regexp_full_match({field}, {text(pattern)}) THEN {value} END"


def _lazy_nested(field: str, kind: Type, separators: str, level: int) -> str:
    if level >= len(separators):
        raise Unsupported("Text that is nested deeper than its separators is not supported")
    parts = f"string_split({field}, {text(separators[level])})"
    if kind.base == "array":
        entry = f"x{level}"
        item = _item(entry, kind.element, separators, level + 1)
        items = f"list_transform({parts}, lambda {entry}: {item})"
        return _unless_empty(field, items, f"[]::{duckdb_type(kind)}")
    if kind.base == "map":
        return _lazy_map(field, kind, separators, level, parts)
    fields = ", ".join(
        f"f{place} := {_item(f'{parts}[{place + 1}]', inner, separators, level + 1)}"
        for place, inner in enumerate(kind.inner)
    )
    return f"CASE WHEN {field} IS NOT NULL THEN struct_pack({fields}) END"


def _item(field: str, kind: Type, separators: str, level: int) -> str:
    present = f"nullif({field}, '\\N')"
    return lazy(present, kind, separators, level)


def _lazy_map(field: str, kind: Type, separators: str, level: int, parts: str) -> str:
    if level + 1 >= len(separators):
        raise Unsupported("Text that is nested deeper than its separators is not supported")
    entry = f"x{level}"
    pair = f"string_split({entry}, {text(separators[level + 1])})"
    key = _item(f"{pair}[1]", kind.inner[0], separators, level + 2)
    value = _item(f"{pair}[2]", kind.inner[1], separators, level + 2)
    entries = f"list_transform({parts}, lambda {entry}: struct_pack(key := {key}, value := {value}))"
    # a key that cannot be read has no entry
    kept = f"list_filter({entries}, lambda {entry}: {entry}.key IS NOT NULL)"
    return _unless_empty(field, f"map_from_entries({kept})", f"MAP {{}}::{duckdb_type(kind)}")


def _unless_empty(field: str, value: str, empty: str) -> str:
    return f"CASE WHEN {field} IS NULL THEN NULL WHEN {field} = '' THEN {empty} ELSE {value} END"


def open_csv(field: str, kind: Type, place: int, invalid_is_null: bool) -> str:
    """OpenCSVSerde's value of the field at a place (from 0); a bad one fails unless it may be NULL."""
    if kind.is_text:
        return _scalar(field, kind)
    if kind.base == "boolean":
        value = f"CASE lower({field}) WHEN 'true' THEN true WHEN 'false' THEN false END"
    elif kind.is_integer:
        value = _guarded(field, _WHOLE, f"TRY_CAST({field} AS {duckdb_type(kind)})")
    elif kind.base in ("real", "double"):
        value = _scalar(field, kind)
    elif kind.base == "date":
        value = _guarded(field, _WHOLE, f"DATE '1970-01-01' + TRY_CAST({field} AS INTEGER)")
    elif kind.base == "timestamp":
        value = _guarded(field, _WHOLE, f"epoch_ms(TRY_CAST({field} AS BIGINT))")
    else:
        raise Unsupported(f"OpenCSVSerde does not read type {kind}")
    if invalid_is_null:
        return value
    failure = raising("HIVE_BAD_DATA", f"Error parsing field value '\0' for field {place}: For input string")
    before, after = failure.split("\0")
    message = f"{text(before)} || {field} || {text(after)}"
    return f"CASE WHEN {field} IS NULL THEN NULL ELSE coalesce({value}, error({message})) END"
