"""Typed literals, checked and turned into DuckDB text at compile time."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from emulator.trino import types as t
from emulator.trino.emission.coerce import at_utc
from emulator.trino.emission.values import Constant, Value, cast, string, text
from emulator.trino.errors import Position, TrinoError, Unsupported
from emulator.trino.json_text import JsonProblem, normalise
from emulator.trino.types import Type

_DATE = re.compile(r"\s*([+-]?\d{4,})-(\d{1,2})-(\d{1,2})\s*")
_STAMP = re.compile(
    r"\s*([+-]?\d{4,})-(\d{1,2})-(\d{1,2})"
    r"(?: (?:(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d+))?)?)?\s*(\S.*?)?)?\s*"
)
_TIME = re.compile(r"\s*(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d+))?)?\s*")
_OFFSET = re.compile(r"([+-])(\d{1,2}):(\d{2})")


def typed_literal(kind: Type, written: str, at: Position) -> Value:
    """The literal `kind 'written'`. Raises INVALID_LITERAL."""
    reader = {
        "date": _date, "timestamp": _timestamp, "timestamp with time zone": _timestamp, "time": _time,
        "json": _json, "decimal": _decimal, "char": _char, "uuid": _plain, "boolean": _boolean,
    }.get(kind.base)  # fmt: skip
    if reader is None:
        reader = _integer if kind.is_integer else _float if kind in (t.DOUBLE, t.REAL) else None
    if reader is None:
        raise Unsupported(f"Literal of type {kind} is not supported", at)
    try:
        return reader(kind, written)
    except (ValueError, OverflowError, ZoneInfoNotFoundError, JsonProblem):
        raise TrinoError("INVALID_LITERAL", f"'{written}' is not a valid {kind} literal", at) from None


def _date(kind: Type, written: str) -> Value:
    found = _DATE.fullmatch(written)
    if not found:
        raise ValueError(written)
    day = date(*map(int, found.groups()))
    return Value(f"DATE '{day.isoformat()}'", t.DATE, Constant(day))


def _timestamp(kind: Type, written: str) -> Value:
    found = _STAMP.fullmatch(written)
    if not found:
        raise ValueError(written)
    *numbers, fraction, zone = found.groups()
    digits = fraction or ""
    if len(digits) > 6:
        raise Unsupported(f"timestamp({len(digits)}) is not supported: at most 6 digits")
    year, month, day, hour, minute, second = (int(n or 0) for n in numbers)
    moment = datetime(year, month, day, hour, minute, second, int(digits.ljust(6, "0")))
    if zone is None:
        sql = f"TIMESTAMP '{moment.isoformat(' ', 'microseconds')}'"
        return Value(sql, t.timestamp(len(digits)), Constant(moment))
    instant, shown = instant_in(moment, zone)
    sql = at_utc(f"TIMESTAMP '{instant.isoformat(' ', 'microseconds')}'", text(shown))
    return Value(sql, t.timestamp_tz(len(digits)))


def instant_in(local: datetime, zone: str) -> tuple[datetime, str]:
    """The instant, in UTC, of a local time in a zone, and the zone's name as Trino shows it.

    Raises ValueError for a local time that the zone skips, ZoneInfoNotFoundError for an unknown zone.
    """
    offset = _OFFSET.fullmatch(zone)
    if offset:
        minutes = int(offset.group(2)) * 60 + int(offset.group(3))
        if minutes > 14 * 60 or int(offset.group(3)) > 59:
            raise ValueError(zone)
        signed = minutes if offset.group(1) == "+" else -minutes
        shown = "UTC" if signed == 0 else f"{offset.group(1)}{minutes // 60:02d}:{minutes % 60:02d}"
        return local - timedelta(minutes=signed), shown
    if zone.upper() in ("UTC", "Z", "GMT", "ETC/UTC"):
        return local, "UTC"
    place = ZoneInfo(zone)
    instant = local.replace(tzinfo=place).astimezone(UTC)
    if instant.astimezone(place).replace(tzinfo=None) != local:
        raise ValueError(f"{local} does not exist in {zone}")
    return instant.replace(tzinfo=None), zone


def _time(kind: Type, written: str) -> Value:
    found = _TIME.fullmatch(written)
    if not found:
        raise ValueError(written)
    hour, minute, second, fraction = found.groups()
    digits = fraction or ""
    if len(digits) > 6 or int(hour) > 23 or int(minute) > 59 or int(second or 0) > 59:
        raise ValueError(written)
    sql = f"TIME '{int(hour):02d}:{int(minute):02d}:{int(second or 0):02d}.{digits.ljust(6, '0')}'"
    return Value(sql, t.time(len(digits)))


def _json(kind: Type, written: str) -> Value:
    return string(normalise(written), t.JSON)


def _decimal(kind: Type, written: str) -> Value:
    if not re.fullmatch(r"\s*[+-]?(\d+\.?\d*|\.\d+)\s*", written):
        raise ValueError(written)
    return Value(cast(text(written.strip()), kind), kind, Constant(written.strip()))


def _char(kind: Type, written: str) -> Value:
    trimmed = written.rstrip(" ")
    return Value(text(trimmed), kind, Constant(trimmed))


def _plain(kind: Type, written: str) -> Value:
    if not re.fullmatch(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}", written):
        raise ValueError(written)
    return Value(cast(text(written), kind), kind)


def _boolean(kind: Type, written: str) -> Value:
    known = {"true": True, "t": True, "1": True, "false": False, "f": False, "0": False}
    value = known.get(written.lower())
    if value is None:
        raise ValueError(written)
    return Value("TRUE" if value else "FALSE", t.BOOLEAN, Constant(value))


def _integer(kind: Type, written: str) -> Value:
    value = int(written)
    bits = t.INTEGER_WIDTHS[kind.base] - 1
    if not -(2**bits) <= value < 2**bits:
        raise ValueError(written)
    return Value(cast(str(value), kind), kind, Constant(value))


def _float(kind: Type, written: str) -> Value:
    return Value(cast(text(repr(float(written))), kind), kind, Constant(float(written)))
