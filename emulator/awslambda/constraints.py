"""Checks parameters against a shape of botocore's service model: types first, then constraints.

Texts are those of the real service. Members that the model does not know are refused here: AWS drops them
silently, and what was misspelt would be missed.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StructureShape

from emulator.awslambda.errors import InvalidParameterValue, SerializationError, ValidationError

Json = dict[str, Any]

_MODEL_LIMITS_THAT_DIFFER: Mapping[str, Mapping[str, int]] = {
    # the model's own limits are those of functions on capacity providers
    "Timeout": {"max": 900},
    "MemorySize": {"max": 10240},
}
_OPEN_ENUMS = frozenset({"Runtime"})
"""Values that the operation itself checks, with an error of its own."""

_KINDS: Mapping[str, tuple[tuple[type, ...], str]] = {
    "string": ((str,), "a string"),
    "integer": ((int,), "an integer"),
    "long": ((int,), "an integer"),
    "double": ((int, float), "a number"),
    "boolean": ((bool,), "true or false"),
    "timestamp": ((int, float, str), "a time"),
}


def typed(shape: Shape, value: Any, path: str = "") -> Any:
    """The JSON value in the shape's type, without nulls; blobs become bytes.

    Raises `SerializationError` for another type, `InvalidParameterValue` for members that do not exist.
    """
    if isinstance(shape, StructureShape):
        return _typed_members(shape, _wanted(value, dict, "an object", path), path)
    if isinstance(shape, ListShape):
        items = _wanted(value, list, "a list", path)
        return [typed(shape.member, item, f"{path}[{index}]") for index, item in enumerate(items)]
    if isinstance(shape, MapShape):
        entries = _wanted(value, dict, "an object", path)
        return {key: typed(shape.value, item, f"{path}.{key}") for key, item in entries.items()}
    if shape.type_name == "blob":
        return _decoded(_wanted(value, str, "a string", path), path)
    kinds, wanted = _KINDS[shape.type_name]
    if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
        raise SerializationError(f"{path or 'The value'} must be {wanted}")
    return value


def _typed_members(shape: StructureShape, value: Json, path: str) -> Json:
    known = {member.serialization.get("name", name): (name, member) for name, member in shape.members.items()}
    unknown = sorted(set(value) - set(known))
    if unknown:
        raise InvalidParameterValue(f"Unknown parameter: {_at(path, unknown[0])}")
    members = ((*known[wire_name], given) for wire_name, given in value.items() if given is not None)
    return {name: typed(member, given, _at(path, name)) for name, member, given in members}


def _wanted(value: Any, kind: type, called: str, path: str) -> Any:
    if not isinstance(value, kind):
        raise SerializationError(f"{path or 'The body'} must be {called}")
    return value


def _decoded(text: str, path: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise SerializationError(f"{path} is not in base 64: {error}") from error


def check(shape: StructureShape, parameters: Json) -> None:
    """Raise `ValidationError` with every constraint of the model that the parameters break."""
    broken = list(_violations(shape, parameters, ""))
    if broken:
        plural = "" if len(broken) == 1 else "s"
        raise ValidationError(f"{len(broken)} validation error{plural} detected: {'; '.join(broken)}")


def _violations(shape: Shape, value: Any, path: str) -> Iterator[str]:
    if isinstance(shape, StructureShape):
        for name, member in shape.members.items():
            at = _at(path, name[:1].lower() + name[1:])
            if name in value:
                yield from _violations(member, value[name], at)
            elif name in shape.required_members:
                yield f"Value null at '{at}' failed to satisfy constraint: Member must not be null"
        return
    rule = _broken_rule(shape, value)
    if rule:
        shown = f"Value '{_shown(value)}'" if not isinstance(value, bytes) else "Value"
        yield f"{shown} at '{path}' failed to satisfy constraint: {rule}"
    if isinstance(shape, ListShape):
        for index, item in enumerate(value, 1):
            yield from _violations(shape.member, item, f"{path}.{index}.member")
    if isinstance(shape, MapShape):
        for key, item in value.items():
            for part in (key_rule for key_rule in [_broken_rule(shape.key, key)] if key_rule):
                yield f"Value '{_shown(value)}' at '{path}' failed to satisfy constraint: Map keys: [{part}]"
            yield from _violations(shape.value, item, f"{path}.{key}.member")


def _broken_rule(shape: Shape, value: Any) -> str | None:
    facts = {**shape.metadata, **_MODEL_LIMITS_THAT_DIFFER.get(shape.name, {})}
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number and not hasattr(value, "__len__"):
        return None
    size = value if number else len(value)
    what = "value" if number else "length"
    if (least := facts.get("min")) is not None and size < least:
        return f"Member must have {what} greater than or equal to {least}"
    if (most := facts.get("max")) is not None and size > most:
        return f"Member must have {what} less than or equal to {most}"
    allowed = facts.get("enum")
    if allowed and value not in allowed and shape.name not in _OPEN_ENUMS:
        return f"Member must satisfy enum value set: [{', '.join(allowed)}]"
    if (pattern := facts.get("pattern")) and isinstance(value, str) and not _matches(pattern, value):
        return f"Member must satisfy regular expression pattern: {pattern}"
    return None


def _matches(pattern: str, value: str) -> bool:
    for java, python in (("\\p{L}", "\\w"), ("\\p{N}", "\\d"), ("\\p{Z}", "\\s")):
        pattern = pattern.replace(java, python)
    return re.fullmatch(pattern, value) is not None


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}={item}" for key, item in value.items()) + "}"
    return f"[{', '.join(map(str, value))}]" if isinstance(value, list) else str(value)


def _at(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
