"""Which field of its state an expression stands in, as AWS names it: ``Arguments/Payload/items[0]``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from moto.stepfunctions.parser.asl.component.common.string.string_expression import StringJSONata
from moto.stepfunctions.parser.asl.component.component import Component
from moto.stepfunctions.parser.asl.component.state.state import CommonStateField

_NAMES = {
    "assign": "Assign",
    "assign_decl": "Assign",
    "output": "Output",
    "parargs": "Arguments",
    "items": "Items",
    "item_selector": "ItemSelector",
    "max_concurrency_decl": "MaxConcurrency",
    "tolerated_failure_count_decl": "ToleratedFailureCount",
    "tolerated_failure_percentage_decl": "ToleratedFailurePercentage",
    "timeout": "TimeoutSeconds",
    "heartbeat": "HeartbeatSeconds",
    "error": "Error",
    "cause": "Cause",
    "item_reader": "ItemReader",
    "result_writer": "ResultWriter",
    "comparison": "Condition",
    "credentials": "Credentials",
    "rules": "Choices",
    "catchers": "Catch",
}
"""moto's attributes of a state, a rule or a catcher by the fields that they are made from."""
_INDEXED = {"rules", "catchers", "values"}
"""Lists whose items AWS tells apart."""
_WAITS = {"SecondsJSONata": "Seconds", "Timestamp": "Timestamp"}


def name_fields(component: Any, path: str = "", seen: set[int] | None = None) -> None:
    """Give every JSONata expression below a component an attribute ``field``."""
    seen = set() if seen is None else seen
    if id(component) in seen:
        return
    seen.add(id(component))
    if isinstance(component, StringJSONata):
        component.field = path  # type: ignore[attr-defined]
        return
    if isinstance(component, CommonStateField):
        path = ""
    for below, step in _below(component, path):
        name_fields(below, step, seen)


def _below(component: Any, path: str) -> Iterator[tuple[Any, str]]:
    if isinstance(component, dict):
        yield from ((item, path) for item in component.values())
        return
    if isinstance(component, list):
        yield from ((item, path) for item in component)
        return
    if not isinstance(component, Component):
        return
    kind = type(component).__name__
    if kind in _WAITS:
        path = _WAITS[kind]
    identifier = getattr(component, "identifier", None)
    if isinstance(identifier, str):
        path = f"{path}/{identifier}"
    for name, value in vars(component).items():
        step = f"{path}/{_NAMES[name]}" if path and name in _NAMES else _NAMES.get(name, path)
        if isinstance(value, list) and name in _INDEXED:
            yield from ((item, f"{step}[{index}]") for index, item in enumerate(value))
        elif isinstance(value, Component | list | dict):
            yield value, step
