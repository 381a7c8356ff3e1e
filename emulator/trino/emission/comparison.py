"""Comparisons with Trino's meaning: NaN, zones, and NULL inside rows and arrays."""

from __future__ import annotations

from emulator.trino.emission.ordering import FLOATS, decided
from emulator.trino.emission.values import Value, bind
from emulator.trino.errors import Position, Unsupported
from emulator.trino.types import Type


def is_plain(kind: Type) -> bool:
    """Whether DuckDB compares values of a type as Trino does."""
    return kind.base not in FLOATS and is_direct(kind) and not kind.inner


def sort_key(sql: str, kind: Type, nan_first: bool = False) -> str:
    """What orders, groups and distinguishes values of a type in DuckDB: itself where `is_direct`.

    A zone's name does not count beside its instant, nor the order of a map's entries. NaN is the largest
    number, or with `nan_first` the smallest.
    """
    if is_direct(kind) and not (nan_first and _holds_float(kind)):
        return sql
    if kind.base in FLOATS:
        return f"CASE WHEN {sql} IS NOT NULL THEN struct_pack(n := NOT isnan({sql}), k := {sql}) END"
    if kind.base == "ipaddress":
        return f"trino_address_bytes({sql})"
    if kind.base == "timestamp with time zone":
        return f"({sql}).instant"
    e = f"n{kind.depth}"
    if kind.base == "array":
        return f"list_transform({sql}, lambda {e}: {sort_key(e, kind.element, nan_first)})"
    if kind.base == "map":
        key, item = sort_key(f"({e}).key", kind.inner[0]), sort_key(f"({e}).value", kind.inner[1])
        entries = f"list_transform(map_entries({sql}), lambda {e}: struct_pack(k := {key}, v := {item}))"
        return f"list_sort({entries})"
    fields = ", ".join(
        f"f{i} := {sort_key(f'({sql}).f{i}', inner, nan_first)}" for i, inner in enumerate(kind.inner)
    )
    return f"CASE WHEN {sql} IS NOT NULL THEN struct_pack({fields}) END"


def is_direct(kind: Type) -> bool:
    """Whether DuckDB's own grouping and order of values of a type are Trino's."""
    return kind.base not in ("timestamp with time zone", "map", "ipaddress") and all(
        map(is_direct, kind.inner)
    )


def _holds_float(kind: Type) -> bool:
    return kind.base in FLOATS or any(map(_holds_float, kind.inner))


def holds_zone(kind: Type) -> bool:
    """Whether values of a type hold a timestamp with time zone somewhere."""
    return kind.base == "timestamp with time zone" or any(map(holds_zone, kind.inner))


def compare(op: str, left: Value, right: Value, at: Position | None = None) -> str:
    """`left op right`, both of one type; op is one of = <> < <= > >= and the two of IS DISTINCT FROM."""
    kind = left.type
    if op in ("is distinct from", "is not distinct from"):
        return f"({sort_key(left.sql, kind)} {op.upper()} {sort_key(right.sql, kind)})"
    if op == "=":
        return equal(left.sql, right.sql, kind, at, _never_nan(left), _never_nan(right))
    if op == "<>":
        return f"(NOT {equal(left.sql, right.sql, kind, at, _never_nan(left), _never_nan(right))})"
    if kind.inner:
        return _nested_order(op, left, right)
    if kind.base in FLOATS:
        return _float_order(op, left, right)
    return f"({sort_key(left.sql, kind)} {op} {sort_key(right.sql, kind)})"


def _never_nan(value: Value) -> bool:
    return value.constant is not None


def _float_order(op: str, left: Value, right: Value) -> str:
    """In DuckDB NaN is the largest value and equals itself; in Trino it compares with nothing."""
    checks = []
    if op in ("<", "<=") and not _never_nan(right):
        checks.append(f"NOT isnan({right.sql})")
    if op in (">", ">=") and not _never_nan(left):
        checks.append(f"NOT isnan({left.sql})")
    return "(" + " AND ".join([f"{left.sql} {op} {right.sql}", *checks]) + ")"


def equal(
    left: str,
    right: str,
    kind: Type,
    at: Position | None = None,
    left_safe: bool = False,
    right_safe: bool = False,
) -> str:
    """left = right; NULL where Trino cannot tell."""
    if kind.base in FLOATS:
        if left_safe or right_safe:
            return f"({left} = {right})"
        return f"({left} = {right} AND NOT isnan({left}))"
    if kind.base == "row":
        fields = (equal(f"({left}).f{i}", f"({right}).f{i}", inner, at) for i, inner in enumerate(kind.inner))
        return "(" + " AND ".join(fields) + ")"
    if kind.base == "array":
        return _arrays_equal(left, right, kind, at)
    if kind.base == "map":
        return _maps_equal(left, right, kind, at)
    return f"({sort_key(left, kind)} = {sort_key(right, kind)})"


def _arrays_equal(left: str, right: str, kind: Type, at: Position | None) -> str:
    """Equal length and elements; a NULL element leaves it open unless something else differs."""
    z = f"z{kind.depth}"
    pairs = (
        f"list_transform(list_zip({left}, {right}), "
        f"lambda {z}: {equal(f'{z}[1]', f'{z}[2]', kind.element, at)})"
    )
    return f"trino_all_equal({left} IS NULL OR {right} IS NULL, len({left}) = len({right}), {pairs})"


def _maps_equal(left: str, right: str, kind: Type, at: Position | None) -> str:
    """The same keys, with equal values; a NULL value leaves it open unless something else differs."""
    if not is_plain(kind.inner[0]):
        raise Unsupported(f"Comparing values of type {kind} is not supported", at)
    z = f"z{kind.depth}"
    mine, theirs = f"map_extract_value({left}, {z})", f"map_extract_value({right}, {z})"
    same_keys = f"len(list_filter(map_keys({left}), lambda k: NOT map_contains({right}, k))) = 0"
    pairs = f"list_transform(map_keys({left}), lambda {z}: {equal(mine, theirs, kind.inner[1], at)})"
    alike = f"cardinality({left}) = cardinality({right}) AND {same_keys}"
    return f"trino_all_equal({left} IS NULL OR {right} IS NULL, {alike}, {pairs})"


def _nested_order(op: str, left: Value, right: Value) -> str:
    """The order of arrays and rows, NULL if one of them is."""
    order = f"{decided('sides.l', 'sides.r', left.type)} {op} 0"
    known = f"CASE WHEN sides.l IS NOT NULL AND sides.r IS NOT NULL THEN {order} END"
    return bind("sides", f"struct_pack(l := {left.sql}, r := {right.sql})", known)
