"""Values in a path's evaluation: JSON read into Python, decimals from SQL, and their text.

Objects are dicts, arrays lists; whole numbers int, numbers with a fraction float; a decimal comes only from
the path's own literals and from PASSING.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NoReturn

from emulator.trino.json_text import quoted
from emulator.trino.numbers import java_double, scientific

Item = Any
MOST_WHOLE = 2**63


class PathProblem(Exception):
    """A path that cannot be evaluated on this input: what `ON ERROR` is about."""


class InputProblem(Exception):
    """Input that is no JSON."""


@dataclass(frozen=True)
class Refused(Exception):
    """Something of the language that is not supported."""

    what: str


def read(text: str) -> Item:
    """The item of a JSON text. Raises InputProblem."""
    try:
        return json.loads(text, parse_int=_whole, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise InputProblem(text) from None


def _whole(digits: str) -> int:
    value = int(digits)
    if not -MOST_WHOLE <= value < MOST_WHOLE:
        raise ValueError(digits)
    return value


def _refuse(name: str) -> NoReturn:
    raise ValueError(name)


def is_number(item: Item) -> bool:
    """Whether an item is a number (a bool is not)."""
    return isinstance(item, (int, float, Decimal)) and not isinstance(item, bool)


def is_scalar(item: Item) -> bool:
    """Whether an item is no array and no object."""
    return not isinstance(item, (list, dict))


def type_name(item: Item) -> str:
    """What the method type() says."""
    if item is None:
        return "null"
    if isinstance(item, bool):
        return "boolean"
    if isinstance(item, str):
        return "string"
    if isinstance(item, list):
        return "array"
    return "object" if isinstance(item, dict) else "number"


def json_text(item: Item) -> str:
    """An item as JSON, keys in the order that they came in."""
    if isinstance(item, dict):
        return "{" + ",".join(f"{quoted(k)}:{json_text(v)}" for k, v in item.items()) + "}"
    if isinstance(item, list):
        return "[" + ",".join(map(json_text, item)) + "]"
    if isinstance(item, str):
        return quoted(item)
    if isinstance(item, float):
        return java_double(item)
    return scalar_text(item)


def scalar_text(item: Item) -> str:
    """A scalar as Trino casts it to varchar."""
    if item is None:
        return "null"
    if isinstance(item, bool):
        return "true" if item else "false"
    return scientific(item) if isinstance(item, float) else str(item)
