"""Whole queries: WITH, set operations, VALUES, ORDER BY, OFFSET, LIMIT."""

from __future__ import annotations

from emulator.trino import types as t
from emulator.trino.analysis.analyzer import Analyzer
from emulator.trino.analysis.coercion import common_type
from emulator.trino.analysis.context import Context, Named, Namespace, Output, Plan
from emulator.trino.analysis.recursion import recursive
from emulator.trino.analysis.scope import Field, Scope
from emulator.trino.analysis.select import Selected, compile_select, position
from emulator.trino.analysis.sorting import SortKey, checked_rows
from emulator.trino.analysis.sources import SourceCompiler
from emulator.trino.emission.coerce import coerce
from emulator.trino.emission.comparison import is_direct, sort_key
from emulator.trino.emission.values import Value
from emulator.trino.errors import TrinoError, Unsupported
from emulator.trino.syntax import expressions as ex
from emulator.trino.syntax import queries as qu
from emulator.trino.types import Type


def compile_plan(context: Context, namespace: Namespace, query: qu.Query, outer: Scope | None) -> Plan:
    """Compile a query that stands in the scope `outer`."""
    if query.ties and not query.order_by:
        raise TrinoError("MISSING_ORDER_BY", "FETCH FIRST WITH TIES clause requires ORDER BY", query.at)
    seen: set[str] = set()
    for item in query.with_queries:
        name = item.name.name.lower()
        if name in seen:
            message = f"WITH query name '{name}' specified more than once"
            raise TrinoError("DUPLICATE_NAMED_QUERY", message, item.at)
        seen.add(name)
        namespace = namespace.including(name, _named(context, namespace, item, query.recursive))
    selected = _body(context, namespace, query.body, outer, query.order_by)
    return _limited(context, namespace, query, selected)


def _named(context: Context, namespace: Namespace, item: qu.WithQuery, may_recur: bool) -> Named:
    if may_recur and recursive(item):
        from emulator.trino.analysis.recursion import compile_recursive

        return compile_recursive(context, namespace, item)
    plan = compile_plan(context, namespace, item.query, None)
    name = context.fresh("q")
    context.ctes.append(f"{name} AS ({plan.sql})")
    return Named(name, renamed(plan.outputs, item))


def renamed(outputs: tuple[Output, ...], item: qu.WithQuery) -> tuple[Output, ...]:
    """A WITH query's outputs under the names that it lists."""
    if not item.columns:
        return outputs
    seen: set[str] = set()
    for column in item.columns:
        if column.name.lower() in seen:
            message = f"Column name '{column.name}' specified more than once"
            raise TrinoError("DUPLICATE_COLUMN_NAME", message, column.at)
        seen.add(column.name.lower())
    if len(item.columns) != len(outputs):
        message = (
            f"WITH column list has {len(item.columns)} entries but WITH query(0) has {len(outputs)} columns"
        )
        raise TrinoError("MISMATCHED_COLUMN_ALIASES", message, item.at)
    return tuple(Output(c.name, o.type) for c, o in zip(item.columns, outputs, strict=True))


def _body(
    context: Context,
    namespace: Namespace,
    body: qu.QueryBody,
    outer: Scope | None,
    order: tuple[ex.SortItem, ...],
) -> Selected:
    if isinstance(body, qu.Select):
        return compile_select(context, namespace, body, outer, order)
    plan = body_plan(context, namespace, body, outer)
    alias = context.fresh("r")
    fields = tuple(Field(o.name, o.type, f"{alias}.c{i}") for i, o in enumerate(plan.outputs))
    analyzer = Analyzer(context, namespace, Scope(fields, outer), "ORDER BY clause")
    keys = []
    for item in order:
        if isinstance(item.key, ex.LongLiteral):
            place = position(item.key, len(fields))
            keys.append(Value(fields[place].sql, fields[place].type))
        else:
            keys.append(analyzer.analyze(item.key))
    if not keys:
        return Selected(plan.sql, plan.outputs, ())
    columns = [f"{alias}.c{i}" for i in range(len(fields))]
    columns += [f"{key.sql} AS s{i}" for i, key in enumerate(keys)]
    sort = [
        SortKey(item, Value(f"s{i}", key.type)) for i, (item, key) in enumerate(zip(order, keys, strict=True))
    ]
    return Selected(f"SELECT {', '.join(columns)} FROM ({plan.sql}) AS {alias}", plan.outputs, tuple(sort))


def body_plan(context: Context, namespace: Namespace, body: qu.QueryBody, outer: Scope | None) -> Plan:
    """Compile a query's body without an order."""
    if isinstance(body, qu.Select):
        selected = compile_select(context, namespace, body, outer, ())
        return Plan(selected.sql, selected.outputs)
    if isinstance(body, qu.SetOperation):
        return _set_operation(context, namespace, body, outer)
    if isinstance(body, qu.Values):
        return _values(context, namespace, body, outer)
    if isinstance(body, qu.NestedBody):
        return compile_plan(context, namespace, body.query, outer)
    assert isinstance(body, qu.TableBody)
    source = SourceCompiler(context, namespace, outer).compile(body.table)
    shown = [f for f in source.fields if not f.hidden]
    for field in shown:
        if field.touch:
            field.touch()
    columns = ", ".join(f"{f.sql} AS c{i}" for i, f in enumerate(shown))
    return Plan(f"SELECT {columns} FROM {source.sql}", tuple(Output(f.name, f.type) for f in shown))


def _set_operation(
    context: Context, namespace: Namespace, body: qu.SetOperation, outer: Scope | None
) -> Plan:
    left = body_plan(context, namespace, body.left, outer)
    right = body_plan(context, namespace, body.right, outer)
    if len(left.outputs) != len(right.outputs):
        counts = f"{len(left.outputs)}, {len(right.outputs)}"
        message = f"{body.op.upper()} query has different number of fields: {counts}"
        raise TrinoError("TYPE_MISMATCH", message, body.at)
    kinds = []
    for i, (a, b) in enumerate(zip(left.outputs, right.outputs, strict=True)):
        kind = common_type(a.type, b.type)
        if kind is None:
            message = f"column {i + 1} in {body.op.upper()} query has incompatible types: {a.type}, {b.type}"
            raise TrinoError("TYPE_MISMATCH", message, body.at)
        kinds.append(kind)
    outputs = tuple(Output(o.name, kind) for o, kind in zip(left.outputs, kinds, strict=True))
    both = as_types(left, kinds), as_types(right, kinds)
    if all(map(is_direct, kinds)) or (body.op == "union" and not body.distinct):
        word = body.op.upper() + ("" if body.distinct else " ALL")
        return Plan(f"SELECT * FROM (({both[0]}) {word} ({both[1]})) AS q", outputs)
    return Plan(_combined(body, *both, kinds), outputs)


def _combined(body: qu.SetOperation, left: str, right: str, kinds: list[Type]) -> str:
    """A set operation on columns whose equal values may look different, such as zones of one instant."""
    places = range(len(kinds))
    mine, theirs = ([sort_key(f"{side}.c{i}", kinds[i]) for i in places] for side in ("l", "r"))
    head = f"SELECT DISTINCT ON ({', '.join(mine)}) * FROM"
    if body.op == "union":
        return f"{head} (({left}) UNION ALL ({right})) AS l"
    if not body.distinct:
        shown = ", ".join(map(str, kinds))
        raise Unsupported(f"{body.op.upper()} ALL of {shown} is not supported", body.at)
    same = " AND ".join(f"{a} IS NOT DISTINCT FROM {b}" for a, b in zip(mine, theirs, strict=True))
    negated = "NOT " if body.op == "except" else ""
    return f"{head} ({left}) AS l WHERE {negated}EXISTS (SELECT 1 FROM ({right}) AS r WHERE {same})"


def as_types(plan: Plan, kinds: list[Type]) -> str:
    """The plan's text with its columns coerced."""
    columns = (
        f"{coerce(Value(f'q.c{i}', o.type), kind).sql} AS c{i}"
        for i, (o, kind) in enumerate(zip(plan.outputs, kinds, strict=True))
    )
    return f"SELECT {', '.join(columns)} FROM ({plan.sql}) AS q"


def _values(context: Context, namespace: Namespace, body: qu.Values, outer: Scope | None) -> Plan:
    analyzer = Analyzer(context, namespace, Scope((), outer), "VALUES")
    rows: list[list[Value]] = []
    for node in body.rows:
        rows.append(_row(analyzer, node))
    kinds: list[Type] = [v.type for v in rows[0]]
    for row in rows:
        met = [common_type(a, b.type) for a, b in zip(kinds, row, strict=False)]
        if len(row) != len(kinds) or any(m is None for m in met):
            shown = t.row(*((None, v.type) for v in row))
            first = t.row(*((None, k) for k in kinds))
            raise TrinoError(
                "TYPE_MISMATCH", f"Values rows have mismatched types: {first} vs {shown}", body.at
            )
        kinds = [m for m in met if m is not None]
    texts = ("(" + ", ".join(coerce(v, k).sql for v, k in zip(row, kinds, strict=True)) + ")" for row in rows)
    names = ", ".join(f"c{i}" for i in range(len(kinds)))
    alias = context.fresh("w")
    sql = f"SELECT * FROM (VALUES {', '.join(texts)}) AS {alias}({names})"
    return Plan(sql, tuple(Output(None, kind) for kind in kinds))


def _row(analyzer: Analyzer, node: ex.Expression) -> list[Value]:
    """One row of VALUES: a row's fields, whatever gives the row, or a lone value."""
    if isinstance(node, ex.RowConstructor):
        return [analyzer.analyze(item) for item in node.items]
    value = analyzer.analyze(node)
    if value.type.base != "row":
        return [value]
    return [Value(f"({value.sql}).f{i}", kind) for i, kind in enumerate(value.type.inner)]


_MOST_SORTED = 2**31 - 1


def _limited(context: Context, namespace: Namespace, query: qu.Query, selected: Selected) -> Plan:
    offset = _count(context, query.offset, "OFFSET")
    limit = _count(context, query.limit, "LIMIT")
    if query.fetched and limit == 0:
        message = "FETCH FIRST row count must be positive (actual value: 0)"
        raise TrinoError("NUMERIC_VALUE_OUT_OF_RANGE", message, query.at)
    if selected.order and limit is not None and limit + (offset or 0) >= _MOST_SORTED:
        raise TrinoError("NOT_SUPPORTED", f"ORDER BY LIMIT > {_MOST_SORTED} is not supported")
    if not selected.order and offset is None and limit is None:
        return Plan(selected.sql, selected.outputs)
    alias = context.fresh("o")
    columns = ", ".join(f"{alias}.c{i}" for i in range(len(selected.outputs)))
    order = ", ".join(key.text for key in selected.order)
    rows = checked_rows(selected.sql, selected.order)
    if query.ties:
        skipped = f"SELECT * FROM ({rows}) ORDER BY {order} OFFSET {offset or 0}"
        places = f"rank() OVER (ORDER BY {order}) AS place, row_number() OVER (ORDER BY {order}) AS nth"
        ranked = f"SELECT *, {places} FROM ({skipped})"
        sql = f"SELECT {columns} FROM ({ranked}) AS {alias} WHERE place <= {limit} ORDER BY nth"
        return Plan(sql, selected.outputs)
    sql = f"SELECT {columns} FROM ({rows}) AS {alias}"
    sql += f" ORDER BY {order}" if order else ""
    sql += f" LIMIT {limit}" if limit is not None else ""
    sql += f" OFFSET {offset}" if offset is not None else ""
    return Plan(sql, selected.outputs)


def _count(context: Context, node: ex.Expression | None, what: str) -> int | None:
    if isinstance(node, ex.Parameter):
        parameters = context.parameters
        node = parameters[node.index] if node.index < len(parameters) else None
        if not isinstance(node, ex.LongLiteral):
            raise TrinoError("INVALID_PARAMETER_USAGE", f"{what} parameter must be a whole number")
    if node is None:
        return None
    assert isinstance(node, ex.LongLiteral)
    return node.value
