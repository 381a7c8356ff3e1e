"""Timestamps in text, with and without a zone, as literals and casts read them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from emulator.trino.emission.zones import zone_key
from emulator.trino.errors import Unsupported, raising
from emulator.trino.runtime import udf

_STAMP = re.compile(
    r"\s*([+-]?\d{4,})-(\d{1,2})-(\d{1,2})"
    r"(?: (?:(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d+))?)?)?\s*(\S.*?)?)?\s*"
)
_OFFSET = re.compile(r"([+-])(\d\d):(\d\d)")
_ANY_OFFSET = re.compile(r"[+-]\d{1,2}(:?\d{2})?")
MAX_DIGITS = 6


@dataclass(frozen=True)
class Moment:
    """A local time, the digits of fraction that it was written with, and its zone's name as written."""

    local: datetime
    digits: int
    zone: str | None


def read_moment(written: str) -> Moment:
    """Read `2024-02-29[ 10:11[:12[.345]]][ zone]`. Raises ValueError; Unsupported for too many digits."""
    found = _STAMP.fullmatch(written)
    if not found:
        raise ValueError(written)
    *numbers, fraction, zone = found.groups()
    digits = fraction or ""
    if digits[MAX_DIGITS:].strip("0"):
        raise Unsupported(f"Timestamps finer than microseconds are not supported: {written}")
    year, month, day, hour, minute, second = (int(n or 0) for n in numbers)
    local = datetime(year, month, day, hour, minute, second, int(digits[:MAX_DIGITS].ljust(MAX_DIGITS, "0")))
    return Moment(local, len(digits), zone)


def known_zone(name: str) -> str:
    """A zone's name as Trino shows it. Raises ValueError for one that Trino has not."""
    key = zone_key(name)
    if key is None:
        raise ValueError(f"no time zone: {name}")
    return key


def instant_in(local: datetime, zone: str) -> datetime:
    """The instant, in UTC, of a local time in a known zone.

    A time that the zone skips is moved past the gap; of one that comes twice it is the earlier.
    """
    if zone == "UTC":
        return local
    offset = _OFFSET.fullmatch(zone)
    if offset:
        minutes = int(offset.group(2)) * 60 + int(offset.group(3))
        return local - timedelta(minutes=minutes if offset.group(1) == "+" else -minutes)
    return local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC).replace(tzinfo=None)


def exists_in(local: datetime, zone: str) -> bool:
    """Whether clocks of a known zone ever show a local time."""
    if zone == "UTC" or _OFFSET.fullmatch(zone):
        return True
    place = ZoneInfo(zone)
    shown = local.replace(tzinfo=place).astimezone(UTC).astimezone(place)
    return shown.replace(tzinfo=None) == local


def _round(moment: datetime, digits: int) -> datetime:
    if digits >= MAX_DIGITS:
        return moment
    step = 10 ** (MAX_DIGITS - digits)
    past = moment.microsecond % step
    return moment - timedelta(microseconds=past) + timedelta(microseconds=step if 2 * past >= step else 0)


@udf("trino_is_zone", ("VARCHAR",), "BOOLEAN")
def _is_zone(name: str) -> bool:
    return zone_key(name) is not None


@udf("trino_read_zoned", ("VARCHAR", "INTEGER"), "STRUCT(instant TIMESTAMP, zone VARCHAR)")
def _read_zoned(written: str, digits: int) -> dict[str, Any]:
    """CAST(varchar AS timestamp(digits) with time zone); the session's zone is UTC."""
    try:
        moment = read_moment(written)
        zone = "UTC" if moment.zone is None else known_zone(moment.zone)
        return {"instant": _round(instant_in(moment.local, zone), digits), "zone": zone}
    except Unsupported as refused:
        raise ValueError(raising(refused.name, refused.message)) from None
    except (ValueError, OverflowError):
        found = _STAMP.fullmatch(written)
        if found and found.group(8) and _ANY_OFFSET.fullmatch(found.group(8)):
            raise ValueError(raising("NOT_SUPPORTED", f"Time zone not supported: {found.group(8)}")) from None
        message = f"Value cannot be cast to timestamp: {written}"
        raise ValueError(raising("INVALID_CAST_ARGUMENT", message)) from None
