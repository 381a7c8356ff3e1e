"""JSONata as Step Functions evaluates it: variables as bindings, bounds on time and depth."""

from __future__ import annotations

import copy
import math
import re
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from jsonata.jexception import JException  # type: ignore[import-untyped]
from jsonata.jsonata import Jsonata  # type: ignore[import-untyped]
from jsonata.utils import Utils  # type: ignore[import-untyped]

from emulator.stepfunctions.json_values import epoch_milliseconds
from emulator.stepfunctions.jsonata_functions import FUNCTIONS

TIME_LIMIT_MILLISECONDS = 5000
DEPTH_LIMIT = 100
"""Levels that one expression may nest, AWS's own ceiling."""
_INTEGERS_IN_FULL = 1e21
"""From here on a whole number is shown with an exponent, as JavaScript does."""
_REFERENCE = re.compile(r"\$([A-Za-z_][A-Za-z0-9_]*)")


class JsonataError(Exception):
    """An expression that failed; the text is AWS's, to follow its field's name."""


class UndefinedResult(Exception):
    """An expression that returned nothing."""


class UnsupportedResult(Exception):
    """An expression that returned a function or a pattern."""


def names_used(expression: str) -> frozenset[str]:
    """The names after ``$`` in an expression: variables, functions and whatever strings contain."""
    return frozenset(_REFERENCE.findall(expression))


def check_syntax(expression: str) -> None:
    """Raises `JsonataError` with the parser's message for an expression that is none."""
    _compiled(expression)


def evaluate(
    expression: str,
    bindings: Mapping[str, Any],
    now: datetime,
    time_limit_milliseconds: int = TIME_LIMIT_MILLISECONDS,
) -> Any:
    """The JSON value of an expression.

    bindings: values by name, without ``$``; JSON values that are not changed.
    now: for ``$now`` and ``$millis``.
    Raises `JsonataError`, `UndefinedResult` and `UnsupportedResult`.
    """
    instance = copy.copy(_compiled(expression))
    # the library keeps what an evaluation is at per thread, in the expression that was compiled there last
    Jsonata.CURRENT.jsonata = instance
    instance.timestamp = epoch_milliseconds(now)
    frame = Jsonata.Frame(instance.environment)
    frame.set_runtime_bounds(time_limit_milliseconds, DEPTH_LIMIT)
    for name, function in FUNCTIONS.items():
        frame.bind(name, function())
    for name, value in bindings.items():
        frame.bind(name, _to_jsonata(value))
    try:
        result = instance.eval(instance.ast, None, frame)
    except JException as error:
        raise JsonataError(_message(error)) from error
    except (
        ArithmeticError,
        AttributeError,
        IndexError,
        KeyError,
        TypeError,
        ValueError,
        RecursionError,
    ) as error:
        raise JsonataError(f"{type(error).__name__}: {error}") from error
    if result is None:
        raise UndefinedResult
    return _from_jsonata(result)


@lru_cache(maxsize=4096)
def _compiled(expression: str) -> Jsonata:
    try:
        compiled = Jsonata(expression)
    except JException as error:
        raise JsonataError(_message(error)) from error
    return compiled


def _message(error: JException) -> str:
    if error.error == "T1006" and error.current:
        return f"T1006: Attempted to invoke a non-function: '${error.current}'"
    return f"{error.error}: {error}"


def _to_jsonata(value: Any) -> Any:
    """A copy in which JSON's null is the library's, as Python's None is its undefined."""
    if value is None:
        return Utils.NULL_VALUE
    if isinstance(value, dict):
        return {key: _to_jsonata(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_to_jsonata(item) for item in value]
    return value


def _from_jsonata(value: Any) -> Any:
    """A JSON value of what the library returned: plain lists, None for null, JavaScript's numbers."""
    if value is Utils.NULL_VALUE or value is None:
        return None
    if isinstance(value, bool | str | int):
        return value
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, dict):
        return {key: _from_jsonata(item) for key, item in value.items()}
    if isinstance(value, Utils.RangeList):
        return list(range(value.a, value.b + 1))
    if isinstance(value, list):
        return [_from_jsonata(item) for item in value]
    raise UnsupportedResult


def _number(value: float) -> int | float | str:
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    if value.is_integer() and abs(value) < _INTEGERS_IN_FULL:
        return int(value)
    return value
