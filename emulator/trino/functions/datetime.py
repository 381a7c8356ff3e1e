"""The parts of dates, times and intervals: year, month, ..., millisecond, and dates made of other values."""

from __future__ import annotations

from emulator.trino import types as t
from emulator.trino.emission.casts import convert
from emulator.trino.emission.values import Value
from emulator.trino.functions.registry import SCALAR, Call, register

_DATED = ("date", "timestamp(p)", "timestamp(p) with time zone")
_CLOCKED = ("timestamp(p)", "timestamp(p) with time zone", "time(p)")
_DAY_PARTS = {
    "year": ("year", "year"),
    "quarter": ("quarter",),
    "month": ("month",),
    "week": ("week", "week_of_year"),
    "day": ("day", "day_of_month"),
    "isodow": ("day_of_week", "dow"),
    "dayofyear": ("day_of_year", "doy"),
    "isoyear": ("year_of_week", "yow"),
}
"""DuckDB's function for a part of a date, and Trino's names of it."""
_TIME_PARTS = {
    "hour": "hour({0})",
    "minute": "minute({0})",
    "second": "second({0})",
    "millisecond": "(millisecond({0}) % 1000)",
}
_INTERVAL_PARTS = {
    "day": "({0} // 86400000)",
    "day_of_month": "({0} // 86400000)",
    "hour": "(({0} // 3600000) % 24)",
    "minute": "(({0} // 60000) % 60)",
    "second": "(({0} // 1000) % 60)",
    "millisecond": "({0} % 1000)",
}
_YEAR_PARTS = {"year": "({0} // 12)", "month": "({0} % 12)"}


def local(value: Value) -> str:
    """A date or time as the clocks of its own zone show it."""
    return f"trino_local({value.sql})" if value.type.base == "timestamp with time zone" else value.sql


def _part(template: str, name: str, kinds: tuple[str, ...]) -> None:
    def emit(call: Call) -> str:
        return f"CAST({template.format(local(call.args[0]))} AS BIGINT)"

    register(SCALAR, tuple(f"{name}({kind}) -> bigint" for kind in kinds), emit)


for _native, _names in _DAY_PARTS.items():
    for _name in dict.fromkeys(_names):
        _part(f"{_native}({{0}})", _name, _DATED)
for _name, _template in _TIME_PARTS.items():
    _part(_template, _name, _CLOCKED)
for _name, _template in _INTERVAL_PARTS.items():
    _part(_template, _name, ("interval day to second",))
for _name, _template in _YEAR_PARTS.items():
    _part(_template, _name, ("interval year to month",))


def _date(call: Call) -> str:
    return convert(call.sql(0), call.args[0].type, t.DATE, call.at)


def _last_day(call: Call) -> str:
    return f"last_day({local(call.args[0])})"


register(
    SCALAR,
    ("date(varchar(x)) -> date", "date(timestamp(p)) -> date", "date(timestamp(p) with time zone) -> date"),
    _date,
)
register(SCALAR, tuple(f"last_day_of_month({kind}) -> date" for kind in _DATED), _last_day)
