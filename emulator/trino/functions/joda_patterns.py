"""Date formats as lists of elements: Joda's letters (format_datetime) and MySQL's (date_format)."""

from __future__ import annotations

import re
from dataclasses import dataclass


class PatternProblem(ValueError):
    """A format that Trino refuses, with its reason."""


@dataclass(frozen=True)
class Number:
    """A field's value in digits: at least `least` when shown, at most `most` when read."""

    field: str
    least: int
    most: int
    signed: bool = False


@dataclass(frozen=True)
class Name:
    """A month, weekday, half-day or era by its English name."""

    field: str
    short: bool


@dataclass(frozen=True)
class TwoDigits:
    """A year in two digits, in the hundred years around a pivot; None is the usual one, thirty years ago."""

    field: str
    pivot: int | None
    lenient: bool


@dataclass(frozen=True)
class Fraction:
    """Digits after the point of a second (or another field's), shown with `least` and read with `most`."""

    field: str
    least: int
    most: int


@dataclass(frozen=True)
class Literal:
    """Text that stands for itself; case does not matter when it is read."""

    text: str


@dataclass(frozen=True)
class Offset:
    """An offset from UTC, `+0100` or with a colon."""

    colon: bool


@dataclass(frozen=True)
class ZoneId:
    """A zone's name."""


@dataclass(frozen=True)
class ZoneName:
    """A zone's abbreviation, or its long name."""

    short: bool


Element = Number | Name | TwoDigits | Fraction | Literal | Offset | ZoneId | ZoneName

_JODA_NUMBERS = {
    "d": ("day", 2), "h": ("clock_half_hour", 2), "H": ("hour", 2), "k": ("clock_hour", 2),
    "K": ("half_hour", 2), "m": ("minute", 2), "s": ("second", 2), "e": ("weekday", 1),
    "D": ("day_of_year", 3), "w": ("week", 2),
}  # fmt: skip
_JODA_YEARS = {"x": "weekyear", "y": "year", "Y": "year_of_era"}
_NUMERIC = set("cCxyYdhHmsSeDFwWkK")
_TOKEN = re.compile(r"([A-Za-z])\1*|(?:''|'(?:[^']|'')*(?:'|$)|[^A-Za-z'])+", re.DOTALL)


def joda(pattern: str) -> list[Element]:
    """The elements of a pattern of Joda's. Raises PatternProblem."""
    if not pattern:
        raise PatternProblem("Invalid pattern specification: Pattern is null or empty")
    tokens = [found.group() for found in _TOKEN.finditer(pattern)]
    elements: list[Element] = []
    for place, token in enumerate(tokens):
        following = tokens[place + 1] if place + 1 < len(tokens) else ""
        elements.append(_joda_element(token, _is_number(following)))
    if elements == [Literal("")]:
        raise PatternProblem("Both printing and parsing not supported")
    return elements


def _is_number(token: str) -> bool:
    return token[:1] in _NUMERIC if token[:1] != "M" else len(token) <= 2


def _joda_element(token: str, before_number: bool) -> Element:
    letter, size = token[0], len(token)
    if not letter.isascii() or not letter.isalpha():
        return Literal(_unquoted(token))
    if letter in _JODA_NUMBERS:
        field, most = _JODA_NUMBERS[letter]
        return Number(field, size, max(most, size))
    if letter in _JODA_YEARS:
        return _joda_year(letter, size, before_number)
    if letter == "M":
        return Name("month", size < 4) if size >= 3 else Number("month", size, 2)
    if letter == "C":
        return Number("century", size, size, signed=True)
    if letter == "S":
        return Fraction("fraction_of_second", size, size)
    if letter == "Z":
        return ZoneId() if size > 2 else Offset(size == 2)
    if letter == "z":
        return ZoneName(size < 4)
    names = {"G": "era", "a": "halfday", "E": "weekday"}
    if letter in names:
        return Name(names[letter], size < 4)
    raise PatternProblem(f"Illegal pattern component: {token}")


def _joda_year(letter: str, size: int, before_number: bool) -> Element:
    if size == 2:
        return TwoDigits("weekyear" if letter == "x" else "year", None, lenient=not before_number)
    return Number(_JODA_YEARS[letter], size, size if before_number else max(9, size), signed=letter != "Y")


def _unquoted(token: str) -> str:
    kept: list[str] = []
    place = 0
    while place < len(token):
        if token.startswith("''", place):
            kept.append("'")
            place += 1
        elif token[place] != "'":
            kept.append(token[place])
        place += 1
    return "".join(kept)


_MYSQL_PIVOT = 2020
_CLOCK: tuple[Element, ...] = (Number("minute", 2, 2), Literal(":"), Number("second", 2, 2))
_MYSQL: dict[str, tuple[Element, ...]] = {
    "a": (Name("weekday", True),), "b": (Name("month", True),), "c": (Number("month", 1, 2),),
    "d": (Number("day", 2, 2),), "e": (Number("day", 1, 2),), "f": (Fraction("fraction_of_second", 6, 9),),
    "H": (Number("hour", 2, 2),), "h": (Number("clock_half_hour", 2, 2),),
    "I": (Number("clock_half_hour", 2, 2),),
    "i": (Number("minute", 2, 2),), "j": (Number("day_of_year", 3, 3),), "k": (Number("hour", 1, 2),),
    "l": (Number("clock_half_hour", 1, 2),), "M": (Name("month", False),), "m": (Number("month", 2, 2),),
    "p": (Name("halfday", False),),
    "r": (Number("clock_half_hour", 2, 2), Literal(":"), *_CLOCK, Literal(" "), Name("halfday", False)),
    "S": (Number("second", 2, 2),), "s": (Number("second", 2, 2),),
    "T": (Number("hour", 2, 2), Literal(":"), *_CLOCK),
    "v": (Number("week", 2, 2),), "W": (Name("weekday", False),),
    "x": (Number("weekyear", 4, 4, signed=True),),
    "Y": (Number("year", 4, 4, signed=True),), "y": (TwoDigits("year", _MYSQL_PIVOT, False),),
}  # fmt: skip
_MYSQL_REFUSED = set("DUuVwX")
_ISO_DATE = "%Y-%m-%d"


def mysql(pattern: str) -> list[Element]:
    """The elements of a format of MySQL's. Raises PatternProblem.

    An unknown letter stands for itself and a last `%` for nothing. The commonest format of all, `%Y-%m-%d`,
    is read as an ISO date, which may have a year of more than four digits.
    """
    elements: list[Element] = []
    for found in re.finditer(r"%(.)|%$|([^%])", pattern, re.DOTALL):
        letter, plain = found.groups()
        if plain is not None:
            elements.append(Literal(plain))
        elif letter in _MYSQL_REFUSED:
            raise PatternProblem(f"%{letter} not supported in date format string")
        elif letter is not None:
            elements.extend(_MYSQL.get(letter, (Literal(letter),)))
    if not elements:
        raise PatternProblem("Both printing and parsing not supported")
    if pattern == _ISO_DATE:
        elements[0] = Number("year", 4, 9, signed=True)
    return elements
