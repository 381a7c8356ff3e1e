"""Functions that are windows only."""

from __future__ import annotations

from emulator.trino.functions.registry import WINDOW, Call, function


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
    place = call.args[1].literal
    if not isinstance(place, int) or place < 1:
        if isinstance(place, int):
            raise call.fail("Offset must be at least 1")
        raise call.fail("nth_value with an offset that is no constant is not supported", "NOT_SUPPORTED")
    return call.invoke("nth_value", call.sql(0), str(place))


@function(*(f"{n}(T) -> T" for n in ("lag", "lead")), *(f"{n}(T, bigint) -> T" for n in ("lag", "lead")),
          *(f"{n}(T, bigint, T) -> T" for n in ("lag", "lead")), kind=WINDOW)  # fmt: skip
def _neighbour(call: Call) -> str:
    if len(call.args) > 1:
        offset = call.args[1].literal
        if isinstance(offset, int) and offset < 0:
            raise call.fail("Offset must be at least 0")
        if not isinstance(offset, int):
            raise call.fail(
                f"{call.name} with an offset that is no constant is not supported", "NOT_SUPPORTED"
            )
    return call.invoke(call.name, *(a.sql for a in call.args))
