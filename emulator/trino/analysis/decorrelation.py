"""Which subqueries that look at the rows around them Trino cannot plan.

Trino has no nested loops: it turns such a subquery into a join, and refuses what it has no rule for. DuckDB
answers all of them, so they are told apart here by their form. Trino decides on an optimized plan; a form
that only its optimizer would simplify, such as a UNION with a branch that is empty, is refused all the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from emulator.trino.analysis.scope import OuterScope, path_of
from emulator.trino.analysis.walk import conjuncts, has_aggregate, has_window, is_aggregate, within
from emulator.trino.errors import Position, TrinoError
from emulator.trino.syntax import expressions as ex
from emulator.trino.syntax import queries as qu


class Use(Enum):
    """What the rows of a subquery are for: their values (also LATERAL), whether there are any, IN."""

    VALUES = "values"
    EXISTS = "exists"
    IN = "in"


def require_plan(query: qu.Query, around: OuterScope, use: Use) -> None:
    """Raise Trino's NOT_SUPPORTED if the subquery looks around itself in a way that Trino cannot plan."""
    if around.used and _Shape(frozenset(around.places), use).refuses(query):
        raise TrinoError("NOT_SUPPORTED", "Given correlated subquery is not supported", query.at)


@dataclass(frozen=True)
class _Shape:
    """`outer` is where the columns of the rows around are named."""

    outer: frozenset[Position]
    use: Use

    def refuses(self, query: qu.Query) -> bool:
        """Whether Trino refuses the query for how it looks around itself."""
        if not self._sees(query):
            return False
        body = query.body
        if isinstance(body, qu.NestedBody):
            return self.refuses(body.query) or (self.use is Use.IN and _is_limited(query))
        if query.offset is not None or query.ties or isinstance(body, qu.SetOperation):
            return True
        if isinstance(body, qu.Values):
            return self.use is Use.IN or (self.use is Use.VALUES and len(body.rows) > 1)
        assert isinstance(body, qu.Select)
        return self._refuses_select(query, body)

    def _sees(self, node: ex.Node | None) -> bool:
        """Whether a column of the rows around is named beneath, subqueries included."""
        if node is None:
            return False
        if isinstance(node, (ex.Identifier, ex.Dereference)) and node.at in self.outer:
            return True
        return any(map(self._sees, ex.children(node)))

    def _refuses_select(self, query: qu.Query, select: qu.Select) -> bool:
        if select.source is None:
            seen = select.where is not None or self.use is Use.IN
            return seen and self.use is not Use.EXISTS
        beneath = self._sees(select.source) or self._sees(select.where)
        total = _is_grouped(select) and not select.group_by
        if total and select.having is not None and beneath:
            return True
        if self.use is Use.EXISTS and total:
            return False
        if self._refuses_keys(query, select, beneath) or self._refuses_source(query, select):
            return True
        if _is_limited(query) and not total and not self._can_limit(query, select):
            return True
        if self.use is Use.EXISTS:
            return False
        return self._refuses_outputs(select, beneath) or (
            self.use is Use.IN
            and (beneath and (_is_grouped(select) or select.distinct or _is_limited(query)))
        )

    def _refuses_keys(self, query: qu.Query, select: qu.Select, beneath: bool) -> bool:
        """Groups, distinct values and limited orders may not depend on the rows around."""
        groups = select.group_by or ()
        if any(map(self._sees, groups)) or (beneath and any(g.kind != "simple" for g in groups)):
            return True
        if select.distinct and any(map(self._sees, select.items)):
            return True
        return _is_limited(query) and any(map(self._sees, query.order_by))

    def _refuses_source(self, query: qu.Query, select: qu.Select) -> bool:
        source = _bare(select.source)
        if not self._sees(source):
            return False
        if isinstance(source, qu.Unnest):
            # Trino unnests beside the row around; nothing may come between but a limit of the values
            return select.where is not None or (self.use is not Use.VALUES and _is_limited(query))
        if isinstance(source, qu.SubqueryRelation):
            return self.refuses(source.query)
        return self.use is not Use.EXISTS and any(map(self._sees, _leaves(source)))

    def _can_limit(self, query: qu.Query, select: qu.Select) -> bool:
        """A limit needs the rows of one value of a column, and LIMIT 1 without an order nothing but those."""
        terms = [term for term in conjuncts(select.where) if self._sees(term)] if select.where else []
        held = [self._held(term) for term in terms]
        if None in held:
            return False
        single = isinstance(query.limit, ex.LongLiteral) and query.limit.value == 1 and not query.order_by
        if not (terms and single) or self.use is not Use.VALUES or _is_grouped(select):
            return True
        return all(
            isinstance(item, qu.SelectItem)
            and (path_of(item.value) is None or (path_of(item.value) or ("",))[-1] in held)
            and (path_of(item.value) is not None or not _names(item.value))
            for item in select.items
        )

    def _held(self, term: ex.Expression) -> str | None:
        """The column that an equation with the rows around holds to one value, or None."""
        if not isinstance(term, ex.Comparison) or term.op != "=":
            return None
        for own, other in ((term.left, term.right), (term.right, term.left)):
            path = path_of(own)
            if path is not None and not self._sees(own) and self._sees(other):
                return path[-1]
        return None

    def _refuses_outputs(self, select: qu.Select, beneath: bool) -> bool:
        """The rows around may be named above an aggregation, or beside an UNNEST alone, and nowhere else."""
        parts = [*select.items, *([select.where] if select.where else [])]
        if any(map(self._sees, (inner for part in parts for inner in _subqueries(part)))):
            return True
        if beneath and any(has_window(item) or any(_subqueries(item)) for item in select.items):
            return True
        if self.use is Use.IN and any(map(self._sees, select.items)):
            return True
        unnested = isinstance(_bare(select.source), qu.Unnest)
        if unnested and self.use is Use.IN and self._sees(select.source):
            return True
        if unnested and select.where is None:
            calls = [call for item in select.items for call in _aggregates(item)]
            return self._sees(select.source) and any(call.filter is not None for call in calls)
        if _is_grouped(select):
            return any(self._sees(call) for item in select.items for call in _aggregates(item))
        return any(map(self._sees, select.items))


def _is_limited(query: qu.Query) -> bool:
    return query.limit is not None and not (
        isinstance(query.limit, ex.LongLiteral) and query.limit.value == 0
    )


def _is_grouped(select: qu.Select) -> bool:
    parts = [*select.items, *([select.having] if select.having else [])]
    return select.group_by is not None or any(map(has_aggregate, parts))


def _bare(relation: qu.Relation | None) -> qu.Relation | None:
    return relation.relation if isinstance(relation, qu.Aliased) else relation


def _leaves(relation: qu.Relation | None) -> Iterator[qu.Relation]:
    """The relations that joins put together."""
    relation = _bare(relation)
    if isinstance(relation, qu.Join):
        yield from _leaves(relation.left)
        yield from _leaves(relation.right)
    elif relation is not None:
        yield relation


def _aggregates(node: ex.Node) -> Iterator[ex.FunctionCall]:
    return (n for n in within(node) if is_aggregate(n) and isinstance(n, ex.FunctionCall))


def _names(node: ex.Node) -> bool:
    return any(isinstance(n, (ex.Identifier, ex.Dereference)) for n in within(node))


def _subqueries(node: ex.Node) -> Iterator[qu.Query]:
    for inner in within(node):
        yield from (child for child in ex.children(inner) if isinstance(child, qu.Query))
