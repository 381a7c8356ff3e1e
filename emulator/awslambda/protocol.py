"""Lambda's REST-JSON on the wire: which operation a request names, and its parameters."""

from __future__ import annotations

import base64
import binascii
import json
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import botocore.session
from botocore.model import ListShape, OperationModel, ServiceModel, Shape, StructureShape

from emulator.awslambda.errors import (
    InvalidParameterValue,
    LambdaApiError,
    SerializationError,
    ValidationError,
)
from emulator.constraints import summary, violations
from emulator.typed_json import WrongType, read_object
from emulator.wire import NotEmulated

Json = dict[str, Any]

MOST_SECONDS = 900
MOST_MEMORY = 10240
"""MB."""


@dataclass(frozen=True)
class Request:
    """An HTTP request, its path unquoted; header names in lower case."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Call:
    """An operation with its checked parameters, in a region; a payload is among the parameters as bytes."""

    operation: str
    region: str
    parameters: Json
    request_id: str = field(default_factory=lambda: str(uuid.uuid4()))


@dataclass(frozen=True)
class Answer:
    """A successful answer: status (None: the operation's own), JSON or raw body, further headers."""

    body: Json | bytes | None = None
    status: int | None = None
    headers: tuple[tuple[str, str], ...] = field(default=())


@dataclass(frozen=True)
class _Route:
    operation: str
    method: str
    pattern: re.Pattern[str]
    query: tuple[tuple[str, str], ...]


class UnknownOperation(LambdaApiError):
    """No operation of Lambda has this method and path."""

    code = "UnknownOperationException"
    status = 404


class Protocol:
    """The operations of Lambda's service model."""

    def __init__(self, model: ServiceModel, supported: frozenset[str]) -> None:
        """supported: the operations to read; the others of the model are refused by name."""
        self._model = model
        self._supported = supported
        routes = [_route(model.operation_model(name)) for name in model.operation_names]
        # a route that wants something in its query comes before the one with the same path that does not
        self._routes = sorted(routes, key=lambda route: -len(route.query))

    def read(self, request: Request, region: str) -> Call:
        """The call that a request makes.

        Raises `NotEmulated` for operations we lack, `LambdaApiError` for parameters that are wrong.
        """
        route, path_values = self._find(request)
        if route.operation not in self._supported:
            raise NotEmulated(f"Lambda's {route.operation} is not emulated")
        shape = self._model.operation_model(route.operation).input_shape
        if not isinstance(shape, StructureShape):
            return Call(route.operation, region, {})
        parameters = _parameters(shape, request, path_values)
        if broken := list(violations(shape, parameters, with_values=True)):
            raise ValidationError(summary(broken))
        return Call(route.operation, region, parameters)

    def success_status(self, operation: str) -> int:
        """The HTTP status of an operation's success."""
        return int(self._model.operation_model(operation).http.get("responseCode", 200))

    def _find(self, request: Request) -> tuple[_Route, Mapping[str, str]]:
        given = set(parse_qsl(request.query, keep_blank_values=True))
        path = request.path.rstrip("/")
        for route in self._routes:
            match = route.pattern.fullmatch(path)
            if match and route.method == request.method and given.issuperset(route.query):
                return route, match.groupdict()
        raise UnknownOperation(f"No operation at {request.method} {request.path}")


def load_protocol(supported: frozenset[str]) -> Protocol:
    """Lambda's model as botocore ships it (about 50 ms), with the limits that zip packages have."""
    loader = botocore.session.get_session().get_component("data_loader")
    data = loader.load_service_model("lambda", "service-2")
    shapes = data["shapes"]
    shapes["Timeout"]["max"] = MOST_SECONDS
    shapes["MemorySize"]["max"] = MOST_MEMORY
    shapes["Runtime"].pop("enum", None)  # the operations refuse runtimes, with an error of their own
    return Protocol(ServiceModel(data, "lambda"), supported)


def _route(operation: OperationModel) -> _Route:
    uri, _, query = operation.http["requestUri"].partition("?")
    parts = (re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(part)) for part in uri.rstrip("/").split("/"))
    return _Route(
        operation.name, operation.http["method"], re.compile("/".join(parts)), tuple(parse_qsl(query))
    )


def _parameters(shape: StructureShape, request: Request, path_values: Mapping[str, str]) -> Json:
    query: dict[str, list[str]] = {}
    for name, value in parse_qsl(request.query, keep_blank_values=True):
        query.setdefault(name, []).append(value)
    payload = shape.serialization.get("payload")
    found: Json = {}
    in_body = frozenset(name for name, member in shape.members.items() if _is_in_body(member))
    for name, member in shape.members.items():
        place, called = member.serialization.get("location"), member.serialization.get("name", name)
        if place == "uri":
            found[name] = _from_text(member, path_values[called], name)
        elif place == "querystring" and called in query:
            values = query[called]
            found[name] = values if isinstance(member, ListShape) else _from_text(member, values[-1], name)
        elif place == "header" and called.lower() in request.headers:
            found[name] = _from_text(member, request.headers[called.lower()], name)
        elif name == payload:
            found[name] = request.body
    if request.body and payload is None:
        found.update(_read_body(shape, in_body, request.body))
    return found


def _read_body(shape: StructureShape, in_body: frozenset[str], body: bytes) -> Json:
    """The parameters in a body, blobs decoded; raises `SerializationError` and `InvalidParameterValue`."""
    try:
        parameters = read_object(shape, body)
    except WrongType as error:
        raise SerializationError(error.message or "Could not parse request body into json") from error
    given = json.loads(body)
    misplaced = sorted(set(given) - in_body)
    if misplaced:
        raise InvalidParameterValue(f"Unknown parameter: {misplaced[0]}")
    _refuse_unknown(shape, given, "")
    return {name: _decoded(shape.members[name], value) for name, value in parameters.items()}


def _refuse_unknown(shape: Shape, value: Any, path: str) -> None:
    """Refuse members that the model does not know: AWS drops them, and what was misspelt would be missed."""
    if isinstance(shape, ListShape) and value:
        for item in value:
            _refuse_unknown(shape.member, item, path)
    if isinstance(shape, StructureShape) and value:
        for name, item in value.items():
            if name not in shape.members:
                raise InvalidParameterValue(f"Unknown parameter: {path}{name}")
            _refuse_unknown(shape.members[name], item, f"{path}{name}.")


def _decoded(shape: Shape, value: Any) -> Any:
    """The value with blobs as bytes."""
    if isinstance(shape, StructureShape):
        return {name: _decoded(shape.members[name], item) for name, item in value.items()}
    if shape.type_name != "blob":
        return value
    try:
        return base64.b64decode(value, validate=True)
    except binascii.Error as error:
        raise SerializationError(f"A blob is not in base 64: {error}") from error


def _is_in_body(member: Shape) -> bool:
    return "location" not in member.serialization


def _from_text(shape: Shape, text: str, name: str) -> Any:
    if shape.type_name in ("integer", "long"):
        try:
            return int(text)
        except ValueError as error:
            raise SerializationError(f"{name} must be an integer") from error
    if shape.type_name == "boolean":
        return text.lower() == "true"
    return text
