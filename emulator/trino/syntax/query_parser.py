"""The grammar of queries: WITH, set operations, SELECT, VALUES, ORDER BY, OFFSET, LIMIT."""

from __future__ import annotations

from emulator.trino.errors import Position
from emulator.trino.syntax import expressions as ex
from emulator.trino.syntax import queries as qu
from emulator.trino.syntax.relation_parser import RelationParser


class QueryParser(RelationParser):
    """Takes a query from the tokens."""

    def query(self) -> qu.Query:
        """[WITH ...] body [ORDER BY] [OFFSET] [LIMIT | FETCH]."""
        at = self.here
        recursive, named = False, ()  # type: bool, tuple[qu.WithQuery, ...]
        if self.accept("with"):
            recursive = self.accept("recursive")
            named = self.listed(self._with_query)
        return self._without_with(at, named, recursive)

    def _with_query(self) -> qu.WithQuery:
        at, name = self.here, self.identifier()
        columns = self.parenthesised(self.identifier) if self.sees("(") else ()
        self.expect("as", "(")
        query = self.query()
        self.expect(")")
        return qu.WithQuery(name, columns, query, at=at)

    def _without_with(self, at: Position, named: tuple[qu.WithQuery, ...], recursive: bool) -> qu.Query:
        body = self._union()
        order = self.listed(self.sort_item) if self.accept("order", "by") else ()
        offset = None
        if self.accept("offset"):
            offset = self._row_count()
            self._rows_word()
        fetched = self.sees("fetch")
        limit, ties = self._limit()
        return qu.Query(body, named, recursive, order, offset, limit, ties, fetched, at=at)

    def _rows_word(self) -> bool:
        return self.accept("row") or self.accept("rows")

    def _limit(self) -> tuple[ex.Expression | None, bool]:
        if self.accept("limit"):
            return (None if self.accept("all") else self._row_count()), False
        if not self.accept("fetch"):
            return None, False
        at = self.here
        if not (self.accept("first") or self.accept("next")):
            self.fail("'FIRST', 'NEXT'")
        count = ex.LongLiteral(1, at=at) if self.peek().word in ("row", "rows") else self._row_count()
        if not self._rows_word():
            self.fail("'ROW', 'ROWS'")
        if self.accept("only"):
            return count, False
        self.expect("with", "ties")
        return count, True

    def _row_count(self) -> ex.Expression:
        at = self.here
        if self.peek().kind == "integer":
            return ex.LongLiteral(int(self.next().text), at=at)
        if self.accept("?"):
            self.parameters += 1
            return ex.Parameter(self.parameters - 1, at=at)
        return self.fail("'?', <integer>")

    def _union(self) -> qu.QueryBody:
        left = self._intersection()
        while self.word in ("union", "except"):
            token = self.next()
            distinct = self._set_distinct()
            left = qu.SetOperation(token.word, distinct, left, self._intersection(), at=token.at)
        return left

    def _intersection(self) -> qu.QueryBody:
        left = self._body()
        while self.sees("intersect"):
            token = self.next()
            distinct = self._set_distinct()
            left = qu.SetOperation(token.word, distinct, left, self._body(), at=token.at)
        return left

    def _set_distinct(self) -> bool:
        if self.accept("all"):
            return False
        self.accept("distinct")
        return True

    def _body(self) -> qu.QueryBody:
        at = self.here
        if self.sees("select"):
            return self._select()
        if self.accept("values"):
            return qu.Values(self.listed(self.expression), at=at)
        if self.accept("table"):
            return qu.TableBody(self.table_name(), at=at)
        if self.accept("("):
            query = self._without_with(at, (), False)
            self.expect(")")
            return qu.NestedBody(query, at=at)
        return self.fail("'(', 'SELECT', 'TABLE', 'VALUES'")

    def _select(self) -> qu.Select:
        at = self.here
        self.expect("select")
        distinct = self._select_distinct()
        items = self.listed(self._select_item)
        source = self.from_clause() if self.accept("from") else None
        where = self.expression() if self.accept("where") else None
        group_distinct, groups = False, None
        if self.accept("group", "by"):
            group_distinct = self._select_distinct()
            groups = self.listed(self._grouping_element)
        having = self.expression() if self.accept("having") else None
        windows = self.listed(self._window_definition) if self._sees_window() else ()
        return qu.Select(items, distinct, source, where, groups, group_distinct, having, windows, at=at)

    def _select_distinct(self) -> bool:
        if self.accept("distinct"):
            return True
        alone = self.peek(1).kind == "end" or any(
            self.is_at(1, t) for t in (",", "from", ".", "as", "(", ")")
        )
        if self.sees("all") and not alone:
            self.next()
        return False

    def _select_item(self) -> qu.SelectItem | qu.Star:
        at = self.here
        if self.accept("*"):
            return qu.Star(at=at)
        value = self.expression()
        if self.sees(".", "*"):
            self.index += 2
            aliases = self.parenthesised(self.identifier) if self.accept("as") else ()
            return qu.Star(value, aliases, at=at)
        if self.accept("as"):
            return qu.SelectItem(value, self.identifier(), at=at)
        alias = self.identifier() if self.is_identifier() and not self.sees_clause() else None
        return qu.SelectItem(value, alias, at=at)

    def _grouping_element(self) -> qu.GroupingElement:
        at = self.here
        for kind, words in (("rollup", ("rollup",)), ("cube", ("cube",)), ("sets", ("grouping", "sets"))):
            if self.sees(*words, "("):
                self.index += len(words) + 1
                sets = () if self.sees(")") else self.listed(self._grouping_set)
                self.expect(")")
                return qu.GroupingElement(kind, sets, at=at)
        return qu.GroupingElement("simple", (self._grouping_set(),), at=at)

    def _grouping_set(self) -> tuple[ex.Expression, ...]:
        if self.accept("(", ")"):
            return ()
        is_row = self.sees("row", "(")
        value = self.expression()
        if isinstance(value, ex.RowConstructor) and not is_row:
            return value.items
        return (value,)

    def _window_definition(self) -> tuple[ex.Identifier, ex.Window]:
        name = self.identifier()
        self.expect("as")
        return name, self.window()

    def _sees_window(self) -> bool:
        if self.sees("window") and self.is_identifier(1) and self.is_at(2, "as"):
            self.next()
            return True
        return False
