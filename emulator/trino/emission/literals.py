"""Typed literals, checked and turned into DuckDB text at compile time."""

from __future__ import annotations

import re
from datetime import date

from emulator.trino import types as t
from emulator.trino.emission.addresses import address_text
from emulator.trino.emission.coerce import at_utc
from emulator.trino.emission.moments import exists_in, instant_in, known_zone, read_moment
from emulator.trino.emission.values import Constant, Value, cast, string, text
from emulator.trino.errors import Position, TrinoError, Unsupported
from emulator.trino.json_text import JsonProblem, normalise
from emulator.trino.types import Type

_DATE = re.compile(r"\s*([+-]?\d+)-(\d{1,2})-(\d{1,2})\s*")
_TIME = re.compile(r"\s*(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d+))?)?\s*")
_TIME_ZONE = re.compile(r"\s*\d{1,2}:\d{1,2}(:\d{1,2}(\.\d+)?)?\s*[+-]\d{1,2}:\d{2}\s*")


def typed_literal(kind: Type, written: str, at: Position) -> Value:
    """The literal `kind 'written'`. Raises INVALID_LITERAL."""
    reader = {
        "date": _date, "timestamp": _timestamp, "timestamp with time zone": _timestamp, "time": _time,
        "json": _json, "decimal": _decimal, "char": _char, "uuid": _plain, "boolean": _boolean,
        "ipaddress": _address,
    }.get(kind.base)  # fmt: skip
    if reader is None:
        reader = _integer if kind.is_integer else _float if kind in (t.DOUBLE, t.REAL) else None
    if reader is None:
        raise Unsupported(f"Literal of type {kind} is not supported", at)
    try:
        return reader(kind, written)
    except (ValueError, OverflowError, JsonProblem):
        raise TrinoError("INVALID_LITERAL", f"'{written}' is not a valid {kind} literal", at) from None


def _date(kind: Type, written: str) -> Value:
    found = _DATE.fullmatch(written)
    if not found:
        raise ValueError(written)
    day = date(*map(int, found.groups()))
    return Value(f"DATE '{day.isoformat()}'", t.DATE, Constant(day))


def _timestamp(kind: Type, written: str) -> Value:
    moment = read_moment(written)
    if moment.zone is None:
        sql = f"TIMESTAMP '{moment.local.isoformat(' ', 'microseconds')}'"
        return Value(sql, t.timestamp(moment.digits), Constant(moment.local))
    zone = known_zone(moment.zone)
    if not exists_in(moment.local, zone):
        raise ValueError(f"{moment.local} does not exist in {zone}")
    instant = instant_in(moment.local, zone)
    sql = at_utc(f"TIMESTAMP '{instant.isoformat(' ', 'microseconds')}'", text(zone))
    return Value(sql, t.timestamp_tz(moment.digits))


def _time(kind: Type, written: str) -> Value:
    if _TIME_ZONE.fullmatch(written):
        raise Unsupported("Type time with time zone is not supported")
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


def _address(kind: Type, written: str) -> Value:
    return Value(text(address_text(written)), kind)


def _boolean(kind: Type, written: str) -> Value:
    known = {"true": True, "t": True, "1": True, "false": False, "f": False, "0": False}
    value = known.get(written.lower())
    if value is None:
        raise ValueError(written)
    return Value("TRUE" if value else "FALSE", t.BOOLEAN, Constant(value))


def _integer(kind: Type, written: str) -> Value:
    if "_" in written:
        raise ValueError(written)
    value = int(written)
    bits = t.INTEGER_WIDTHS[kind.base] - 1
    if not -(2**bits) <= value < 2**bits:
        raise ValueError(written)
    return Value(cast(str(value), kind), kind, Constant(value))


def _float(kind: Type, written: str) -> Value:
    return Value(cast(text(repr(float(written))), kind), kind, Constant(float(written)))
