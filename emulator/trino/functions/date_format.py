"""date_format and date_parse (MySQL's letters), format_datetime and parse_datetime (Joda's letters).

The format is compiled with the query. Showing is DuckDB's own work; reading is too for the plainest texts of
the plainest formats, and everything else, errors included, is read as Joda does.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from emulator.trino import types as t
from emulator.trino.emission.temporal import rounded
from emulator.trino.emission.values import Value, fail, null, text
from emulator.trino.emission.zones import offset_key, zone_key
from emulator.trino.errors import Unsupported
from emulator.trino.functions.date_printing import shown
from emulator.trino.functions.datetime import local
from emulator.trino.functions.failures import INVALID, FunctionFailure
from emulator.trino.functions.joda_parsing import Moment, Unreadable, read
from emulator.trino.functions.joda_patterns import (
    Element,
    Literal,
    Number,
    Offset,
    PatternProblem,
    ZoneId,
    ZoneName,
    joda,
    mysql,
)
from emulator.trino.functions.registry import Call, function
from emulator.trino.functions.zone_links import CANONICAL
from emulator.trino.runtime import macro, udf

Compiler = Callable[[str], list[Element]]
_FORMATTED = ("timestamp(p)", "timestamp(p) with time zone")
_SHOWN_DIGITS = 3
_NEEDS_ZONE = (
    "format_datetime for TIMESTAMP type, cannot use 'Z' nor 'z' in format, "
    "as this type does not contain TZ information"
)


def _format(call: Call) -> str | None:
    """The constant format; None for NULL."""
    given = call.args[1]
    if given.constant is None:
        raise Unsupported(f"{call.name} with a format that is no constant is not supported", call.at)
    return given.literal if isinstance(given.literal, str) else None


def _printed(call: Call, compiler: Compiler) -> str:
    pattern = _format(call)
    moment = call.args[0]
    if pattern is None:
        return null(t.VARCHAR).sql
    try:
        elements = compiler(pattern)
    except PatternProblem as problem:
        return _failing(moment, str(problem), t.VARCHAR)
    zoned = moment.sql if moment.type.base == "timestamp with time zone" else None
    if zoned is None and any(isinstance(e, (Offset, ZoneId, ZoneName)) for e in elements):
        return _failing(moment, _NEEDS_ZONE, t.VARCHAR)
    wall = local(moment)
    if moment.type.precision > _SHOWN_DIGITS:
        # Trino shows milliseconds, rounded.
        wall = rounded(wall, t.timestamp(moment.type.precision), t.timestamp(_SHOWN_DIGITS))
    return shown(elements, wall, zoned)


def _failing(given: Value, message: str, kind: t.Type) -> str:
    return f"CASE WHEN {given.sql} IS NOT NULL THEN {fail(INVALID, message, kind)} END"


@function(*(f"date_format({kind}, varchar(x)) -> varchar" for kind in _FORMATTED))
def _date_format(call: Call) -> str:
    return _printed(call, mysql)


@function(*(f"format_datetime({kind}, varchar(x)) -> varchar" for kind in _FORMATTED))
def _format_datetime(call: Call) -> str:
    return _printed(call, joda)


@function("date_parse(varchar(x), varchar(y)) -> timestamp(3)")
def _date_parse(call: Call) -> str:
    return _parsed(call, mysql, "trino_date_parse", "make_timestamp({})")


@function("parse_datetime(varchar(x), varchar(y)) -> timestamp(3) with time zone")
def _parse_datetime(call: Call) -> str:
    return _parsed(call, joda, "trino_parse_datetime", "trino_zoned_micros({})")


def _parsed(call: Call, compiler: Compiler, reader: str, made: str) -> str:
    value = call.args[0]
    if call.args[1].constant is None:
        return made.format(f"{reader}({value.sql}, {call.sql(1)}, {call.now.year})")
    pattern = _format(call)
    if pattern is None:
        return null(call.result).sql
    try:
        elements = compiler(pattern)
    except PatternProblem as problem:
        return _failing(value, str(problem), call.result)
    slow = made.format(f"{reader}({value.sql}, {text(pattern)}, {call.now.year})")
    plain = _plain(elements)
    if plain is None:
        return slow
    matched, letters = plain
    quick = f"try_strptime({value.sql}, {text(letters)})"
    if call.result.base != "timestamp":
        quick = f"trino_zoned({quick}, 'UTC')"
    return f"coalesce(CASE WHEN regexp_full_match({value.sql}, {text(matched)}) THEN {quick} END, {slow})"


_QUICK = {
    "year": ("%Y", "[0-9]{4}"), "month": ("%m", "[0-9]{2}"), "day": ("%d", "[0-9]{2}"),
    "hour": ("%H", "[0-9]{2}"), "minute": ("%M", "[0-9]{2}"), "second": ("%S", "[0-9]{2}"),
}  # fmt: skip
_SPECIAL = frozenset(r"\.^$*+?{}[]|()")


def _plain(elements: list[Element]) -> tuple[str, str] | None:
    """A regular expression and DuckDB's letters for a format of dates and times in digits only, or None."""
    matched = letters = ""
    seen: list[str] = []
    for element in elements:
        if isinstance(element, Literal):
            matched += "".join("\\" + c if c in _SPECIAL else c for c in element.text)
            letters += element.text.replace("%", "%%")
        elif isinstance(element, Number) and element.field in _QUICK and element.field not in seen:
            letters += _QUICK[element.field][0]
            matched += _QUICK[element.field][1]
            seen.append(element.field)
        else:
            return None
    whole = {"year", "month", "day"} <= set(seen) and not any(c.isspace() and c != " " for c in letters)
    return (matched, letters) if whole else None


@lru_cache(maxsize=256)
def _elements(compiler: Compiler, pattern: str) -> list[Element]:
    return compiler(pattern)


def _read(value: str, compiler: Compiler, pattern: str, this_year: int) -> Moment:
    try:
        return read(value, _elements(compiler, pattern), this_year)
    except (Unreadable, PatternProblem) as problem:
        raise FunctionFailure(str(problem)) from None


@udf("trino_date_parse", ("VARCHAR", "VARCHAR", "BIGINT"), "BIGINT")
def _read_stamp(value: str, pattern: str, this_year: int) -> int:
    return _read(value, mysql, pattern, this_year).millis * 1000


_ZONED_MICROS = "STRUCT(micros BIGINT, place VARCHAR)"
macro(
    "trino_zoned_micros(pair)",
    """list_transform([pair], lambda zoned_pair:
      trino_zoned(make_timestamp(zoned_pair.micros), zoned_pair.place))[1]""",
)


@udf("trino_parse_datetime", ("VARCHAR", "VARCHAR", "BIGINT"), _ZONED_MICROS)
def _read_zoned(value: str, pattern: str, this_year: int) -> dict[str, Any]:
    return zoned_micros(value, _read(value, joda, pattern, this_year))


def zoned_micros(value: str, moment: Moment) -> dict[str, Any]:
    """The instant in microseconds and the zone of a local time that was read; UTC where it names none."""
    if moment.zone is not None:
        key = zone_key(moment.zone) or moment.zone
        return {"micros": (moment.millis - _offset_millis(value, moment.millis, key)) * 1000, "place": key}
    offset = moment.offset or 0
    place = offset_key(offset // 60_000) if offset % 60_000 == 0 else None
    if place is None:
        minutes, seconds = divmod(abs(offset) // 1000, 60)
        named = f"{'-' if offset < 0 else '+'}{minutes // 60:02d}:{minutes % 60:02d}" + (
            f":{seconds:02d}" if seconds else ""
        )
        raise FunctionFailure(f"Time zone not supported: {named}", "NOT_SUPPORTED")
    return {"micros": (moment.millis - offset) * 1000, "place": place}


def _offset_millis(value: str, millis: int, key: str) -> int:
    """What a zone's clocks are ahead of UTC at a local time, the earlier offset where it comes twice."""
    if key == "UTC":
        return 0
    if key[0] in "+-":
        return (-1 if key[0] == "-" else 1) * (int(key[1:3]) * 60 + int(key[4:])) * 60_000
    try:
        wall = datetime(1970, 1, 1) + timedelta(milliseconds=millis)
        instant = wall.replace(tzinfo=ZoneInfo(key)).astimezone(UTC)
        back = instant.astimezone(ZoneInfo(key)).replace(tzinfo=None)
    except OverflowError:
        raise FunctionFailure(f"Years beyond 9999 in {key} are not supported", "NOT_SUPPORTED") from None
    if back != wall:
        reason = f"Illegal instant due to time zone offset transition ({key})"
        raise FunctionFailure(f'Cannot parse "{value}": {reason}')
    return (wall - instant.replace(tzinfo=None)) // timedelta(milliseconds=1)


@udf("trino_canonical_zone", ("VARCHAR",), "VARCHAR")
def _canonical_zone(key: str) -> str:
    return CANONICAL.get(key, key)


@udf("trino_zone_name", ("BIGINT", "VARCHAR", "BOOLEAN"), "VARCHAR")
def _zone_name(micros: int, key: str, short: bool) -> str:
    """Java's name of a zone; refused where the zone database's abbreviation is not known to be the same."""
    if key == "UTC":
        return "UTC" if short else "Coordinated Universal Time"
    if key[0] in "+-":
        return key
    if short and key not in ("America/Adak", "America/Atka", "US/Aleutian"):
        place = ZoneInfo(key)
        current = {datetime(2024, month, 15, tzinfo=place).tzname() for month in (1, 7)}
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=micros)
        name = moment.astimezone(place).tzname()
        if name is not None and name.isalpha() and name in current and moment.year >= 1990:
            return name
    raise FunctionFailure(f"The name of time zone {key} is not supported", "NOT_SUPPORTED")
