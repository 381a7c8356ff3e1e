"""date_add, date_diff and date_trunc, in the fields of Joda-Time, as Trino computes them.

Hours and smaller units of a timestamp with time zone count on the time line; days and longer ones in the
zone's local time. Differences are of whole milliseconds. DuckDB's `datesub` counts whole months as Joda does,
the end of a month included.
"""

from __future__ import annotations

from emulator.trino import types as t
from emulator.trino.emission.temporal import rounded
from emulator.trino.emission.values import Value, bind, cast, unless
from emulator.trino.functions.datetime import local
from emulator.trino.functions.failures import INVALID
from emulator.trino.functions.registry import Call, function
from emulator.trino.functions.units import by_unit
from emulator.trino.types import INTEGER, Type

_CLOCK_MILLIS = {"millisecond": 1, "second": 1000, "minute": 60_000, "hour": 3_600_000}
_DAY_COUNTS = {"day": 1, "week": 7}
_MONTH_COUNTS = {"month": 1, "quarter": 3, "year": 12}
_DAY_MICROS = 86_400_000_000
_ZONED = "timestamp with time zone"
_TOO_FAR = f"abs(epoch_ms((moved).instant)) >= {2**51}"
"""Trino keeps an instant's milliseconds beside its zone, in 52 bits."""


def _times(amount: str, factor: int) -> str:
    return amount if factor == 1 else f"({amount} * {factor})"


def _period(unit: str, amount: str) -> str:
    """An INTERVAL of that many units."""
    if unit in _CLOCK_MILLIS:
        return f"to_microseconds({_times(amount, _CLOCK_MILLIS[unit] * 1000)})"
    if unit in _DAY_COUNTS:
        return f"to_days({cast(_times(amount, _DAY_COUNTS[unit]), INTEGER)})"
    return f"to_months({cast(_times(amount, _MONTH_COUNTS[unit]), INTEGER)})"


def _units(kind: Type) -> tuple[str, ...]:
    calendar = (*_DAY_COUNTS, *_MONTH_COUNTS)
    clock = tuple(_CLOCK_MILLIS)
    return {"date": calendar, "time": clock}.get(kind.base, clock + calendar)


def _field(kind: Type) -> str:
    return "TIMESTAMP" if kind.base == _ZONED else kind.base.upper()


@function(
    "date_add(varchar(x), bigint, date) -> date",
    "date_add(varchar(x), bigint, time(p)) -> time(p)",
    "date_add(varchar(x), bigint, timestamp(p)) -> timestamp(p)",
    "date_add(varchar(x), bigint, timestamp(p) with time zone) -> timestamp(p) with time zone",
)
def _date_add(call: Call) -> str:
    unit, amount, moment = call.args
    kind = moment.type
    choices = {u: _added(u, amount.sql, moment) for u in _units(kind)}
    if kind.args and kind.precision < 3:
        choices["millisecond"] = _rounded_sum(choices["millisecond"], kind)
    return by_unit(unit, (amount, moment), choices, _field(kind), call.result)


def _added(unit: str, amount: str, moment: Value) -> str:
    sql = moment.sql
    if moment.type == t.DATE:
        if unit in _DAY_COUNTS:
            return f"({sql} + {cast(_times(amount, _DAY_COUNTS[unit]), INTEGER)})"
        return cast(f"({sql} + {_period(unit, amount)})", t.DATE)
    if moment.type.base == "time":
        micros = _CLOCK_MILLIS[unit] * 1000
        return f"({sql} + to_microseconds(({amount} % {_DAY_MICROS // micros}) * {micros}))"
    if moment.type.base == _ZONED:
        if unit in _CLOCK_MILLIS:
            moved = f"trino_zoned(({sql}).instant + {_period(unit, amount)}, ({sql}).zone)"
        else:
            moved = f"trino_moved({sql}, trino_local({sql}) + {_period(unit, amount)})"
        return bind("moved", moved, unless(_TOO_FAR, INVALID, "Millis overflow", "moved", moment.type))
    return f"({sql} + {_period(unit, amount)})"


def _rounded_sum(sql: str, kind: Type) -> str:
    """A sum of milliseconds brought back to the precision of its type."""
    if kind.base == _ZONED:
        instant = rounded(f"({sql}).instant", t.timestamp(3), t.timestamp(kind.precision))
        return f"trino_zoned({instant}, ({sql}).zone)"
    return rounded(sql, Type(kind.base, (3,)), kind)


@function(
    "date_diff(varchar(x), date, date) -> bigint",
    "date_diff(varchar(x), time(p), time(p)) -> bigint",
    "date_diff(varchar(x), timestamp(p), timestamp(p)) -> bigint",
    "date_diff(varchar(x), timestamp(p) with time zone, timestamp(p) with time zone) -> bigint",
)
def _date_diff(call: Call) -> str:
    unit, start, end = call.args
    kind = start.type
    choices = {u: _between(u, start, end) for u in _units(kind)}
    return by_unit(unit, (start, end), choices, _field(kind), t.BIGINT)


def _between(unit: str, start: Value, end: Value) -> str:
    if start.type == t.DATE and unit in _DAY_COUNTS:
        days = f"datesub('day', {start.sql}, {end.sql})"
        return f"({days} // 7)" if unit == "week" else days
    if start.type.base == "time":
        start_us, end_us = (f"epoch_us(DATE '1970-01-01' + {v.sql})" for v in (start, end))
        return f"(({end_us} - {start_us}) // {_CLOCK_MILLIS[unit] * 1000})"
    if unit in _CLOCK_MILLIS:
        passed = f"({_millis(start)} - {_millis(end)})"
        return f"(-{passed} // {_CLOCK_MILLIS[unit]})"
    a, b = _whole_millis(start, start), _whole_millis(end, start)
    if unit in _DAY_COUNTS:
        return f"((epoch_ms({b}) - epoch_ms({a})) // {86_400_000 * _DAY_COUNTS[unit]})"
    months = f"datesub('month', {a}, {b})"
    factor = _MONTH_COUNTS[unit]
    return months if factor == 1 else f"({months} // {factor})"


def _millis(moment: Value) -> str:
    """The milliseconds of an instant, rounded down."""
    sql = _instant(moment) if moment.type.base == _ZONED else moment.sql
    return f"epoch_ms({_floored(sql, moment.type)})"


def _instant(moment: Value) -> str:
    """Cast, as DuckDB loses the type of a field of a NULL."""
    return f"CAST(({moment.sql}).instant AS TIMESTAMP)"


def _floored(sql: str, kind: Type) -> str:
    return f"date_trunc('millisecond', {sql})" if kind.args and kind.precision > 3 else sql


def _whole_millis(moment: Value, zone_of: Value) -> str:
    """A local time, in the zone of the first argument, without what is smaller than a millisecond."""
    if moment.type.base == _ZONED:
        return _floored(f"trino_wall({_instant(moment)}, ({zone_of.sql}).zone)", moment.type)
    return _floored(moment.sql, moment.type)


@function(
    "date_trunc(varchar(x), date) -> date",
    "date_trunc(varchar(x), time(p)) -> time(p)",
    "date_trunc(varchar(x), timestamp(p)) -> timestamp(p)",
    "date_trunc(varchar(x), timestamp(p) with time zone) -> timestamp(p) with time zone",
)
def _date_trunc(call: Call) -> str:
    unit, moment = call.args
    kind = moment.type
    choices = {u: _truncated(u, moment) for u in _units(kind)}
    return by_unit(unit, (moment,), choices, _field(kind), call.result)


def _truncated(unit: str, moment: Value) -> str:
    sql = moment.sql
    if moment.type == t.DATE:
        return sql if unit == "day" else cast(f"date_trunc('{unit}', {sql})", t.DATE)
    if moment.type.base == "time":
        return cast(f"date_trunc('{unit}', DATE '1970-01-01' + {sql})", moment.type)
    if moment.type.base != _ZONED:
        return f"date_trunc('{unit}', {sql})"
    wall = local(moment)
    if unit in _CLOCK_MILLIS:
        return f"trino_zoned(({sql}).instant - ({wall} - date_trunc('{unit}', {wall})), ({sql}).zone)"
    return f"trino_moved({sql}, date_trunc('{unit}', {wall}))"
