"""Frames of windows: ROWS, GROUPS and RANGE between two bounds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from emulator.trino import types as t
from emulator.trino.analysis.coercion import common_type
from emulator.trino.emission.coerce import coerce
from emulator.trino.emission.values import Value
from emulator.trino.errors import TrinoError, Unsupported
from emulator.trino.syntax import expressions as ex

if TYPE_CHECKING:
    from emulator.trino.analysis.analyzer import Analyzer

_RANKS = {
    "unbounded preceding": 0, "preceding": 1, "current row": 2, "following": 3, "unbounded following": 4,
}  # fmt: skip
_INTERVALS = (t.INTERVAL_DAY, t.INTERVAL_YEAR)
_MOMENTS = ("date", "time", "timestamp", "timestamp with time zone")


@dataclass(frozen=True)
class CompiledFrame:
    """A frame's text, empty for none, and the sort keys as the types that its offsets ask for."""

    text: str
    sort: list[Value]


def compile_frame(analyzer: Analyzer, window: ex.Window, sort: list[Value]) -> CompiledFrame:
    """The frame of a window sorted by `sort`. Raises TrinoError for one that Trino refuses."""
    frame = window.frame
    if frame is None:
        return CompiledFrame("", sort)
    end = frame.end or ex.FrameBound("current row")
    _check_bounds(frame, end)
    if frame.unit == "groups" and not sort:
        raise TrinoError("MISSING_ORDER_BY", "Window frame of type GROUPS requires ORDER BY", frame.at)
    offsets = {
        bound: _offset(analyzer, frame, bound, bound.offset)
        for bound in (frame.start, end)
        if bound.offset is not None
    }
    if frame.unit == "range" and offsets:
        nulls_first = any(item.nulls_first for item in window.order_by)
        sort = [_range_key(frame, sort, list(offsets.items()), nulls_first)]
    bounds = (_bound(bound, offsets.get(bound), frame, sort) for bound in (frame.start, end))
    return CompiledFrame(f"{frame.unit.upper()} BETWEEN {' AND '.join(bounds)}", sort)


def _check_bounds(frame: ex.Frame, end: ex.FrameBound) -> None:
    if frame.start.kind == "unbounded following":
        raise TrinoError("INVALID_WINDOW_FRAME", "Window frame start cannot be UNBOUNDED FOLLOWING", frame.at)
    if frame.end is not None and frame.end.kind == "unbounded preceding":
        raise TrinoError("INVALID_WINDOW_FRAME", "Window frame end cannot be UNBOUNDED PRECEDING", frame.at)
    if _RANKS[frame.start.kind] > _RANKS[end.kind]:
        message = f"Window frame starting from {frame.start.kind.upper()} cannot end with {end.kind.upper()}"
        raise TrinoError("INVALID_WINDOW_FRAME", message, frame.at)


def _offset(analyzer: Analyzer, frame: ex.Frame, bound: ex.FrameBound, node: ex.Expression) -> Value:
    offset = analyzer.analyze(node)
    if frame.unit != "range" and not offset.type.is_integer:
        message = f"Window frame of type {frame.unit.upper()} offset must be an integer: {offset.type}"
        raise TrinoError("TYPE_MISMATCH", message, bound.at)
    if isinstance(offset.literal, int) and offset.literal < 0:
        raise TrinoError("INVALID_WINDOW_FRAME", "Window frame offset value must not be negative or null")
    return offset


def _range_key(
    frame: ex.Frame, sort: list[Value], offsets: list[tuple[ex.FrameBound, Value]], nulls_first: bool
) -> Value:
    """The one sort key of a RANGE with offsets, as the type in which these are added to it."""
    what = "Window frame of type RANGE PRECEDING or FOLLOWING requires"
    if not sort:
        raise TrinoError("MISSING_ORDER_BY", f"{what} ORDER BY", frame.at)
    if len(sort) > 1:
        raise TrinoError("INVALID_ORDER_BY", f"{what} single sort item in ORDER BY", frame.at)
    key = sort[0]
    if not (key.type.is_numeric or key.type in _INTERVALS or key.type.base in _MOMENTS):
        message = f"{what} that sort item type be numeric, datetime or interval (actual: {key.type})"
        raise TrinoError("TYPE_MISMATCH", message, frame.at)
    kind = key.type
    for bound, offset in offsets:
        met = common_type(kind, offset.type) if kind.is_numeric and offset.type.is_numeric else None
        if met is None and not _moves(offset.type, key.type):
            message = (
                f"Window frame RANGE value type ({offset.type}) not compatible with sort item type ({kind})"
            )
            raise TrinoError("TYPE_MISMATCH", message, bound.at)
        kind = met or kind
    if kind.base == "time":
        raise Unsupported(f"A RANGE frame with offsets over {kind} is not supported", frame.at)
    if nulls_first and kind in (t.DOUBLE, t.REAL):
        raise Unsupported(f"A RANGE frame over {kind} with NULLS FIRST is not supported", frame.at)
    return coerce(key, kind)


def _moves(offset: t.Type, kind: t.Type) -> bool:
    """Whether an interval can be added to a date, a time, or another interval."""
    if kind.base == "time":
        return offset == t.INTERVAL_DAY
    return offset == kind if kind in _INTERVALS else kind.base in _MOMENTS and offset in _INTERVALS


def _bound(bound: ex.FrameBound, offset: Value | None, frame: ex.Frame, sort: list[Value]) -> str:
    if offset is None:
        return bound.kind.upper()
    sql = offset.sql
    if frame.unit == "range" and offset.type != sort[0].type:
        if offset.type == t.INTERVAL_DAY:
            sql = f"to_milliseconds({sql})"
        elif offset.type == t.INTERVAL_YEAR:
            sql = f"to_months({sql})"
        else:
            sql = coerce(offset, sort[0].type).sql
    return f"{sql} {bound.kind.upper()}"
