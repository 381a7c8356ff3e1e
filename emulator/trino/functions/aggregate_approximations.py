"""Approximating aggregates, exact here: what Trino answers for sets as small as its sketches keep whole."""

from __future__ import annotations

from dataclasses import replace

from emulator.trino import types as t
from emulator.trino.emission.comparison import sort_key
from emulator.trino.emission.values import unless
from emulator.trino.functions.registry import AGGREGATE, Call, function
from emulator.trino.runtime import macro

LEAST_ERROR, MOST_ERROR = 0.0040625, 0.26
_PERCENTILED = ("bigint", "double", "real")


@function("approx_distinct(T) -> bigint", "approx_distinct(T, double) -> bigint", kind=AGGREGATE)
def _approx_distinct(call: Call) -> str:
    counted = replace(call, distinct=True, order_by="")
    told = f"{call.sql(1)} IS NOT NULL" if len(call.args) > 1 else None
    count = counted.invoke("count", sort_key(call.sql(0), call.args[0].type), condition=told)
    if len(call.args) == 1:
        return count
    error = call.args[1].sql if call.args[1].constant else f"any_value({call.args[1].sql})"
    message = f"Max standard error must be in [{LEAST_ERROR}, {MOST_ERROR}]"
    outside = f"{error} NOT BETWEEN {LEAST_ERROR} AND {MOST_ERROR}"
    return unless(outside, "INVALID_FUNCTION_ARGUMENT", message, count, t.BIGINT)


@function(*(f"approx_percentile({k}, double) -> {k}" for k in _PERCENTILED), kind=AGGREGATE)
def _percentile(call: Call) -> str:
    share = call.args[1]
    wanted = share.sql if share.constant else f"any_value({share.sql})"
    return _checked(call, f"{wanted} NOT BETWEEN 0 AND 1", f"trino_percentile({_sorted(call)}, {wanted})")


@function(*(f"approx_percentile({k}, array(double)) -> array({k})" for k in _PERCENTILED), kind=AGGREGATE)
def _percentiles(call: Call) -> str:
    shares = call.args[1]
    wanted = shares.sql if shares.constant else f"any_value({shares.sql})"
    values = _sorted(call)
    found = f"list_transform({wanted}, lambda share: trino_percentile(rows_in_order, share))"
    bound = f"list_transform([{values}], lambda rows_in_order: {found})[1]"
    found = f"CASE WHEN {values} IS NOT NULL THEN {bound} END"
    found = _checked(call, f"len(list_filter({wanted}, lambda s: s NOT BETWEEN 0 AND 1)) > 0", found)
    unknown = f"len(list_filter({wanted}, lambda s: s IS NULL)) > 0"
    return unless(unknown, "INVALID_FUNCTION_ARGUMENT", "Percentile cannot be null", found, call.result)


@function(
    *(f"approx_percentile({k}, double, double) -> {k}" for k in _PERCENTILED),
    *(f"approx_percentile({k}, double, array(double)) -> array({k})" for k in _PERCENTILED),
    kind=AGGREGATE,
)
def _weighted_percentile(call: Call) -> str:
    raise call.fail("approx_percentile with weights is not supported", "NOT_SUPPORTED")


def _sorted(call: Call) -> str:
    """The values in order, none of them NULL."""
    ordered = replace(call, order_by=call.sql(0))
    there = f"{call.sql(0)} IS NOT NULL AND {call.sql(1)} IS NOT NULL"
    return ordered.invoke("list", call.sql(0), condition=there)


def _checked(call: Call, outside: str, good: str) -> str:
    error = "INVALID_FUNCTION_ARGUMENT"
    text = unless(outside, error, "Percentile must be between 0 and 1", good, call.result)
    if call.args[0].type == t.BIGINT:
        return text
    strange = call.invoke("bool_or", f"NOT isfinite({call.sql(0)})")
    return unless(strange, error, "value must be finite; was NaN or infinite", text, call.result)


@function("numeric_histogram(bigint, double) -> map(double,double)",
          "numeric_histogram(bigint, real) -> map(real,real)", kind=AGGREGATE)  # fmt: skip
def _numeric_histogram(call: Call) -> str:
    """One bucket a value, where there are buckets enough; near values are not merged here."""
    buckets = call.args[0].literal
    if not isinstance(buckets, int):
        raise call.fail("numeric_histogram needs a constant number of buckets", "NOT_SUPPORTED")
    if buckets < 2:
        raise call.fail("numeric_histogram bucket count must be greater than one")
    found = call.invoke("histogram", call.sql(1))
    message = "numeric_histogram of more values than buckets is not supported"
    return unless(f"cardinality({found}) > {buckets}", "NOT_SUPPORTED", message, found, call.result)


macro(
    "trino_percentile(x, share)",
    "x[least(CAST(floor(share * len(x)) AS BIGINT) + 1, len(x))]",
)
