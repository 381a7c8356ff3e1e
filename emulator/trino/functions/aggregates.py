"""Aggregate functions."""

from __future__ import annotations

from emulator.trino import types as t
from emulator.trino.emission.comparison import sort_key
from emulator.trino.emission.values import cast, unless
from emulator.trino.functions.registry import AGGREGATE, Call, function

_INTEGERS = ("tinyint", "smallint", "integer", "bigint")
_INTERVALS = ("interval day to second", "interval year to month")


@function("count() -> bigint", kind=AGGREGATE)
def _count_all(call: Call) -> str:
    return call.invoke("count", "*")


@function("count(T) -> bigint", kind=AGGREGATE)
def _count(call: Call) -> str:
    distinct = sort_key(call.sql(0), call.args[0].type) if call.distinct else call.sql(0)
    return call.invoke("count", distinct)


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


@function(
    "bool_and(boolean) -> boolean", "every(boolean) -> boolean", "bool_or(boolean) -> boolean", kind=AGGREGATE
)
def _boolean(call: Call) -> str:
    return call.invoke("bool_or" if call.name == "bool_or" else "bool_and", call.sql(0))


@function("arbitrary(T) -> T", "any_value(T) -> T", kind=AGGREGATE)
def _any(call: Call) -> str:
    return call.invoke("any_value", call.sql(0))


MAX_LISTAGG_BYTES = 1_048_576


@function(
    "listagg(varchar) -> varchar",
    "listagg(varchar, varchar) -> varchar",
    "listagg(varchar, varchar, varchar) -> varchar",
    kind=AGGREGATE,
)
def _listagg(call: Call) -> str:
    """The third argument says what happens to a text that is too long: `error` or `truncate`."""
    separator = call.sql(1) if len(call.args) > 1 else "''"
    joined = call.invoke("string_agg", call.sql(0), separator)
    error = "INVALID_FUNCTION_ARGUMENT"
    message = f"Concatenated string is longer than the maximum output length {MAX_LISTAGG_BYTES}"
    if len(call.args) > 2 and call.args[2].literal == "truncate":
        error, message = "NOT_SUPPORTED", "LISTAGG that has to truncate is not supported"
    return unless(f"strlen({joined}) > {MAX_LISTAGG_BYTES}", error, message, joined, t.VARCHAR)


for _trino, _duck in (("and", "bit_and"), ("or", "bit_or"), ("xor", "bit_xor")):

    def _bitwise(call: Call, duck: str = _duck) -> str:
        return call.invoke(duck, call.sql(0))

    function(f"bitwise_{_trino}_agg(bigint) -> bigint", kind=AGGREGATE)(_bitwise)


@function(*(f"avg({kind}) -> {kind}" for kind in _INTERVALS), kind=AGGREGATE)
def _avg_interval(call: Call) -> str:
    """Rounded half up."""
    return cast(f"floor({call.invoke('avg', call.sql(0))} + 0.5)", call.result)


@function(*(f"sum({kind}) -> {kind}" for kind in _INTERVALS), kind=AGGREGATE)
def _sum_interval(call: Call) -> str:
    return cast(call.invoke("sum", call.sql(0)), call.result)
