"""How elements of arrays are told apart, found and ordered: what the array and map functions are built on."""

from __future__ import annotations

from emulator.trino import types as t
from emulator.trino.emission.comparison import equal, holds_zone, is_plain, sort_key
from emulator.trino.emission.ordering import decided
from emulator.trino.emission.values import bind, fail
from emulator.trino.errors import Position, Unsupported
from emulator.trino.functions.registry import Call, LambdaValue
from emulator.trino.physical import duckdb_type
from emulator.trino.types import Type

FALSE, TRUE, OPEN, NULL_ELEMENT = range(4)
"""What comparing an element with a value may say."""


def lambda_of(call: Call, index: int) -> LambdaValue:
    """The lambda that is an argument of a call."""
    value = call.args[index]
    assert isinstance(value, LambdaValue)
    return value


def given(call: Call, body: str, *indexes: int) -> str:
    """`body`, but NULL if one of the arguments (all of them unless told) is NULL."""
    places = indexes or tuple(i for i, arg in enumerate(call.args) if not isinstance(arg, LambdaValue))
    nulls = " OR ".join(f"{call.sql(i)} IS NULL" for i in places)
    return f"CASE WHEN {nulls} THEN CAST(NULL AS {duckdb_type(call.result)}) ELSE {body} END"


def empty(kind: Type) -> str:
    """An array type's empty value."""
    return f"CAST([] AS {duckdb_type(kind)})"


def key_of(sql: str, kind: Type, at: Position) -> str:
    """What is the same for values that Trino does not tell apart: NULLs, NaNs, instants of different zones.

    DuckDB finds, orders and distinguishes keys so.
    """
    if kind.base == "map":
        raise Unsupported(f"Distinguishing values of type {kind} is not supported", at)
    if kind.base == "timestamp with time zone":
        return f"({sql}).instant"
    if not holds_zone(kind) and not _holds_map(kind):
        return sql
    if kind.base == "array":
        name = f"key_{len(str(kind))}"
        return f"list_transform({sql}, lambda {name}: {key_of(name, kind.element, at)})"
    fields = (f"f{i} := {key_of(f'({sql}).f{i}', inner, at)}" for i, inner in enumerate(kind.inner))
    return f"CASE WHEN {sql} IS NOT NULL THEN struct_pack({', '.join(fields)}) END"


def _holds_map(kind: Type) -> bool:
    return kind.base == "map" or any(map(_holds_map, kind.inner))


def keys_of(items: str, element: Type, at: Position) -> str:
    """The keys of an array's elements."""
    key = key_of("key_item", element, at)
    return items if key == "key_item" else f"list_transform({items}, lambda key_item: {key})"


def distinct(items: str, element: Type, at: Position) -> str:
    """The elements without the ones that came before."""
    key = key_of("distinct_item", element, at)
    pairs = (
        f"list_transform({items}, lambda distinct_item: struct_pack(k := {key}, o := distinct_item, v := 0))"
    )
    return f"(trino_first_values({pairs})).ks"


def found_in(items: str, others: str, element: Type, at: Position, wanted: bool) -> str:
    """The elements that are, or are not, among others."""
    key = key_of("sought_item", element, at)
    found = f"coalesce(list_position({keys_of(others, element, at)}, {key}), 0) {'>' if wanted else '='} 0"
    return f"list_filter({items}, lambda sought_item: {found})"


def outcomes(items: str, value: str, element: Type, at: Position) -> str:
    """What comparing each element with a value says: FALSE, TRUE, OPEN (a NULL inside) or NULL_ELEMENT."""
    same = equal("compared_item", value, element, at)
    said = f"CASE {same} WHEN TRUE THEN {TRUE} WHEN FALSE THEN {FALSE} ELSE {OPEN} END"
    return (
        f"list_transform({items}, lambda compared_item: "
        f"CASE WHEN compared_item IS NULL THEN {NULL_ELEMENT} ELSE {said} END)"
    )


def indeterminate(call: Call, kind: Type) -> str:
    """Fails as Trino does where a comparison meets a NULL inside an element."""
    message = f"{call.name} does not support arrays with elements that are null or contain null"
    return fail("NOT_SUPPORTED", message, kind)


def sorted_items(items: str, array: Type, at: Position) -> str:
    """An array in ascending order with NULLs last.

    Of two elements that Trino cannot compare, as it meets a NULL in them, any sorting compares the ones that
    end up side by side.
    """
    element = array.element
    if is_plain(element) or element in (t.DOUBLE, t.REAL):
        return f"list_sort({items}, 'ASC', 'NULLS LAST')"
    keyed = (
        "list_transform(list_filter(sort_items, lambda sort_item: sort_item IS NOT NULL), "
        f"lambda sort_item, sort_place: struct_pack(k := {sort_key('sort_item', element)}, "
        "p := sort_place, v := sort_item))"
    )
    nulls = "list_filter(sort_items, lambda sort_item: sort_item IS NULL)"
    body = f"list_concat(sorted_items, {nulls})"
    if element.inner:
        beside = "list_zip(sorted_items, sorted_items[2:], TRUE)"
        met = decided("sorted_pair[1]", "sorted_pair[2]", element)
        body = f"CASE WHEN len(list_transform({beside}, lambda sorted_pair: {met})) >= 0 THEN {body} END"
    ordered = f"list_transform(list_sort({keyed}), lambda sort_entry: sort_entry.v)"
    body = f"CASE WHEN sort_items IS NOT NULL THEN {body} END"
    return bind("sort_items", items, bind("sorted_items", ordered, body))


def paired(pairs: str, compiled: LambdaValue) -> str:
    """A lambda of several parameters over DuckDB's list_zip of that many arrays."""
    body = compiled.body
    for place, parameter in reversed(list(enumerate(compiled.parameters, 1))):
        body = bind(parameter, f"zipped_items[{place}]", body)
    return f"list_transform({pairs}, lambda zipped_items: {body})"
