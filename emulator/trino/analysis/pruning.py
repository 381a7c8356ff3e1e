"""Conditions on partition columns, told to the scan so that it leaves out what cannot matter."""

from __future__ import annotations

from dataclasses import replace

from emulator.trino import types as t
from emulator.trino.analysis.analyzer import Analyzer
from emulator.trino.analysis.context import Context, Namespace
from emulator.trino.analysis.scope import Field, Scope
from emulator.trino.emission import values as v
from emulator.trino.errors import TrinoError
from emulator.trino.syntax import expressions as ex


def partition_conditions(
    context: Context, namespace: Namespace, fields: tuple[Field, ...], where: ex.Expression
) -> list[str]:
    """The conjuncts of a WHERE that speak of partition columns and of constants only.

    As DuckDB conditions over the quoted column names; a subquery in them reads no table.
    """
    partitions = tuple(
        replace(field, sql=v.name(field.name or ""), touch=None) for field in fields if field.partition
    )
    if not partitions:
        return []
    analyzer = Analyzer(context, namespace, Scope(partitions), "WHERE clause")
    found = []
    for term in _conjuncts(where):
        scans, ctes, counter = len(context.scans), len(context.ctes), context.counter
        try:
            sql = analyzer.expect(term, t.BOOLEAN, "%s").sql
        except TrinoError:
            sql = ""
        reads = len(context.scans) > scans or len(context.ctes) > ctes
        del context.scans[scans:], context.ctes[ctes:]
        context.counter = max(counter, context.counter)
        if sql and not reads and any(p.sql in sql for p in partitions):
            found.append(sql)
    return found


def _conjuncts(node: ex.Expression) -> list[ex.Expression]:
    if isinstance(node, ex.Logical) and node.op == "AND":
        return [part for term in node.terms for part in _conjuncts(term)]
    return [node]
