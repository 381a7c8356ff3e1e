"""Window functions: OVER, frames, named windows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from emulator.trino.analysis.frames import compile_frame
from emulator.trino.analysis.sorting import order_text
from emulator.trino.emission.comparison import sort_key
from emulator.trino.emission.values import Value
from emulator.trino.errors import TrinoError
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
    if node.distinct and not is_kind(node.name, AGGREGATE):
        message = f"Cannot specify DISTINCT with function {node.name}"
        raise TrinoError("NOT_SUPPORTED", message, node.at)
    if node.filter is not None:
        raise TrinoError("NOT_SUPPORTED", "FILTER is not yet supported for window functions", node.at)
    if node.order_by:
        raise TrinoError("NOT_SUPPORTED", "Window function with ORDER BY is not supported", node.at)
    assert node.over is not None
    window = _resolved(analyzer.windows, node.over)
    _check(node, window)
    entry, args, bindings = bind_arguments(analyzer, node.name, list(node.args), node.at)
    result = entry.returns(args) if entry.returns else bindings.concrete(entry.signature.result)
    over = _over(analyzer, window)
    call = Call(
        node.name, args, result, node.at, analyzer.context.session.now,
        node.distinct, over=over, nulls=node.nulls,
    )  # fmt: skip
    return Value(entry.emit(call), result)


def named_windows(definitions: Iterable[tuple[ex.Identifier, ex.Window]]) -> dict[str, ex.Window]:
    """A query's WINDOW definitions by name, each with what it takes from those before it."""
    found: dict[str, ex.Window] = {}
    for name, window in definitions:
        key = name.name.lower()
        if key in found:
            message = f"WINDOW name '{name.name}' specified more than once"
            raise TrinoError("DUPLICATE_WINDOW_NAME", message, name.at)
        found[key] = _resolved(found, window)
    return found


def check_window(analyzer: Analyzer, definition: ex.Window) -> None:
    """Raise TrinoError for a definition that no call could use, whether one does or not."""
    _over(analyzer, _resolved(analyzer.windows, definition))


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
    takes_nulls = ("lag", "lead", "first_value", "last_value", "nth_value")
    if node.nulls and node.name not in takes_nulls:
        message = f"Cannot specify null treatment clause for {node.name} function"
        raise TrinoError("NULL_TREATMENT_NOT_ALLOWED", message, node.at)


def _resolved(named: dict[str, ex.Window], window: ex.Window) -> ex.Window:
    """The window with what its named base gives."""
    if window.name is None:
        return window
    base = named.get(window.name)
    if base is None:
        raise TrinoError("INVALID_WINDOW_REFERENCE", f"Cannot resolve WINDOW name {window.name}", window.at)
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
    frame = compile_frame(analyzer, window, sort)
    if sort:
        items = (order_text(item, key) for item, key in zip(window.order_by, frame.sort, strict=True))
        parts.append("ORDER BY " + ", ".join(items))
    if frame.text:
        parts.append(frame.text)
    return "(" + " ".join(parts) + ")"
