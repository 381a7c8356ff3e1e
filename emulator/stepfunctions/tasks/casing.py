"""Parameters and results of AWS SDK integrations: members have the names of the SDK for Java."""

from __future__ import annotations

import json
import re
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StructureShape

_WORDS = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+[0-9]*|[A-Z]+[0-9]*|[0-9]+")


def error_prefix(service_id: str) -> str:
    """The service's name in errors, from botocore's id: ``DynamoDB`` as ``DynamoDb``, ``SFN`` as ``Sfn``."""
    return "".join(word.capitalize() for word in _WORDS.findall(service_id))


def to_request(value: Any, shape: Shape | None) -> Any:
    """Parameters with the API's member names; what it does not know keeps its name, to be refused."""
    if isinstance(shape, StructureShape) and isinstance(value, dict):
        names = {folded(name): name for name in shape.members}
        found = {key: names.get(folded(key), key) for key in value}
        return {name: to_request(value[key], shape.members.get(str(name))) for key, name in found.items()}
    if isinstance(shape, ListShape) and isinstance(value, list):
        return [to_request(item, shape.member) for item in value]
    if isinstance(shape, MapShape) and isinstance(value, dict):
        return {key: to_request(item, shape.value) for key, item in value.items()}
    if shape is not None and shape.type_name == "blob" and not isinstance(value, bytes):
        return (value if isinstance(value, str) else _json(value)).encode()
    if shape is not None and shape.type_name == "string" and isinstance(value, dict | list):
        return _json(value)
    return value


def to_result(value: Any, shape: Shape | None) -> Any:
    """A result with member names in Pascal case; keys of maps are data and stay."""
    if isinstance(shape, StructureShape) and isinstance(value, dict):
        return {
            _capitalized(key): to_result(item, shape.members.get(key))
            for key, item in value.items()
            if key != "ResponseMetadata"
        }
    if isinstance(shape, ListShape) and isinstance(value, list):
        return [to_result(item, shape.member) for item in value]
    if isinstance(shape, MapShape) and isinstance(value, dict):
        return {key: to_result(item, shape.value) for key, item in value.items()}
    return value


def folded(name: str) -> str:
    """A name without what casings differ in."""
    return name.replace("_", "").lower()


def _capitalized(name: str) -> str:
    return name[:1].upper() + name[1:]


def _json(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))
