"""Grouped queries: keys and aggregates are computed below, everything else above them."""

from __future__ import annotations

from itertools import combinations, product

from emulator.trino import types as t
from emulator.trino.analysis.analyzer import Analyzer
from emulator.trino.analysis.calls import bind_arguments
from emulator.trino.analysis.scope import Field, Scope
from emulator.trino.analysis.sorting import order_text
from emulator.trino.analysis.walk import has_aggregate, has_subquery, has_window
from emulator.trino.emission.comparison import is_direct, sort_key
from emulator.trino.emission.values import Value
from emulator.trino.errors import TrinoError
from emulator.trino.functions.registry import Call, LambdaValue
from emulator.trino.syntax import expressions as ex
from emulator.trino.syntax import queries as qu


class SourceAnalyzer(Analyzer):
    """Compiles what stands below the grouping; a node met again is not compiled again."""

    def __init__(self, base: Analyzer) -> None:
        super().__init__(base.context, base.namespace, base.scope, "aggregate argument", base.windows)
        self._seen: dict[int, Value] = {}

    def analyze(self, node: ex.Expression) -> Value:
        """Compile, or give what was compiled."""
        if self.scope.is_lambda:
            return super().analyze(node)
        found = self._seen.get(id(node))
        if found is None:
            found = self._seen[id(node)] = super().analyze(node)
        return found


class Grouping:
    """The keys and aggregates of one query, and the text that computes them."""

    def __init__(self, base: Analyzer, sets: list[tuple[ex.Expression, ...]]) -> None:
        self.source = SourceAnalyzer(base)
        self.alias = base.context.fresh("g")
        self.keys: dict[str, Value] = {}
        self._projected: dict[str, str] = {}
        self._aggregates: dict[str, str] = {}
        self.sets = [tuple(dict.fromkeys(self._key(node) for node in group)) for group in sets]

    def _key(self, node: ex.Expression) -> str:
        if has_aggregate(node) or has_window(node):
            message = "GROUP BY clause cannot contain aggregations, window functions or grouping operations"
            raise TrinoError("EXPRESSION_NOT_SCALAR", message, node.at)
        value = self.source.analyze(node)
        if value.sql not in self.keys:
            self.keys[value.sql] = Value(f"{self.alias}.k{len(self.keys)}", value.type)
        return self.keys[value.sql].sql.rpartition(".")[2]

    def project(self, value: Value) -> Value:
        """An aggregate's argument as a column of the rows below."""
        if value.constant is not None:
            return value
        name = self._projected.setdefault(value.sql, f"x{len(self._projected)}")
        return Value(name, value.type)

    def aggregate(self, sql: str, kind: t.Type) -> Value:
        """An aggregate's text as a column of the grouped rows."""
        name = self._aggregates.setdefault(sql, f"a{len(self._aggregates)}")
        return Value(f"{self.alias}.{name}", kind)

    def sql(self, source: str, where: str) -> str:
        """The text for FROM above the grouping; `source` begins with FROM or is empty."""
        below = [f"{key} AS {column(value)}" for key, value in self.keys.items()]
        below += [
            f"{sort_key(key, value.type)} AS {_group_name(value)}"
            for key, value in self.keys.items()
            if not is_direct(value.type)
        ]
        below += [f"{sql} AS {name}" for sql, name in self._projected.items()]
        above = [_shown_key(value) for value in self.keys.values()]
        above += [f"{sql} AS {name}" for sql, name in self._aggregates.items()]
        rows = f"SELECT {', '.join(below) or '1 AS one'}{source}{where}"
        return (
            f"(SELECT {', '.join(above) or '1 AS one'} FROM ({rows}) AS b{self._group_by()}) AS {self.alias}"
        )

    def _group_by(self) -> str:
        if self.sets == [()]:
            return "" if self._aggregates else " GROUP BY ()"
        names = {column(value): _group_name(value) for value in self.keys.values()}
        sets = [", ".join(names[key] for key in group) for group in self.sets]
        if len(sets) == 1:
            return " GROUP BY " + sets[0]
        return " GROUP BY GROUPING SETS (" + ", ".join(f"({group})" for group in sets) + ")"


def column(value: Value) -> str:
    """The bare name of a key's column."""
    return value.sql.rpartition(".")[2]


def _group_name(key: Value) -> str:
    """The column that rows are grouped by for a key: where equal values may look different, its sort key."""
    return column(key) + ("" if is_direct(key.type) else "n")


def _shown_key(key: Value) -> str:
    """A key above the grouping; of equal values that look different the first."""
    if is_direct(key.type):
        return column(key)
    return f"CASE WHEN grouping({_group_name(key)}) = 0 THEN first({column(key)}) END AS {column(key)}"


class GroupedAnalyzer(Analyzer):
    """Compiles expressions above a grouping: keys and aggregates are columns, nothing else is in sight."""

    def __init__(self, base: Analyzer, grouping: Grouping) -> None:
        super().__init__(base.context, base.namespace, base.scope, base.clause, base.windows)
        self.grouping = grouping

    def analyze(self, node: ex.Expression) -> Value:
        """Compile an expression; one that is a key is the key's column."""
        aliased = isinstance(node, ex.Identifier) and node.name.lower() in self.outputs
        plain = not (self.scope.is_lambda or has_aggregate(node) or has_window(node) or has_subquery(node))
        if plain and not aliased and not isinstance(node, ex.Lambda) and not self._mentions_outputs(node):
            value = self.grouping.source.analyze(node)
            key = self.grouping.keys.get(value.sql)
            if key is not None:
                return key
        return super().analyze(node)

    def _mentions_outputs(self, node: ex.Node) -> bool:
        if not self.outputs:
            return False
        if isinstance(node, ex.Identifier) and node.name.lower() in self.outputs:
            return True
        if isinstance(node, ex.Dereference):
            return self._mentions_outputs(node.base)
        return any(self._mentions_outputs(child) for child in ex.children(node))

    def column(self, field: Field, scope: Scope) -> Value:
        """A column that is no key is only in sight in the queries around."""
        key = self.grouping.keys.get(field.sql)
        if key is not None:
            return key
        if scope is self.grouping.source.scope:
            name = ".".join((*field.qualifier[-1:], field.name or ""))
            raise TrinoError(
                "EXPRESSION_NOT_AGGREGATE",
                f"'{name}' must be an aggregate expression or appear in GROUP BY clause",
            )
        return super().column(field, scope)

    def subquery_scope(self) -> Scope:
        """A subquery sees the keys that are plain columns."""
        source = self.grouping.source.scope
        fields = tuple(
            Field(f.name, f.type, self.grouping.keys[f.sql].sql, f.qualifier)
            for f in source.fields
            if f.sql in self.grouping.keys
        )
        return Scope(fields, source.parent)

    def aggregate(self, node: ex.FunctionCall) -> Value:
        """An aggregate call: its arguments are columns below, itself is a column above."""
        if any(has_aggregate(a) for a in (*node.args, *(i.key for i in node.order_by))):
            message = f"Cannot nest aggregations inside aggregation '{node.name}'"
            raise TrinoError("NESTED_AGGREGATION", message, node.at)
        if any(has_window(a) for a in node.args):
            message = f"Cannot nest window functions inside aggregation '{node.name}'"
            raise TrinoError("NESTED_WINDOW", message, node.at)
        self._check_outputs(node)
        if node.name == "grouping":
            return self._grouping(node)
        source = self.grouping.source
        self._check_distinct_order(node)
        if node.name == "listagg":
            message = "Expected expression of varchar, but '%s' is provided"
            source.expect(node.args[0], t.VARCHAR, message)
            _require_text(source, node.args[0])
        entry, args, bindings = bind_arguments(source, node.name, list(node.args), node.at)
        result = entry.returns(args) if entry.returns else bindings.concrete(entry.signature.result)
        project = self.grouping.project
        keys = [(item, source.analyze(item.key)) for item in node.order_by]
        order = ", ".join(order_text(item, project(key)) for item, key in keys if key.constant is None)
        condition = None
        if node.filter is not None:
            message = "Filter expression must evaluate to a boolean: actual type %s"
            condition = project(source.expect(node.filter, t.BOOLEAN, message)).sql
        projected = tuple(a if isinstance(a, LambdaValue) else project(a) for a in args)
        call = Call(
            node.name, projected, result, node.at, self.context.session.now,
            node.distinct, order, condition,
        )  # fmt: skip
        return self.grouping.aggregate(entry.emit(call), result)

    def _check_outputs(self, node: ex.FunctionCall) -> None:
        """In ORDER BY a name means an output first, and those are beyond an aggregate's reach."""
        if not any(map(self._mentions_outputs, ex.children(node))):
            return
        if node.name == "grouping":
            message = "Invalid reference to output of SELECT clause from grouping() expression in ORDER BY"
            raise TrinoError("INVALID_ARGUMENTS", message)
        message = "Invalid reference to output projection attribute from ORDER BY aggregation"
        raise TrinoError("COLUMN_NOT_FOUND", message, node.at)

    def _check_distinct_order(self, node: ex.FunctionCall) -> None:
        for item in node.order_by if node.distinct else ():
            if item.key not in node.args:
                message = (
                    "For aggregate function with DISTINCT, ORDER BY expressions must appear in arguments"
                )
                raise TrinoError("EXPRESSION_NOT_IN_DISTINCT", message, item.at)

    def _grouping(self, node: ex.FunctionCall) -> Value:
        columns = []
        for arg in node.args:
            key = self.grouping.keys.get(self.grouping.source.analyze(arg).sql)
            if key is None:
                message = (
                    "The arguments to GROUPING() must be expressions referenced by the GROUP BY "
                    "at the associated query level"
                )
                raise TrinoError("INVALID_ARGUMENTS", message, node.at)
            columns.append(_group_name(key))
        kind = t.INTEGER if len(columns) < 32 else t.BIGINT
        if len(self.grouping.sets) == 1:
            return Value("CAST(0 AS INTEGER)", kind)
        return self.grouping.aggregate(f"CAST(grouping({', '.join(columns)}) AS INTEGER)", kind)


def grouping_sets(
    elements: tuple[qu.GroupingElement, ...], distinct: bool
) -> list[tuple[ex.Expression, ...]]:
    """The plain list of sets that GROUP BY's elements multiply to."""
    choices = [_choices(element) for element in elements]
    found = [tuple(e for part in parts for e in part) for parts in product(*choices)]
    if distinct:
        unique: dict[frozenset[ex.Expression], tuple[ex.Expression, ...]] = {}
        for group in found:
            unique.setdefault(frozenset(group), group)
        return list(unique.values())
    return found


def _choices(element: qu.GroupingElement) -> list[tuple[ex.Expression, ...]]:
    sets = element.sets
    if element.kind == "rollup":
        return [_joined(sets[:n]) for n in range(len(sets), -1, -1)]
    if element.kind == "cube":
        sets = tuple({frozenset(group): group for group in sets}.values())
        if len(sets) > 30:
            raise TrinoError("INVALID_ARGUMENTS", "GROUP BY has more than 2^30 grouping sets", element.at)
        return [_joined(c) for n in range(len(sets), -1, -1) for c in combinations(sets, n)]
    return list(sets) if element.kind == "sets" else [sets[0]]


def _joined(sets: tuple[tuple[ex.Expression, ...], ...]) -> tuple[ex.Expression, ...]:
    return tuple(e for group in sets for e in group)


def _require_text(source: Analyzer, joined: ex.Expression) -> None:
    """LISTAGG takes no bare NULL for a text, unlike all else."""
    if source.analyze(joined).type == t.UNKNOWN:
        raise TrinoError(
            "TYPE_MISMATCH", "Expected expression of varchar, but it has unknown type", joined.at
        )
