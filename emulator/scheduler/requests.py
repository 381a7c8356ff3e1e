"""Reads the service's REST requests by the model that botocore ships.

Unlike the real service, which ignores members that its model does not know, these are refused by name: what
would have no effect is not accepted.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs
from wsgiref.types import WSGIEnvironment

import botocore.session
from botocore.model import ListShape, OperationModel, ServiceModel, Shape, StructureShape

from emulator.constraints import summary, violations
from emulator.scheduler.errors import SerializationError, ValidationError
from emulator.typed_json import WrongType, read_object
from emulator.wire import NotEmulated, read_body, signed_region


@dataclass(frozen=True)
class Request:
    """One call: its operation, its region, and its checked parameters under the model's names.

    Times are seconds since 1970.
    """

    operation: str
    region: str
    parameters: Mapping[str, Any]


class Requests:
    """Finds a request's operation and reads its parameters."""

    def __init__(self, model: ServiceModel) -> None:
        operations = (model.operation_model(name) for name in model.operation_names)
        self._routes = [
            (operation.http["method"], _pattern(operation), operation) for operation in operations
        ]

    def read(self, environ: WSGIEnvironment) -> Request:
        """The call that a request is.

        Raises `NotEmulated` (no operation has this path), `SerializationError` and `ValidationError`.
        """
        operation, parameters = self._route(environ["REQUEST_METHOD"], _path(environ))
        shape = operation.input_shape
        parameters |= _query(shape, parse_qs(environ.get("QUERY_STRING", ""), keep_blank_values=True))
        parameters |= _body(shape, read_body(environ))
        broken = list(violations(shape, parameters))
        if broken:
            raise ValidationError(summary(broken))
        return Request(operation.name, signed_region(environ), parameters)

    def _route(self, method: str, path: str) -> tuple[OperationModel, dict[str, Any]]:
        for wanted, pattern, operation in self._routes:
            match = pattern.fullmatch(path)
            if match and wanted == method:
                return operation, match.groupdict()
        raise NotEmulated(f"EventBridge Scheduler has no operation {method} {path}")


def load_model() -> ServiceModel:
    """EventBridge Scheduler's model as botocore ships it."""
    loader = botocore.session.get_session().get_component("data_loader")
    return ServiceModel(loader.load_service_model("scheduler", "service-2"), "scheduler")


def _path(environ: WSGIEnvironment) -> str:
    # WSGI's paths are bytes in the shape of latin-1
    return str(environ["PATH_INFO"]).encode("latin-1").decode("utf-8", "replace")


def _pattern(operation: OperationModel) -> re.Pattern[str]:
    return re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>.+)", operation.http["requestUri"]))


def _members(shape: Shape | None, place: str | None) -> Iterator[tuple[str, str, Shape]]:
    """The members that stand in one place of the request (``uri``, ``querystring``, None: the body)."""
    assert isinstance(shape, StructureShape)
    for name, member in shape.members.items():
        if member.serialization.get("location") == place:
            yield name, member.serialization.get("name", name), member


def _query(shape: Shape | None, given: Mapping[str, list[str]]) -> dict[str, Any]:
    known = {sent: (name, member) for name, sent, member in _members(shape, "querystring")}
    _refuse_unknown(set(given) - set(known))
    values: dict[str, Any] = {}
    for sent, texts in given.items():
        name, member = known[sent]
        values[name] = texts if isinstance(member, ListShape) else _query_value(name, member, texts[0])
    return values


def _query_value(name: str, shape: Shape, text: str) -> str | int:
    if shape.type_name != "integer":
        return text
    if not re.fullmatch(r"-?[0-9]+", text):
        raise ValidationError(f"Value {text} at '{name}' is not a number")
    return int(text)


def _body(shape: Shape | None, body: bytes) -> dict[str, Any]:
    text = body or b"{}"
    try:
        values = read_object(shape, text)
    except WrongType as error:
        raise SerializationError(str(error)) from error
    _refuse_unknown(set(_unknown(shape, json.loads(text))))
    in_body = {name for name, _, _ in _members(shape, None)}
    return {name: value for name, value in values.items() if name in in_body}


def _unknown(shape: Shape | None, value: Any, path: str = "") -> Iterator[str]:
    """The members that the model does not know, as paths."""
    if isinstance(shape, StructureShape) and isinstance(value, dict):
        for name, item in value.items():
            if name not in shape.members:
                yield f"{path}{name}"
            else:
                yield from _unknown(shape.members[name], item, f"{path}{name}.")
    if isinstance(shape, ListShape) and isinstance(value, list):
        for index, item in enumerate(value):
            yield from _unknown(shape.member, item, f"{path}{index}.")


def _refuse_unknown(names: set[str]) -> None:
    if names:
        raise ValidationError(f"EventBridge Scheduler has no member {', '.join(sorted(names))} here")
