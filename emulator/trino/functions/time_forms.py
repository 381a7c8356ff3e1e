"""EXTRACT(unit FROM value) and value AT TIME ZONE zone: functions written as forms."""

from __future__ import annotations

from emulator.trino.analysis.analyzer import Analyzer, handles
from emulator.trino.analysis.calls import call_function
from emulator.trino.emission.values import Value
from emulator.trino.errors import TrinoError
from emulator.trino.syntax import expressions as ex

_UNITS = {
    "year", "quarter", "month", "week", "day", "day_of_month", "day_of_week", "dow", "day_of_year", "doy",
    "year_of_week", "yow", "hour", "minute", "second", "timezone_hour", "timezone_minute",
}  # fmt: skip
_TIMES = {"hour", "minute", "second"}


@handles(ex.Extract)
def _extract(analyzer: Analyzer, node: ex.Extract) -> Value:
    if node.unit not in _UNITS:
        raise TrinoError("SYNTAX_ERROR", f"Invalid EXTRACT field: {node.unit}", node.at)
    value = analyzer.analyze(node.value)
    problem = TrinoError("TYPE_MISMATCH", f"Cannot extract {node.unit.upper()} from {value.type}", node.at)
    if value.type.base == "unknown" or (value.type.base == "date" and node.unit in _TIMES):
        raise problem
    if node.unit.startswith("timezone") and not value.type.base.endswith("zone"):
        raise problem
    try:
        return call_function(analyzer, node.unit, [value], node.at)
    except TrinoError as refused:
        raise problem if refused.name == "FUNCTION_NOT_FOUND" else refused from None


@handles(ex.AtTimeZone)
def _at_time_zone(analyzer: Analyzer, node: ex.AtTimeZone) -> Value:
    value = analyzer.analyze(node.value)
    if not value.type.base.startswith("timestamp"):
        message = f"Type of value must be a time or timestamp with or without time zone (actual {value.type})"
        raise TrinoError("TYPE_MISMATCH", message, node.value.at)
    return call_function(analyzer, "at_timezone", [value, node.zone], node.at)
