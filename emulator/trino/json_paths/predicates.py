"""Filters: `?(...)` and what stands in it. A predicate is true, false, or None where it cannot be told."""

from __future__ import annotations

from dataclasses import dataclass, replace

from emulator.trino.json_paths.items import Item, PathProblem, is_number, is_scalar
from emulator.trino.json_paths.nodes import Node, Scope


class Predicate:
    """A condition in a filter."""

    def test(self, scope: Scope) -> bool | None:
        """Whether it holds."""
        raise NotImplementedError


@dataclass(frozen=True)
class Filter(Node):
    """`base ?(predicate)`: the items for which it is true."""

    base: Node
    predicate: Predicate

    def select(self, scope: Scope) -> list[Item]:
        """The items that it selects."""
        items = scope.unwrapped(self.base.select(scope))
        return [item for item in items if self.predicate.test(replace(scope, current=item)) is True]


@dataclass(frozen=True)
class Both(Predicate):
    """`a && b`, or `a || b`."""

    op: str
    left: Predicate
    right: Predicate

    def test(self, scope: Scope) -> bool | None:
        """Whether it holds."""
        one, two = self.left.test(scope), self.right.test(scope)
        decisive = self.op == "||"
        if decisive in (one, two):
            return decisive
        return None if None in (one, two) else not decisive


@dataclass(frozen=True)
class Negation(Predicate):
    """`!(a)`."""

    inner: Predicate

    def test(self, scope: Scope) -> bool | None:
        """Whether it holds."""
        found = self.inner.test(scope)
        return None if found is None else not found


@dataclass(frozen=True)
class Unknown(Predicate):
    """`(a) is unknown`."""

    inner: Predicate

    def test(self, scope: Scope) -> bool | None:
        """Whether it holds."""
        return self.inner.test(scope) is None


@dataclass(frozen=True)
class Exists(Predicate):
    """`exists(path)`."""

    path: Node

    def test(self, scope: Scope) -> bool | None:
        """Whether it holds."""
        try:
            return bool(self.path.select(scope))
        except PathProblem:
            return None


@dataclass(frozen=True)
class StartsWith(Predicate):
    """`path starts with "text"`."""

    path: Node
    prefix: Node

    def test(self, scope: Scope) -> bool | None:
        """Whether it holds."""
        try:
            items, prefixes = scope.unwrapped(self.path.select(scope)), self.prefix.select(scope)
        except PathProblem:
            return None
        if len(prefixes) != 1 or not isinstance(prefixes[0], str):
            return None
        found = [item.startswith(prefixes[0]) if isinstance(item, str) else None for item in items]
        return _any(found, scope)


@dataclass(frozen=True)
class Comparison(Predicate):
    """`== <> < <= > >=` of any of the left items with any of the right."""

    op: str
    left: Node
    right: Node

    def test(self, scope: Scope) -> bool | None:
        """Whether it holds."""
        try:
            ones, twos = (scope.unwrapped(side.select(scope)) for side in (self.left, self.right))
        except PathProblem:
            return None
        return _any([_compared(self.op, a, b) for a in ones for b in twos], scope)


def _any(found: list[bool | None], scope: Scope) -> bool | None:
    """In lax mode the first true decides; in strict mode anything unknown does."""
    if None in found and not (scope.lax and True in found[: found.index(None)]):
        return None
    return True in found


def _compared(op: str, a: Item, b: Item) -> bool | None:
    if not is_scalar(a) or not is_scalar(b):
        return None
    if a is None or b is None:
        same = a is b
        return same if op == "==" else not same if op == "<>" else False
    alike = type(a) is type(b) or (is_number(a) and is_number(b))
    if not alike:
        return None
    return bool({"==": a == b, "<>": a != b, "<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[op])
