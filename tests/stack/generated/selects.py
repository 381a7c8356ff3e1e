"""Whole queries: filters, joins, groups, windows, set operations and subqueries over given tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from tests.stack.generated.expressions import KINDS, Scope, expression, filled

_HIVE_KINDS = {
    "string": "varchar", "int": "integer", "bigint": "bigint", "double": "double", "date": "date",
    "timestamp": "timestamp", "boolean": "boolean",
}  # fmt: skip

_AGGREGATES = (
    "count(*)", "count({any})", "count(DISTINCT {varchar})", "count(DISTINCT {date})", "sum({integer})",
    "sum({decimal})", "sum({double})", "avg({integer})", "avg({decimal})", "avg({double})", "min({any})",
    "max({any})", "count_if({boolean})", "bool_and({boolean})", "bool_or({boolean})",
    "sum(DISTINCT {integer})",
    "stddev({integer})", "var_pop({double})", "checksum({varchar})", "geometric_mean(abs({integer}) + 1)",
    "array_join(array_agg({varchar} ORDER BY {varchar_same}), ',')",
    "cardinality(array_agg(DISTINCT {varchar}))",
    "array_agg(DISTINCT {integer} ORDER BY {integer_same})", "max_by({unique}, {unique})",
    "cardinality(histogram({varchar}))", "approx_distinct({boolean})", "corr({integer}, {double})",
    "listagg({varchar}, ';') WITHIN GROUP (ORDER BY {varchar_same})", "bitwise_or_agg({integer})",
    "count({any}) FILTER (WHERE {boolean})", "sum({integer}) FILTER (WHERE {boolean})", "every({boolean})",
)  # fmt: skip
_RANKS = ("row_number()", "rank()", "dense_rank()", "ntile(3)", "percent_rank()", "cume_dist()")
_OFFSETS = ("lag({any})", "lead({any}, 2)", "lag({varchar}) IGNORE NULLS")
_FRAMED = (
    "first_value({any})", "last_value({any})", "nth_value({any}, 2)",
    "sum({integer})", "count(*)", "min({any})", "max({any})", "avg({decimal})", "bool_or({boolean})",
    "count_if({boolean})",
)  # fmt: skip
_FRAMES = (
    "", "", "ROWS BETWEEN 1 PRECEDING AND CURRENT ROW", "ROWS UNBOUNDED PRECEDING",
    "ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING", "ROWS BETWEEN CURRENT ROW AND 2 FOLLOWING",
    "RANGE UNBOUNDED PRECEDING", "GROUPS BETWEEN 1 PRECEDING AND 1 FOLLOWING",
)  # fmt: skip


@dataclass(frozen=True)
class Table:
    """A table's name in SQL, its columns and their types, and the columns that are unique together."""

    name: str
    columns: Mapping[str, str]
    key: Sequence[str]

    @classmethod
    def of_glue(cls, name: str, columns: Sequence[tuple[str, str]], key: Sequence[str]) -> Table:
        """A table by the column types that Glue has; columns of other types are left out."""
        return cls(name, {column: _HIVE_KINDS[kind] for column, kind in columns if kind in _HIVE_KINDS}, key)

    def scope(self, alias: str) -> Scope:
        """The columns under an alias."""
        found: dict[str, list[str]] = {kind: [] for kind in KINDS}
        for column, kind in self.columns.items():
            found[kind].append(f"{alias}.{column}")
        return Scope(found)

    def keys(self, alias: str) -> str:
        """The key's columns under an alias, for an order without ties."""
        return ", ".join(f"{alias}.{column}" for column in self.key)


def queries(tables: Sequence[Table]) -> SearchStrategy[str]:
    """Queries over the tables."""
    table = st.sampled_from(list(tables))
    return st.one_of(
        projections(table),
        groups(table),
        joins(table),
        windows(table),
        set_operations(table),
        subqueries(table),
        unnested(table),
    )


@st.composite
def projections(draw: DrawFn, table: SearchStrategy[Table]) -> str:
    """Expressions of one table, with a filter, an order and a limit."""
    found = draw(table)
    scope = found.scope("a")
    items = _items(draw, scope, 3)
    tail = draw(
        st.sampled_from(
            ("", f" ORDER BY {found.keys('a')}", f" ORDER BY 1 DESC, 2, {found.keys('a')} LIMIT 20")
        )
    )
    distinct = "DISTINCT " if not tail and draw(st.booleans()) else ""
    return f"SELECT {distinct}{items} FROM {found.name} a{_where(draw, scope)}{tail}"


@st.composite
def groups(draw: DrawFn, table: SearchStrategy[Table]) -> str:
    """Aggregates by none, some or sets of keys."""
    found = draw(table)
    scope = found.scope("a")
    keys = [draw(expression("any", scope, 1)) for _ in range(draw(st.integers(0, 2)))]
    keys = [key for key in keys if any(column in key for kind in KINDS for column in scope.of(kind))]
    unique = " || '/' || ".join(f"CAST(a.{column} AS varchar)" for column in found.key)
    aggregates = [
        filled(draw, _ordered(draw, template, unique, scope), scope, 2)
        for template in draw(st.lists(st.sampled_from(_AGGREGATES), min_size=1, max_size=4))
    ]
    items = ", ".join(f"{item} AS c{place}" for place, item in enumerate([*keys, *aggregates]))
    numbers = ", ".join(str(place + 1) for place in range(len(keys)))
    text = f"SELECT {items} FROM {found.name} a{_where(draw, scope)}"
    if not keys:
        return text
    form = draw(st.sampled_from(("{}", "{}", "ROLLUP ({})", "CUBE ({})", "GROUPING SETS (({}), ())")))
    if form != "{}":
        inner = ", ".join(f"{key} AS k{place}" for place, key in enumerate(keys))
        names = ", ".join(f"k{place}" for place in range(len(keys)))
        return (
            f"SELECT {names}, count(*) AS n, grouping({names}) AS g FROM "
            f"(SELECT {inner} FROM {found.name} a{_where(draw, scope)}) x GROUP BY {form.format(names)}"
        )
    having = draw(st.sampled_from(("", "", " HAVING count(*) > 1")))
    return f"{text} GROUP BY {numbers}{having}"


def _ordered(draw: DrawFn, template: str, unique: str, scope: Scope) -> str:
    """An aggregate's template, where its order matters with the same value or a unique one in its places."""
    text = template.replace("{unique}", unique)
    for kind in ("varchar", "integer"):
        if f"{{{kind}_same}}" in text:
            value = draw(expression(kind, scope, 1))
            text = text.replace(f"{{{kind}_same}}", value).replace(f"{{{kind}}}", value)
    return text


@st.composite
def joins(draw: DrawFn, table: SearchStrategy[Table]) -> str:
    """Two tables joined by a pair of columns of one type, with another condition at times."""
    left, right = draw(table), draw(table)
    pairs = [
        (mine, other)
        for mine, kind in left.columns.items()
        for other, its in right.columns.items()
        if kind == its and kind in ("varchar", "date") and mine == other
    ]
    scope = left.scope("a") | right.scope("b")
    kind = draw(st.sampled_from(("JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN")))
    condition = "a.{} = b.{}".format(*draw(st.sampled_from(pairs))) if pairs else "1 = 1"
    if kind in ("JOIN", "LEFT JOIN") and draw(st.booleans()):
        condition += f" AND {draw(expression('boolean', scope, 1))}"
    first = [f"(SELECT * FROM {t.name} x ORDER BY {t.keys('x')} LIMIT 60)" for t in (left, right)]
    return f"SELECT {_items(draw, scope, 2)} FROM {first[0]} a {kind} {first[1]} b ON {condition}"


@st.composite
def windows(draw: DrawFn, table: SearchStrategy[Table]) -> str:
    """Window functions over orders without ties."""
    found = draw(table)
    scope = found.scope("a")
    items = [found.keys("a")]
    for place in range(draw(st.integers(1, 3))):
        by = draw(st.sampled_from(("", f"PARTITION BY {draw(expression('any', scope, 1))} ")))
        order = f"ORDER BY {draw(expression('any', scope, 1))}{draw(_DIRECTIONS)}, {found.keys('a')}"
        calls = draw(st.sampled_from((_RANKS, _OFFSETS, _FRAMED)))
        frame = draw(st.sampled_from(_FRAMES)) if calls is _FRAMED else ""
        call = filled(draw, draw(st.sampled_from(calls)), scope, 2)
        items.append(f"{call} OVER ({by}{order} {frame}) AS w{place}")
    return f"SELECT {', '.join(items)} FROM {found.name} a{_where(draw, scope)}"


@st.composite
def set_operations(draw: DrawFn, table: SearchStrategy[Table]) -> str:
    """Two or three queries of the same types, united, intersected or subtracted."""
    kinds = draw(st.lists(st.sampled_from(KINDS), min_size=1, max_size=2))
    parts = []
    for _ in range(draw(st.integers(2, 3))):
        found = draw(table)
        scope = found.scope("a")
        items = ", ".join(
            f"{draw(expression(kind, scope, 1))} AS c{place}" for place, kind in enumerate(kinds)
        )
        parts.append(f"SELECT {items} FROM {found.name} a{_where(draw, scope)}")
    operators = ("UNION", "UNION ALL", "INTERSECT", "EXCEPT", "INTERSECT ALL", "EXCEPT ALL")
    text = parts[0]
    for part in parts[1:]:
        text = f"{text} {draw(st.sampled_from(operators))} {part}"
    return text


@st.composite
def subqueries(draw: DrawFn, table: SearchStrategy[Table]) -> str:
    """A table beside one that a subquery asks: IN, EXISTS, a scalar, a common table expression."""
    outer, inner = draw(table), draw(table)
    mine, its = outer.scope("a"), inner.scope("b")
    kind = draw(st.sampled_from(("varchar", "date", "bigint")))
    value, other = draw(expression(kind, mine, 1)), draw(expression(kind, its, 1))
    where = _where(draw, its)
    source = f"FROM {inner.name} b{where}"
    linked = f"{where} AND" if where else " WHERE"
    shared = sorted(set(outer.columns) & set(inner.columns)) or [""]
    column = draw(st.sampled_from(shared))
    link = f"a.{column} = b.{column}" if column else "1 = 1"
    condition = draw(
        st.sampled_from(
            (
                f"{value} IN (SELECT {other} {source})",
                f"{value} NOT IN (SELECT {other} {source})",
                f"EXISTS (SELECT 1 FROM {inner.name} b{linked} {link})",
                f"NOT EXISTS (SELECT 1 FROM {inner.name} b{linked} {link})",
                f"{value} > ALL (SELECT {other} {source})",
                f"{value} = ANY (SELECT {other} {source})",
                f"{value} >= (SELECT max({other}) {source})",
                f"2 <= (SELECT count(*) FROM {inner.name} b{linked} {link})",
            )
        )
    )
    return f"WITH a AS (SELECT * FROM {outer.name}) SELECT {_items(draw, mine, 2)} FROM a WHERE {condition}"


@st.composite
def unnested(draw: DrawFn, table: SearchStrategy[Table]) -> str:
    """A table beside the elements of an array made of its values."""
    found = draw(table)
    scope = found.scope("a")
    array, kind = draw(
        st.sampled_from(
            (
                (f"split({draw(expression('varchar', scope, 1))}, 'a')", "varchar"),
                (
                    f"ARRAY[{draw(expression('bigint', scope, 1))}, {draw(expression('bigint', scope, 1))}]",
                    "bigint",
                ),
                (f"sequence(1, length({draw(expression('varchar', scope, 0))}) % 4 + 1)", "bigint"),
            )
        )
    )
    both = scope | Scope({kind: ("u.x",), "bigint": ("u.n",)} if kind != "bigint" else {kind: ("u.x", "u.n")})
    join = draw(st.sampled_from(("CROSS JOIN", "LEFT JOIN")))
    on = " ON true" if join == "LEFT JOIN" else ""
    unnest = f"UNNEST({array}) WITH ORDINALITY AS u (x, n)"
    return f"SELECT u.x, u.n, {_items(draw, both, 1)} FROM {found.name} a {join} {unnest}{on}"


_DIRECTIONS = st.sampled_from(("", " DESC", " NULLS FIRST", " DESC NULLS LAST"))


def _items(draw: DrawFn, scope: Scope, depth: int) -> str:
    kinds = draw(st.lists(st.sampled_from(KINDS), min_size=2, max_size=5))
    return ", ".join(
        f"{draw(expression(kind, scope, depth))} AS c{place}" for place, kind in enumerate(kinds)
    )


def _where(draw: DrawFn, scope: Scope) -> str:
    return f" WHERE {draw(expression('boolean', scope, 2))}" if draw(st.booleans()) else ""
