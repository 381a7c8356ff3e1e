"""Subqueries as values and in predicates."""

from __future__ import annotations

from emulator.trino import types as t
from emulator.trino.analysis.analyzer import Analyzer, handles
from emulator.trino.analysis.coercion import common_type
from emulator.trino.analysis.context import Plan
from emulator.trino.emission.coerce import coerce
from emulator.trino.emission.comparison import compare, is_plain
from emulator.trino.emission.values import Value
from emulator.trino.errors import Position, TrinoError
from emulator.trino.syntax import expressions as ex
from emulator.trino.syntax import queries as qu


def _plan(analyzer: Analyzer, query: qu.Query) -> Plan:
    from emulator.trino.analysis.query import compile_plan

    return compile_plan(analyzer.context, analyzer.namespace, query, analyzer.subquery_scope())


def _single(plan: Plan, at: Position) -> t.Type:
    if len(plan.outputs) != 1:
        message = f"Multiple columns returned by subquery are not yet supported. Found {len(plan.outputs)}"
        raise TrinoError("NOT_SUPPORTED", message, at)
    return plan.outputs[0].type


@handles(ex.ScalarSubquery)
def _scalar(analyzer: Analyzer, node: ex.ScalarSubquery) -> Value:
    plan = _plan(analyzer, node.query)
    alias = analyzer.context.fresh("v")
    if len(plan.outputs) == 1:
        return Value(f"(SELECT {alias}.c0 FROM ({plan.sql}) AS {alias})", plan.outputs[0].type)
    fields = ", ".join(f"f{i} := {alias}.c{i}" for i in range(len(plan.outputs)))
    kind = t.row(*((o.name, o.type) for o in plan.outputs))
    return Value(f"(SELECT struct_pack({fields}) FROM ({plan.sql}) AS {alias})", kind)


@handles(ex.Exists)
def _exists(analyzer: Analyzer, node: ex.Exists) -> Value:
    return Value(f"EXISTS ({_plan(analyzer, node.query).sql})", t.BOOLEAN)


@handles(ex.InSubquery)
def _in(analyzer: Analyzer, node: ex.InSubquery) -> Value:
    value = analyzer.analyze(node.value)
    plan = _plan(analyzer, node.query)
    if value.type.base == "row" and len(plan.outputs) == len(value.type.inner) > 1:
        return _row_in(analyzer, node, value, plan)
    kind = common_type(value.type, _single(plan, node.at))
    if kind is None:
        message = (
            "value and result of subquery must be of the same type for IN expression: "
            f"{value.type} vs {plan.outputs[0].type}"
        )
        raise TrinoError("TYPE_MISMATCH", message, node.at)
    alias = analyzer.context.fresh("v")
    option = coerce(Value(f"{alias}.c0", plan.outputs[0].type), kind)
    left = coerce(value, kind)
    if not is_plain(kind):
        return _any(alias, compare("=", left, option, node.at), plan)
    return Value(f"({left.sql} IN (SELECT {option.sql} FROM ({plan.sql}) AS {alias}))", t.BOOLEAN)


def _row_in(analyzer: Analyzer, node: ex.InSubquery, value: Value, plan: Plan) -> Value:
    alias = analyzer.context.fresh("v")
    terms = []
    for i, (kind, output) in enumerate(zip(value.type.inner, plan.outputs, strict=True)):
        met = common_type(kind, output.type)
        if met is None:
            raise TrinoError(
                "TYPE_MISMATCH", f"IN value and subquery differ: {kind} vs {output.type}", node.at
            )
        left = coerce(Value(f"({value.sql}).f{i}", kind), met)
        terms.append(compare("=", left, coerce(Value(f"{alias}.c{i}", output.type), met), node.at))
    return _any(alias, "(" + " AND ".join(terms) + ")", plan)


def _any(alias: str, condition: str, plan: Plan) -> Value:
    """TRUE if a row meets the condition, NULL if one leaves it open, else FALSE."""
    sql = (
        f"(SELECT CASE WHEN bool_or({condition}) THEN TRUE WHEN bool_or({condition} IS NULL) THEN NULL "
        f"ELSE FALSE END FROM ({plan.sql}) AS {alias})"
    )
    return Value(sql, t.BOOLEAN)


@handles(ex.Quantified)
def _quantified(analyzer: Analyzer, node: ex.Quantified) -> Value:
    value = analyzer.analyze(node.value)
    plan = _plan(analyzer, node.query)
    kind = common_type(value.type, _single(plan, node.at))
    if kind is None:
        message = f"Cannot apply operator: {value.type} {node.op} {plan.outputs[0].type}"
        raise TrinoError("TYPE_MISMATCH", message, node.at)
    alias = analyzer.context.fresh("v")
    option = coerce(Value(f"{alias}.c0", plan.outputs[0].type), kind)
    condition = compare(node.op, coerce(value, kind), option, node.at)
    if node.quantifier == "ANY":
        return _any(alias, condition, plan)
    missed = _any(alias, f"(NOT {condition})", plan)
    return Value(f"(NOT {missed.sql})", t.BOOLEAN)
