"""Lambda's REST-JSON on the wire: which operation a request names, and its parameters."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import botocore.session
from botocore.model import ListShape, OperationModel, ServiceModel, Shape, StructureShape

from emulator.awslambda.constraints import check, typed
from emulator.awslambda.errors import LambdaApiError, SerializationError
from emulator.wire import NotEmulated

Json = dict[str, Any]


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
        check(shape, parameters)
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
    """Lambda's model as botocore ships it (about 50 ms)."""
    loader = botocore.session.get_session().get_component("data_loader")
    return Protocol(ServiceModel(loader.load_service_model("lambda", "service-2"), "lambda"), supported)


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
    in_body: Json = {}
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
        elif place is None:
            in_body[name] = member
    if in_body or (request.body and not payload):
        found.update(_body_members(shape, in_body, request.body))
    return found


def _body_members(shape: StructureShape, in_body: Json, body: bytes) -> Json:
    if not body:
        return {}
    try:
        value = json.loads(body)
    except ValueError as error:
        raise SerializationError(f"Could not parse request body into json: {error}") from error
    parameters: Json = typed(_only(shape, in_body), value)
    return parameters


def _only(shape: StructureShape, in_body: Json) -> StructureShape:
    """The shape of what a body may hold: the members that are neither in path, query nor headers."""
    body_shape = StructureShape(shape.name, {"type": "structure", "members": {}}, None)
    body_shape.__dict__["members"] = in_body
    return body_shape


def _from_text(shape: Shape, text: str, name: str) -> Any:
    if shape.type_name in ("integer", "long"):
        try:
            return int(text)
        except ValueError as error:
            raise SerializationError(f"{name} must be an integer") from error
    if shape.type_name == "boolean":
        return text.lower() == "true"
    return text
