"""LIKE: in Trino a backslash escapes nothing unless ESCAPE says so."""

from __future__ import annotations

from emulator.trino.emission.values import Value, text, unless
from emulator.trino.errors import Position, TrinoError, Unsupported
from emulator.trino.types import BOOLEAN

_BAD_ESCAPE = "Escape character must be followed by '%', '_' or the escape character itself"


def like(value: Value, pattern: Value, escape: Value | None, at: Position) -> str:
    """`value LIKE pattern`; a char is matched with its padding."""
    subject = value.sql
    if value.type.base == "char":
        subject = f"rpad({subject}, {value.type.precision}, ' ')"
    if escape is None:
        return f"({subject} LIKE {pattern.sql})"
    mark = escape.literal
    if not isinstance(mark, str):
        raise Unsupported("LIKE is supported only with a constant ESCAPE", at)
    if len(mark) != 1:
        raise TrinoError("INVALID_FUNCTION_ARGUMENT", "Escape string must be a single character", at)
    matched = f"({subject} LIKE {pattern.sql} ESCAPE {text(mark)})"
    if isinstance(pattern.literal, str):
        _check(pattern.literal, mark, at)
        return matched
    bad = f"{value.sql} IS NOT NULL AND {_is_bad(pattern, mark)}"
    return unless(bad, "INVALID_FUNCTION_ARGUMENT", _BAD_ESCAPE, matched, BOOLEAN)


def _is_bad(pattern: Value, mark: str) -> str:
    """The condition that a pattern known only at run time escapes what cannot be escaped."""
    found = rf"\x{{{ord(mark):x}}}"
    pairs = text(f"{found}(?:%|_|{found})")
    return f"contains(regexp_replace({pattern.sql}, {pairs}, '', 'g'), {text(mark)})"


def _check(pattern: str, mark: str, at: Position) -> None:
    place = 0
    while place < len(pattern):
        if pattern[place] == mark:
            place += 1
            if place >= len(pattern) or pattern[place] not in ("%", "_", mark):
                raise TrinoError("INVALID_FUNCTION_ARGUMENT", _BAD_ESCAPE, at)
        place += 1
