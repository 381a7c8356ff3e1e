"""Reading a text by the elements of a format, as Joda-Time's parsers do."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from emulator.trino.emission.zones import ZONE_NAMES
from emulator.trino.functions.joda_calendar import FieldProblem, millis_of
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
from emulator.trino.functions.zone_links import CANONICAL

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_SHORT_ZONES = {
    "UT": "UTC", "UTC": "UTC", "GMT": "UTC", "EST": "America/New_York", "EDT": "America/New_York",
    "CST": "America/Chicago", "CDT": "America/Chicago", "MST": "America/Denver", "MDT": "America/Denver",
    "PST": "America/Los_Angeles", "PDT": "America/Los_Angeles",
}  # fmt: skip
_FIXED_LINKS = {"EST": "America/Panama", "MST": "America/Phoenix", "HST": "Pacific/Honolulu"}
_OFFSET = re.compile(
    r"([+-])([01]\d|2[0-3])(?::([0-5]\d)(?::([0-5]\d)(?:[.,]\d{1,3})?)?|([0-5]\d)([0-5]\d)?)?", re.ASCII
)
_DIGITS = re.compile(r"\d+", re.ASCII)


class Unreadable(ValueError):
    """A text that a format does not read, in Joda's words."""


@dataclass
class Reading:
    """What was read so far: fields, and the zone's name or its offset in milliseconds."""

    fields: list[tuple[str, int]] = field(default_factory=list)
    zone: str | None = None
    offset: int | None = None


@dataclass(frozen=True)
class Moment:
    """A local time in milliseconds since 1970, with the zone or offset that was read, if any."""

    millis: int
    zone: str | None
    offset: int | None


def read(text: str, elements: list[Element], this_year: int) -> Moment:
    """The local time that a text stands for. Raises Unreadable."""
    reading = Reading()
    at = 0
    for element in elements:
        end = _READERS[type(element)](element, text, at, reading, this_year)
        if end < 0:
            raise Unreadable(_malformed(text, ~end))
        at = end
    if at < len(text):
        raise Unreadable(_malformed(text, at))
    return moment(text, reading)


def moment(text: str, reading: Reading) -> Moment:
    """The local time that the fields read from a text make. Raises Unreadable."""
    try:
        return Moment(millis_of(reading.fields), reading.zone, reading.offset)
    except FieldProblem as problem:
        raise Unreadable(f'Cannot parse "{text}": {problem}') from None


def _malformed(text: str, at: int) -> str:
    sample = text if len(text) <= at + 35 else text[: at + 32] + "..."
    if at <= 0:
        return f'Invalid format: "{sample}"'
    if at >= len(text):
        return f'Invalid format: "{sample}" is too short'
    return f'Invalid format: "{sample}" is malformed at "{sample[at:]}"'


def malformed_from(text: str) -> Unreadable:
    """The failure of a text that is of no known form at all."""
    return Unreadable(_malformed(text, 0))


def _read_number(element: Number, text: str, at: int, reading: Reading, this_year: int) -> int:
    start = at
    sign = text[at : at + 1] if element.signed else ""
    if sign in ("+", "-") and sign and at + 1 < len(text) and element.most > 1:
        start += 1
    digits = _DIGITS.match(text, start, start + element.most)
    if digits is None:
        return ~at
    value = int(digits.group())
    reading.fields.append((element.field, -value if start > at and sign == "-" else value))
    return digits.end()


def _read_two_digits(element: TwoDigits, text: str, at: int, reading: Reading, this_year: int) -> int:
    pivot = this_year - 30 if element.pivot is None else element.pivot
    if element.lenient:
        found = re.compile(r"([+-]?)(\d+)", re.ASCII).match(text, at)
        if found is None:
            return ~at
        if found.group(1) or len(found.group(2)) != 2:
            reading.fields.append((element.field, int(found.group())))
            return found.end()
    if not re.compile(r"\d\d", re.ASCII).match(text, at):
        return ~at
    year = int(text[at : at + 2])
    low = pivot - 50
    reading.fields.append((element.field, year + low + (100 if year < low % 100 else 0) - low % 100))
    return at + 2


def _read_fraction(element: Fraction, text: str, at: int, reading: Reading, this_year: int) -> int:
    digits = _DIGITS.match(text, at, at + element.most)
    if digits is None:
        return ~at
    reading.fields.append((element.field, int(digits.group().ljust(9, "0")) // 1_000_000))
    return digits.end()


def _read_literal(element: Literal, text: str, at: int, reading: Reading, this_year: int) -> int:
    end = at + len(element.text)
    return end if text[at:end].lower() == element.text.lower() else ~at


def _forms(name: str) -> tuple[str, ...]:
    short = name[:3]
    return name, name.lower(), name.upper(), short, short.lower(), short.upper()


@lru_cache
def _names(kind: str) -> dict[str, int]:
    """Each form of each name that Joda reads, and its value."""
    if kind == "halfday":
        return {"AM": 0, "am": 0, "PM": 1, "pm": 1}
    if kind == "era":
        return {"BC": 0, "bc": 0, "BCE": 0, "bce": 0, "AD": 1, "ad": 1, "CE": 1, "ce": 1}
    names = MONTHS if kind == "month" else WEEKDAYS
    return {form: number for number, name in enumerate(names, 1) for form in _forms(name)}


def _read_name(element: Name, text: str, at: int, reading: Reading, this_year: int) -> int:
    known = _names(element.field)
    for end in range(min(len(text), at + 9), at, -1):
        value = known.get(text[at:end])
        if value is not None:
            reading.fields.append((element.field, value))
            return end
    return ~at


def _read_offset(element: Offset, text: str, at: int, reading: Reading, this_year: int) -> int:
    if text[at : at + 1] in ("Z", "z"):
        reading.offset = 0
        return at + 1
    found = _OFFSET.match(text, at)
    if found is None:
        return ~(at + 1 if text[at : at + 1] in ("+", "-") else at)
    sign, hours, minutes, seconds, tight_minutes, tight_seconds = found.groups()
    total = int(hours) * 3600 + int(minutes or tight_minutes or 0) * 60 + int(seconds or tight_seconds or 0)
    reading.offset = (-total if sign == "-" else total) * 1000
    return found.end()


def _read_zone_id(element: ZoneId, text: str, at: int, reading: Reading, this_year: int) -> int:
    for end in range(min(len(text), at + 40), at, -1):
        name = text[at:end]
        if name in ZONE_NAMES or name in _FIXED_LINKS:
            reading.zone = _FIXED_LINKS.get(name) or CANONICAL.get(name, name)
            return end
    return ~at


def _read_zone_name(element: ZoneName, text: str, at: int, reading: Reading, this_year: int) -> int:
    for end in (at + 3, at + 2):
        zone = _SHORT_ZONES.get(text[at:end])
        if zone is not None:
            reading.zone = zone
            return end
    return ~at


_Reader = Callable[[Any, str, int, Reading, int], int]
_READERS: dict[type[Any], _Reader] = {
    Number: _read_number, TwoDigits: _read_two_digits, Fraction: _read_fraction, Literal: _read_literal,
    Name: _read_name, Offset: _read_offset, ZoneId: _read_zone_id, ZoneName: _read_zone_name,
}  # fmt: skip
