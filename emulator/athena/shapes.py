"""Reads request bodies by the service model that botocore ships: types first, then constraints.

Order and texts are those of the real service: a wrong JSON type is a SerializationException, all broken
constraints come in one InvalidRequestException, members that the model does not know are ignored.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import botocore.session
from botocore.model import ServiceModel, Shape

from emulator.athena.errors import InvalidRequest, SerializationError, UnknownOperation
from emulator.constraints import summary, violations
from emulator.typed_json import WrongType, read_object

Json = dict[str, Any]

LARGER_LIMITS: Mapping[str, Mapping[str, int]] = {"GetQueryResults": {"maxResults": 100_000}}
"""Where the real service's framework allows more than the model says, and the operation checks itself."""


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
            parameters: Json = read_object(shape, body)
        except WrongType as error:
            raise SerializationError(error.message) from error
        _check(operation, shape, parameters)
        return parameters


def load_shapes() -> Shapes:
    """Athena's model as botocore ships it (about 20 ms)."""
    data = (
        botocore.session.get_session().get_component("data_loader").load_service_model("athena", "service-2")
    )
    return Shapes(ServiceModel(data, "athena"))


def _check(operation: str, shape: Shape | None, parameters: Json) -> None:
    broken = list(violations(shape, parameters, larger=LARGER_LIMITS.get(operation)))
    if broken:
        raise InvalidRequest(summary(broken))
