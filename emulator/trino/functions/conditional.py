"""greatest and least, and fail."""

from __future__ import annotations

from emulator.trino import types as t
from emulator.trino.emission.comparison import sort_key
from emulator.trino.emission.values import cast, failing, text
from emulator.trino.errors import END_MARK, MARK
from emulator.trino.functions.registry import Call, function


@function("greatest(E, E...) -> E", "least(E, E...) -> E", orderable="E")
def _extreme(call: Call) -> str:
    """NULL if any argument is; NaN only if all are."""
    kind = call.result
    texts = [a.sql for a in call.args]
    nulls = " OR ".join(f"{s} IS NULL" for s in texts)
    if kind.inner or kind.base == "timestamp with time zone":
        return f"CASE WHEN {nulls} THEN {cast('NULL', kind)} ELSE {_picked(call, texts)} END"
    picked = f"{call.name}({', '.join(texts)})"
    if kind in (t.DOUBLE, t.REAL):
        inner = ", ".join(f"CASE WHEN NOT isnan({s}) THEN {s} END" for s in texts)
        picked = f"coalesce({call.name}({inner}), {texts[0]})"
    return f"CASE WHEN {nulls} THEN {cast('NULL', kind)} ELSE {picked} END"


def _picked(call: Call, texts: list[str]) -> str:
    """The first of the values whose sort key is the greatest, or the least."""
    sign = "-" if call.name == "greatest" else ""
    ranked = (
        f"struct_pack(k := {sort_key(x, call.result)}, i := {sign}{i}, o := {x})" for i, x in enumerate(texts)
    )
    order = "DESC" if call.name == "greatest" else "ASC"
    return f"list_sort([{', '.join(ranked)}], '{order}')[1].o"


@function("fail(varchar) -> unknown", "fail(integer, varchar) -> unknown")
def _fail(call: Call) -> str:
    message = f"{text(MARK + 'GENERIC_USER_ERROR:')} || {call.args[-1].sql} || {text(END_MARK)}"
    return failing(message, t.UNKNOWN)
