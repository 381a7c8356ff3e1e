"""Showing a local time by the elements of a format, as DuckDB text: one strftime where it says the same."""

from __future__ import annotations

from collections.abc import Sequence

from emulator.trino.emission.values import text
from emulator.trino.functions.joda_patterns import (
    Element,
    Fraction,
    Literal,
    Name,
    Number,
    Offset,
    TwoDigits,
    ZoneId,
    ZoneName,
)
from emulator.trino.runtime import macro

macro(
    "trino_padded(number, width)",
    """CASE WHEN number < 0 THEN '-' ELSE '' END
    || lpad(CAST(abs(number) AS VARCHAR), 
      CAST(greatest(width, length(CAST(abs(number) AS VARCHAR))) AS INTEGER), '0')""",
)
macro(
    "trino_short_offset(seconds, colon)",
    """CASE WHEN seconds < 0 THEN '-' ELSE '+' END || lpad(CAST(abs(seconds) // 3600 AS VARCHAR), 2, '0')
    || colon || lpad(CAST(abs(seconds) // 60 % 60 AS VARCHAR), 2, '0')""",
)

_PLAIN = {
    ("month", 2): "%m", ("month", 1): "%-m", ("day", 2): "%d", ("day", 1): "%-d", ("hour", 2): "%H",
    ("hour", 1): "%-H", ("clock_half_hour", 2): "%I", ("clock_half_hour", 1): "%-I", ("minute", 2): "%M",
    ("minute", 1): "%-M", ("second", 2): "%S", ("second", 1): "%-S", ("day_of_year", 3): "%j",
    ("day_of_year", 1): "%-j", ("week", 2): "%V", ("weekday", 1): "%u",
}  # fmt: skip
"""A field and the digits it is shown with, where DuckDB's strftime has a letter for it."""
_NAMES = {
    ("month", True): "%b", ("month", False): "%B", ("weekday", True): "%a", ("weekday", False): "%A",
    ("halfday", True): "%p", ("halfday", False): "%p",
}  # fmt: skip
_YEARS = {"year": "%Y", "weekyear": "%G"}
_VALUES = {
    "century": "(abs(year({0})) // 100)",
    "year": "year({0})",
    "year_of_era": "CASE WHEN year({0}) > 0 THEN year({0}) ELSE 1 - year({0}) END",
    "weekyear": "isoyear({0})",
    "month": "month({0})",
    "week": "week({0})",
    "day_of_year": "dayofyear({0})",
    "day": "day({0})",
    "weekday": "isodow({0})",
    "hour": "hour({0})",
    "clock_hour": "CASE WHEN hour({0}) = 0 THEN 24 ELSE hour({0}) END",
    "half_hour": "(hour({0}) % 12)",
    "clock_half_hour": "((hour({0}) + 11) % 12 + 1)",
    "minute": "minute({0})",
    "second": "second({0})",
}


def shown(elements: Sequence[Element], local: str, zoned: str | None) -> str:
    """The text of a local time (and of its zone, given the timestamp with time zone that it is of).

    strftime writes years of four digits as Joda does; other years are put together piece by piece.
    """
    if any(isinstance(e, Number) and e.field in _YEARS and e.least == 4 for e in elements):
        fast = _joined(elements, local, zoned, True)
        slow = _joined(elements, local, zoned, False)
        return f"CASE WHEN year({local}) BETWEEN 1 AND 9998 THEN {fast} ELSE {slow} END"
    return _joined(elements, local, zoned, False)


def _joined(elements: Sequence[Element], local: str, zoned: str | None, usual: bool) -> str:
    parts: list[str] = []
    letters = ""
    for element in elements:
        letter = _letter(element, usual)
        if letter is not None:
            letters += letter
            continue
        parts += [_strftime(local, letters)] if letters else []
        letters = ""
        parts.append(_piece(element, local, zoned))
    parts += [_strftime(local, letters)] if letters else []
    return f"({' || '.join(parts)})" if len(parts) > 1 else parts[0]


def _strftime(local: str, letters: str) -> str:
    return f"strftime({local}, {text(letters)})"


def _letter(element: Element, usual: bool) -> str | None:
    """What strftime calls an element, or None if it has no letter that says the same."""
    if isinstance(element, Literal):
        return element.text.replace("%", "%%")
    if isinstance(element, Name):
        return _NAMES.get((element.field, element.short))
    if isinstance(element, Fraction):
        return "%g" + "0" * (element.least - 3) if element.least >= 3 else None
    if isinstance(element, Number):
        if element.field in _YEARS:
            return _YEARS[element.field] if usual and element.least == 4 else None
        return _PLAIN.get((element.field, element.least))
    return None


def _piece(element: Element, local: str, zoned: str | None) -> str:
    if isinstance(element, Number):
        value = _VALUES[element.field].format(local)
        return f"trino_padded({value}, {element.least})"
    if isinstance(element, TwoDigits):
        return f"trino_padded(abs({_VALUES[element.field].format(local)}) % 100, 2)"
    if isinstance(element, Fraction):
        return f"left(strftime({local}, '%g'), {element.least})"
    if isinstance(element, Name):
        return f"CASE WHEN year({local}) > 0 THEN 'AD' WHEN {local} IS NOT NULL THEN 'BC' END"
    return _zone_piece(element, zoned)


def _zone_piece(element: Element, zoned: str | None) -> str:
    if isinstance(element, Offset):
        return f"trino_short_offset(trino_zone_offset({zoned}) // 1000000, '{':' if element.colon else ''}')"
    if isinstance(element, ZoneId):
        return f"trino_canonical_zone(({zoned}).zone)"
    assert isinstance(element, ZoneName)
    return f"trino_zone_name(epoch_us(({zoned}).instant), ({zoned}).zone, {element.short})"
