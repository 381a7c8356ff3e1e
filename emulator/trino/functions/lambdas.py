"""Functions of arrays that take lambdas."""

from __future__ import annotations

from emulator.trino.emission.values import bind, cast
from emulator.trino.functions.array_elements import given, lambda_of, paired
from emulator.trino.functions.registry import Call, function
from emulator.trino.types import BOOLEAN


@function("transform(array(T), function(T,U)) -> array(U)")
def _transform(call: Call) -> str:
    return f"list_transform({call.sql(0)}, {call.sql(1)})"


@function("filter(array(T), function(T,boolean)) -> array(T)")
def _filter(call: Call) -> str:
    test = lambda_of(call, 1)
    return f"list_filter({call.sql(0)}, lambda {test.parameters[0]}: coalesce({test.body}, FALSE))"


@function("zip_with(array(T), array(U), function(T,U,R)) -> array(R)")
def _zip_with(call: Call) -> str:
    return given(call, paired(f"list_zip({call.sql(0)}, {call.sql(1)})", lambda_of(call, 2)))


@function("reduce(array(T), S, function(S,T,S), function(S,R)) -> R")
def _reduce(call: Call) -> str:
    step, last = lambda_of(call, 2), lambda_of(call, 3)
    state, item = step.parameters
    kind = step.type
    start = cast(call.sql(1), kind)
    folded = f"list_reduce({call.sql(0)}, lambda {state}, {item}: {cast(step.body, kind)}, {start})"
    return given(call, bind(last.parameters[0], folded, last.body), 0)


_NONE_YET, _DECIDED, _OPEN = range(3)


@function(
    "any_match(array(T), function(T,boolean)) -> boolean",
    "all_match(array(T), function(T,boolean)) -> boolean",
    "none_match(array(T), function(T,boolean)) -> boolean",
)
def _match(call: Call) -> str:
    """One element decides, and the ones after it are not looked at; else a NULL leaves it open."""
    test = lambda_of(call, 1)
    deciding = "FALSE" if call.name == "all_match" else "TRUE"
    answer = "TRUE" if call.name == "any_match" else "FALSE"
    other = "FALSE" if call.name == "any_match" else "TRUE"
    seen = (
        f"CASE {cast(test.body, BOOLEAN)} WHEN {deciding} THEN {_DECIDED} "
        f"WHEN NOT {deciding} THEN matched ELSE {_OPEN} END"
    )
    folded = (
        f"list_reduce({call.sql(0)}, lambda matched, {test.parameters[0]}: "
        f"CASE WHEN matched = {_DECIDED} THEN matched ELSE {seen} END, {_NONE_YET})"
    )
    return given(call, f"CASE {folded} WHEN {_DECIDED} THEN {answer} WHEN {_NONE_YET} THEN {other} END")
