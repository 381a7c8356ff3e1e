"""Comparisons with Trino's meaning: NaN, zones, and NULL inside rows and arrays."""

from __future__ import annotations

from emulator.trino.emission.values import Value, unless
from emulator.trino.errors import Position, Unsupported
from emulator.trino.types import BOOLEAN, Type

_FLOATS = ("double", "real")


def is_plain(kind: Type) -> bool:
    """Whether DuckDB compares values of a type as Trino does."""
    return kind.base not in _FLOATS and not kind.inner and kind.base != "timestamp with time zone"


def sort_key(sql: str, kind: Type) -> str:
    """What orders, groups and distinguishes values of a type in DuckDB: itself where `is_direct`.

    A zone's name does not count beside its instant, nor the order of a map's entries.
    """
    if is_direct(kind):
        return sql
    if kind.base == "timestamp with time zone":
        return f"({sql}).instant"
    e = f"n{_depth(kind)}"
    if kind.base == "array":
        return f"list_transform({sql}, lambda {e}: {sort_key(e, kind.element)})"
    if kind.base == "map":
        key, item = sort_key(f"({e}).key", kind.inner[0]), sort_key(f"({e}).value", kind.inner[1])
        entries = f"list_transform(map_entries({sql}), lambda {e}: struct_pack(k := {key}, v := {item}))"
        return f"list_sort({entries})"
    fields = ", ".join(f"f{i} := {sort_key(f'({sql}).f{i}', inner)}" for i, inner in enumerate(kind.inner))
    return f"CASE WHEN {sql} IS NOT NULL THEN struct_pack({fields}) END"


def is_direct(kind: Type) -> bool:
    """Whether DuckDB's own grouping and order of values of a type are Trino's."""
    return kind.base not in ("timestamp with time zone", "map") and all(map(is_direct, kind.inner))


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
    if kind.base == "ipaddress":
        raise Unsupported(f"Comparing values of type {kind} with {op} is not supported", at)
    if kind.base == "row":
        return _row_order(op, left, right, at)
    if kind.inner:
        return _array_order(op, left, right, at)
    if kind.base in _FLOATS:
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
    if kind.base in _FLOATS:
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
    z = f"z{_depth(kind)}"
    pairs = (
        f"list_transform(list_zip({left}, {right}), "
        f"lambda {z}: {equal(f'{z}[1]', f'{z}[2]', kind.element, at)})"
    )
    return f"trino_all_equal({left} IS NULL OR {right} IS NULL, len({left}) = len({right}), {pairs})"


def _maps_equal(left: str, right: str, kind: Type, at: Position | None) -> str:
    """The same keys, with equal values; a NULL value leaves it open unless something else differs."""
    if not is_plain(kind.inner[0]):
        raise Unsupported(f"Comparing values of type {kind} is not supported", at)
    z = f"z{_depth(kind)}"
    mine, theirs = f"map_extract_value({left}, {z})", f"map_extract_value({right}, {z})"
    same_keys = f"len(list_filter(map_keys({left}), lambda k: NOT map_contains({right}, k))) = 0"
    pairs = f"list_transform(map_keys({left}), lambda {z}: {equal(mine, theirs, kind.inner[1], at)})"
    alike = f"cardinality({left}) = cardinality({right}) AND {same_keys}"
    return f"trino_all_equal({left} IS NULL OR {right} IS NULL, {alike}, {pairs})"


def _row_order(op: str, left: Value, right: Value, at: Position | None) -> str:
    """Field by field; a NULL field cannot be ordered."""
    fields = [
        (Value(f"({left.sql}).f{i}", inner), Value(f"({right.sql}).f{i}", inner))
        for i, inner in enumerate(left.type.inner)
    ]
    decided = compare(op, *fields[-1], at)
    strict = op[0]
    for one, two in reversed(fields[:-1]):
        decided = f"({compare(strict, one, two, at)} OR ({compare('=', one, two, at)} AND {decided}))"
    nulls = " OR ".join(f"{value.sql} IS NULL" for pair in fields for value in pair)
    message = "ROW comparison not supported for fields with null elements"
    checked = unless(nulls, "NOT_SUPPORTED", message, decided, BOOLEAN)
    return f"CASE WHEN {left.sql} IS NULL OR {right.sql} IS NULL THEN NULL ELSE {checked} END"


def _array_order(op: str, left: Value, right: Value, at: Position | None) -> str:
    """DuckDB's own order of lists, where no element is NULL."""
    if left.type.base != "array" or not is_plain(left.type.element):
        raise Unsupported(f"Comparing values of type {left.type} with {op} is not supported", at)
    holes = " OR ".join(f"len({side.sql}) > list_count({side.sql})" for side in (left, right))
    message = "ARRAY comparison not supported for arrays with null elements"
    return unless(holes, "NOT_SUPPORTED", message, f"({left.sql} {op} {right.sql})", BOOLEAN)


def _depth(kind: Type) -> int:
    return 1 + max((_depth(inner) for inner in kind.inner), default=0)
