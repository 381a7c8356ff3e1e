"""The nodes of a path; each gives the items that it selects."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from emulator.trino.json_paths.items import Item, PathProblem, Refused, is_number, type_name


@dataclass(frozen=True)
class Scope:
    """What a path is evaluated in: mode, the input, named values, `@`, and the array that `last` is of."""

    lax: bool
    root: Item
    named: Mapping[str, Item]
    current: Item = None
    size: int | None = None

    def unwrapped(self, items: list[Item]) -> list[Item]:
        """In lax mode arrays give way to their elements."""
        if not self.lax:
            return items
        return [inner for item in items for inner in (item if isinstance(item, list) else [item])]

    def problem(self, message: str) -> list[Item]:
        """A structural error: nothing in lax mode, a failure in strict."""
        if self.lax:
            return []
        raise PathProblem(f"structural error: {message}")


class Node:
    """A part of a path that selects items."""

    def select(self, scope: Scope) -> list[Item]:
        """The selected items. Raises PathProblem."""
        raise NotImplementedError


@dataclass(frozen=True)
class Root(Node):
    """`$`."""

    def select(self, scope: Scope) -> list[Item]:
        """The items that it selects."""
        return [scope.root]


@dataclass(frozen=True)
class Current(Node):
    """`@`."""

    def select(self, scope: Scope) -> list[Item]:
        """The items that it selects."""
        return [scope.current]


@dataclass(frozen=True)
class Named(Node):
    """`$name`, a value that is passed."""

    name: str

    def select(self, scope: Scope) -> list[Item]:
        """The items that it selects."""
        if self.name not in scope.named:
            raise PathProblem(f"no value passed for parameter {self.name}")
        return [scope.named[self.name]]


@dataclass(frozen=True)
class Literal(Node):
    """A number, a text, true, false or null."""

    value: Item

    def select(self, scope: Scope) -> list[Item]:
        """The items that it selects."""
        return [self.value]


@dataclass(frozen=True)
class Last(Node):
    """`last`, the greatest index of the array that is subscribed."""

    def select(self, scope: Scope) -> list[Item]:
        """The items that it selects."""
        if scope.size is None:
            raise PathProblem("last is only for subscripts")
        return [scope.size - 1]


@dataclass(frozen=True)
class Member(Node):
    """`.key`, or `.*` with no key."""

    base: Node
    key: str | None

    def select(self, scope: Scope) -> list[Item]:
        """The items that it selects."""
        found: list[Item] = []
        for item in scope.unwrapped(self.base.select(scope)):
            if not isinstance(item, dict):
                found += scope.problem(
                    f"invalid item type. Expected: OBJECT, actual: {type_name(item).upper()}"
                )
            elif self.key is None:
                found += item.values()
            elif self.key in item:
                found.append(item[self.key])
            else:
                found += scope.problem(f"missing member '{self.key}' in JSON object")
        return found


@dataclass(frozen=True)
class Descendants(Node):
    """`..key`: the members of that name at any depth."""

    base: Node
    key: str

    def select(self, scope: Scope) -> list[Item]:
        """The items that it selects."""
        return [found for item in self.base.select(scope) for found in self._within(item)]

    def _within(self, item: Item) -> list[Item]:
        if isinstance(item, list):
            return [found for inner in item for found in self._within(inner)]
        if not isinstance(item, dict):
            return []
        own = [item[self.key]] if self.key in item else []
        return own + [found for inner in item.values() for found in self._within(inner)]


@dataclass(frozen=True)
class Elements(Node):
    """`[0, 2 to last]`, or `[*]` with no subscripts."""

    base: Node
    subscripts: tuple[tuple[Node, Node | None], ...]

    def select(self, scope: Scope) -> list[Item]:
        """The items that it selects."""
        found: list[Item] = []
        for item in self.base.select(scope):
            if not isinstance(item, list):
                if not scope.lax:
                    scope.problem(f"invalid item type. Expected: ARRAY, actual: {type_name(item).upper()}")
                item = [item]
            found += self._of(item, replace(scope, size=len(item))) if self.subscripts else item
        return found

    def _of(self, array: list[Item], scope: Scope) -> list[Item]:
        found: list[Item] = []
        for first, last in self.subscripts:
            start = _index(first, scope)
            stop = start if last is None else _index(last, scope)
            if start < 0 or stop >= len(array) or start > stop:
                scope.problem(f"invalid array subscript: [{start}, {stop}] for array of size {len(array)}")
            found += array[max(start, 0) : max(stop, -1) + 1]
        return found


def _index(node: Node, scope: Scope) -> int:
    found = node.select(scope)
    if len(found) != 1 or not is_number(found[0]):
        raise PathProblem("array subscript 'from' value must be a singleton numeric")
    return int(found[0])


@dataclass(frozen=True)
class Arithmetic(Node):
    """`+ - * / %` of two numbers."""

    op: str
    left: Node
    right: Node

    def select(self, scope: Scope) -> list[Item]:
        """The items that it selects."""
        a, b = (_operand(side, scope) for side in (self.left, self.right))
        if isinstance(a, float) or isinstance(b, float):
            return [_float(self.op, float(a), float(b))]
        if isinstance(a, Decimal) or isinstance(b, Decimal):
            if self.op not in "+-*":
                raise Refused(f"JSON path operator {self.op} of decimals")
            return [_whole(self.op, a, b)]
        if self.op in "/%" and b == 0:
            raise PathProblem("Division by zero")
        result = _whole(self.op, a, b)
        if not -(2**63) <= result < 2**63:
            raise PathProblem("arithmetic overflow")
        return [result]


def _operand(node: Node, scope: Scope) -> Item:
    found = scope.unwrapped(node.select(scope))
    if len(found) != 1 or not is_number(found[0]):
        raise PathProblem("arithmetic binary operation on items that are no single numbers")
    return found[0]


def _float(op: str, a: float, b: float) -> float:
    if op in "/%" and b == 0:
        return math.nan if a == 0 or op == "%" else math.copysign(math.inf, a) * math.copysign(1, b)
    return (
        {"+": a + b, "-": a - b, "*": a * b}[op] if op in "+-*" else a / b if op == "/" else math.fmod(a, b)
    )


def _whole(op: str, a: Item, b: Item) -> Item:
    if op in "+-*":
        return a + b if op == "+" else a - b if op == "-" else a * b
    quotient = abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)
    return quotient if op == "/" else a - quotient * b


@dataclass(frozen=True)
class Sign(Node):
    """`+` or `-` before a value."""

    negative: bool
    base: Node

    def select(self, scope: Scope) -> list[Item]:
        """The items that it selects."""
        items = scope.unwrapped(self.base.select(scope))
        if not all(map(is_number, items)):
            raise PathProblem("arithmetic unary operation on an item that is no number")
        return [-item for item in items] if self.negative else items
