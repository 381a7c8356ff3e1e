"""Aggregate functions."""

from __future__ import annotations

from emulator.trino import types as t
from emulator.trino.emission.comparison import is_plain
from emulator.trino.emission.values import cast
from emulator.trino.functions.registry import AGGREGATE, Call, function
from emulator.trino.runtime import macro

_INTEGERS = ("tinyint", "smallint", "integer", "bigint")


@function("count() -> bigint", kind=AGGREGATE)
def _count_all(call: Call) -> str:
    return call.invoke("count", "*")


@function("count(T) -> bigint", kind=AGGREGATE)
def _count(call: Call) -> str:
    return call.invoke("count", call.sql(0))


@function("count_if(boolean) -> bigint", kind=AGGREGATE)
def _count_if(call: Call) -> str:
    return call.invoke("count", call.sql(0), condition=call.sql(0))


@function(*(f"sum({k}) -> bigint" for k in _INTEGERS), kind=AGGREGATE)
def _sum(call: Call) -> str:
    return cast(call.invoke("sum", call.sql(0)), call.result)


@function("sum(double) -> double", "sum(real) -> real", kind=AGGREGATE)
def _sum_float(call: Call) -> str:
    return cast(call.invoke("sum", call.sql(0)), call.result)


@function("sum(decimal(p,s)) -> decimal(38,s)", kind=AGGREGATE)
def _sum_decimal(call: Call) -> str:
    return cast(call.invoke("sum", call.sql(0)), call.result)


@function(*(f"avg({k}) -> double" for k in (*_INTEGERS, "double")), "avg(real) -> real", kind=AGGREGATE)
def _avg(call: Call) -> str:
    return cast(call.invoke("avg", cast(call.sql(0), t.DOUBLE)), call.result)


@function("avg(decimal(p,s)) -> decimal(p,s)", kind=AGGREGATE)
def _avg_decimal(call: Call) -> str:
    scale = call.result.scale
    total = call.invoke("sum", cast(call.sql(0), t.decimal(t.MAX_DECIMAL, scale)))
    count = call.invoke("count", call.sql(0))
    shifted = f"CAST({total} * CAST(1{'0' * scale} AS DECIMAL({scale + 1},0)) AS DECIMAL(38,0))"
    unit = f"CAST('{'0.' + '0' * (scale - 1) + '1' if scale else '1'}' AS DECIMAL({max(scale, 1)},{scale}))"
    mean = cast(f"(trino_div_half_up({shifted}, {count}) * {unit})", call.result)
    return f"CASE WHEN {count} > 0 THEN {mean} END"


@function("min(T) -> T", "max(T) -> T", kind=AGGREGATE, orderable="T")
def _extreme(call: Call) -> str:
    kind = call.result
    if kind in (t.DOUBLE, t.REAL):
        x = call.sql(0)
        found = call.invoke(call.name, x, condition=f"NOT isnan({x})")
        return f"coalesce({found}, {call.invoke('max', x)})"
    if not is_plain(kind):
        raise call.fail(f"{call.name} of {kind} is not supported", "NOT_SUPPORTED")
    return call.invoke(call.name, call.sql(0))


@function("max_by(V, K) -> V", "min_by(V, K) -> V", kind=AGGREGATE, orderable="K")
def _extreme_by(call: Call) -> str:
    value, key = call.args
    if not is_plain(key.type):
        raise call.fail(f"{call.name} by {key.type} is not supported", "NOT_SUPPORTED")
    name = "arg_max_null" if call.name == "max_by" else "arg_min_null"
    return call.invoke(name, value.sql, key.sql)


@function(
    "bool_and(boolean) -> boolean", "every(boolean) -> boolean", "bool_or(boolean) -> boolean", kind=AGGREGATE
)
def _boolean(call: Call) -> str:
    return call.invoke("bool_or" if call.name == "bool_or" else "bool_and", call.sql(0))


@function("arbitrary(T) -> T", "any_value(T) -> T", kind=AGGREGATE)
def _any(call: Call) -> str:
    return call.invoke("any_value", call.sql(0))


@function("array_agg(T) -> array(T)", kind=AGGREGATE)
def _array_agg(call: Call) -> str:
    return call.invoke("list", call.sql(0))


@function("listagg(varchar) -> varchar", "listagg(varchar, varchar) -> varchar", kind=AGGREGATE)
def _listagg(call: Call) -> str:
    separator = call.sql(1) if len(call.args) == 2 else "''"
    return call.invoke("string_agg", call.sql(0), separator)


for _trino, _duck in (
    ("stddev", "stddev_samp"), ("stddev_samp", "stddev_samp"), ("stddev_pop", "stddev_pop"),
    ("variance", "var_samp"), ("var_samp", "var_samp"), ("var_pop", "var_pop"),
):  # fmt: skip

    def _spread(call: Call, duck: str = _duck) -> str:
        return call.invoke(duck, call.sql(0))

    function(f"{_trino}(double) -> double", kind=AGGREGATE)(_spread)

for _name in ("corr", "covar_pop", "covar_samp", "regr_slope", "regr_intercept"):

    def _paired(call: Call) -> str:
        found = call.invoke(call.name, call.sql(0), call.sql(1))
        # DuckDB says NaN, Trino NULL, where one side does not vary; a NaN among the values stays NaN in both.
        nan = call.invoke("bool_or", f"isnan({call.sql(0)}) OR isnan({call.sql(1)})")
        return f"CASE WHEN isnan({found}) AND NOT {nan} THEN NULL ELSE {found} END"

    function(f"{_name}(double, double) -> double", kind=AGGREGATE)(_paired)


@function("approx_distinct(T) -> bigint", kind=AGGREGATE)
def _approx_distinct(call: Call) -> str:
    """Exact: an approximation may be."""
    return f"{call.invoke('count', 'DISTINCT ' + call.sql(0))}"


@function("geometric_mean(double) -> double", kind=AGGREGATE)
def _geometric_mean(call: Call) -> str:
    return f"exp({call.invoke('avg', f'ln({call.sql(0)})')})"


@function("bitwise_and_agg(bigint) -> bigint", "bitwise_or_agg(bigint) -> bigint", kind=AGGREGATE)
def _bitwise(call: Call) -> str:
    return call.invoke("bit_and" if "and_agg" in call.name else "bit_or", call.sql(0))


@function(
    "min(T, bigint) -> array(T)",
    "max(T, bigint) -> array(T)",
    kind=AGGREGATE,
    orderable="T",
)
def _several_extremes(call: Call) -> str:
    kind = call.result.element
    count = call.args[1].literal
    if not is_plain(kind) or not isinstance(count, int):
        raise call.fail(f"{call.name} of {kind} and a count is not supported", "NOT_SUPPORTED")
    if count <= 0:
        raise call.fail("second argument of max_n/min_n must be a positive integer")
    return call.invoke(call.name, call.sql(0), str(count))


@function("map_agg(K, V) -> map(K,V)", kind=AGGREGATE)
def _map_agg(call: Call) -> str:
    """The first value of a key stays; rows without a key do not count."""
    key, value = call.sql(0), call.sql(1)
    if not is_plain(call.args[0].type):
        raise call.fail(f"map_agg by {call.args[0].type} is not supported", "NOT_SUPPORTED")
    pairs = call.invoke("list", f"struct_pack(k := {key}, v := {value})", condition=f"{key} IS NOT NULL")
    return f"trino_first_pairs({pairs})"


@function("multimap_agg(K, V) -> map(K,array(V))", kind=AGGREGATE)
def _multimap_agg(call: Call) -> str:
    key, value = call.sql(0), call.sql(1)
    if not is_plain(call.args[0].type):
        raise call.fail(f"multimap_agg by {call.args[0].type} is not supported", "NOT_SUPPORTED")
    pairs = call.invoke("list", f"struct_pack(k := {key}, v := {value})", condition=f"{key} IS NOT NULL")
    return f"trino_all_pairs({pairs})"


@function("histogram(K) -> map(K,bigint)", kind=AGGREGATE)
def _histogram(call: Call) -> str:
    if not is_plain(call.args[0].type):
        raise call.fail(f"histogram of {call.args[0].type} is not supported", "NOT_SUPPORTED")
    return cast(call.invoke("histogram", call.sql(0)), call.result)


@function("sum(interval day to second) -> interval day to second", kind=AGGREGATE)
def _sum_interval(call: Call) -> str:
    return cast(call.invoke("sum", call.sql(0)), call.result)


@function("avg(interval day to second) -> interval day to second", kind=AGGREGATE)
def _avg_interval(call: Call) -> str:
    return cast(f"trunc({call.invoke('avg', call.sql(0))})", call.result)


macro("trino_pair_keys(pairs)", "list_distinct(list_transform(pairs, lambda p: p.k))")
macro(
    "trino_first_pairs(pairs)",
    """CASE WHEN pairs IS NOT NULL THEN map(trino_pair_keys(pairs), list_transform(trino_pair_keys(pairs),
    lambda w: list_filter(pairs, lambda p: p.k = w)[1].v)) END""",
)
macro(
    "trino_all_pairs(pairs)",
    """CASE WHEN pairs IS NOT NULL THEN map(trino_pair_keys(pairs), list_transform(trino_pair_keys(pairs),
    lambda w: list_transform(list_filter(pairs, lambda p: p.k = w), lambda p: p.v))) END""",
)
