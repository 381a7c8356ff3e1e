"""UNNEST: arrays and maps as rows."""

from __future__ import annotations

from emulator.trino import types as t
from emulator.trino.analysis.analyzer import Analyzer
from emulator.trino.analysis.context import Output, Plan
from emulator.trino.emission.values import Value
from emulator.trino.errors import Position, TrinoError
from emulator.trino.syntax import queries as qu


def unnested(analyzer: Analyzer, relation: qu.Unnest) -> Plan:
    """UNNEST(a, b, ...): shorter ones are filled with NULL; rows inside an array give a column a field."""
    lists: list[str] = []
    columns: list[str] = []
    outputs: list[Output] = []
    for node in relation.args:
        value = analyzer.analyze(node)
        for sql, kind in _lists(value, node.at):
            name = f"u{len(lists)}"
            lists.append(sql)
            if kind.base == "row" and value.type.base == "array":
                columns += [f"({name}).f{i}" for i in range(len(kind.inner))]
                outputs += [Output(n, k) for n, k in zip(kind.names, kind.inner, strict=True)]
            else:
                columns.append(name)
                outputs.append(Output(None, kind))
    inner = ", ".join(f"unnest({sql}) AS u{i}" for i, sql in enumerate(lists))
    if relation.ordinality:
        longest = f"greatest({', '.join(f'coalesce(len({sql}), 0)' for sql in lists)})"
        inner += f", unnest(range(1, {longest} + 1)) AS place"
        columns.append("place")
        outputs.append(Output(None, t.BIGINT))
    shown = ", ".join(f"{sql} AS c{i}" for i, sql in enumerate(columns))
    return Plan(f"SELECT {shown} FROM (SELECT {inner}) AS u", tuple(outputs))


def _lists(value: Value, at: Position) -> list[tuple[str, t.Type]]:
    if value.type.base == "array":
        return [(value.sql, value.type.element)]
    if value.type.base == "map":
        key, item = value.type.inner
        return [(f"map_keys({value.sql})", key), (f"map_values({value.sql})", item)]
    raise TrinoError("TYPE_MISMATCH", f"Cannot unnest type: {value.type}", at)
