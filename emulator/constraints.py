"""The constraints of AWS's service models (length, range, pattern, enum), as botocore ships them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from botocore.model import ListShape, Shape, StructureShape


def violations(
    shape: Shape | None, value: Any, path: str = "", larger: Mapping[str, int] | None = None
) -> Iterator[str]:
    """The constraints that a value of the shape's type breaks, in AWS's words.

    path: where the value stands (``target.roleArn``), empty for the request itself. larger: by path, a
    maximum that counts instead of the model's.
    """
    larger = larger or {}
    if isinstance(shape, StructureShape):
        for name, member in shape.members.items():
            at = f"{path}.{_lower(name)}" if path else _lower(name)
            if name in value:
                yield from violations(member, value[name], at, larger)
            elif name in shape.required_members:
                yield f"Value null at '{at}' failed to satisfy constraint: Member must not be null"
        return
    rule = _broken_rule(shape, value, larger.get(path)) if shape else None
    if rule:
        yield f"Value at '{path}' failed to satisfy constraint: {rule}"
    if isinstance(shape, ListShape):
        for index, item in enumerate(value, 1):
            yield from violations(shape.member, item, f"{path}.{index}.member", larger)


def summary(broken: list[str]) -> str:
    """One or more violations as the one message in which AWS says them."""
    plural = "" if len(broken) == 1 else "s"
    return f"{len(broken)} validation error{plural} detected: {'; '.join(broken)}"


def _broken_rule(shape: Shape, value: Any, larger: int | None) -> str | None:
    facts = shape.metadata
    number = isinstance(value, int)
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


def _matches(pattern: str, value: str) -> bool:
    try:
        return re.fullmatch(pattern.replace(*_ASTRAL), value) is not None
    except re.error:  # some of the models' patterns are Java's only
        return True


def _lower(name: str) -> str:
    return name[:1].lower() + name[1:]
