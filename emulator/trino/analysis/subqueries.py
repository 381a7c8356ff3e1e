"""Subqueries as values and in predicates."""

from __future__ import annotations

from dataclasses import dataclass

from emulator.trino import types as t
from emulator.trino.analysis.analyzer import Analyzer, handles
from emulator.trino.analysis.coercion import common_type
from emulator.trino.analysis.context import Plan
from emulator.trino.analysis.decorrelation import Use, require_plan
from emulator.trino.analysis.scope import OuterScope
from emulator.trino.emission.coerce import coerce
from emulator.trino.emission.comparison import compare, equal, is_plain, sort_key
from emulator.trino.emission.values import Value, bind
from emulator.trino.errors import INTERNAL_ERROR, Position, TrinoError
from emulator.trino.functions.registry import Call
from emulator.trino.syntax import expressions as ex
from emulator.trino.syntax import queries as qu


@handles(ex.ScalarSubquery)
def _scalar(analyzer: Analyzer, node: ex.ScalarSubquery) -> Value:
    plan, _ = _correlated(analyzer, node.query, Use.VALUES)
    alias = analyzer.context.fresh("v")
    if len(plan.outputs) == 1:
        return Value(f"(SELECT {alias}.c0 FROM ({plan.sql}) AS {alias})", plan.outputs[0].type)
    fields = ", ".join(f"f{i} := {alias}.c{i}" for i in range(len(plan.outputs)))
    kind = t.row(*((o.name, o.type) for o in plan.outputs))
    return Value(f"(SELECT struct_pack({fields}) FROM ({plan.sql}) AS {alias})", kind)


@handles(ex.Exists)
def _exists(analyzer: Analyzer, node: ex.Exists) -> Value:
    plan, _ = _correlated(analyzer, node.query, Use.EXISTS)
    return Value(f"EXISTS ({plan.sql})", t.BOOLEAN)


@handles(ex.InSubquery)
def _in(analyzer: Analyzer, node: ex.InSubquery) -> Value:
    return _among(analyzer, node, _operands(analyzer, node))


@dataclass(frozen=True)
class _Operands:
    """A value and the subquery's rows to compare it with, both of one type: `option` is over `rows`."""

    value: Value
    option: Value
    rows: str
    correlated: bool


def _operands(analyzer: Analyzer, node: ex.InSubquery | ex.Quantified) -> _Operands:
    """Several columns are compared with a row's fields, one column with the value, or a row's only field."""
    value = analyzer.analyze(node.value)
    plan, correlated = _correlated(analyzer, node.query, Use.IN)
    fields = value.type.inner if value.type.base == "row" else (value.type,)
    options = tuple(output.type for output in plan.outputs)
    kinds = [common_type(a, b) for a, b in zip(fields, options, strict=False)]
    met = [kind for kind in kinds if kind is not None]
    if len(met) != max(len(fields), len(options)):
        own = value.type if value.type.base == "row" else t.row((None, value.type))
        others = t.row(*((output.name, output.type) for output in plan.outputs))
        message = f"Value expression and result of subquery must be of the same type: {own} vs {others}"
        raise TrinoError("TYPE_MISMATCH", message, node.at)
    alias = analyzer.context.fresh("v")
    rows = f"({plan.sql}) AS {alias}"
    columns = [
        coerce(Value(f"{alias}.c{i}", kind), to)
        for i, (kind, to) in enumerate(zip(options, met, strict=True))
    ]
    if len(met) == 1:
        value = Value(f"({value.sql}).f0", fields[0]) if value.type.base == "row" else value
        return _Operands(coerce(value, met[0]), columns[0], rows, correlated)
    kind = t.row(*((None, inner) for inner in met))
    packed = ", ".join(f"f{i} := {column.sql}" for i, column in enumerate(columns))
    return _Operands(coerce(value, kind), Value(f"struct_pack({packed})", kind), rows, correlated)


def _correlated(analyzer: Analyzer, query: qu.Query, use: Use) -> tuple[Plan, bool]:
    """A subquery that Trino can plan, and whether it looks at the rows around it."""
    from emulator.trino.analysis.query import compile_plan

    around = OuterScope(parent=analyzer.subquery_scope())
    plan = compile_plan(analyzer.context, analyzer.namespace, query, around)
    require_plan(query, around, use)
    return plan, bool(around.used)


def _among(analyzer: Analyzer, node: ex.InSubquery | ex.Quantified, sides: _Operands) -> Value:
    """Whether a value is among the rows of a subquery.

    Trino tells whether they are the same, as GROUP BY does: NaN is, and what holds NULLs inside. But where
    the subquery looks at the row around it, or rows are filtered by this, it takes a join on `=` instead.
    """
    kind = sides.option.type
    own, option = (sort_key(side.sql, kind) for side in (sides.value, sides.option))
    where = ""
    if not is_plain(kind) and (sides.correlated or any(node is term for term in analyzer.filters)):
        same = equal(sides.option.sql, sides.option.sql, kind, node.at)
        where = f" WHERE {sides.option.sql} IS NULL OR {same}"
    return Value(f"({own} IN (SELECT {option} FROM {sides.rows}{where}))", t.BOOLEAN)


@handles(ex.Quantified)
def _quantified(analyzer: Analyzer, node: ex.Quantified) -> Value:
    """`= ANY` is IN, and `<> ALL` NOT IN; all else compares with the least and the greatest of the rows."""
    sides = _operands(analyzer, node)
    if (node.op, node.quantifier) == ("=", "ANY"):
        return _among(analyzer, node, sides)
    if (node.op, node.quantifier) == ("<>", "ALL"):
        return Value(f"(NOT {_among(analyzer, node, sides).sql})", t.BOOLEAN)
    if not sides.option.type.is_orderable:
        raise _unordered(node, sides.option.type)
    return _by_bounds(analyzer, node, sides)


def _unordered(node: ex.Quantified, kind: t.Type) -> TrinoError:
    if node.op in ("=", "<>"):
        message = "Subquery result type must be orderable"
        return TrinoError("GENERIC_INTERNAL_ERROR", message, kind=INTERNAL_ERROR)
    shown = kind if kind.base == "row" else t.row((None, kind))
    message = f"Type [{shown}] must be orderable in order to be used in quantified comparison"
    return TrinoError("TYPE_MISMATCH", message, node.at)


def _by_bounds(analyzer: Analyzer, node: ex.Quantified, sides: _Operands) -> Value:
    """A value compared with the least or the greatest row; rows that are NULL leave the rest open."""
    kind = sides.option.type
    least, greatest = (_bound(analyzer, side, kind, node.at) for side in ("min", "max"))
    rows = f"SELECT {sides.option.sql} AS y FROM {sides.rows}"
    packed = f"lo := {least}, hi := {greatest}, n := count(*), m := count(q.y)"
    bounds = f"SELECT struct_pack({packed}) FROM ({rows}) AS q"
    own, low, high = (Value(f"sides.{name}", kind) for name in ("own", "bounds.lo", "bounds.hi"))
    every = node.quantifier == "ALL" or node.op == "<>"
    if node.op in ("=", "<>"):
        holds = f"({compare('=', low, high, node.at)} AND {compare('=', own, high, node.at)})"
    else:
        bound = low if (node.op[0] == "<") == every else high
        holds = compare(node.op, own, bound, node.at)
    word, rest = ("AND", "TRUE") if every else ("OR", "FALSE")
    open_rows = f"CASE WHEN sides.bounds.n = sides.bounds.m THEN {rest} END"
    body = f"CASE WHEN sides.bounds.n = 0 THEN {rest} ELSE ({holds} {word} {open_rows}) END"
    sql = bind("sides", f"struct_pack(own := {sides.value.sql}, bounds := ({bounds}))", body)
    return Value(f"(NOT {sql})" if node.op == "<>" else sql, t.BOOLEAN)


def _bound(analyzer: Analyzer, name: str, kind: t.Type, at: Position) -> str:
    from emulator.trino.analysis.calls import bind_arguments

    entry, args, _ = bind_arguments(analyzer, name, [Value("q.y", kind)], at)
    return entry.emit(Call(name, args, kind, at, analyzer.context.session.now))
