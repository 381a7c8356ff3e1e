"""The syntax tree of queries and of what stands in FROM."""

from __future__ import annotations

from dataclasses import dataclass

from emulator.trino.syntax.expressions import Expression, Identifier, Node, SortItem, Window


@dataclass(frozen=True)
class SelectItem(Node):
    """An output expression with its alias."""

    value: Expression
    alias: Identifier | None = None


@dataclass(frozen=True)
class Star(Node):
    """`*`, or `qualifier.*` with optional aliases."""

    qualifier: Expression | None = None
    aliases: tuple[Identifier, ...] = ()


@dataclass(frozen=True)
class GroupingElement(Node):
    """`simple`, `rollup`, `cube` or `sets`; each member is a tuple of expressions."""

    kind: str
    sets: tuple[tuple[Expression, ...], ...]


@dataclass(frozen=True)
class WithQuery(Node):
    """name (columns) AS (query)."""

    name: Identifier
    columns: tuple[Identifier, ...]
    query: Query


@dataclass(frozen=True)
class QueryBody(Node):
    """What a query is before its WITH, ORDER BY and LIMIT."""


@dataclass(frozen=True)
class Query(Node):
    """A whole query. `limit` is a count, a parameter, or None for ALL; `ties` is FETCH ... WITH TIES.

    `fetched` is whether the limit is written as FETCH.
    """

    body: QueryBody
    with_queries: tuple[WithQuery, ...] = ()
    recursive: bool = False
    order_by: tuple[SortItem, ...] = ()
    offset: Expression | None = None
    limit: Expression | None = None
    ties: bool = False
    fetched: bool = False


@dataclass(frozen=True)
class Select(QueryBody):
    """SELECT ... FROM ... WHERE ... GROUP BY ... HAVING ... WINDOW ..."""

    items: tuple[SelectItem | Star, ...]
    distinct: bool = False
    source: Relation | None = None
    where: Expression | None = None
    group_by: tuple[GroupingElement, ...] | None = None
    group_distinct: bool = False
    having: Expression | None = None
    windows: tuple[tuple[Identifier, Window], ...] = ()


@dataclass(frozen=True)
class SetOperation(QueryBody):
    """union, intersect or except."""

    op: str
    distinct: bool
    left: QueryBody
    right: QueryBody


@dataclass(frozen=True)
class Values(QueryBody):
    """VALUES rows."""

    rows: tuple[Expression, ...]


@dataclass(frozen=True)
class TableBody(QueryBody):
    """TABLE name."""

    table: TableReference


@dataclass(frozen=True)
class NestedBody(QueryBody):
    """(query) as a body."""

    query: Query


@dataclass(frozen=True)
class Relation(Node):
    """Something in FROM."""


@dataclass(frozen=True)
class TableReference(Relation):
    """A name of one to three parts."""

    parts: tuple[Identifier, ...]


@dataclass(frozen=True)
class Aliased(Relation):
    """relation AS alias (columns)."""

    relation: Relation
    alias: Identifier
    columns: tuple[Identifier, ...] = ()


@dataclass(frozen=True)
class Sample(Relation):
    """relation TABLESAMPLE ... (percentage)."""

    relation: Relation
    percentage: Expression


@dataclass(frozen=True)
class SubqueryRelation(Relation):
    """(query) in FROM."""

    query: Query


@dataclass(frozen=True)
class Lateral(Relation):
    """LATERAL (query)."""

    query: Query


@dataclass(frozen=True)
class Unnest(Relation):
    """UNNEST(a, b) WITH ORDINALITY."""

    args: tuple[Expression, ...]
    ordinality: bool = False


@dataclass(frozen=True)
class TableFunction(Relation):
    """TABLE(name(argument => value))."""

    name: str
    arguments: tuple[tuple[str | None, Expression], ...]


@dataclass(frozen=True)
class Join(Relation):
    """kind is cross, inner, left, right or full; one of `on` and `using`, or neither (cross)."""

    kind: str
    left: Relation
    right: Relation
    on: Expression | None = None
    using: tuple[Identifier, ...] = ()
