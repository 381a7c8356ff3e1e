"""Seconds since 1970, durations in letters, and ISO 8601 texts of moments."""

from __future__ import annotations

import re

from emulator.trino import types as t
from emulator.trino.emission.coerce import at_utc
from emulator.trino.emission.temporal import stamp_text
from emulator.trino.emission.values import Value, fail
from emulator.trino.functions.datetime import local
from emulator.trino.functions.failures import INVALID, FunctionFailure
from emulator.trino.functions.registry import Call, function, native
from emulator.trino.functions.zones import offset_of, zone_of
from emulator.trino.runtime import macro, udf
from emulator.trino.types import Type

_MAX_MILLIS = 2**51
"""Trino packs the milliseconds of a timestamp with time zone into 52 bits."""

_OVERFLOW = fail(INVALID, "Millis overflow", t.BIGINT)
macro(
    "trino_unix_millis(seconds)",
    f"""CASE WHEN isnan(seconds) THEN 0
    WHEN abs(seconds) >= {_MAX_MILLIS // 1000 + 1} THEN {_OVERFLOW}
    ELSE CAST(floor(seconds * 1000 + 0.5) AS BIGINT) END""",
)
macro("trino_unix_moment(seconds)", "make_timestamp(trino_unix_millis(seconds) * 1000)")


@function("from_unixtime(double) -> timestamp(3) with time zone")
def _from_unixtime(call: Call) -> str:
    return at_utc(f"trino_unix_moment({call.sql(0)})")


@function("from_unixtime(double, varchar(x)) -> timestamp(3) with time zone")
def _from_unixtime_zone(call: Call) -> str:
    return at_utc(f"trino_unix_moment({call.sql(0)})", zone_of(call.args[1], "trino_supported_zone"))


@function("from_unixtime(double, bigint, bigint) -> timestamp(3) with time zone")
def _from_unixtime_offset(call: Call) -> str:
    minutes = f"({call.sql(1)} * 60 + {call.sql(2)})"
    return at_utc(f"trino_unix_moment({call.sql(0)})", offset_of(minutes, "Invalid offset minutes"))


native(
    "to_unixtime(timestamp(p) with time zone) -> double",
    "(epoch_us(CAST(({0}).instant AS TIMESTAMP)) / 1e6)",
)


@function("to_iso8601(date) -> varchar(16)")
def _iso_date(call: Call) -> str:
    return f"(trino_padded(year({call.sql(0)}), 4) || strftime({call.sql(0)}, '-%m-%d'))"


def _iso_type(args: tuple[Value, ...]) -> Type:
    kind = args[0].type
    length = 22 + (kind.precision + 1 if kind.precision else 0)
    return t.varchar(length + (6 if kind.base.endswith("zone") else 0))


@function(
    "to_iso8601(timestamp(p)) -> varchar",
    "to_iso8601(timestamp(p) with time zone) -> varchar",
    returns=_iso_type,
)
def _iso_stamp(call: Call) -> str:
    moment = call.args[0]
    shown = f"replace({stamp_text(local(moment), moment.type.precision)}, ' ', 'T')"
    if not moment.type.base.endswith("zone"):
        return shown
    return f"({shown} || trino_iso_offset(trino_zone_offset({moment.sql}) // 1000000))"


_ODD_OFFSET = fail(
    "INVALID_ARGUMENTS", "Timezone with non-zero seconds offset cannot be rendered as ISO8601", t.VARCHAR
)
macro(
    "trino_iso_offset(seconds)",
    f"""CASE WHEN seconds = 0 THEN 'Z'
    WHEN seconds % 60 <> 0 THEN {_ODD_OFFSET}
    ELSE trino_offset_zone(seconds // 60) END""",
)


_DURATION = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([a-zA-Z]+)\s*", re.ASCII)
_DURATION_MILLIS = {"ns": 1e-6, "us": 1e-3, "ms": 1.0, "s": 1e3, "m": 6e4, "h": 3.6e6, "d": 8.64e7}


@udf("trino_parse_duration", ("VARCHAR",), "BIGINT")
def _parse_duration(value: str) -> int:
    if not value:
        raise FunctionFailure("duration is empty")
    found = _DURATION.fullmatch(value)
    if found is None:
        raise FunctionFailure(f"duration is not a valid data duration string: {value}")
    scale = _DURATION_MILLIS.get(found.group(2))
    if scale is None:
        raise FunctionFailure(f"Unknown time unit: {found.group(2)}")
    millis = int(float(found.group(1)) * scale + 0.5)
    if millis >= 2**63:
        raise FunctionFailure(
            f"value {value} is too large to be represented in requested unit MILLISECONDS as a long"
        )
    return millis


native("parse_duration(varchar(x)) -> interval day to second", "trino_parse_duration({0})")
