"""Aggregates that pick by order: min, max, min_by, max_by, one value or several."""

from __future__ import annotations

from dataclasses import replace

from emulator.trino import types as t
from emulator.trino.emission.comparison import is_plain, sort_key
from emulator.trino.emission.ordering import ARRAY_MESSAGE, ROW_MESSAGE, extreme, holds_null
from emulator.trino.emission.values import Value, unless
from emulator.trino.functions.registry import AGGREGATE, Call, function

_FLOATS = (t.DOUBLE, t.REAL)


@function("min(T) -> T", "max(T) -> T", kind=AGGREGATE, orderable="T")
def _extreme(call: Call) -> str:
    value, plain = call.args[0], replace(call, distinct=False, order_by="")
    if value.type in _FLOATS:
        found = plain.invoke(call.name, value.sql, condition=f"NOT isnan({value.sql})")
        return f"coalesce({found}, {plain.invoke('max', value.sql)})"
    if is_plain(value.type):
        return plain.invoke(call.name, value.sql)
    found = plain.invoke(f"arg_{call.name}", value.sql, _rank(call, value))
    return _compared(plain, value, found, value.sql, "") if value.type.inner else found


@function("max_by(V, K) -> V", "min_by(V, K) -> V", kind=AGGREGATE, orderable="K")
def _extreme_by(call: Call) -> str:
    value, key = call.args
    found = call.invoke(f"arg_{call.name[:3]}_null", value.sql, _rank(call, key))
    if not key.type.inner:
        return found
    pair = f"struct_pack(k := {key.sql}, v := {value.sql})"
    return _compared(call, key, found, pair, "k")


def _rank(call: Call, key: Value) -> str:
    """What DuckDB orders by as Trino does by a key: NaN comes last, in either direction."""
    return sort_key(key.sql, key.type, call.name.startswith("max"))


def _compared(call: Call, key: Value, found: str, item: str, field: str) -> str:
    """`found`, but where keys hold NULLs inside the rows one by one, as Trino fails where it comes upon one.

    Each row is compared with the best before it, so that NULLs do no harm where that decides earlier.
    """
    holes = call.invoke("bool_or", f"{key.sql} IS NOT NULL AND {holds_null(key.sql, key.type)}")
    items = call.invoke("list", item, condition=f"{key.sql} IS NOT NULL")
    best = extreme(items, key.type, call.name.startswith("max"), field)
    return f"CASE WHEN {holes} THEN ({best}){'.v' if field else ''} ELSE {found} END"


@function("min(T, bigint) -> array(T)", "max(T, bigint) -> array(T)", kind=AGGREGATE, orderable="T")
def _several(call: Call) -> str:
    return _first(call, call.args[0], call.args[0], f"second argument of {call.name}_n must be positive")


@function(
    "min_by(V, K, bigint) -> array(V)", "max_by(V, K, bigint) -> array(V)", kind=AGGREGATE, orderable="K"
)
def _several_by(call: Call) -> str:
    message = f"third argument of {call.name} must be a positive integer"
    first = _first(call, call.args[0], call.args[1], message)
    # Trino 476 mixes values up where some are NULL.
    holes = call.invoke("bool_or", f"{call.sql(0)} IS NULL AND {call.sql(1)} IS NOT NULL")
    unsupported = f"{call.name} of several values where one is NULL is not supported"
    return unless(holes, "NOT_SUPPORTED", unsupported, first, call.result)


def _first(call: Call, value: Value, key: Value, message: str) -> str:
    """The values of the first rows by the key, as many as the last argument says."""
    count = call.args[-1].literal
    if not isinstance(count, int):
        raise call.fail(f"{call.name} with a count that is no constant is not supported", "NOT_SUPPORTED")
    if count <= 0:
        raise call.fail(message)
    order = f"{_rank(call, key)} {'ASC' if call.name.startswith('min') else 'DESC'}"
    order = "" if key.constant else order
    ordered = replace(call, order_by=order, distinct=False)
    first = f"({ordered.invoke('list', value.sql, condition=f'{key.sql} IS NOT NULL')})[1:{count}]"
    if not key.type.inner:
        return first
    holes = call.invoke("bool_or", f"{key.sql} IS NOT NULL AND {holds_null(key.sql, key.type)}")
    message = ARRAY_MESSAGE if key.type.base == "array" else ROW_MESSAGE
    return unless(holes, "NOT_SUPPORTED", message, first, call.result)
