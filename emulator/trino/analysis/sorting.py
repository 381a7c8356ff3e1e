"""ORDER BY: its keys as DuckDB orders them, and Trino's failure where it comes upon a NULL inside of one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from emulator.trino import types as t
from emulator.trino.emission.comparison import sort_key
from emulator.trino.emission.ordering import ARRAY_MESSAGE, ROW_MESSAGE, decided, holds_null
from emulator.trino.emission.values import Value, unless
from emulator.trino.errors import TrinoError
from emulator.trino.syntax import expressions as ex


@dataclass(frozen=True)
class SortKey:
    """One key of a query's ORDER BY: how it is ordered, and its column in the rows to be sorted."""

    item: ex.SortItem
    value: Value

    @property
    def text(self) -> str:
        """The key in DuckDB's ORDER BY."""
        return _text(self.item, self.value)


def order_text(item: ex.SortItem, key: Value) -> str:
    """One key of a window's or an aggregate's ORDER BY; NULLs are last unless told.

    Keys that hold a NULL inside fail: Trino compares them as long as nothing else comes upon the NULL.
    """
    if key.type.inner and key.type.is_orderable:
        message = ARRAY_MESSAGE if key.type.base == "array" else ROW_MESSAGE
        holes = f"{key.sql} IS NOT NULL AND {holds_null(key.sql, key.type)}"
        key = Value(f"({unless(holes, 'NOT_SUPPORTED', message, key.sql, key.type)})", key.type)
    return _text(item, key)


def _text(item: ex.SortItem, key: Value) -> str:
    if not key.type.is_orderable:
        message = f"Type {key.type} is not orderable, and therefore cannot be used in ORDER BY"
        raise TrinoError("TYPE_MISMATCH", message, item.at)
    direction = "DESC" if item.descending else "ASC"
    if item.nulls_first and key.type in (t.DOUBLE, t.REAL):
        # With NULLS FIRST Trino has NaN for the smallest number, else for the largest.
        number = f"CASE WHEN {key.sql} IS NOT NULL THEN NOT isnan({key.sql}) END"
        return f"{number} {direction} NULLS FIRST, {key.sql} {direction} NULLS FIRST"
    ordered = sort_key(key.sql, key.type, bool(item.nulls_first))
    return f"{ordered} {direction} NULLS {'FIRST' if item.nulls_first else 'LAST'}"


def checked_rows(rows: str, keys: Sequence[SortKey]) -> str:
    """The rows of a query's text, which fail where two of them cannot be ordered by the keys.

    Such two hold a NULL where they are alike before. Any sorting compares the rows that end up side by side,
    so looking at these is enough.
    """
    if not any(key.value.type.inner for key in keys):
        return rows
    order = ", ".join(key.text for key in keys)
    former = ", ".join(f"k{i} := {key.value.sql}" for i, key in enumerate(keys))
    beside = f"SELECT *, lag(struct_pack({former})) OVER (ORDER BY {order}) AS former FROM ({rows})"
    checks = (_check(keys, i) for i, key in enumerate(keys) if key.value.type.inner)
    return f"SELECT * FROM ({beside}) WHERE {' AND '.join(checks)}"


def _check(keys: Sequence[SortKey], place: int) -> str:
    """TRUE, or Trino's failure where the key at a place meets a NULL after keys that are the same."""
    value = keys[place].value
    there = [f"former.k{place} IS NOT NULL", f"{value.sql} IS NOT NULL"]
    for i, key in enumerate(keys[:place]):
        mine, theirs = (sort_key(sql, key.value.type) for sql in (key.value.sql, f"former.k{i}"))
        there.append(f"{mine} IS NOT DISTINCT FROM {theirs}")
    met = decided(f"former.k{place}", value.sql, value.type)
    return f"CASE WHEN {' AND '.join(there)} THEN {met} IS NOT NULL ELSE TRUE END"
