"""Window functions: OVER, frames, named windows."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from emulator.trino import types as t
from emulator.trino.analysis.sorting import order_text
from emulator.trino.emission.comparison import sort_key
from emulator.trino.emission.values import Value
from emulator.trino.errors import TrinoError, Unsupported
from emulator.trino.functions.registry import AGGREGATE, WINDOW, Call, is_kind
from emulator.trino.syntax import expressions as ex

if TYPE_CHECKING:
    from emulator.trino.analysis.analyzer import Analyzer


def windowed(analyzer: Analyzer, node: ex.FunctionCall) -> Value:
    """A call with OVER."""
    from emulator.trino.analysis.calls import bind_arguments, known

    known(node.name, node.at)
    if not is_kind(node.name, WINDOW) and not is_kind(node.name, AGGREGATE):
        raise TrinoError("FUNCTION_NOT_WINDOW", f"Not a window function: {node.name}", node.at)
    if node.distinct:
        raise TrinoError("NOT_SUPPORTED", "DISTINCT in window function parameters not yet supported", node.at)
    if node.filter is not None:
        raise TrinoError("NOT_SUPPORTED", "FILTER is not yet supported for window functions", node.at)
    if node.order_by:
        raise TrinoError("NOT_SUPPORTED", "Window function with ORDER BY is not supported", node.at)
    assert node.over is not None
    window = _resolved(analyzer, node.over)
    _check(node, window)
    entry, args, bindings = bind_arguments(analyzer, node.name, list(node.args), node.at)
    result = entry.returns(args) if entry.returns else bindings.concrete(entry.signature.result)
    over = _over(analyzer, window)
    call = Call(
        node.name, args, result, node.at, analyzer.context.session.now,
        over=over, nulls=node.nulls,
    )  # fmt: skip
    return Value(entry.emit(call), result)


def _check(node: ex.FunctionCall, window: ex.Window) -> None:
    ranking = ("rank", "dense_rank", "percent_rank", "cume_dist", "ntile", "row_number")
    if node.name in ("lag", "lead") and window.frame is not None:
        raise TrinoError(
            "INVALID_WINDOW_FRAME", f"Cannot specify window frame for {node.name} function", node.at
        )
    if node.name in ("lag", "lead") and not window.order_by:
        raise TrinoError(
            "MISSING_ORDER_BY", f"{node.name} function requires an ORDER BY window clause", node.at
        )
    if node.name in ranking and window.frame is not None and node.name != "row_number":
        raise TrinoError(
            "INVALID_WINDOW_FRAME", f"Cannot specify window frame for {node.name} function", node.at
        )
    if node.name in ranking[:4] and not window.order_by and node.name != "row_number":
        raise TrinoError(
            "MISSING_ORDER_BY", f"{node.name} function requires an ORDER BY window clause", node.at
        )
    takes_nulls = ("lag", "lead", "first_value", "last_value", "nth_value")
    if node.nulls and node.name not in takes_nulls:
        message = f"Cannot specify null treatment clause for {node.name} function"
        raise TrinoError("NULL_TREATMENT_NOT_ALLOWED", message, node.at)


def _resolved(analyzer: Analyzer, window: ex.Window) -> ex.Window:
    """The window with what its named base gives."""
    if window.name is None:
        return window
    base = analyzer.windows.get(window.name)
    if base is None:
        raise TrinoError("INVALID_WINDOW_REFERENCE", f"Cannot resolve WINDOW name {window.name}", window.at)
    base = _resolved(analyzer, base)
    if window.partition_by:
        message = "WINDOW specification with named WINDOW reference cannot specify PARTITION BY"
        raise TrinoError("INVALID_PARTITION_BY", message, window.at)
    if window.order_by and base.order_by:
        message = "Cannot specify ORDER BY if referenced named WINDOW specifies ORDER BY"
        raise TrinoError("INVALID_ORDER_BY", message, window.at)
    if base.frame is not None and (window.order_by or window.frame):
        message = "Cannot reference named WINDOW containing frame specification"
        raise TrinoError("INVALID_WINDOW_REFERENCE", message, window.at)
    return replace(
        window,
        name=None,
        partition_by=base.partition_by,
        order_by=window.order_by or base.order_by,
        frame=window.frame or base.frame,
    )


def _over(analyzer: Analyzer, window: ex.Window) -> str:
    parts = []
    if window.partition_by:
        keys = (analyzer.analyze(e) for e in window.partition_by)
        parts.append("PARTITION BY " + ", ".join(sort_key(k.sql, k.type) for k in keys))
    sort = [analyzer.analyze(item.key) for item in window.order_by]
    if sort:
        items = (order_text(item, key) for item, key in zip(window.order_by, sort, strict=True))
        parts.append("ORDER BY " + ", ".join(items))
    if window.frame is not None:
        parts.append(_frame(analyzer, window.frame, sort, any(i.nulls_first for i in window.order_by)))
    return "(" + " ".join(parts) + ")"


_RANKS = {
    "unbounded preceding": 0, "preceding": 1, "current row": 2, "following": 3, "unbounded following": 4,
}  # fmt: skip


def _frame(analyzer: Analyzer, frame: ex.Frame, sort: list[Value], nulls_first: bool) -> str:
    end = frame.end or ex.FrameBound("current row")
    if frame.start.kind == "unbounded following":
        raise TrinoError("INVALID_WINDOW_FRAME", "Window frame start cannot be UNBOUNDED FOLLOWING", frame.at)
    if frame.end is not None and frame.end.kind == "unbounded preceding":
        raise TrinoError("INVALID_WINDOW_FRAME", "Window frame end cannot be UNBOUNDED PRECEDING", frame.at)
    if _RANKS[frame.start.kind] > _RANKS[end.kind]:
        message = f"Window frame starting from {frame.start.kind.upper()} cannot end with {end.kind.upper()}"
        raise TrinoError("INVALID_WINDOW_FRAME", message, frame.at)
    offsets = [b for b in (frame.start, end) if b.offset is not None]
    if frame.unit == "groups" and not sort:
        raise TrinoError("MISSING_ORDER_BY", "Window frame of type GROUPS requires ORDER BY", frame.at)
    if frame.unit == "range" and offsets:
        if not sort:
            raise TrinoError(
                "MISSING_ORDER_BY",
                "Window frame of type RANGE PRECEDING or FOLLOWING requires ORDER BY",
                frame.at,
            )
        if len(sort) > 1:
            message = (
                "Window frame of type RANGE PRECEDING or FOLLOWING requires single sort item in ORDER BY"
            )
            raise TrinoError("INVALID_ORDER_BY", message, frame.at)
        if nulls_first and sort[0].type in (t.DOUBLE, t.REAL):
            message = f"A RANGE frame over {sort[0].type} with NULLS FIRST is not supported"
            raise Unsupported(message, frame.at)
    start, finish = (_bound(analyzer, frame, b, sort) for b in (frame.start, end))
    return f"{frame.unit.upper()} BETWEEN {start} AND {finish}"


def _bound(analyzer: Analyzer, frame: ex.Frame, bound: ex.FrameBound, sort: list[Value]) -> str:
    if bound.offset is None:
        return bound.kind.upper()
    offset = analyzer.analyze(bound.offset)
    if frame.unit != "range" and not offset.type.is_integer:
        message = f"Window frame of type {frame.unit.upper()} offset must be an integer: {offset.type}"
        raise TrinoError("TYPE_MISMATCH", message, bound.at)
    if isinstance(offset.literal, int) and offset.literal < 0:
        raise TrinoError("INVALID_WINDOW_FRAME", "Window frame offset value must not be negative or null")
    sql = offset.sql
    if offset.type == t.INTERVAL_DAY:
        sql = f"to_milliseconds({sql})"
    elif offset.type == t.INTERVAL_YEAR:
        sql = f"to_months({sql})"
    elif frame.unit == "range":
        sql = analyzer.coerce(offset, sort[0].type).sql
    return f"{sql} {bound.kind.upper()}"
