"""Reads request bodies by the service model that botocore ships: types first, then constraints.

Order and texts are those of the real service: a wrong JSON type is a SerializationException, all broken
constraints come in one InvalidRequestException, members that the model does not know are ignored.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import botocore.session
from botocore.model import ListShape, MapShape, ServiceModel, Shape, StructureShape

from emulator.athena.errors import InvalidRequest, SerializationError, UnknownOperation
from emulator.constraints import summary, violations

Json = dict[str, Any]

LARGER_LIMITS: Mapping[str, Mapping[str, int]] = {"GetQueryResults": {"maxResults": 100_000}}
"""Where the real service's framework allows more than the model says, and the operation checks itself."""

_LIST_START = "Start of list found where not expected"
_MAP_START = "Start of structure or map found where not expected."


class Shapes:
    """The operations of Athena's service model."""

    def __init__(self, model: ServiceModel) -> None:
        self._model = model
        self.operations = frozenset(model.operation_names)

    def read(self, operation: str, body: bytes) -> Json:
        """The request's parameters, checked.

        Raises `UnknownOperation`, `SerializationError` (no JSON, wrong type), `InvalidRequest` (constraints).
        """
        if operation not in self.operations:
            raise UnknownOperation(None)
        shape = self._model.operation_model(operation).input_shape
        try:
            value = json.loads(body)
        except ValueError as error:
            raise SerializationError(None) from error
        if isinstance(value, list):
            raise SerializationError(_LIST_START)
        if not isinstance(value, dict):
            raise SerializationError(None)
        parameters: Json = _typed(shape, value)
        _check(operation, shape, parameters)
        return parameters


def load_shapes() -> Shapes:
    """Athena's model as botocore ships it (about 20 ms)."""
    data = (
        botocore.session.get_session().get_component("data_loader").load_service_model("athena", "service-2")
    )
    return Shapes(ServiceModel(data, "athena"))


def _typed(shape: Shape | None, value: Any) -> Any:
    """The value in the shape's type, without nulls and unknown members; raises `SerializationError`."""
    if isinstance(shape, StructureShape):
        if not isinstance(value, dict):
            raise SerializationError(_LIST_START if isinstance(value, list) else "Expected null")
        known = ((name, member, value.get(name)) for name, member in shape.members.items())
        return {name: _typed(member, given) for name, member, given in known if given is not None}
    if isinstance(shape, ListShape):
        if not isinstance(value, list):
            raise SerializationError("Expected list or null")
        return [_typed(shape.member, item) for item in value if item is not None]
    if isinstance(shape, MapShape):
        if not isinstance(value, dict):
            raise SerializationError(_LIST_START if isinstance(value, list) else "Expected null")
        return {key: _typed(shape.value, item) for key, item in value.items() if item is not None}
    return _scalar(shape, value)


def _scalar(shape: Shape | None, value: Any) -> Any:
    if isinstance(value, list | dict):
        raise SerializationError(_LIST_START if isinstance(value, list) else _MAP_START)
    kind = shape.type_name if shape else "string"
    wanted, name, article = _SCALARS.get(kind, (str, "String", "a"))
    if kind in ("integer", "long") and isinstance(value, float):
        return int(value)
    if isinstance(value, wanted) and not (wanted is int and isinstance(value, bool)):
        return value
    raise SerializationError(f"{_token(value)} can not be converted to {article} {name}")


_SCALARS: Mapping[str, tuple[type, str, str]] = {
    "string": (str, "String", "a"),
    "integer": (int, "Integer", "an"),
    "long": (int, "Long", "a"),
    "boolean": (bool, "Boolean", "a"),
}


def _token(value: object) -> str:
    if isinstance(value, bool):
        return "TRUE_VALUE" if value else "FALSE_VALUE"
    return "STRING_VALUE" if isinstance(value, str) else "NUMBER_VALUE"


def _check(operation: str, shape: Shape | None, parameters: Json) -> None:
    broken = list(violations(shape, parameters, larger=LARGER_LIMITS.get(operation)))
    if broken:
        raise InvalidRequest(summary(broken))
