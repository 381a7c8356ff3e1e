"""Questions about a syntax tree that do not go into its subqueries."""

from __future__ import annotations

from collections.abc import Iterator

from emulator.trino.functions.registry import AGGREGATE, is_kind
from emulator.trino.syntax import expressions as ex
from emulator.trino.syntax import queries as qu


def within(node: ex.Node) -> Iterator[ex.Node]:
    """The node and everything beneath it, subqueries left out."""
    yield node
    for child in ex.children(node):
        if not isinstance(child, qu.Query):
            yield from within(child)


def conjuncts(node: ex.Expression) -> tuple[ex.Expression, ...]:
    """The terms that AND joins at the top of a condition."""
    if isinstance(node, ex.Logical) and node.op == "AND":
        return tuple(part for term in node.terms for part in conjuncts(term))
    return (node,)


def is_aggregate(node: ex.Node) -> bool:
    """Whether the node is a call of an aggregate function, or GROUPING, that is not a window."""
    if not isinstance(node, ex.FunctionCall) or node.over is not None:
        return False
    return node.name == "grouping" or is_kind(node.name, AGGREGATE)


def has_aggregate(node: ex.Node) -> bool:
    """Whether there is an aggregate beneath."""
    return any(map(is_aggregate, within(node)))


def has_window(node: ex.Node) -> bool:
    """Whether there is a window function beneath."""
    return any(isinstance(n, ex.FunctionCall) and n.over is not None for n in within(node))


def has_subquery(node: ex.Node) -> bool:
    """Whether there is a subquery beneath."""
    kinds = (ex.ScalarSubquery, ex.Exists, ex.InSubquery, ex.Quantified)
    return any(isinstance(n, kinds) for n in within(node))
