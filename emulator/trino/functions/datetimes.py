"""Functions on dates and times."""

from __future__ import annotations

from emulator.trino import types as t
from emulator.trino.analysis.analyzer import Analyzer, handles
from emulator.trino.emission.values import Value
from emulator.trino.errors import TrinoError, Unsupported
from emulator.trino.functions.registry import Call, function, native
from emulator.trino.runtime import macro
from emulator.trino.syntax import expressions as ex

_BAD = "INVALID_FUNCTION_ARGUMENT"
_DATE_UNITS = ("day", "week", "month", "quarter", "year")
_TIME_UNITS = ("millisecond", "second", "minute", "hour", *_DATE_UNITS)


def _unit(call: Call, index: int = 0) -> str:
    """The unit argument, which has to be constant and to fit the moment's type."""
    unit = call.args[index].literal
    if not isinstance(unit, str):
        raise Unsupported(f"{call.name} with a unit that is no constant is not supported", call.at)
    is_date = call.args[-1].type == t.DATE
    if unit.lower() not in (_DATE_UNITS if is_date else _TIME_UNITS):
        kind = "DATE" if is_date else "Timestamp"
        raise call.fail(f"'{unit}' is not a valid {kind} field")
    return unit.lower()


@function("date_diff(varchar, date, date) -> bigint", "date_diff(varchar, timestamp(p), timestamp(p)) -> bigint")
def _date_diff(call: Call) -> str:
    unit, start, end = _unit(call), call.sql(1), call.sql(2)
    if call.args[1].type == t.DATE and unit == "day":
        return f"CAST({end} - {start} AS BIGINT)"
    millis = {"millisecond": 1, "second": 1000, "minute": 60_000, "hour": 3_600_000, "day": 86_400_000, "week": 604_800_000}
    if unit in millis:
        a, b = f"CAST({start} AS TIMESTAMP)", f"CAST({end} AS TIMESTAMP)"
        return f"((epoch_ms({b}) - epoch_ms({a})) // {millis[unit]})"
    months = {"month": 1, "quarter": 3, "year": 12}[unit]
    return f"(trino_months_between(CAST({start} AS TIMESTAMP), CAST({end} AS TIMESTAMP)) // {months})"


macro("trino_raw_months(a, b)", "((year(b) * 12 + month(b)) - (year(a) * 12 + month(a)))")
macro(
    "trino_months_forward(a, b)",
    """trino_raw_months(a, b) - CASE WHEN a + to_months(CAST(trino_raw_months(a, b) AS INTEGER)) > b
    THEN 1 ELSE 0 END""",
)
macro(
    "trino_months_back(a, b)",
    """trino_raw_months(a, b) + CASE WHEN a + to_months(CAST(trino_raw_months(a, b) AS INTEGER)) < b
    THEN 1 ELSE 0 END""",
)
macro(
    "trino_months_between(a, b)",
    """CASE WHEN a <= b THEN trino_months_forward(a, b) ELSE trino_months_back(a, b) END""",
)


@function("date_add(varchar, bigint, date) -> date")
def _date_add(call: Call) -> str:
    unit, amount, moment = _unit(call), call.sql(1), call.sql(2)
    if unit in ("day", "week"):
        days = amount if unit == "day" else f"({amount} * 7)"
        return f"({moment} + CAST({days} AS INTEGER))"
    months = {"month": 1, "quarter": 3, "year": 12}[unit]
    return f"CAST({moment} + to_months(CAST({amount} * {months} AS INTEGER)) AS DATE)"


@function("date_add(varchar, bigint, timestamp(p)) -> timestamp(p)", returns=lambda args: _added_type(args))
def _timestamp_add(call: Call) -> str:
    unit, amount, moment = _unit(call), call.sql(1), call.sql(2)
    months = {"month": 1, "quarter": 3, "year": 12}.get(unit)
    if months:
        return f"({moment} + to_months(CAST({amount} * {months} AS INTEGER)))"
    millis = {"millisecond": 1, "second": 1000, "minute": 60_000, "hour": 3_600_000, "day": 86_400_000, "week": 604_800_000}
    return f"({moment} + to_milliseconds({amount} * {millis[unit]}))"


def _added_type(args: tuple[Value, ...]) -> t.Type:
    kind = args[2].type
    if args[0].literal == "millisecond":
        return t.timestamp(max(3, kind.precision))
    return kind


@function("date_trunc(varchar, date) -> date")
def _date_trunc(call: Call) -> str:
    return f"CAST(date_trunc('{_unit(call)}', {call.sql(1)}) AS DATE)"


@function("date_trunc(varchar, timestamp(p)) -> timestamp(p)")
def _timestamp_trunc(call: Call) -> str:
    return f"date_trunc('{_unit(call)}', {call.sql(1)})"


_FIELDS = {
    "year": "year", "quarter": "quarter", "month": "month", "week": "week", "week_of_year": "week",
    "day": "day", "day_of_month": "day", "day_of_week": "isodow", "dow": "isodow", "day_of_year": "dayofyear",
    "doy": "dayofyear", "year_of_week": "isoyear", "yow": "isoyear",
}  # fmt: skip
_CLOCK = {"hour": "hour", "minute": "minute", "second": "second"}


def _field(field: str, value: Value) -> str | None:
    sql = value.sql
    if value.type.base == "timestamp with time zone":
        sql = f"trino_local({sql})"
    if field in _FIELDS and value.type.base != "time":
        return f"{_FIELDS[field]}({sql})"
    if field in _CLOCK and value.type != t.DATE:
        return f"{_CLOCK[field]}({sql})"
    return None


@handles(ex.Extract)
def _extract(analyzer: Analyzer, node: ex.Extract) -> Value:
    value = analyzer.analyze(node.value)
    if node.unit not in (*_FIELDS, *_CLOCK, "timezone_hour", "timezone_minute"):
        raise TrinoError("SYNTAX_ERROR", f"Invalid EXTRACT field: {node.unit}", node.at)
    moments = ("date", "timestamp", "timestamp with time zone", "time")
    sql = _field(node.unit, value) if value.type.base in moments else None
    if sql is None:
        if value.type.base.startswith(("interval", "time")):
            raise Unsupported(f"EXTRACT({node.unit.upper()}) of {value.type} is not supported", node.at)
        message = f"Cannot extract {node.unit.upper()} from {value.type}"
        raise TrinoError("TYPE_MISMATCH", message, node.at)
    return Value(sql, t.BIGINT)


def _extractor(call: Call) -> str:
    sql = _field(call.name, call.args[0])
    assert sql is not None
    return sql


for _name in _FIELDS:
    function(f"{_name}(date) -> bigint", f"{_name}(timestamp(p)) -> bigint", f"{_name}(timestamp(p) with time zone) -> bigint")(_extractor)
for _name in _CLOCK:
    function(f"{_name}(timestamp(p)) -> bigint", f"{_name}(time(p)) -> bigint", f"{_name}(timestamp(p) with time zone) -> bigint")(_extractor)


@function("last_day_of_month(date) -> date", "last_day_of_month(timestamp(p)) -> date")
def _last_day(call: Call) -> str:
    return f"last_day(CAST({call.sql(0)} AS DATE))"


@function("now() -> timestamp(3) with time zone")
def _now(call: Call) -> str:
    stamp = call.now.replace(tzinfo=None).isoformat(" ", "milliseconds")
    return f"trino_zoned(TIMESTAMP '{stamp}', 'UTC')"


native("date(date) -> date", "{0}")
native("date(timestamp(p)) -> date", "CAST({0} AS DATE)")


@function("date(varchar) -> date")
def _date(call: Call) -> str:
    from emulator.trino.emission.text_casts import from_text

    return from_text(call.sql(0), t.DATE)
