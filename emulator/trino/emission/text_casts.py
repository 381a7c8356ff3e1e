"""Casts from varchar: DuckDB's readers behind a check of Trino's form."""

from __future__ import annotations

from emulator.trino import types as t
from emulator.trino.emission.temporal import rounded
from emulator.trino.emission.values import cast, failing, text
from emulator.trino.errors import END_MARK, MARK
from emulator.trino.types import Type

_INTEGER = r"\s*[+-]?[0-9]+\s*"
_NUMBER = r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?"
_DOUBLE = r"\s*[+-]?(([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?[dDfF]?|NaN|Infinity)\s*"
_DATE = r"\s*[+-]?[0-9]{4,}-[0-9]{1,2}-[0-9]{1,2}\s*"
_STAMP = r"\s*[+-]?[0-9]{4,}-[0-9]{1,2}-[0-9]{1,2}( [0-9]{1,2}:[0-9]{1,2}(:[0-9]{1,2}(\.[0-9]{1,12})?)?)?\s*"
_TIME = r"\s*[0-9]{1,2}:[0-9]{1,2}(:[0-9]{1,2}(\.[0-9]{1,12})?)?\s*"


def from_text(sql: str, target: Type) -> str:
    """CAST(varchar AS target), raising INVALID_CAST_ARGUMENT for text that Trino does not read."""
    if target == t.BOOLEAN:
        return (
            f"CASE WHEN lower({sql}) IN ('true', 't', '1') THEN TRUE "
            f"WHEN lower({sql}) IN ('false', 'f', '0') THEN FALSE "
            f"WHEN {sql} IS NOT NULL THEN {_refused(sql, target)} END"
        )
    if target == t.VARBINARY:
        return f"encode({sql})"
    if target.is_integer:
        return _checked(sql, _INTEGER, cast(f"trim({sql})", target), target)
    if target in (t.DOUBLE, t.REAL):
        return _checked(sql, _DOUBLE, cast(f"rtrim(trim({sql}), 'dDfF')", target), target)
    if target.base == "decimal":
        return _checked(sql, _NUMBER, cast(f"trim({sql})", target), target)
    if target == t.DATE:
        return _checked(sql, _DATE, cast(f"trim({sql})", target), target)
    if target.base == "timestamp":
        return _checked(sql, _STAMP, _stamp(sql, target), target)
    if target.base == "time":
        return _checked(sql, _TIME, _stamp(sql, target), target)
    if target.base == "timestamp with time zone":
        return f"trino_read_zoned({sql}, {target.precision})"
    if target.base == "ipaddress":
        return f"trino_read_address({sql})"
    return cast(sql, target)


def _stamp(sql: str, target: Type) -> str:
    return rounded(cast(f"trim({sql})", target), Type(target.base, (6,)), target)


def _checked(sql: str, pattern: str, good: str, target: Type) -> str:
    matches = f"regexp_full_match({sql}, {text(pattern)})"
    return f"CASE WHEN {matches} THEN {good} WHEN {sql} IS NOT NULL THEN {_refused(sql, target)} END"


def _refused(sql: str, target: Type) -> str:
    """The error of a text that is not of the target's form."""
    head = f"{MARK}INVALID_CAST_ARGUMENT:Cannot cast ''"
    tail = f"'' to {target}{END_MARK}"
    return failing(f"'{head}' || {sql} || '{tail}'", target)
