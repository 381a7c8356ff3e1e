"""Time zones: which names there are, and the macros that bring instants to local times and back.

A local time becomes an instant as in Joda-Time's `DateTimeZone.convertLocalToUTC`, which Trino uses for all
but literals and casts: a time that the zone skips is moved past the gap; of a time that comes twice, zones
east of Greenwich take the later one and zones west of it the earlier.
"""

from __future__ import annotations

import re
from zoneinfo import available_timezones

from emulator.trino.runtime import macro

MAX_OFFSET_MINUTES = 14 * 60
_REFUSED = {
    "America/Coyhaique", "EST", "Etc/Greenwich", "Etc/Zulu", "Factory", "HST", "MST", "ROC", "localtime",
}  # fmt: skip
"""In the zone database, but not among Trino's names."""
_UTC = {
    "UTC", "GMT", "UT", "UCT", "Z", "Zulu", "Greenwich", "Universal", "GMT0", "GMT+0", "GMT-0",
    "UTC+0",
    "UTC-0", "UT+0", "UT-0", "Etc/UTC", "Etc/GMT", "Etc/UCT", "Etc/Universal", "Etc/GMT0",
    "Etc/GMT+0", "Etc/GMT-0",
}  # fmt: skip
ZONE_NAMES = frozenset(available_timezones()) - _REFUSED
_OFFSET = re.compile(r"(?:UTC|GMT|UT)?([+-])(\d\d)(?::?([0-5]\d))?")
_SHORT_OFFSET = re.compile(r"(?:UTC|GMT|UT)?([+-])(\d)")
_ETC = re.compile(r"Etc/GMT([+-])(\d{1,2})")

_IS_OFFSET = "left(place, 1) IN ('+', '-')"
_OFFSET_MINUTES = (
    "(CASE WHEN left(place, 1) = '-' THEN -1 ELSE 1 END"
    " * (60 * CAST(substring(place, 2, 2) AS BIGINT) + CAST(substring(place, 5, 2) AS BIGINT)))"
)


def zone_key(name: str) -> str | None:
    """A zone's name as Trino shows it (`UTC`, `Europe/London`, `+05:30`), or None for an unknown name."""
    if name in _UTC:
        return "UTC"
    found = _OFFSET.fullmatch(name) or _SHORT_OFFSET.fullmatch(name)
    if found:
        sign, hours, *minutes = found.groups(default="0")
        return offset_key((1 if sign == "+" else -1) * (int(hours) * 60 + sum(map(int, minutes))))
    fixed = _ETC.fullmatch(name)
    if fixed and name in ZONE_NAMES:
        return offset_key((-60 if fixed.group(1) == "+" else 60) * int(fixed.group(2)))
    return name if name in ZONE_NAMES else None


def offset_key(minutes: int) -> str | None:
    """The name of a fixed offset from UTC, or None if it is beyond fourteen hours."""
    if abs(minutes) > MAX_OFFSET_MINUTES:
        return None
    if minutes == 0:
        return "UTC"
    hours, rest = divmod(abs(minutes), 60)
    return f"{'-' if minutes < 0 else '+'}{hours:02d}:{rest:02d}"


macro(
    "trino_zoned(moment, place)",
    "CASE WHEN moment IS NOT NULL AND place IS NOT NULL "
    "THEN struct_pack(instant := moment, zone := place) END",
)
macro(
    "trino_wall(moment, place)",
    f"""CASE WHEN place = 'UTC' THEN moment
    WHEN {_IS_OFFSET} THEN moment + to_minutes({_OFFSET_MINUTES})
    ELSE timezone(place, timezone('UTC', moment)) END""",
)
macro("trino_local(zoned)", "trino_wall(CAST((zoned).instant AS TIMESTAMP), (zoned).zone)")
macro("trino_offset_micros(moment, place)", "(epoch_us(trino_wall(moment, place)) - epoch_us(moment))")
macro("trino_zone_offset(zoned)", "trino_offset_micros(CAST((zoned).instant AS TIMESTAMP), (zoned).zone)")
macro(
    "trino_instant_of_offsets(wall, place, guess, corrected)",
    """wall - to_microseconds(CASE WHEN guess <> corrected AND guess < 0
      AND trino_offset_micros(wall - to_microseconds(corrected), place) <> corrected
    THEN guess ELSE corrected END)""",
)
macro(
    "trino_named_instant(wall, place)",
    """list_transform(
      list_transform([trino_offset_micros(wall, place)],
        lambda zone_guess: [zone_guess, trino_offset_micros(wall - to_microseconds(zone_guess), place)]),
      lambda zone_pair: trino_instant_of_offsets(wall, place, zone_pair[1], zone_pair[2]))[1]""",
)
macro(
    "trino_instant(wall, place)",
    f"""CASE WHEN place = 'UTC' THEN wall
    WHEN {_IS_OFFSET} THEN wall - to_minutes({_OFFSET_MINUTES})
    ELSE trino_named_instant(wall, place) END""",
)
macro(
    "trino_instant_near(wall, place, former)",
    """list_transform([trino_offset_micros(former, place)], lambda zone_former:
      CASE WHEN trino_offset_micros(wall - to_microseconds(zone_former), place) = zone_former
      THEN wall - to_microseconds(zone_former) ELSE trino_instant(wall, place) END)[1]""",
)
macro("trino_from_local(wall, place)", "trino_zoned(trino_instant(wall, place), place)")
macro(
    "trino_moved(zoned, wall)",
    """trino_zoned(trino_instant_near(wall, (zoned).zone, CAST((zoned).instant AS TIMESTAMP)),
    (zoned).zone)""",
)
macro(
    "trino_zoned_add_months(zoned, months)",
    "trino_moved(zoned, CAST(trino_local(zoned) AS TIMESTAMP) + to_months(months))",
)
