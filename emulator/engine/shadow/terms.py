"""What a query leaves to the engine that answers it, so that two right answers may differ.

Trino's documentation promises no order without ORDER BY, none among ties, and any rows of those that a LIMIT
cuts among ties. Sums of floating-point numbers depend on the order of adding, in Trino from run to run.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from emulator.engine.base import Row
from emulator.engine.shadow.rows import AnswerRows
from emulator.trino.syntax import expressions as ex
from emulator.trino.syntax import queries as qu

SUMMING = frozenset(
    [
        "avg",
        "corr",
        "covar_pop",
        "covar_samp",
        "entropy",
        "geometric_mean",
        "kurtosis",
        "regr_intercept",
        "regr_slope",
        "skewness",
        "stddev",
        "stddev_pop",
        "stddev_samp",
        "sum",
        "var_pop",
        "var_samp",
        "variance",
    ]
)
"""Functions that add floating-point numbers up in the order in which they come."""

LIBRARY = frozenset(
    [
        "acos",
        "asin",
        "atan",
        "atan2",
        "beta_cdf",
        "cbrt",
        "cos",
        "cosh",
        "exp",
        "inverse_beta_cdf",
        "inverse_normal_cdf",
        "log10",
        "normal_cdf",
        "pow",
        "power",
        "sin",
        "sinh",
        "t_cdf",
        "t_pdf",
        "tan",
        "tanh",
        "wilson_interval_lower",
        "wilson_interval_upper",
    ]
)
"""Functions whose last digits are a mathematical library's: Java's own differ from version to version."""

RELATIVE_TOLERANCE = {"double": 1e-12, "real": 1e-6, "float": 1e-6}
"""By how much columns of floating-point types may differ where a query calls one of these functions."""

_VOLATILE = frozenset(["now", "rand", "random", "shuffle", "uuid"])
_APPROXIMATE = frozenset(
    [
        "approx_distinct",
        "approx_most_frequent",
        "approx_percentile",
        "approx_set",
        "make_set_digest",
        "merge",
        "merge_set_digest",
        "numeric_histogram",
        "qdigest_agg",
        "tdigest_agg",
    ]
)
_ANY_ORDER = frozenset(
    ["array_agg", "histogram", "listagg", "map_agg", "map_union", "multimap_agg", "reduce_agg"]
)
_ANY_VALUE = frozenset(["any_value", "arbitrary"])
_AMONG_TIES = frozenset(
    ["first_value", "lag", "last_value", "lead", "max_by", "min_by", "nth_value", "ntile", "row_number"]
)
_CURRENT = frozenset(["current_date", "current_time", "current_timestamp", "localtime", "localtimestamp"])


@dataclass(frozen=True)
class Terms:
    """By what two answers of one query are judged.

    ``keys`` are the places of the output columns that it orders by, as far as they can be told; ``is_cut``
    and ``is_skipped`` tell a LIMIT and an OFFSET. ``is_inexact`` says that floating-point columns may differ
    by `RELATIVE_TOLERANCE`. ``free`` says why the values may differ at all; ``remarks`` what a reader of a
    difference should know.
    """

    keys: tuple[int, ...] = ()
    is_cut: bool = False
    is_skipped: bool = False
    is_inexact: bool = False
    free: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()

    def free_keys(self, rows: AnswerRows) -> frozenset[Row]:
        """The keys whose rows a LIMIT or an OFFSET cut: any of those that tie are right."""
        cut = [rows.last_key] if self.is_cut else []
        return frozenset([*cut, *([rows.first_key] if self.is_skipped else [])])


def terms_of(query: qu.Query, names: Sequence[str]) -> Terms:
    """The terms of a query whose answer has columns of these names."""
    calls = list(_calls(query))
    called = {call.name.lower() for call in calls}
    return Terms(
        keys=_keys(query, [name.lower() for name in names]),
        is_cut=query.limit is not None and not query.ties,
        is_skipped=query.offset is not None,
        is_inexact=bool(called & (SUMMING | LIBRARY)),
        free=_free(query, calls, called),
        remarks=_remarks(query, called),
    )


def _free(query: qu.Query, calls: Sequence[ex.FunctionCall], called: set[str]) -> tuple[str, ...]:
    unordered = {call.name.lower() for call in calls if not call.order_by and call.over is None}
    current = {node.what for node in _nodes(query) if isinstance(node, ex.Current)}
    reasons = {
        "answers otherwise each time": (called & _VOLATILE) | (current & _CURRENT),
        "is an approximation in Trino": called & _APPROXIMATE,
        "has no order of its own": unordered & _ANY_ORDER,
        "may take any value": called & _ANY_VALUE,
        "takes any rows": {"TABLESAMPLE"} if _has(query, qu.Sample) else set(),
    }
    return tuple(f"{name} {reason}" for reason, names in reasons.items() for name in sorted(names))


def _remarks(query: qu.Query, called: set[str]) -> tuple[str, ...]:
    found = [f"{name} may take any of the rows that tie" for name in sorted(called & _AMONG_TIES)]
    inner = [node for node in _nodes(query) if isinstance(node, qu.Query) and node is not query]
    if any(node.limit is not None and not node.ties for node in inner):
        found.append("a LIMIT in a subquery may take any of the rows that tie")
    return tuple(found)


def _keys(query: qu.Query, names: Sequence[str]) -> tuple[int, ...]:
    """The places of the columns that the query orders by, up to the first key that is no column."""
    places: list[int] = []
    for item in query.order_by:
        place = _place(item.key, query.body, names)
        if place is None:
            break
        places.append(place)
    return tuple(places)


def _place(key: ex.Expression, body: qu.QueryBody, names: Sequence[str]) -> int | None:
    if isinstance(key, ex.LongLiteral):
        return key.value - 1 if 0 < key.value <= len(names) else None
    if isinstance(key, ex.Identifier) and names.count(key.name.lower()) == 1:
        return names.index(key.name.lower())
    items = body.items if isinstance(body, qu.Select) else ()
    if len(items) != len(names):  # a star stands for several columns
        return None
    for place, item in enumerate(items):
        if isinstance(item, qu.SelectItem) and item.value == key:
            return place
    return None


def _calls(query: qu.Query) -> Iterator[ex.FunctionCall]:
    return (node for node in _nodes(query) if isinstance(node, ex.FunctionCall))


def _has(query: qu.Query, kind: type[ex.Node]) -> bool:
    return any(isinstance(node, kind) for node in _nodes(query))


def _nodes(node: ex.Node) -> Iterator[ex.Node]:
    """A node and everything beneath it, subqueries too."""
    waiting = [node]
    while waiting:
        found = waiting.pop()
        yield found
        waiting.extend(ex.children(found))
