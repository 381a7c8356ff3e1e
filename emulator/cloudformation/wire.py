"""The query protocol: requests read, answers and errors written by the service model that botocore ships."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape

import botocore.session
from moto.core.model import ServiceModel
from moto.core.parse import QueryParser
from moto.core.serialize import QuerySerializer, SerializationContext

from emulator.cloudformation.errors import CloudFormationError, UnknownOperation, ValidationError
from emulator.constraints import summary, violations

Json = dict[str, Any]


class Wire:
    """CloudFormation's requests and answers as bytes."""

    def __init__(self) -> None:
        loader = botocore.session.get_session().get_component("data_loader")
        data = loader.load_service_model("cloudformation", "service-2")
        self._model = ServiceModel(data, "cloudformation")

    def read(self, body: bytes) -> tuple[str, Json]:
        """Operation and parameters of a request.

        Raises `UnknownOperation`, and `ValidationError` for what breaks the model's constraints.
        """
        fields = dict(parse_qsl(body.decode(), keep_blank_values=True))
        name = fields.pop("Action", "")
        if name not in self._model.operation_names:
            raise UnknownOperation(name)
        operation = self._model.operation_model(name)
        parameters: Json = QueryParser(operation).parse(_values(fields))
        broken = list(violations(operation.input_shape, parameters))
        if broken:
            raise ValidationError(summary(broken))
        return name, parameters

    def write(self, operation: str, result: Json) -> bytes:
        """The body of an answer."""
        model = self._model.operation_model(operation)
        context = SerializationContext(request_id=str(uuid.uuid4()))
        body = QuerySerializer(model, context).serialize(result)["body"]
        return body.encode() if isinstance(body, str) else body

    def write_error(self, error: CloudFormationError) -> bytes:
        """The body of an error."""
        namespace = self._model.metadata["xmlNamespace"]
        return (
            f'<ErrorResponse xmlns="{namespace}"><Error><Type>Sender</Type><Code>{error.code}</Code>'
            f"<Message>{escape(str(error))}</Message></Error><RequestId>{uuid.uuid4()}</RequestId></ErrorResponse>"
        ).encode()


def _values(fields: Mapping[str, str]) -> Any:
    """What moto's parser reads of a request: the form's fields."""
    return {"values": fields}
