"""Functions that are windows only."""

from __future__ import annotations

from emulator.trino import types as t
from emulator.trino.emission.values import unless
from emulator.trino.functions.failures import INVALID
from emulator.trino.functions.registry import WINDOW, Call, function

_NOWHERE = 2**62
"""A place that no window reaches."""


@function(*(f"{n}() -> bigint" for n in ("row_number", "rank", "dense_rank")), kind=WINDOW)
@function("percent_rank() -> double", "cume_dist() -> double", kind=WINDOW)
def _rank(call: Call) -> str:
    return call.invoke(call.name)


@function("ntile(bigint) -> bigint", kind=WINDOW)
def _ntile(call: Call) -> str:
    count = call.args[0].literal
    if isinstance(count, int) and count <= 0:
        raise call.fail("Buckets must be greater than 0")
    return call.invoke("ntile", call.sql(0))


@function("first_value(T) -> T", "last_value(T) -> T", kind=WINDOW)
def _edge(call: Call) -> str:
    return call.invoke(call.name, call.sql(0))


@function("nth_value(T, bigint) -> T", kind=WINDOW)
def _nth(call: Call) -> str:
    """NULL for an unknown place."""
    place = call.args[1]
    if isinstance(place.literal, int) and place.literal < 1:
        raise call.fail("Offset must be at least 1")
    checked = unless(
        f"{place.sql} < 1",
        INVALID,
        "Offset must be at least 1",
        f"coalesce({place.sql}, {_NOWHERE})",
        t.BIGINT,
    )
    return call.invoke("nth_value", call.sql(0), checked if place.literal is None else place.sql)


@function(*(f"{n}(T) -> T" for n in ("lag", "lead")), *(f"{n}(T, bigint) -> T" for n in ("lag", "lead")),
          *(f"{n}(T, bigint, T) -> T" for n in ("lag", "lead")), kind=WINDOW)  # fmt: skip
def _neighbour(call: Call) -> str:
    if len(call.args) == 1:
        return call.invoke(call.name, call.sql(0))
    value, offset, *default = call.args
    if isinstance(offset.literal, int) and offset.literal < 0:
        raise call.fail("Offset must be at least 0")
    sql = offset.sql
    if offset.literal is None:
        known = unless(f"{sql} IS NULL", INVALID, "Offset must not be null", sql, t.BIGINT)
        sql = unless(f"{sql} < 0", INVALID, "Offset must be at least 0", known, t.BIGINT)
    return call.invoke(call.name, value.sql, sql, *(d.sql for d in default))
