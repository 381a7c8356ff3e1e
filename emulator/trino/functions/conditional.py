"""greatest and least, and fail."""

from __future__ import annotations

from emulator.trino import types as t
from emulator.trino.emission.comparison import is_plain
from emulator.trino.emission.ordering import extreme
from emulator.trino.emission.values import cast, failing, text
from emulator.trino.errors import END_MARK, MARK
from emulator.trino.functions.registry import Call, function


@function("greatest(E, E...) -> E", "least(E, E...) -> E", orderable="E")
def _extreme(call: Call) -> str:
    """NULL if any argument is; NaN only if all are."""
    kind = call.result
    texts = [a.sql for a in call.args]
    nulls = " OR ".join(f"{s} IS NULL" for s in texts)
    if kind.inner or (not is_plain(kind) and kind not in (t.DOUBLE, t.REAL)):
        found = extreme(f"[{', '.join(texts)}]", kind, call.name == "greatest")
        return f"CASE WHEN {nulls} THEN {cast('NULL', kind)} ELSE {found} END"
    picked = f"{call.name}({', '.join(texts)})"
    if kind in (t.DOUBLE, t.REAL):
        inner = ", ".join(f"CASE WHEN NOT isnan({s}) THEN {s} END" for s in texts)
        picked = f"coalesce({call.name}({inner}), {texts[0]})"
    return f"CASE WHEN {nulls} THEN {cast('NULL', kind)} ELSE {picked} END"


@function("fail(varchar) -> unknown", "fail(integer, varchar) -> unknown")
def _fail(call: Call) -> str:
    message = f"{text(MARK + 'GENERIC_USER_ERROR:')} || {call.args[-1].sql} || {text(END_MARK)}"
    return failing(message, t.UNKNOWN)
