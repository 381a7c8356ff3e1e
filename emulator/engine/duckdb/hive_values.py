"""Texts as values, as Hive's line formats (JSON, regular expressions) read them; None for what is no value.

Dates are days since 1970, timestamps microseconds since 1970 rounded to milliseconds: Arrow takes both.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from functools import lru_cache

from emulator.trino.errors import Unsupported
from emulator.trino.types import INTEGER_WIDTHS, Type

Value = bool | int | float | str | bytes | Decimal | None

DAY_MICROSECONDS = 86_400_000_000

_WHOLE = re.compile(r"[+-]?[0-9]+")
_DECIMAL = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
_DOUBLE = re.compile(r"[+-]?(NaN|Infinity|([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?[dDfF]?)")
_DATE = r"([+-]?[0-9]{1,9})-([0-9]{1,9})-([0-9]{1,9})"
_DATE_ONLY = re.compile(_DATE)
_TIMESTAMP = re.compile(
    rf"{_DATE}(?: ([0-9]{{1,9}}):([0-9]{{1,9}}):([0-9]{{1,9}})(?:\.([0-9]{{0,9}}))?)?"
    rf"|{_DATE}[Tt]([0-9]{{1,9}}):([0-9]{{1,9}})(?::([0-9]{{1,9}})(?:\.([0-9]{{0,9}}))?)?"
)
_PRECISE = Context(prec=120)
_REMEMBERED = 10_000
"""Dates whose days are remembered: files have few of them, on many lines."""


def whole(text: str, kind: Type) -> int | None:
    """A whole number that fits its type, of decimal digits only."""
    return fitting(int(text), kind) if _WHOLE.fullmatch(text) else None


def fitting(value: int, kind: Type) -> int | None:
    """A whole number, or None if its type is too small for it."""
    limit = 1 << (INTEGER_WIDTHS[kind.base] - 1)
    return value if -limit <= value < limit else None


def floating(text: str) -> float | None:
    """A number as Java's Double.parseDouble reads it."""
    trimmed = text.strip()
    return float(trimmed.rstrip("dDfF")) if _DOUBLE.fullmatch(trimmed) else None


def decimal(text: str, kind: Type) -> Decimal | None:
    """A number rounded half up to the type's scale; None if it has too many digits."""
    if not _DECIMAL.fullmatch(text):
        return None
    try:
        value = Decimal(text).quantize(Decimal(1).scaleb(-kind.scale), ROUND_HALF_UP, _PRECISE)
    except InvalidOperation:
        return None
    return value if len(value.as_tuple().digits) <= kind.precision else None


@lru_cache(maxsize=_REMEMBERED)
def date(text: str) -> int | None:
    """A date, of which a time after a blank is cut off; days beyond a month's end count into the next."""
    found = _DATE_ONLY.fullmatch(text.strip().partition(" ")[0])
    return _days(*map(int, found.groups())) if found else None


def timestamp(text: str) -> int | None:
    """``yyyy-mm-dd hh:mm:ss.f``, or with a ``T``; a date alone is its midnight."""
    found = _TIMESTAMP.fullmatch(text.strip())
    if not found:
        return None
    parts = found.groups()[:7] if found.group(1) else found.groups()[7:]
    days = _days(*(int(part) for part in parts[:3]))
    hours, minutes, seconds = (int(part or 0) for part in parts[3:6])
    nanoseconds = int((parts[6] or "").ljust(9, "0"))
    whole_seconds = (hours * 60 + minutes) * 60 + seconds
    rounded = (nanoseconds + 500_000) // 1_000_000 * 1000
    return days * DAY_MICROSECONDS + whole_seconds * 1_000_000 + rounded


@lru_cache(maxsize=_REMEMBERED)
def _days(year: int, month: int, day: int) -> int:
    """Days since 1970 of a date of the Gregorian calendar; months and days may be out of range."""
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    # years that begin in March, so that a leap day is the last day
    shifted = year - (month <= 2)
    era, of_era = divmod(shifted, 400)
    of_year = (153 * ((month + 9) % 12) + 2) // 5
    return era * 146_097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year + day - 1 - 719_468


def cut(text: str, kind: Type) -> str:
    """A text cut to its type's length; a char loses its blanks at the end."""
    short = text[: kind.args[0]] if kind.args else text
    return short.rstrip(" ") if kind.base == "char" else short


def parser(kind: Type) -> Callable[[str], Value]:
    """What makes a text a value of a type, as RegexSerDe does; raises Unsupported."""
    if kind.is_text:
        return lambda text: cut(text, kind)
    if kind.base == "boolean":
        return lambda text: text.lower() == "true"
    if kind.is_integer:
        return lambda text: whole(text, kind)
    if kind.base == "decimal":
        return lambda text: decimal(text, kind)
    simple: dict[str, Callable[[str], Value]] = {
        "real": floating,
        "double": floating,
        "date": date,
        "timestamp": timestamp,
    }
    if kind.base not in simple:
        raise Unsupported(f"Reading type {kind} from text is not supported")
    return simple[kind.base]
