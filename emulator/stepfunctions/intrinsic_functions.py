"""What the intrinsic functions compute (AWS: "Intrinsic functions for JSONPath states in Step Functions")."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import random
import re
import uuid
from collections.abc import Callable
from typing import Any

from emulator.stepfunctions.json_values import compact

LONGEST_TEXT = 10_000
LARGEST_RANGE = 1_000
_HASHES = {
    "MD5": hashlib.md5,
    "SHA-1": hashlib.sha1,
    "SHA-256": hashlib.sha256,
    "SHA-384": hashlib.sha384,
    "SHA-512": hashlib.sha512,
}
_PIECES = re.compile(r"\\(.)|(\{\})|(.)", re.DOTALL)


class IntrinsicError(Exception):
    """Arguments that a function cannot take."""


def array(*values: Any) -> Any:
    """The arguments as an array."""
    return list(values)


def array_partition(items: Any, size: Any) -> Any:
    """Pieces of an array."""
    found, step = _list(items), _whole(size)
    if step <= 0:
        raise IntrinsicError("the chunk size must be a positive integer")
    return [found[start : start + step] for start in range(0, len(found), step)]


def array_contains(items: Any, wanted: Any) -> Any:
    """Whether a value is in an array."""
    return any(_same(item, wanted) for item in _list(items))


def array_range(first: Any, last: Any, step: Any) -> Any:
    """Whole numbers, both ends included."""
    start, end, by = _whole(first), _whole(last), _whole(step)
    if by == 0:
        raise IntrinsicError("the step must not be 0")
    numbers = range(start, end + (1 if by > 0 else -1), by)
    if len(numbers) > LARGEST_RANGE:
        raise IntrinsicError(f"the array would have more than {LARGEST_RANGE} items")
    return list(numbers)


def array_get_item(items: Any, index: Any) -> Any:
    """The item at an index from 0."""
    found, place = _list(items), _whole(index)
    if not 0 <= place < len(found):
        raise IntrinsicError(f"the index {place} is outside the array's {len(found)} items")
    return found[place]


def array_length(items: Any) -> Any:
    """The number of items."""
    return len(_list(items))


def array_unique(items: Any) -> Any:
    """The items without later copies."""
    kept: list[Any] = []
    for item in _list(items):
        if not any(_same(item, each) for each in kept):
            kept.append(item)
    return kept


def base64_encode(text: Any) -> Any:
    """A text in base 64."""
    return base64.b64encode(_text(text).encode()).decode()


def base64_decode(text: Any) -> Any:
    """The text that base 64 holds."""
    try:
        return base64.b64decode(_text(text), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError) as error:
        raise IntrinsicError(f"the argument is not base 64 of a text: {error}") from error


def hash_(data: Any, algorithm: Any) -> Any:
    """The hexadecimal digest of a text, or of a value's JSON."""
    if algorithm not in _HASHES:
        raise IntrinsicError(f"the algorithm must be one of {', '.join(_HASHES)}")
    text = data if isinstance(data, str) else compact(data)
    return _HASHES[algorithm](_text(text).encode()).hexdigest()


def json_merge(first: Any, second: Any, deep: Any) -> Any:
    """Two objects as one; of what both have, the second's."""
    if deep is not False:
        raise IntrinsicError("only the shallow merge is supported: the third argument must be false")
    if not isinstance(first, dict) or not isinstance(second, dict):
        raise IntrinsicError("the first two arguments must be objects")
    return {**first, **second}


def string_to_json(text: Any) -> Any:
    """The value that a JSON text holds."""
    try:
        return json.loads(text)
    except (TypeError, ValueError) as error:
        raise IntrinsicError(f"the argument is not a JSON text: {error}") from error


def json_to_string(value: Any) -> Any:
    """A value's JSON text."""
    return compact(value)


def math_random(first: Any, last: Any, seed: Any = None) -> Any:
    """A whole number from the first to below the last; the same for the same seed."""
    start, end = _whole(first), _whole(last)
    if start >= end:
        raise IntrinsicError("the start must be smaller than the end")
    source = random.Random() if seed is None else random.Random(_whole(seed))
    return source.randrange(start, end)


def math_add(first: Any, second: Any) -> Any:
    """The sum of two whole numbers."""
    return _whole(first) + _whole(second)


def string_split(text: Any, splitters: Any) -> Any:
    """The parts of a text between any of the characters of `splitters`, without empty ones."""
    pattern = "|".join(re.escape(each) for each in _text(splitters))
    return [part for part in re.split(pattern, _text(text)) if part] if pattern else [text]


def uuid_() -> Any:
    """A version 4 UUID."""
    return str(uuid.uuid4())


def format_(template: Any, *values: Any) -> Any:
    """A template in which each ``{}`` is the next value; a backslash takes the meaning of what follows."""
    if not isinstance(template, str):
        raise IntrinsicError("the first argument must be a string")
    left, made = list(values), []
    for escaped, hole, plain in _PIECES.findall(template):
        if hole and not left:
            raise IntrinsicError("the number of arguments does not match the occurrences of {}")
        made.append(_shown(left.pop(0)) if hole else escaped or plain)
    if left:
        raise IntrinsicError("the number of arguments does not match the occurrences of {}")
    return "".join(made)


def _shown(value: Any) -> str:
    """A value within a text, as Java's collections show themselves."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return f"[{', '.join(map(_shown, value))}]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}={_shown(item)}" for key, item in value.items()) + "}"
    return json.dumps(value)


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise IntrinsicError("the argument must be an array")
    return value


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise IntrinsicError(f"the argument must be an integer, not {compact(value)}")
    return round(value)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise IntrinsicError("the argument must be a string")
    if len(value) > LONGEST_TEXT:
        raise IntrinsicError(f"the argument is longer than {LONGEST_TEXT} characters")
    return value


def _same(one: Any, other: Any) -> bool:
    """Equality as JSON has it: true is not 1."""
    return isinstance(one, bool) == isinstance(other, bool) and bool(one == other)


FUNCTIONS: dict[str, tuple[Callable[..., Any], int, int | None]] = {
    "Array": (array, 0, None),
    "ArrayContains": (array_contains, 2, 2),
    "ArrayGetItem": (array_get_item, 2, 2),
    "ArrayLength": (array_length, 1, 1),
    "ArrayPartition": (array_partition, 2, 2),
    "ArrayRange": (array_range, 3, 3),
    "ArrayUnique": (array_unique, 1, 1),
    "Base64Decode": (base64_decode, 1, 1),
    "Base64Encode": (base64_encode, 1, 1),
    "Format": (format_, 1, None),
    "Hash": (hash_, 2, 2),
    "JsonMerge": (json_merge, 3, 3),
    "JsonToString": (json_to_string, 1, 1),
    "MathAdd": (math_add, 2, 2),
    "MathRandom": (math_random, 2, 3),
    "StringSplit": (string_split, 2, 2),
    "StringToJson": (string_to_json, 1, 1),
    "UUID": (uuid_, 0, 0),
}
"""Functions with the least and the greatest number of their arguments (None: any)."""
