"""One SELECT: FROM, WHERE, grouping, outputs, DISTINCT, and the sort keys that ORDER BY asks of it."""

from __future__ import annotations

from dataclasses import dataclass

from emulator.trino import types as t
from emulator.trino.analysis.analyzer import Analyzer
from emulator.trino.analysis.context import Context, Namespace, Output
from emulator.trino.analysis.grouping import GroupedAnalyzer, Grouping, grouping_sets
from emulator.trino.analysis.pruning import tell_partitions
from emulator.trino.analysis.scope import Field, Scope, path_of
from emulator.trino.analysis.sorting import SortKey
from emulator.trino.analysis.sources import Source, SourceCompiler
from emulator.trino.analysis.walk import conjuncts, has_aggregate, has_window
from emulator.trino.analysis.windows import check_window, named_windows
from emulator.trino.emission.comparison import is_direct, sort_key
from emulator.trino.emission.values import Value
from emulator.trino.errors import TrinoError, Unsupported
from emulator.trino.syntax import expressions as ex
from emulator.trino.syntax import queries as qu


@dataclass(frozen=True)
class Selected:
    """A compiled SELECT: columns c0, c1, ... then sort keys s0, s1, ...; `order` is over them."""

    sql: str
    outputs: tuple[Output, ...]
    order: tuple[SortKey, ...]


def compile_select(
    context: Context,
    namespace: Namespace,
    select: qu.Select,
    outer: Scope | None,
    order: tuple[ex.SortItem, ...],
) -> Selected:
    """Compile a SELECT with the ORDER BY of its query."""
    return _SelectCompiler(context, namespace, select, outer).compile(order)


class _SelectCompiler:
    def __init__(
        self, context: Context, namespace: Namespace, select: qu.Select, outer: Scope | None
    ) -> None:
        self.context, self.namespace, self.select, self.outer = context, namespace, select, outer

    def compile(self, order: tuple[ex.SortItem, ...]) -> Selected:
        select = self.select
        source = self._source()
        scope = Scope(source.fields, self.outer)
        analyzer = Analyzer(self.context, self.namespace, scope, None, named_windows(select.windows))
        where = self._where(source, scope)
        source_sql = f" FROM {source.sql}" if source.sql else ""
        grouping = self._grouping(analyzer, order)
        having = ""
        if grouping is not None:
            analyzer = GroupedAnalyzer(analyzer, grouping)
            having = self._having(analyzer)
        for _, window in select.windows:
            check_window(analyzer, window)
        items = self._items(analyzer, source)
        outputs = tuple(output for output, _ in items)
        values = [value for _, value in items]
        sort = self._order(analyzer, outputs, values, order)
        if grouping is not None:
            source_sql, where = f" FROM {grouping.sql(source_sql, where)}", having
        columns = [f"{value.sql} AS c{i}" for i, value in enumerate(values)]
        columns += [f"{key.sql} AS s{i}" for i, key in enumerate(sort) if key.sql not in _own(values)]
        distinct = self._distinct(values, sort, order)
        sql = f"SELECT {distinct}{', '.join(columns)}{source_sql}{where}"
        return Selected(sql, outputs, tuple(self._sort_keys(order, sort, values)))

    def _source(self) -> Source:
        if self.select.source is None:
            return Source("", ())
        return SourceCompiler(self.context, self.namespace, self.outer).compile(self.select.source)

    def _where(self, source: Source, scope: Scope) -> str:
        node = self.select.where
        if node is None:
            return ""
        analyzer = Analyzer(self.context, self.namespace, scope, "WHERE clause")
        analyzer.filters = conjuncts(node)
        value = analyzer.expect(node, t.BOOLEAN, "WHERE clause must evaluate to a boolean: actual type %s")
        for scan, fields in source.scans:
            tell_partitions(self.context, self.namespace, scan, fields, node)
        return f" WHERE {value.sql}"

    def _grouping(self, analyzer: Analyzer, order: tuple[ex.SortItem, ...]) -> Grouping | None:
        select = self.select
        parts: list[ex.Node] = [i.value for i in select.items if isinstance(i, qu.SelectItem)]
        parts += [item.key for item in order]
        parts += [select.having] if select.having is not None else []
        if select.group_by is None and select.having is None and not any(map(has_aggregate, parts)):
            return None
        for element in select.group_by or ():
            if element.kind != "simple":
                self._check_columns(analyzer, element)
        elements = tuple(self._element(e) for e in select.group_by or ())
        nothing: list[tuple[ex.Expression, ...]] = [()]
        sets = grouping_sets(elements, select.group_distinct) if elements else nothing
        return Grouping(analyzer, sets)

    def _check_columns(self, analyzer: Analyzer, element: qu.GroupingElement) -> None:
        """ROLLUP, CUBE and GROUPING SETS take columns only."""
        for node in (node for group in element.sets for node in group):
            analyzer.analyze(node)
            path = path_of(node)
            if path is None or analyzer.scope.find(path, node.at) is None:
                message = "GROUP BY expression must be a column reference"
                raise TrinoError("INVALID_COLUMN_REFERENCE", message, node.at)

    def _element(self, element: qu.GroupingElement) -> qu.GroupingElement:
        """A lone whole number stands for the select item at that place."""
        sets = tuple(tuple(self._ordinal(e) for e in group) for group in element.sets)
        return qu.GroupingElement(element.kind, sets, at=element.at)

    def _ordinal(self, node: ex.Expression) -> ex.Expression:
        if not isinstance(node, ex.LongLiteral):
            return node
        items = self.select.items
        if any(isinstance(item, qu.Star) for item in items):
            raise Unsupported("GROUP BY a position together with * is not supported", node.at)
        if not 1 <= node.value <= len(items):
            message = f"GROUP BY position {node.value} is not in select list"
            raise TrinoError("INVALID_COLUMN_REFERENCE", message, node.at)
        item = items[node.value - 1]
        assert isinstance(item, qu.SelectItem)
        return item.value

    def _having(self, analyzer: Analyzer) -> str:
        if self.select.having is None:
            return ""
        if has_window(self.select.having):
            message = "HAVING clause cannot contain window functions or row pattern measures"
            raise TrinoError("NESTED_WINDOW", message, self.select.having.at)
        analyzer.filters = conjuncts(self.select.having)
        message = "HAVING clause must evaluate to a boolean: actual type %s"
        return f" WHERE {analyzer.expect(self.select.having, t.BOOLEAN, message).sql}"

    def _items(self, analyzer: Analyzer, source: Source) -> list[tuple[Output, Value]]:
        found: list[tuple[Output, Value]] = []
        for item in self.select.items:
            if isinstance(item, qu.Star):
                found += self._star(analyzer, source, item)
                continue
            value = analyzer.analyze(item.value)
            found.append((Output(_name(item), value.type), value))
        return found

    def _star(self, analyzer: Analyzer, source: Source, star: qu.Star) -> list[tuple[Output, Value]]:
        fields = [f for f in source.fields if not f.hidden]
        if self.select.source is None and star.qualifier is None:
            raise TrinoError(
                "COLUMN_NOT_FOUND", "SELECT * not allowed in queries without FROM clause", star.at
            )
        if star.qualifier is not None:
            found = self._qualified_star(analyzer, star, fields)
            if isinstance(found, list):
                fields = found
            else:
                return self._row_star(star, found)
        if star.aliases and len(star.aliases) != len(fields):
            message = (
                f"Column alias list has {len(star.aliases)} entries but relation has {len(fields)} columns"
            )
            raise TrinoError("MISMATCHED_COLUMN_ALIASES", message, star.at)
        names: list[str | None] = [a.name for a in star.aliases] or [f.name for f in fields]
        return [
            (Output(name, field.type), analyzer.column(field, analyzer.scope))
            for name, field in zip(names, fields, strict=True)
        ]

    def _qualified_star(self, analyzer: Analyzer, star: qu.Star, fields: list[Field]) -> list[Field] | Value:
        assert star.qualifier is not None
        path = path_of(star.qualifier)
        own = [f for f in fields if path and f.qualifier[-len(path) :] == path]
        if own:
            return own
        if path is None or (len(path) > 1 and analyzer.scope.find(path, star.at)):
            return analyzer.analyze(star.qualifier)
        message = f"Unable to resolve reference {'.'.join(path)}"
        raise TrinoError("TABLE_NOT_FOUND", message, star.at)

    def _row_star(self, star: qu.Star, value: Value) -> list[tuple[Output, Value]]:
        if value.type.base != "row":
            raise TrinoError("TYPE_MISMATCH", "expected expression of type Row", star.at)
        names: list[str | None] = [a.name for a in star.aliases] or list(value.type.names)
        return [
            (Output(name, kind), Value(f"({value.sql}).f{i}", kind))
            for i, (name, kind) in enumerate(zip(names, value.type.inner, strict=True))
        ]

    def _order(
        self,
        analyzer: Analyzer,
        outputs: tuple[Output, ...],
        values: list[Value],
        order: tuple[ex.SortItem, ...],
    ) -> list[Value]:
        for output, value in zip(outputs, values, strict=True):
            if output.name is not None:
                analyzer.outputs.setdefault(output.name.lower(), []).append(value)
        found = []
        for item in order:
            if isinstance(item.key, ex.LongLiteral):
                found.append(values[position(item.key, len(values))])
            else:
                found.append(analyzer.analyze(item.key))
        return found

    def _sort_keys(
        self, order: tuple[ex.SortItem, ...], sort: list[Value], values: list[Value]
    ) -> list[SortKey]:
        own = _own(values)
        return [
            SortKey(item, Value(own.get(key.sql, f"s{i}"), key.type))
            for i, (item, key) in enumerate(zip(order, sort, strict=True))
        ]

    def _distinct(self, values: list[Value], sort: list[Value], order: tuple[ex.SortItem, ...]) -> str:
        if not self.select.distinct:
            return ""
        for item, key in zip(order, sort, strict=True):
            if key.sql not in _own(values):
                message = "For SELECT DISTINCT, ORDER BY expressions must appear in select list"
                raise TrinoError("EXPRESSION_NOT_IN_DISTINCT", message, item.at)
        if all(is_direct(value.type) for value in values):
            return "DISTINCT "
        return f"DISTINCT ON ({', '.join(sort_key(value.sql, value.type) for value in values)}) "


def _own(values: list[Value]) -> dict[str, str]:
    """The columns that outputs give, by their text."""
    found: dict[str, str] = {}
    for i, value in enumerate(values):
        found.setdefault(value.sql, f"c{i}")
    return found


def position(node: ex.LongLiteral, count: int) -> int:
    """The index that an ORDER BY position means."""
    if not 1 <= node.value <= count:
        message = f"ORDER BY position {node.value} is not in select list"
        raise TrinoError("INVALID_COLUMN_REFERENCE", message, node.at)
    return node.value - 1


def _name(item: qu.SelectItem) -> str | None:
    """The alias, or the last name of a column or a field."""
    if item.alias is not None:
        return item.alias.name
    if isinstance(item.value, ex.Identifier):
        return item.value.name
    return item.value.name.name if isinstance(item.value, ex.Dereference) and path_of(item.value) else None
