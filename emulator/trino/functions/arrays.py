"""Functions on arrays, with lambdas."""

from __future__ import annotations

from emulator.trino import types as t
from emulator.trino.emission.comparison import equal, is_plain
from emulator.trino.emission.values import cast, fail, unless
from emulator.trino.functions.registry import Call, LambdaValue, function, native

_BAD = "INVALID_FUNCTION_ARGUMENT"


@function("$subscript(array(T), bigint) -> T")
def _subscript(call: Call) -> str:
    items, place = call.sql(0), call.sql(1)
    problems = (
        (f"{place} = 0", "SQL array indices start at 1"),
        (f"{place} < 0", "Array subscript is negative"),
        (f"{place} > len({items})", "Array subscript must be less than or equal to array length"),
    )
    if isinstance(call.args[1].literal, int) and call.args[1].literal > 0:
        problems = problems[2:]
    branches = " ".join(f"WHEN {bad} THEN {fail(_BAD, text, call.result)}" for bad, text in problems)
    return f"CASE {branches} ELSE ({items})[{place}] END"


@function("element_at(array(T), bigint) -> T")
def _element_at(call: Call) -> str:
    found = f"({call.sql(0)})[{call.sql(1)}]"
    if call.args[1].literal:
        return found
    return unless(f"{call.sql(1)} = 0", _BAD, "SQL array indices start at 1", found, call.result)


native("cardinality(array(T)) -> bigint", "CAST(len({0}) AS BIGINT)")
native("reverse(array(T)) -> array(T)", "list_reverse({0})")
native("flatten(array(array(T))) -> array(T)", "flatten({0})")


@function("concat(array(E), array(E)...) -> array(E)")
def _concat(call: Call) -> str:
    joined = call.sql(0)
    for arg in call.args[1:]:
        joined = f"list_concat({joined}, {arg.sql})"
    nulls = " OR ".join(f"{a.sql} IS NULL" for a in call.args)
    return f"CASE WHEN {nulls} THEN NULL ELSE {joined} END"


@function("contains(array(T), T) -> boolean")
def _contains(call: Call) -> str:
    items, value = call.sql(0), call.sql(1)
    kind = call.args[1].type
    if is_plain(kind):
        return (
            f"CASE WHEN {items} IS NULL OR {value} IS NULL THEN NULL WHEN list_contains({items}, {value}) THEN TRUE "
            f"WHEN len({items}) > list_count({items}) THEN NULL ELSE FALSE END"
        )
    same = f"list_transform({items}, lambda e: {equal('e', value, kind, call.at)})"
    return f"trino_any({same})"


@function("array_position(array(T), T) -> bigint")
def _position(call: Call) -> str:
    _plain_only(call, call.args[1].type)
    return (
        f"CASE WHEN {call.sql(0)} IS NOT NULL AND {call.sql(1)} IS NOT NULL "
        f"THEN CAST(coalesce(list_position({call.sql(0)}, {call.sql(1)}), 0) AS BIGINT) END"
    )


def _plain_only(call: Call, kind: t.Type) -> None:
    if not is_plain(kind):
        raise call.fail(f"{call.name} of {call.args[0].type} is not supported", "NOT_SUPPORTED")


@function("array_join(array(T), varchar) -> varchar", "array_join(array(T), varchar, varchar) -> varchar")
def _join(call: Call) -> str:
    kind = call.args[0].type.element
    texts = call.sql(0) if kind.base == "varchar" else f"list_transform({call.sql(0)}, lambda e: {_as_text(call, kind)})"
    if len(call.args) == 3:
        texts = f"list_transform({texts}, lambda e: coalesce(e, {call.sql(2)}))"
    return f"CASE WHEN {call.sql(1)} IS NOT NULL THEN coalesce(array_to_string({texts}, {call.sql(1)}), CASE WHEN {call.sql(0)} IS NOT NULL THEN '' END) END"


def _as_text(call: Call, kind: t.Type) -> str:
    from emulator.trino.emission.casts import convert

    if kind.inner:
        raise call.fail(f"Input type {kind} not supported")
    return convert("e", kind, t.VARCHAR, call.at)


@function("array_max(array(T)) -> T", "array_min(array(T)) -> T", orderable="T")
def _extreme(call: Call) -> str:
    _plain_only(call, call.result)
    items = call.sql(0)
    return f"CASE WHEN len({items}) = list_count({items}) THEN list_{call.name[6:]}({items}) END"


@function("array_distinct(array(T)) -> array(T)")
def _distinct(call: Call) -> str:
    _plain_only(call, call.result.element)
    items = call.sql(0)
    first = f"list_position({items}, e) = i"
    null_first = f"(e IS NULL AND len(list_filter({items}[1:i - 1], lambda n: n IS NULL)) = 0)"
    return f"list_filter({items}, lambda e, i: coalesce({first}, FALSE) OR {null_first})"


@function("array_sort(array(T)) -> array(T)", orderable="T")
def _sort(call: Call) -> str:
    _plain_only(call, call.result.element)
    return f"list_sort({call.sql(0)}, 'ASC', 'NULLS LAST')"


@function("array_remove(array(T), T) -> array(T)")
def _remove(call: Call) -> str:
    _plain_only(call, call.args[1].type)
    kept = f"list_filter({call.sql(0)}, lambda e: e IS DISTINCT FROM {call.sql(1)})"
    return f"CASE WHEN {call.sql(1)} IS NOT NULL THEN {kept} END"


@function("slice(array(T), bigint, bigint) -> array(T)")
def _slice(call: Call) -> str:
    items, start, length = (a.sql for a in call.args)
    begin = f"CASE WHEN {start} > 0 THEN {start} ELSE len({items}) + {start} + 1 END"
    cut = f"CASE WHEN {begin} <= 0 OR {begin} > len({items}) THEN {items}[1:0] ELSE {items}[{begin}:{begin} + {length} - 1] END"
    checked = unless(f"{start} = 0", _BAD, "SQL array indices start at 1", cut, call.result)
    return unless(f"{length} < 0", _BAD, "length must be greater than or equal to 0", checked, call.result)


@function("sequence(bigint, bigint) -> array(bigint)", "sequence(bigint, bigint, bigint) -> array(bigint)")
def _sequence(call: Call) -> str:
    start, stop = call.sql(0), call.sql(1)
    step = call.sql(2) if len(call.args) == 3 else f"CASE WHEN {start} <= {stop} THEN 1 ELSE -1 END"
    values = f"generate_series({start}, {stop}, {step})"
    long = unless(f"len({values}) > 10000", _BAD, "result of sequence function must not have more than 10000 entries", values, call.result)
    if len(call.args) == 2:
        return long
    wrong = f"{step} = 0 OR ({step} > 0 AND {stop} < {start}) OR ({step} < 0 AND {stop} > {start})"
    message = "sequence stop value should be greater than or equal to start value if step is greater than zero otherwise stop should be less than or equal to start"
    return unless(wrong, _BAD, message, long, call.result)


@function("repeat(T, bigint) -> array(T)")
def _repeat(call: Call) -> str:
    values = f"list_transform(range({call.sql(1)}), lambda i: {call.sql(0)})"
    return unless(f"{call.sql(1)} > 10000", _BAD, "count argument of repeat function must be less than or equal to 10000", values, call.result)


def _lambda(call: Call, index: int) -> LambdaValue:
    value = call.args[index]
    assert isinstance(value, LambdaValue)
    return value


@function("transform(array(T), function(T,U)) -> array(U)")
def _transform(call: Call) -> str:
    return f"list_transform({call.sql(0)}, {call.sql(1)})"


@function("filter(array(T), function(T,boolean)) -> array(T)")
def _filter(call: Call) -> str:
    body = _lambda(call, 1)
    return f"list_filter({call.sql(0)}, lambda {body.parameters[0]}: coalesce({body.body}, FALSE))"


@function(
    "any_match(array(T), function(T,boolean)) -> boolean", "all_match(array(T), function(T,boolean)) -> boolean",
    "none_match(array(T), function(T,boolean)) -> boolean",
)  # fmt: skip
def _match(call: Call) -> str:
    results = f"list_transform({call.sql(0)}, {call.sql(1)})"
    if call.name == "all_match":
        body = _lambda(call, 1)
        wrong = f"list_transform({call.sql(0)}, lambda {body.parameters[0]}: NOT ({body.body}))"
        return f"(NOT trino_any({wrong}))"
    return f"trino_any({results})" if call.name == "any_match" else f"(NOT trino_any({results}))"


@function("reduce(array(T), S, function(S,T,S), function(S,R)) -> R")
def _reduce(call: Call) -> str:
    step, last = _lambda(call, 2), _lambda(call, 3)
    state, item = step.parameters
    if call.args[0].type.element == call.args[1].type:
        folded = f"list_reduce(list_prepend({call.sql(1)}, {call.sql(0)}), lambda {state}, {item}: {step.body})"
    else:
        raise call.fail("reduce whose state has another type than the elements is not supported", "NOT_SUPPORTED")
    finished = f"list_transform([{folded}], lambda {last.parameters[0]}: {last.body})[1]"
    return f"CASE WHEN {call.sql(0)} IS NOT NULL THEN {finished} END"


@function("zip(array(A), array(B)) -> array(row(A,B))", "zip(array(A), array(B), array(C)) -> array(row(A,B,C))")
def _zip(call: Call) -> str:
    zipped = f"list_zip({', '.join(a.sql for a in call.args)})"
    return cast(zipped, call.result)
