"""Transitions between states: every target is there, every state is reached, and there is an end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from emulator.stepfunctions.definition.problems import Problems

MISSING = "MISSING_TRANSITION_TARGET"
_ENDS = ("Succeed", "Fail")


def check_transitions(part: dict[str, Any], at: str, problems: Problems) -> None:
    """Check the states of a machine, a branch or an iteration."""
    states: dict[str, Any] = part["States"]
    start = part.get("StartAt")
    if not isinstance(start, str):
        problems.add("The field 'StartAt' is required but was missing", f"{at}/StartAt")
        return
    if start not in states:
        problems.add(f"Missing 'StartAt' target: {start}", f"{at}/StartAt", MISSING)
        return
    for name, state in states.items():
        for field, target in _targets(state):
            if target not in states:
                what = field.rsplit("/", 1)[-1]
                problems.add(f"Missing '{what}' target: {target}", f"{at}/States/{name}/{field}", MISSING)
        if state.get("Type") == "Choice" and not state.get("Choices"):
            problems.add("The field 'Choices' is required and must not be empty", f"{at}/States/{name}")
    reached = _reached(states, start)
    for name in states:
        if name not in reached:
            problems.add(f'State "{name}" is not reachable.', f"{at}/States/{name}", MISSING)
    if not any(states[name].get("End") or states[name].get("Type") in _ENDS for name in reached):
        problems.add("No state ends the state machine", f"{at}/States", "MISSING_END_STATE")


def _targets(state: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for field in ("Next", "Default"):
        if field in state:
            yield field, state[field]
    for field in ("Choices", "Catch"):
        for index, rule in enumerate(state.get(field) or []):
            if isinstance(rule, dict):
                yield f"{field}[{index}]/Next", rule.get("Next")


def _reached(states: dict[str, Any], start: str) -> set[str]:
    reached: set[str] = set()
    waiting = [start]
    while waiting:
        name = waiting.pop()
        if name in states and name not in reached:
            reached.add(name)
            waiting.extend(target for _, target in _targets(states[name]) if isinstance(target, str))
    return reached
