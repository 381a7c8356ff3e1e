"""from_iso8601_date and from_iso8601_timestamp: Joda-Time's ISODateTimeFormat."""

from __future__ import annotations

import re
from typing import Any

from emulator.trino.errors import Unsupported
from emulator.trino.functions.date_format import zoned_micros
from emulator.trino.functions.failures import FunctionFailure
from emulator.trino.functions.joda_calendar import DAY
from emulator.trino.functions.joda_parsing import Moment, Reading, Unreadable, malformed_from, moment
from emulator.trino.functions.registry import Call, function
from emulator.trino.runtime import udf

_DATES = (
    r"(?P<year>[+-]?\d{1,9})(?:-(?P<month>\d{1,2})(?:-(?P<day>\d{1,2}))?)?",
    r"(?P<weekyear>[+-]?\d{1,9})-W(?P<week>\d{1,2})(?:-(?P<weekday>\d))?",
    r"(?P<year>[+-]?\d{1,9})-(?P<day_of_year>\d{1,3})",
)
_TIME = (
    r"(?P<hour>\d{1,2})(?:[.,](?P<fraction_of_hour>\d{1,9})|:(?P<minute>\d{1,2})(?:[.,](?P<fraction_of_minute>\d{1,9})"
    r"|:(?P<second>\d{1,2})(?:[.,](?P<fraction_of_second>\d{1,9}))?)?)?"
)
_OFFSET = r"(?P<offset>[Zz]|[+-](?:[01]\d|2[0-3])(?::?[0-5]\d(?::?[0-5]\d(?:[.,]?\d{1,3})?)?)?)"
_DATE_FORMS = tuple(re.compile(form, re.ASCII) for form in _DATES)
_STAMP_FORMS = (
    *(re.compile(f"{form}(?:T(?:{_TIME})?{_OFFSET}?)?", re.ASCII) for form in _DATES),
    re.compile(f"T{_TIME}{_OFFSET}?", re.ASCII),
)
_FRACTIONS = {"fraction_of_hour": 3_600_000, "fraction_of_minute": 60_000, "fraction_of_second": 1000}
_PLAIN_DATE = "[0-9]{4}-[0-9]{2}-[0-9]{2}"


def _read(value: str, forms: tuple[re.Pattern[str], ...]) -> Moment:
    found = next((match for form in forms if (match := form.fullmatch(value))), None)
    reading = Reading()
    if found is None:
        raise FunctionFailure(str(malformed_from(value)))
    for name, digits in found.groupdict().items():
        if digits is None:
            continue
        if name == "offset":
            reading.offset = _offset(digits)
        elif name in _FRACTIONS:
            reading.fields.append((name, int(digits) * _FRACTIONS[name] // 10 ** len(digits)))
        else:
            reading.fields.append((name, int(digits)))
    try:
        return moment(value, reading)
    except Unreadable as problem:
        raise FunctionFailure(str(problem)) from None


def _offset(written: str) -> int:
    if written in "Zz":
        return 0
    digits = re.sub(r"\D", "", written).ljust(6, "0")
    seconds = int(digits[:2]) * 3600 + int(digits[2:4]) * 60 + int(digits[4:6])
    return (-seconds if written[0] == "-" else seconds) * 1000


@udf("trino_iso_date", ("VARCHAR",), "BIGINT")
def _iso_date(value: str) -> int:
    days = _read(value, _DATE_FORMS).millis // DAY
    if abs(days) >= 2**31:
        raise FunctionFailure(f"Value {days} exceeds MAX_INT for type date", "GENERIC_INTERNAL_ERROR")
    return days


@udf("trino_iso_stamp", ("VARCHAR",), "STRUCT(micros BIGINT, place VARCHAR)")
def _iso_stamp(value: str) -> dict[str, Any]:
    return zoned_micros(value, _read(value, _STAMP_FORMS))


@function("from_iso8601_date(varchar(x)) -> date")
def _from_iso_date(call: Call) -> str:
    value = call.sql(0)
    quick = f"CASE WHEN regexp_full_match({value}, '{_PLAIN_DATE}') THEN TRY_CAST({value} AS DATE) END"
    return f"coalesce({quick}, DATE '1970-01-01' + CAST(trino_iso_date({value}) AS INTEGER))"


@function("from_iso8601_timestamp(varchar(x)) -> timestamp(3) with time zone")
def _from_iso_stamp(call: Call) -> str:
    value = call.sql(0)
    form = _PLAIN_DATE + "T([01][0-9]|2[0-3]):[0-9]{2}:[0-9]{2}([.][0-9]{3})?Z?"
    stamp = f"TRY_CAST(rtrim({value}, 'Z') AS TIMESTAMP)"
    quick = f"CASE WHEN regexp_full_match({value}, '{form}') THEN trino_zoned({stamp}, 'UTC') END"
    return f"coalesce({quick}, trino_zoned_micros(trino_iso_stamp({value})))"


@function("from_iso8601_timestamp_nanos(varchar(x)) -> timestamp(9) with time zone")
def _from_iso_nanos(call: Call) -> str:
    raise Unsupported("from_iso8601_timestamp_nanos: at most 6 digits of a second are supported", call.at)
