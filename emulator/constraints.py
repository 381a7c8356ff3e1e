"""The constraints of AWS's service models (length, range, pattern, enum), as botocore ships them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StructureShape


def violations(
    shape: Shape | None,
    value: Any,
    path: str = "",
    larger: Mapping[str, int] | None = None,
    with_values: bool = False,
) -> Iterator[str]:
    """The constraints that a value of the shape's type breaks, in AWS's words.

    path: where the value stands (``target.roleArn``), empty for the request itself. larger: by path, a
    maximum that counts instead of the model's. with_values: the words tell the value too, and what maps hold
    is checked, as most services do and Athena does not.
    """
    larger = larger or {}
    if isinstance(shape, StructureShape):
        required = shape.required_members
        start = f"{path}." if path else ""
        for name, member in shape.members.items():
            if name in value:
                yield from violations(member, value[name], start + _lower(name), larger, with_values)
            elif name in required:
                at = start + _lower(name)
                yield f"Value null at '{at}' failed to satisfy constraint: Member must not be null"
        return
    rule = _broken_rule(shape, value, larger.get(path)) if shape else None
    if rule:
        shown = f"Value '{_shown(value)}'" if with_values else "Value"
        yield f"{shown} at '{path}' failed to satisfy constraint: {rule}"
    if isinstance(shape, ListShape):
        for index, item in enumerate(value, 1):
            yield from violations(shape.member, item, f"{path}.{index}.member", larger, with_values)
    if isinstance(shape, MapShape) and with_values:
        yield from _violations_in_map(shape, value, path)


def _violations_in_map(shape: MapShape, value: Mapping[str, Any], path: str) -> Iterator[str]:
    for key, item in value.items():
        for part, of, what in (("keys", shape.key, key), ("value", shape.value, item)):
            if rule := _broken_rule(of, what, None):
                yield (
                    f"Value '{_shown(value)}' at '{path}' failed to satisfy constraint: "
                    f"Map {part} must satisfy constraint: [{rule}]"
                )


def summary(broken: list[str]) -> str:
    """One or more violations as the one message in which AWS says them."""
    plural = "" if len(broken) == 1 else "s"
    return f"{len(broken)} validation error{plural} detected: {'; '.join(broken)}"


def _broken_rule(shape: Shape, value: Any, larger: int | None) -> str | None:
    facts = shape.metadata
    number = isinstance(value, int | float)
    size = value if number else len(value) if hasattr(value, "__len__") else 0
    what = "value" if number else "length"
    if (least := facts.get("min")) is not None and size < least:
        return f"Member must have {what} greater than or equal to {least}"
    most = larger if larger is not None else facts.get("max")
    if most is not None and size > most:
        return f"Member must have {what} less than or equal to {most}"
    if (allowed := facts.get("enum")) and value not in allowed:
        return f"Member must satisfy enum value set: [{', '.join(allowed)}]"
    if (pattern := facts.get("pattern")) and not _matches(pattern, value):
        return f"Member must satisfy regular expression pattern: {pattern}"
    return None


_ASTRAL = (r"\uD800\uDC00-\uDBFF\uDFFF", "\U00010000-\U0010ffff")
"""All characters beyond the basic plane, as Java's patterns write them in pairs, and as Python's do."""

_CLASSES = ((r"\p{L}", r"\w"), (r"\p{N}", r"\d"), (r"\p{Z}", r"\s"))
"""Java's classes of letters, numbers and blanks, and Python's, which are a little wider."""


def _matches(pattern: str, value: str) -> bool:
    compiled = _compiled(pattern)
    return compiled is None or compiled.fullmatch(value) is not None


@lru_cache(maxsize=2000)
def _compiled(pattern: str) -> re.Pattern[str] | None:
    """A model's pattern as Python's; None for one that only Java can read."""
    for java, python in (_ASTRAL, *_CLASSES):
        pattern = pattern.replace(java, python)
    try:
        return re.compile(pattern)
    except re.error:
        return None


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}={_shown(item)}" for key, item in value.items()) + "}"
    return f"[{', '.join(map(_shown, value))}]" if isinstance(value, list) else str(value)


def _lower(name: str) -> str:
    return name[:1].lower() + name[1:]
