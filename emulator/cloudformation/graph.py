"""The order in which resources are made: each after those that it refers to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from emulator.cloudformation.errors import ValidationError
from emulator.cloudformation.references import is_function, references
from emulator.cloudformation.template import ResourceDefinition


def chosen(value: Any, condition: Callable[[str], bool]) -> Any:
    """A template's value with each Fn::If replaced by the branch that its condition chooses."""
    if isinstance(value, list):
        return [chosen(item, condition) for item in value]
    if not isinstance(value, dict):
        return value
    branches = value.get("Fn::If")
    if is_function(value) and isinstance(branches, list) and len(branches) == 3:
        return chosen(branches[1] if condition(str(branches[0])) else branches[2], condition)
    return {name: chosen(item, condition) for name, item in value.items()}


def dependencies(
    resources: Mapping[str, ResourceDefinition], condition: Callable[[str], bool]
) -> dict[str, tuple[str, ...]]:
    """Which of these resources each of them needs; raises `ValidationError` for DependsOn of no resource."""
    found: dict[str, tuple[str, ...]] = {}
    for name, resource in resources.items():
        used = {reference.name for reference in references(chosen(resource.properties, condition))}
        used.update(resource.depends_on)
        found[name] = tuple(other for other in resources if other in used)
    return found


def in_order(needs: Mapping[str, tuple[str, ...]]) -> list[str]:
    """Names, each after what it needs, else in their own order; raises `ValidationError` for a circle."""
    done: list[str] = []
    waiting = list(needs)
    while waiting:
        ready = [name for name in waiting if all(other in done for other in needs[name])]
        if not ready:
            circle = ", ".join(_circle(waiting, needs))
            raise ValidationError(f"Circular dependency between resources: [{circle}]")
        done.extend(ready)
        waiting = [name for name in waiting if name not in ready]
    return done


def _circle(waiting: list[str], needs: Mapping[str, tuple[str, ...]]) -> list[str]:
    """What stands in circles, without what merely waits for them."""
    left = list(waiting)
    while True:
        needed = {other for name in left for other in needs[name]}
        kept = [name for name in left if name in needed]
        if kept == left:
            return left
        left = kept
