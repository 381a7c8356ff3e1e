"""Casts from varchar: DuckDB's readers behind a check of Trino's form."""

from __future__ import annotations

from emulator.trino import types as t
from emulator.trino.emission.temporal import rounded
from emulator.trino.emission.values import cast, failing, text, unless
from emulator.trino.errors import END_MARK, MARK
from emulator.trino.physical import MICROSECOND_DIGITS
from emulator.trino.types import Type

_INTEGER = r"\s*[+-]?[0-9]+\s*"
_NUMBER = r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?"
_DOUBLE = r"\s*[+-]?(([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?[dDfF]?|NaN|Infinity)\s*"
_DATE = r"\s*[+-]?[0-9]{4,}-[0-9]{1,2}-[0-9]{1,2}\s*"
_BLANKS = r"\s*"
_HOUR = "(?:[01]?[0-9]|2[0-3])"
_STAMP = (
    rf"\s*[+-]?[0-9]{{4,}}-[0-9]{{1,2}}-[0-9]{{1,2}}"
    rf"(?: {_HOUR}:[0-9]{{1,2}}(?::[0-9]{{1,2}}(?:\.[0-9]{{1,12}})?)?)?\s*"
)
_ZONED = rf"({_STAMP.removesuffix(_BLANKS)})\s*([A-Za-z+-]\S*)\s*"
_OFFSET = r"[+-][0-9]{1,2}(:?[0-9]{2})?"
_TIME = rf"\s*{_HOUR}:[0-9]{{1,2}}(:[0-9]{{1,2}}(\.[0-9]{{1,12}})?)?\s*"


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
        return _timestamp(sql, target)
    if target.base == "time":
        return _checked(sql, _TIME, _fine(sql, target), target)
    if target.base == "timestamp with time zone":
        return f"trino_read_zoned({sql}, {target.precision})"
    if target.base == "ipaddress":
        return f"trino_read_address({sql})"
    return cast(sql, target)


def _stamp(sql: str, target: Type) -> str:
    """DuckDB's own cast cuts what is finer than microseconds off; half of one rounds up."""
    read = cast(f"trim({sql})", target)
    if target.precision != MICROSECOND_DIGITS:
        return rounded(read, Type(target.base, (MICROSECOND_DIGITS,)), target)
    up = f"regexp_matches({sql}, '\\.[0-9]{{6}}[5-9]')"
    return f"({read} + to_microseconds(CASE WHEN {up} THEN 1 ELSE 0 END))"


def _timestamp(sql: str, target: Type) -> str:
    """A zone behind the time must be one, and counts for nothing else."""
    zone, bare = (f"regexp_replace({sql}, {text(_ZONED)}, '\\{part}')" for part in (2, 1))
    zoned = (
        f"regexp_full_match({sql}, {text(_ZONED)}) AND "
        f"(regexp_full_match({zone}, {text(_OFFSET)}) OR trino_is_zone({zone}))"
    )
    return (
        f"CASE WHEN regexp_full_match({sql}, {text(_STAMP)}) THEN {_fine(sql, target)} "
        f"WHEN {zoned} THEN {_fine(bare, target)} "
        f"WHEN {sql} IS NOT NULL THEN {_refused(sql, target)} END"
    )


def _fine(sql: str, target: Type) -> str:
    """Finer digits than DuckDB keeps are refused where they count."""
    if target.precision <= MICROSECOND_DIGITS:
        return _stamp(sql, target)
    message = f"A {target} finer than microseconds is not supported"
    fine = f"regexp_matches({sql}, '\\.[0-9]{{6}}0*[1-9]')"
    return unless(fine, "NOT_SUPPORTED", message, _stamp(sql, target), target)


def _checked(sql: str, pattern: str, good: str, target: Type) -> str:
    matches = f"regexp_full_match({sql}, {text(pattern)})"
    return f"CASE WHEN {matches} THEN {good} WHEN {sql} IS NOT NULL THEN {_refused(sql, target)} END"


def _refused(sql: str, target: Type) -> str:
    """The error of a text that is not of the target's form."""
    head = f"{MARK}INVALID_CAST_ARGUMENT:Cannot cast ''"
    tail = f"'' to {target}{END_MARK}"
    return failing(f"'{head}' || {sql} || '{tail}'", target)
