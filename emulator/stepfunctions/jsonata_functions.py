"""The functions that Step Functions adds to JSONata, and ``$eval``, which it takes away.

Source: "JSONata functions provided by Step Functions" in "Transforming data with JSONata".
"""

from __future__ import annotations

import hashlib
import json
import random
import uuid
from collections.abc import Callable
from typing import Any

from jsonata.jexception import JException  # type: ignore[import-untyped]
from jsonata.jsonata import Jsonata  # type: ignore[import-untyped]
from jsonata.utils import Utils  # type: ignore[import-untyped]

_ALGORITHMS = {
    "MD5": hashlib.md5,
    "SHA-1": hashlib.sha1,
    "SHA-256": hashlib.sha256,
    "SHA-384": hashlib.sha384,
    "SHA-512": hashlib.sha512,
}
_LARGEST_RANGE = 360_145
"""Elements of ``$range`` that AWS accepts."""


def partition(array: Any = None, size: Any = None) -> Any:
    """The array in pieces of `size`, the last with the rest; undefined for no array or a size of zero."""
    if array is None or not _is_number(size) or int(size) == 0:
        return None
    items = list(array) if isinstance(array, list) else [array]
    if int(size) < 0:
        raise _refused("partition", "the chunk size must be positive")
    return Utils.create_sequence_from_iter(
        [items[start : start + int(size)] for start in range(0, len(items), int(size))]
    )


def range_(first: Any = None, last: Any = None, step: Any = None) -> Any:
    """Numbers from first to last, both inclusive; undefined when the step leads away or is missing."""
    if not (_is_number(first) and _is_number(last) and _is_number(step)) or int(step) == 0:
        return None
    start, stop, by = int(first), int(last), int(step)
    numbers = range(start, stop + (1 if by > 0 else -1), by)
    if len(numbers) > _LARGEST_RANGE:
        raise _refused("range", "Expression evaluation memory limit exceeded")
    return Utils.create_sequence_from_iter(numbers)


def hash_(text: Any = None, algorithm: Any = None) -> Any:
    """The hexadecimal digest of a text; undefined without a text or an algorithm."""
    if text is None or algorithm is None:
        return None
    if algorithm not in _ALGORITHMS:
        raise _refused("hash", f"the algorithm must be one of {', '.join(_ALGORITHMS)}, not '{algorithm}'")
    return _ALGORITHMS[algorithm](str(text).encode()).hexdigest()


def random_(seed: Any = None) -> float:
    """A number from 0 to below 1, the same for the same seed."""
    return random.random() if seed is None else random.Random(int(seed)).random()


def uuid_() -> str:
    """A version 4 UUID."""
    return str(uuid.uuid4())


def parse(text: Any = None) -> Any:
    """The value that a JSON text holds; undefined without a text."""
    if text is None:
        return None
    try:
        value = json.loads(text)
    except (TypeError, ValueError) as error:
        raise _refused("parse", f"the argument is not JSON: {error}") from error
    return Utils.NULL_VALUE if value is None else _with_nulls(value)


def eval_(*_: Any) -> Any:
    """Step Functions has no ``$eval``; its documentation names ``$parse`` instead."""
    raise JException("T1006", -1, "eval")


def _with_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _with_nulls(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_with_nulls(item) for item in value]
    return Utils.NULL_VALUE if value is None else value


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _refused(function: str, why: str) -> JException:
    error = JException("D3137", -1, f"${function}: {why}")
    error.args = (f"${function}: {why}",)
    return error


def _lambda(function: Callable[..., Any]) -> Callable[[], Any]:
    return lambda: Jsonata.JLambda(function)


FUNCTIONS: dict[str, Callable[[], Any]] = {
    "partition": _lambda(partition),
    "range": _lambda(range_),
    "hash": _lambda(hash_),
    "random": _lambda(random_),
    "uuid": _lambda(uuid_),
    "parse": _lambda(parse),
    "eval": _lambda(eval_),
}
"""Makers of the functions by name; the library gives each binding to one evaluation."""
