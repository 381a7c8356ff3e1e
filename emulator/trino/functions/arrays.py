"""Functions on arrays: elements, searches, joins and pieces. Positions count from 1."""

from __future__ import annotations

from itertools import combinations
from math import comb

from emulator.trino import types as t
from emulator.trino.emission.comparison import is_plain
from emulator.trino.emission.ordering import extreme
from emulator.trino.emission.values import bind, fail, failing, text, unless
from emulator.trino.errors import END_MARK, MARK
from emulator.trino.functions.array_elements import (
    NULL_ELEMENT,
    OPEN,
    TRUE,
    given,
    indeterminate,
    outcomes,
)
from emulator.trino.functions.failures import INVALID
from emulator.trino.functions.registry import Call, function, native
from emulator.trino.physical import duckdb_type
from emulator.trino.runtime import udf
from emulator.trino.types import Type

MAX_REPEAT = 10_000
MAX_COMBINATIONS = 100_000
_FROM_ONE = "SQL array indices start at 1"

native("cardinality(array(T)) -> bigint", "CAST(len({0}) AS BIGINT)")
native("reverse(array(T)) -> array(T)", "list_reverse({0})")
native("flatten(array(array(T))) -> array(T)", "flatten({0})")


@function("$subscript(array(T), bigint) -> T")
def _subscript(call: Call) -> str:
    items, place = call.sql(0), call.sql(1)
    branches = [
        f"WHEN {items} IS NULL OR {place} IS NULL THEN CAST(NULL AS {duckdb_type(call.result)})",
        f"WHEN {place} = 0 THEN {fail(INVALID, _FROM_ONE, call.result)}",
        f"WHEN {place} < 0 THEN {_telling('Array subscript is negative: ', [place], call.result)}",
        f"WHEN {place} > len({items}) THEN " + _telling(
            "Array subscript must be less than or equal to array length: ",
            [place, f"len({items})"],
            call.result,
        ),
    ]  # fmt: skip
    return f"CASE {' '.join(branches)} ELSE ({items})[{place}] END"


def _telling(message: str, numbers: list[str], kind: Type) -> str:
    """Fails with a message that ends in numbers, ` > ` between them."""
    shown = f" || {text(' > ')} || ".join(f"CAST({n} AS VARCHAR)" for n in numbers)
    return failing(f"{text(f'{MARK}{INVALID}:{message}')} || {shown} || {text(END_MARK)}", kind)


@function("element_at(array(T), bigint) -> T")
def _element_at(call: Call) -> str:
    found = f"({call.sql(0)})[{call.sql(1)}]"
    if call.args[1].literal:
        return found
    return unless(f"{call.sql(1)} = 0 AND {call.sql(0)} IS NOT NULL", INVALID, _FROM_ONE, found, call.result)


@function("concat(array(E), array(E)...) -> array(E)")
def _concat(call: Call) -> str:
    if len(call.args) < 2:
        raise call.fail("There must be two or more arguments to concat")
    joined = call.sql(0)
    for arg in call.args[1:]:
        joined = f"list_concat({joined}, {arg.sql})"
    return given(call, joined)


@function("concat(array(E), E) -> array(E)")
def _append(call: Call) -> str:
    return given(call, f"list_append({call.sql(0)}, {call.sql(1)})")


@function("concat(E, array(E)) -> array(E)")
def _prepend(call: Call) -> str:
    return given(call, f"list_prepend({call.sql(0)}, {call.sql(1)})")


@function("contains(array(T), T) -> boolean")
def _contains(call: Call) -> str:
    items, value = call.sql(0), call.sql(1)
    kind = call.args[1].type
    if is_plain(kind):
        body = (
            f"CASE WHEN list_contains({items}, {value}) THEN TRUE "
            f"WHEN len({items}) > list_count({items}) THEN NULL ELSE FALSE END"
        )
        return given(call, body)
    said = (
        f"CASE WHEN {_before(OPEN, TRUE)} THEN {indeterminate(call, t.BOOLEAN)} "
        f"WHEN list_contains(outcome, {TRUE}) THEN TRUE "
        f"WHEN list_contains(outcome, {NULL_ELEMENT}) THEN NULL ELSE FALSE END"
    )
    return given(call, bind("outcome", outcomes(items, value, kind, call.at), said))


def _before(one: int, other: int) -> str:
    """Whether an outcome comes up before (or without) another one."""
    first, second = (f"coalesce(list_position(outcome, {o}), 0)" for o in (one, other))
    return f"({first} > 0 AND ({second} = 0 OR {first} < {second}))"


@function("array_position(array(T), T) -> bigint")
def _position(call: Call) -> str:
    items, value = call.sql(0), call.sql(1)
    kind = call.args[1].type
    if is_plain(kind):
        return given(call, f"CAST(coalesce(list_position({items}, {value}), 0) AS BIGINT)")
    said = (
        f"CASE WHEN {_before(OPEN, TRUE)} THEN {indeterminate(call, t.BIGINT)} "
        f"ELSE CAST(coalesce(list_position(outcome, {TRUE}), 0) AS BIGINT) END"
    )
    return given(call, bind("outcome", outcomes(items, value, kind, call.at), said))


@function("array_remove(array(T), T) -> array(T)")
def _remove(call: Call) -> str:
    items, value = call.sql(0), call.sql(1)
    kind = call.args[1].type
    if is_plain(kind):
        return given(call, f"list_filter({items}, lambda kept_item: kept_item IS DISTINCT FROM {value})")
    kept = f"list_filter({items}, lambda kept_item, kept_place: outcome[kept_place] <> {TRUE})"
    said = f"CASE WHEN list_contains(outcome, {OPEN}) THEN {indeterminate(call, call.result)} ELSE {kept} END"
    return given(call, bind("outcome", outcomes(items, value, kind, call.at), said))


@function("array_max(array(T)) -> T", "array_min(array(T)) -> T", orderable="T")
def _extreme(call: Call) -> str:
    items, kind = call.sql(0), call.result
    side = call.name[6:]
    best = f"list_{side}({items})"
    if kind in (t.DOUBLE, t.REAL):
        numbers = f"list_filter({items}, lambda number_item: NOT isnan(number_item))"
        best = f"coalesce(list_{side}({numbers}), {best})"
    elif not is_plain(kind):
        best = extreme(items, kind, side == "max")
    whole = f"len({items}) = len(list_filter({items}, lambda null_item: null_item IS NOT NULL))"
    return f"CASE WHEN {whole} THEN {best} END"


@function("slice(array(T), bigint, bigint) -> array(T)")
def _slice(call: Call) -> str:
    items, start, length = (a.sql for a in call.args)
    begin = f"CASE WHEN {start} > 0 THEN {start} ELSE len({items}) + {start} + 1 END"
    cut = (
        f"CASE WHEN {begin} <= 0 OR {begin} > len({items}) OR {length} = 0 THEN ({items})[1:0] "
        f"ELSE ({items})[{begin}:{begin} + least({length}, len({items})) - 1] END"
    )
    checked = unless(f"{start} = 0", INVALID, _FROM_ONE, cut, call.result)
    message = "length must be greater than or equal to 0"
    return given(call, unless(f"{length} < 0", INVALID, message, checked, call.result))


@function("trim_array(array(T), bigint) -> array(T)")
def _trim(call: Call) -> str:
    items, size = call.sql(0), call.sql(1)
    too_many = failing(
        f"{text(f'{MARK}{INVALID}:size must not exceed array cardinality ')} "
        f"|| CAST(len({items}) AS VARCHAR) "
        f"|| ': ' || CAST({size} AS VARCHAR) || {text(END_MARK)}",
        call.result,
    )
    body = (
        f"CASE WHEN {size} < 0 THEN {_telling('size must not be negative: ', [size], call.result)} "
        f"WHEN {size} > len({items}) THEN {too_many} ELSE ({items})[1:len({items}) - {size}] END"
    )
    return given(call, body)


@function("repeat(T, bigint) -> array(T)")
def _repeat(call: Call) -> str:
    count = call.sql(1)
    head = "count argument of repeat function must be"
    low = unless(
        f"{count} > {MAX_REPEAT}", INVALID, f"{head} less than or equal to {MAX_REPEAT}",
        f"list_transform(range({count}), lambda repeat_place: {call.sql(0)})", call.result,
    )  # fmt: skip
    return unless(f"{count} < 0", INVALID, f"{head} greater than or equal to 0", low, call.result)


@udf("trino_ways", ("BIGINT", "BIGINT"), "DOUBLE")
def _ways(count: int, size: int) -> float:
    return float(comb(count, size))


@udf("trino_combinations", ("BIGINT", "BIGINT"), "BIGINT[][]")
def _places(count: int, size: int) -> list[tuple[int, ...]]:
    """In the order of their last places, then of those before."""
    return sorted(combinations(range(1, count + 1), size), key=lambda places: places[::-1])


@function("combinations(array(T), integer) -> array(array(T))")
def _combinations(call: Call) -> str:
    items, size = call.sql(0), call.sql(1)
    picked = (
        f"list_transform(trino_combinations(len({items}), {size}), lambda picked_places: "
        f"list_transform(picked_places, lambda picked_place: ({items})[picked_place]))"
    )
    negative = _telling("combination size must not be negative: ", [size], call.result)
    too_many = fail(INVALID, "combinations exceed max size", call.result)
    body = (
        f"CASE WHEN {size} < 0 THEN {negative} "
        f"WHEN {size} > 5 THEN {_telling('combination size must not exceed 5: ', [size], call.result)} "
        f"WHEN trino_ways(len({items}), {size}) > {MAX_COMBINATIONS} THEN {too_many} "
        f"ELSE {picked} END"
    )
    return given(call, body)


@function("ngrams(array(T), integer) -> array(array(T))")
def _ngrams(call: Call) -> str:
    items, size = call.sql(0), call.sql(1)
    pieces = (
        f"list_transform(range(1, greatest(len({items}) - {size} + 2, 2)), "
        f"lambda gram_place: ({items})[gram_place:gram_place + {size} - 1])"
    )
    return given(call, unless(f"{size} <= 0", INVALID, "N must be positive", pieces, call.result))


@function("shuffle(array(T)) -> array(T)")
def _shuffle(call: Call) -> str:
    dealt = "lambda dealt_item: struct_pack(k := random(), v := dealt_item)"
    shuffled = f"list_sort(list_transform({call.sql(0)}, {dealt}))"
    return f"list_transform({shuffled}, lambda dealt_entry: dealt_entry.v)"


_ZIPPED = "ABCDE"
for _count in range(2, len(_ZIPPED) + 1):
    _letters = _ZIPPED[:_count]

    @function(f"zip({', '.join(f'array({c})' for c in _letters)}) -> array(row({','.join(_letters)}))")
    def _zip(call: Call) -> str:
        fields = ", ".join(f"f{i} := zipped_item[{i + 1}]" for i in range(len(call.args)))
        zipped = f"list_zip({', '.join(a.sql for a in call.args)})"
        return given(call, f"list_transform({zipped}, lambda zipped_item: struct_pack({fields}))")
