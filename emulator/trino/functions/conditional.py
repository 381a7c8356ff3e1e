"""greatest and least."""

from __future__ import annotations

from emulator.trino import types as t
from emulator.trino.emission.values import cast
from emulator.trino.functions.registry import Call, function


@function("greatest(E, E...) -> E", "least(E, E...) -> E", orderable="E")
def _extreme(call: Call) -> str:
    """NULL if any argument is; NaN only if all are."""
    kind = call.result
    if kind.inner or kind.base == "timestamp with time zone":
        raise call.fail(f"{call.name} of {kind} is not supported", "NOT_SUPPORTED")
    texts = [a.sql for a in call.args]
    nulls = " OR ".join(f"{s} IS NULL" for s in texts)
    picked = f"{call.name}({', '.join(texts)})"
    if kind in (t.DOUBLE, t.REAL):
        inner = ", ".join(f"CASE WHEN NOT isnan({s}) THEN {s} END" for s in texts)
        picked = f"coalesce({call.name}({inner}), {texts[0]})"
    return f"CASE WHEN {nulls} THEN {cast('NULL', kind)} ELSE {picked} END"
