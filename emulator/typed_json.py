"""JSON in the types of AWS's service models: wrong types are refused, nulls and unknown members left out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StructureShape

_LIST_START = "Start of list found where not expected"
_MAP_START = "Start of structure or map found where not expected."


class WrongType(Exception):
    """A value is not of its shape's type. message: as a SerializationException says it, None for no JSON."""

    def __init__(self, message: str | None) -> None:
        super().__init__(message or "not a JSON object")
        self.message = message


def read_object(shape: Shape | None, body: bytes) -> dict[str, Any]:
    """A request's body in the type of its operation's input; raises `WrongType`."""
    try:
        value = json.loads(body)
    except ValueError as error:
        raise WrongType(None) from error
    if not isinstance(value, dict):
        raise WrongType(_LIST_START if isinstance(value, list) else None)
    read: dict[str, Any] = _typed(shape, value)
    return read


def _typed(shape: Shape | None, value: Any) -> Any:
    """The value in the shape's type, without nulls and unknown members; raises `WrongType`."""
    if isinstance(shape, StructureShape):
        if not isinstance(value, dict):
            raise WrongType(_LIST_START if isinstance(value, list) else "Expected null")
        members = shape.members
        return {
            name: _typed(members[name], given)
            for name, given in value.items()
            if given is not None and name in members
        }
    if isinstance(shape, ListShape):
        if not isinstance(value, list):
            raise WrongType("Expected list or null")
        return [_typed(shape.member, item) for item in value if item is not None]
    if isinstance(shape, MapShape):
        if not isinstance(value, dict):
            raise WrongType(_LIST_START if isinstance(value, list) else "Expected null")
        return {key: _typed(shape.value, item) for key, item in value.items() if item is not None}
    return _scalar(shape, value)


def _scalar(shape: Shape | None, value: Any) -> Any:
    if isinstance(value, list | dict):
        raise WrongType(_LIST_START if isinstance(value, list) else _MAP_START)
    kind = shape.type_name if shape else "string"
    if kind in ("integer", "long") and isinstance(value, float):
        return int(value)
    wanted, name = _SCALARS.get(kind, _TEXT)
    if isinstance(value, wanted) and (bool in wanted or not isinstance(value, bool)):
        return value
    raise WrongType(f"{_token(value)} can not be converted to {name}")


_TEXT: tuple[tuple[type, ...], str] = ((str,), "a String")
_SCALARS: Mapping[str, tuple[tuple[type, ...], str]] = {
    "integer": ((int,), "an Integer"),
    "long": ((int,), "a Long"),
    "boolean": ((bool,), "a Boolean"),
    "double": ((int, float), "a Double"),
    "float": ((int, float), "a Float"),
    "timestamp": ((int, float), "a Timestamp"),
}


def _token(value: object) -> str:
    if isinstance(value, bool):
        return "TRUE_VALUE" if value else "FALSE_VALUE"
    return "STRING_VALUE" if isinstance(value, str) else "NUMBER_VALUE"
