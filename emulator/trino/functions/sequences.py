"""sequence: numbers, dates and timestamps in equal steps, up or down."""

from __future__ import annotations

from emulator.trino import types as t
from emulator.trino.emission.values import bind, cast, unless
from emulator.trino.functions.array_elements import given
from emulator.trino.functions.failures import INVALID
from emulator.trino.functions.registry import Call, function

MAX_ENTRIES = 10_000
_DAY = 86_400_000
_BACKWARDS = (
    "sequence stop value should be greater than or equal to start value if step is greater than zero "
    "otherwise stop should be less than or equal to start"
)


def _checked(call: Call, step: str, steps: str, entry: str) -> str:
    """The entries for `sequence_place` from 0 to `steps`, after Trino's checks of step and length."""
    start, stop = call.sql(0), call.sql(1)
    entries = f"list_transform(range(sequence_steps + 1), lambda sequence_place: {entry})"
    message = f"result of sequence function must not have more than {MAX_ENTRIES} entries"
    few = unless(f"sequence_steps >= {MAX_ENTRIES}", INVALID, message, entries, call.result)
    body = bind("sequence_steps", steps, few)
    wrong = f"({step} > 0 AND {stop} < {start}) OR ({step} < 0 AND {stop} > {start})"
    forward = unless(wrong, INVALID, _BACKWARDS, body, call.result)
    return given(call, unless(f"{step} = 0", INVALID, "step must not be zero", forward, call.result))


@function("sequence(bigint, bigint) -> array(bigint)", "sequence(bigint, bigint, bigint) -> array(bigint)")
def _numbers(call: Call) -> str:
    start, stop = call.sql(0), call.sql(1)
    step = call.sql(2) if len(call.args) == 3 else f"CASE WHEN {stop} >= {start} THEN 1 ELSE -1 END"
    entry = f"CAST({start} + CAST(sequence_place AS HUGEINT) * {step} AS BIGINT)"
    entry = f"CAST({start} + CAST(sequence_place AS HUGEINT) * {step} AS BIGINT)"
    steps = f"CAST((CAST({stop} AS HUGEINT) - CAST({start} AS HUGEINT)) // {step} AS HUGEINT)"
    return _checked(call, step, f"least({steps}, {MAX_ENTRIES})::BIGINT", entry)


@function("sequence(date, date) -> array(date)")
def _days(call: Call) -> str:
    start, stop = call.sql(0), call.sql(1)
    step = f"CASE WHEN {stop} >= {start} THEN 1 ELSE -1 END"
    entry = f"{start} + CAST(sequence_place * {step} AS INTEGER)"
    return _checked(call, step, f"abs(datesub('day', {start}, {stop}))", entry)


@function("sequence(date, date, interval day to second) -> array(date)")
def _dates_by_days(call: Call) -> str:
    start, stop, step = (a.sql for a in call.args)
    entry = f"{start} + CAST(sequence_place * ({step} // {_DAY}) AS INTEGER)"
    steps = f"datesub('day', {start}, {stop}) // ({step} // {_DAY})"
    message = "sequence step must be a day interval if start and end values are dates"
    return unless(f"{step} % {_DAY} <> 0", INVALID, message, _checked(call, step, steps, entry), call.result)


@function("sequence(date, date, interval year to month) -> array(date)")
def _dates_by_months(call: Call) -> str:
    start, stop, step = (a.sql for a in call.args)
    entry = cast(f"({start} + to_months(CAST(sequence_place * {step} AS INTEGER)))", t.DATE)
    return _checked(call, step, f"datesub('month', {start}, {stop}) // {step}", entry)


@function("sequence(timestamp(p), timestamp(p), interval day to second) -> array(timestamp(p))")
def _stamps_by_time(call: Call) -> str:
    start, stop, step = (a.sql for a in call.args)
    digits = call.result.element.precision
    entry = f"{start} + to_microseconds(sequence_place * {step} * 1000)"
    steps = f"(epoch_us({stop}) - epoch_us({start})) // ({step} * 1000)"
    body = _checked(call, step, steps, entry)
    if digits >= 3:
        return body
    message = f"Expected 0s for digits beyond precision {digits}"
    return unless(f"{step} % {10 ** (3 - digits)} <> 0", "GENERIC_INTERNAL_ERROR", message, body, call.result)


@function("sequence(timestamp(p), timestamp(p), interval year to month) -> array(timestamp(p))")
def _stamps_by_months(call: Call) -> str:
    start, stop, step = (a.sql for a in call.args)
    entry = f"{start} + to_months(CAST(sequence_place * {step} AS INTEGER))"
    return _checked(call, step, f"datesub('month', {start}, {stop}) // {step}", entry)
