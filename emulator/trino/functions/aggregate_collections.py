"""Aggregates that collect: arrays, maps, histograms, and reduce_agg."""

from __future__ import annotations

from dataclasses import replace

from emulator.trino.emission.comparison import is_direct, sort_key
from emulator.trino.emission.values import Value, cast
from emulator.trino.functions.array_elements import distinct
from emulator.trino.functions.registry import AGGREGATE, Call, LambdaValue, function


@function("array_agg(T) -> array(T)", kind=AGGREGATE)
def _array_agg(call: Call) -> str:
    """DISTINCT keeps the first of equal values where it came, which DuckDB's own does not."""
    items = replace(call, distinct=False).invoke("list", call.sql(0))
    return distinct(items, call.result.element, call.at) if call.distinct else items


def _pairs(call: Call, key: Value, value: str) -> str:
    """The rows that have a key as structs: k to compare, o the key itself, v the value."""
    if key.type.base == "map":
        raise call.fail(f"{call.name} of {key.type} is not supported", "NOT_SUPPORTED")
    pair = f"struct_pack(k := {sort_key(key.sql, key.type)}, o := {key.sql}, v := {value})"
    return call.invoke("list", pair, condition=f"{key.sql} IS NOT NULL")


@function("map_agg(K, V) -> map(K,V)", kind=AGGREGATE)
def _map_agg(call: Call) -> str:
    """The first value of a key stays; rows without a key do not count."""
    return f"trino_first_pairs({_pairs(call, call.args[0], call.sql(1))})"


@function("multimap_agg(K, V) -> map(K,array(V))", kind=AGGREGATE)
def _multimap_agg(call: Call) -> str:
    return f"trino_all_pairs({_pairs(call, call.args[0], call.sql(1))})"


@function("map_union(map(K,V)) -> map(K,V)", kind=AGGREGATE)
def _map_union(call: Call) -> str:
    key = sort_key("(e).key", call.result.inner[0])
    pair = f"struct_pack(k := {key}, o := (e).key, v := (e).value)"
    maps = call.invoke("list", call.sql(0), condition=f"cardinality({call.sql(0)}) > 0")
    return (
        f"trino_first_pairs(list_transform(flatten(list_transform({maps}, lambda m: map_entries(m))), "
        f"lambda e: {pair}))"
    )


@function("histogram(K) -> map(K,bigint)", kind=AGGREGATE)
def _histogram(call: Call) -> str:
    if is_direct(call.args[0].type):
        return cast(call.invoke("histogram", call.sql(0)), call.result)
    return cast(f"trino_pair_counts({_pairs(call, call.args[0], 'NULL')})", call.result)


@function("reduce_agg(T, S, function(S,T,S), function(S,S,S)) -> S", kind=AGGREGATE)
def _reduce_agg(call: Call) -> str:
    """The input function over the rows in order; states are never combined, as there is one place only.

    Whatever the functions make of it, from NULL comes NULL.
    """
    start, step = call.args[1], call.args[2]
    assert isinstance(step, LambdaValue)
    if start.type.inner:
        raise call.fail(f"State type not supported for reduce_agg: {start.type}", "NOT_SUPPORTED")
    if start.constant is None:
        raise call.fail("reduce_agg from a state that is no constant is not supported", "NOT_SUPPORTED")
    if start.literal is None:
        return call.invoke("any_value", cast("NULL", step.type))
    state, item = step.parameters
    rows = call.invoke("list", call.sql(0), condition=f"{call.sql(0)} IS NOT NULL")
    body = cast(step.body, step.type)
    return f"list_reduce({rows}, lambda {state}, {item}: {body}, {cast(start.sql, step.type)})"
