"""The methods of a path: type(), size(), double(), ceiling(), floor(), abs(), keyvalue()."""

from __future__ import annotations

import math
from dataclasses import dataclass

from emulator.trino.json_paths.items import Item, PathProblem, Refused, is_number, type_name
from emulator.trino.json_paths.nodes import Node, Scope

NAMES = ("type", "size", "double", "ceiling", "floor", "abs", "keyvalue")


@dataclass(frozen=True)
class Method(Node):
    """`.name()`."""

    base: Node
    name: str

    def select(self, scope: Scope) -> list[Item]:
        """The items that it selects."""
        items = self.base.select(scope)
        if self.name == "type":
            return [type_name(item) for item in items]
        if self.name == "size":
            return [_size(item, scope) for item in items]
        return [_applied(self.name, item) for item in scope.unwrapped(items)]


def _size(item: Item, scope: Scope) -> int:
    if isinstance(item, list):
        return len(item)
    if not scope.lax:
        raise PathProblem(f"invalid item type. Expected: ARRAY, actual: {type_name(item).upper()}")
    return 1


def _applied(name: str, item: Item) -> Item:
    if name == "double" and (isinstance(item, str) or is_number(item)):
        try:
            return float(item)
        except ValueError:
            raise PathProblem(f"cannot convert {item} to double") from None
    if name == "keyvalue":
        raise Refused("JSON path method keyvalue()")
    if not is_number(item) or name == "double":
        raise PathProblem(f"invalid item type. Expected: NUMBER, actual: {type_name(item).upper()}")
    if name == "abs":
        return abs(item)
    kind = type(item)
    return kind(math.ceil(item) if name == "ceiling" else math.floor(item))
