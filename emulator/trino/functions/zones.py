"""Functions of time zones, and the current moment."""

from __future__ import annotations

from datetime import timedelta

from emulator.trino import types as t
from emulator.trino.emission.coerce import at_utc
from emulator.trino.emission.values import Value, text, unless
from emulator.trino.emission.zones import MAX_OFFSET_MINUTES, zone_key
from emulator.trino.functions.failures import INVALID, FunctionFailure
from emulator.trino.functions.registry import Call, function, native
from emulator.trino.runtime import macro, udf

_HOUR_MICROS = 3_600_000_000
_MINUTE_MICROS = 60_000_000


@udf("trino_checked_zone", ("VARCHAR",), "VARCHAR")
def _checked_zone(name: str) -> str:
    key = zone_key(name)
    if key is None:
        raise FunctionFailure(f"'{name}' is not a valid time zone" if name else "Zone id is an empty string")
    return key


@udf("trino_supported_zone", ("VARCHAR",), "VARCHAR")
def _supported_zone(name: str) -> str:
    if not name:
        raise FunctionFailure("Zone id is an empty string")
    key = zone_key(name)
    if key is None:
        raise FunctionFailure(f"Time zone not supported: {name}", "NOT_SUPPORTED")
    return key


macro(
    "trino_offset_zone(minutes)",
    """CASE WHEN minutes = 0 THEN 'UTC' ELSE CASE WHEN minutes < 0 THEN '-' ELSE '+' END
    || lpad(CAST(abs(minutes) // 60 AS VARCHAR), 2, '0') || ':'
    || lpad(CAST(abs(minutes) % 60 AS VARCHAR), 2, '0') END""",
)


def zone_of(name: Value, checked_by: str = "trino_checked_zone") -> str:
    """The zone that an argument names, as text; a check at run time unless it is a known constant."""
    key = zone_key(name.literal) if isinstance(name.literal, str) else None
    return text(key) if key is not None else f"{checked_by}({name.sql})"


def offset_of(minutes: str, message: str) -> str:
    """The name of the fixed zone that many minutes from UTC."""
    beyond = f"abs({minutes}) > {MAX_OFFSET_MINUTES}"
    return unless(beyond, INVALID, message, f"trino_offset_zone({minutes})", t.VARCHAR)


@function("with_timezone(timestamp(p), varchar(x)) -> timestamp(p) with time zone")
def _with_timezone(call: Call) -> str:
    return f"trino_from_local({call.sql(0)}, {zone_of(call.args[1])})"


@function("at_timezone(timestamp(p) with time zone, varchar(x)) -> timestamp(p) with time zone")
def _at_timezone(call: Call) -> str:
    return f"trino_zoned(({call.sql(0)}).instant, {zone_of(call.args[1])})"


@function("at_timezone(timestamp(p) with time zone, interval day to second) -> timestamp(p) with time zone")
def _at_offset(call: Call) -> str:
    minutes = f"({call.sql(1)} // 60000)"
    zone = unless(
        f"{call.sql(1)} % 60000 <> 0",
        INVALID,
        "Invalid time zone offset interval: interval contains seconds",
        offset_of(minutes, "Invalid offset minutes"),
        t.VARCHAR,
    )
    return f"trino_zoned(({call.sql(0)}).instant, {zone})"


native("timezone(timestamp(p) with time zone) -> varchar", "({0}).zone")
native(
    "timezone_hour(timestamp(p) with time zone) -> bigint", f"(trino_zone_offset({{0}}) // {_HOUR_MICROS})"
)
native(
    "timezone_minute(timestamp(p) with time zone) -> bigint",
    f"((trino_zone_offset({{0}}) // {_MINUTE_MICROS}) % 60)",
)


@function("current_timezone() -> varchar")
def _current_timezone(call: Call) -> str:
    return text("UTC")


@function("now() -> timestamp(3) with time zone")
def _now(call: Call) -> str:
    moment = call.now.replace(tzinfo=None)
    moment -= timedelta(microseconds=moment.microsecond % 1000)
    return at_utc(f"TIMESTAMP '{moment.isoformat(' ', 'microseconds')}'")
