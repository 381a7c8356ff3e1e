"""Conditions on partition and bucketing columns, told to the scan, which leaves out what cannot matter."""

from __future__ import annotations

from dataclasses import replace

from emulator.trino import types as t
from emulator.trino.analysis.analyzer import Analyzer
from emulator.trino.analysis.context import Context, Namespace, ScanUse
from emulator.trino.analysis.scope import Field, Scope
from emulator.trino.emission import values as v
from emulator.trino.emission.values import Value
from emulator.trino.errors import TrinoError
from emulator.trino.syntax import expressions as ex


def tell_partitions(
    context: Context, namespace: Namespace, scan: ScanUse, fields: tuple[Field, ...], where: ex.Expression
) -> None:
    """Tell a scan the conjuncts of a WHERE that speak of its partition columns and of constants only.

    As the texts that a column may have, where it is compared to literals, else as DuckDB conditions over the
    quoted column names; a subquery in them reads no table. Of bucketing columns the texts are told alone.
    """
    columns = {
        v.name(field.name or ""): replace(field, sql=v.name(field.name or ""), touch=None)
        for field in fields
        if field.partition or field.bucketed
    }
    if not columns:
        return
    analyzer = Analyzer(context, namespace, Scope(tuple(columns.values())), "WHERE clause")
    partitions = [column for column, field in columns.items() if field.partition]
    buckets = [column for column, field in columns.items() if field.bucketed]
    for term in _conjuncts(where):
        scans, ctes, counter = len(context.scans), len(context.ctes), context.counter
        try:
            if _keeps_values(analyzer, scan, columns, term):
                continue
            sql = analyzer.expect(term, t.BOOLEAN, "%s").sql
        except TrinoError:
            sql = ""
        reads = len(context.scans) > scans or len(context.ctes) > ctes
        del context.scans[scans:], context.ctes[ctes:]
        context.counter = max(counter, context.counter)
        speaks = any(column in sql for column in partitions) and not any(column in sql for column in buckets)
        if speaks and not reads:
            scan.conditions.append(sql)


def _keeps_values(analyzer: Analyzer, scan: ScanUse, columns: dict[str, Field], term: ex.Expression) -> bool:
    """Tell the scan a term that compares a column to literals by = or IN; False if it is no such term."""
    if isinstance(term, ex.InList):
        sides: tuple[tuple[ex.Expression, tuple[ex.Expression, ...]], ...] = ((term.value, term.options),)
    elif isinstance(term, ex.Comparison) and term.op == "=":
        sides = ((term.left, (term.right,)), (term.right, (term.left,)))
    else:
        return False
    for side, items in sides:
        if isinstance(side, ex.Identifier | ex.Dereference) and all(map(_is_literal, items)):
            field = columns.get(analyzer.analyze(side).sql)
            texts = [_text(analyzer.analyze(item), field) for item in items] if field else [None]
            found = frozenset(text for text in texts if text is not None)
            if field is not None and None not in texts:
                scan.keep(field.name or "", found)
                return True
    return False


def _is_literal(node: ex.Expression) -> bool:
    return isinstance(node, ex.StringLiteral | ex.LongLiteral | ex.BooleanLiteral | ex.Parameter)


def _text(value: Value, field: Field) -> str | None:
    """A literal as the text of a column's value, for types that have one text for each value."""
    kind = field.type
    if field.bucketed and kind.base == value.type.base == "boolean" and isinstance(value.literal, bool):
        return str(value.literal).lower()
    if kind.base == value.type.base == "varchar" and isinstance(value.literal, str):
        return value.literal
    if kind.is_integer and value.type.is_integer and isinstance(value.literal, int):
        return str(value.literal)
    return None


def _conjuncts(node: ex.Expression) -> list[ex.Expression]:
    if isinstance(node, ex.Logical) and node.op == "AND":
        return [part for term in node.terms for part in _conjuncts(term)]
    return [node]
