"""Arrays as sets, arrays in order, and counts of elements."""

from __future__ import annotations

from emulator.trino import types as t
from emulator.trino.emission.values import bind, cast, fail
from emulator.trino.functions.array_elements import (
    distinct,
    empty,
    found_in,
    given,
    key_of,
    keys_of,
    lambda_of,
    sorted_items,
)
from emulator.trino.functions.failures import INVALID
from emulator.trino.functions.registry import Call, function


@function("array_distinct(array(E)) -> array(E)")
def _distinct(call: Call) -> str:
    return distinct(call.sql(0), call.result.element, call.at)


@function("array_union(array(E), array(E)) -> array(E)")
def _union(call: Call) -> str:
    joined = f"list_concat({call.sql(0)}, {call.sql(1)})"
    return given(call, distinct(joined, call.result.element, call.at))


@function("array_intersect(array(E), array(E)) -> array(E)")
def _intersect(call: Call) -> str:
    """In the order of the longer array, the first if they are of one length."""
    left, right, element = call.sql(0), call.sql(1), call.result.element
    swapped = f"len({left}) < len({right})"
    longer = f"CASE WHEN {swapped} THEN {right} ELSE {left} END"
    shorter = f"CASE WHEN {swapped} THEN {left} ELSE {right} END"
    body = bind("shorter_items", shorter, found_in(longer, "shorter_items", element, call.at, True))
    return given(call, distinct(body, element, call.at))


@function("array_except(array(E), array(E)) -> array(E)")
def _except(call: Call) -> str:
    """Nothing taken away leaves the array as it is, repetitions included."""
    left, right, element = call.sql(0), call.sql(1), call.result.element
    rest = distinct(found_in(left, right, element, call.at, False), element, call.at)
    return given(call, f"CASE WHEN len({right}) = 0 THEN {left} ELSE {rest} END")


@function("arrays_overlap(array(E), array(E)) -> boolean")
def _overlap(call: Call) -> str:
    left, right, element = call.sql(0), call.sql(1), call.args[0].type.element
    common = f"list_has_any({keys_of(left, element, call.at)}, {keys_of(right, element, call.at)})"
    nulls = " OR ".join(f"coalesce(list_position({_nulls(side)}, TRUE), 0) > 0" for side in (left, right))
    body = (
        f"CASE WHEN len({left}) = 0 OR len({right}) = 0 THEN FALSE WHEN {common} THEN TRUE "
        f"WHEN {nulls} THEN NULL ELSE FALSE END"
    )
    return given(call, body)


def _nulls(items: str) -> str:
    return f"list_transform({items}, lambda null_item: null_item IS NULL)"


@function("contains_sequence(array(T), array(T)) -> boolean")
def _contains_sequence(call: Call) -> str:
    element = call.args[0].type.element
    pieces = (
        "list_transform(range(1, len(whole_items) - len(part_items) + 2), "
        "lambda part_place: whole_items[part_place:part_place + len(part_items) - 1])"
    )
    found = f"len(part_items) = 0 OR coalesce(list_position({pieces}, part_items), 0) > 0"
    within = bind("part_items", keys_of(call.sql(1), element, call.at), f"({found})")
    return given(call, bind("whole_items", keys_of(call.sql(0), element, call.at), within))


@function("array_sort(array(E)) -> array(E)", orderable="E")
def _sort(call: Call) -> str:
    return sorted_items(call.sql(0), call.result, call.at)


@function("array_sort(array(T), function(T,T,integer)) -> array(T)")
def _sort_by(call: Call) -> str:
    """Each element goes behind those that the comparator does not put after it, as in Java's sort."""
    comparator = lambda_of(call, 1)
    new, old = comparator.parameters
    bad = fail(INVALID, "Lambda comparator must return either -1, 0, or 1", t.BOOLEAN)
    before = f"CASE {comparator.body} WHEN -1 THEN FALSE WHEN 0 THEN TRUE WHEN 1 THEN TRUE ELSE {bad} END"
    place = f"len(list_filter(sorted_part, lambda {old}: {before}))"
    inserted = bind(
        "sorted_place",
        place,
        f"list_concat(list_append(sorted_part[1:sorted_place], {new}), sorted_part[sorted_place + 1:])",
    )
    return f"list_reduce({call.sql(0)}, lambda sorted_part, {new}: {inserted}, {empty(call.result)})"


@function("array_histogram(array(T)) -> map(T, bigint)")
def _histogram(call: Call) -> str:
    element = call.args[0].type.element
    pair = f"struct_pack(k := {key_of('counted_item', element, call.at)}, o := counted_item, v := 1)"
    items = f"list_filter({call.sql(0)}, lambda counted_item: counted_item IS NOT NULL)"
    pairs = f"list_transform({items}, lambda counted_item: {pair})"
    return given(call, cast(f"trino_pair_counts({pairs})", call.result))
