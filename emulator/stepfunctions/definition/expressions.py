"""JSONata in a definition: its syntax, and references that AWS does not allow."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from emulator.stepfunctions.definition.problems import Problems
from emulator.stepfunctions.jsonata import JsonataError, check_syntax, names_used

OPENING, CLOSING = "{%", "%}"
INVALID = "INVALID_JSONATA_EXPRESSION"
UNSUPPORTED = "UNSUPPORTED_JSONATA_EXPRESSION"
_ONLY_AFTER = {"result": {"Task", "Parallel", "Map"}}


def check_expressions(state: dict[str, Any], location: str, problems: Problems) -> None:
    """Check every expression of a JSONata state, but those of the states within it."""
    inner = {"Branches", "ItemProcessor", "Iterator"}
    for field, value in state.items():
        if field in inner:
            continue
        for place, text in _texts(value, f"{location}/{field}"):
            _check(text, place, problems)


def _check(text: str, place: str, problems: Problems) -> None:
    if not text.startswith(OPENING) and not text.endswith(CLOSING):
        return
    if not (text.startswith(OPENING) and text.endswith(CLOSING)):
        problems.add(
            "The string must start with '{%' and end with '%}' to be a JSONata expression", place, INVALID
        )
        return
    expression = text[len(OPENING) : -len(CLOSING)].strip()
    try:
        check_syntax(expression)
    except JsonataError as error:
        problems.add(str(error), place, INVALID)
        return
    if "$$" in expression and "$$" in _without_strings(expression):
        problems.add("Reference to '$$' is not supported.", place, UNSUPPORTED)
    if "eval" in names_used(expression) and "$eval(" in _without_strings(expression).replace(" ", ""):
        problems.add("Function '$eval' is not supported.", place, UNSUPPORTED)


def _texts(value: Any, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _texts(item, f"{place}/{key}")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _texts(item, f"{place}[{index}]")


def _without_strings(expression: str) -> str:
    """The expression with its literal texts left out."""
    kept, quote, escaped = [], "", False
    for character in expression:
        if quote:
            if escaped:
                escaped = False
            elif character == "\\":
                escaped = True
            elif character == quote:
                quote = ""
        elif character in "'\"`":
            quote = character
        else:
            kept.append(character)
    return "".join(kept)
