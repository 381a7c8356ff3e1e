"""The API calls that schedules make, in Scheduler's own form, and what botocore makes of them.

Scheduler names services as AWS's SDK for Java does (``sfn``, ``eventbridge``), operations with a small first
letter and every member with a capital one (``StateMachineArn``), whatever the service itself says.
Source: the Scheduler User Guide, "Using universal targets".
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import botocore.session
from botocore import xform_name
from botocore.model import ListShape, MapShape, OperationModel, ServiceModel, Shape, StructureShape
from moto.backend_index import backend_url_patterns

from emulator.scheduler.errors import ValidationError
from emulator.wire import NotEmulated

READ_ONLY = re.compile(
    "get|describe|list|poll|receive|search|scan|query|select|read|lookup|discover|validate|batchGet"
    "|batchDescribe|batchRead|transactGet|adminGet|adminList|testMigration|retrieve|testConnection"
    "|translateDocument|isAuthorized|invokeModel",
    re.IGNORECASE,
)
"""How the names of actions begin that Scheduler does not call."""

_RENAMED = {
    "cloudwatchlogs": "logs",
    "cognitoidentityprovider": "cognito-idp",
    "configservice": "config",
    "costexplorer": "ce",
    "databasemigrationservice": "dms",
    "directoryservice": "ds",
    "elasticloadbalancing": "elb",
    "elasticsearchservice": "es",
    "eventbridge": "events",
    "iotdataplane": "iot-data",
    "sfn": "stepfunctions",
    "simpledb": "sdb",
}
"""Scheduler's names of services whose names in botocore differ by more than hyphens."""


@dataclass(frozen=True)
class Call:
    """A call: Scheduler's names of service and action, and parameters with capital first letters."""

    service: str
    action: str
    parameters: Mapping[str, Any]

    @property
    def arn(self) -> str:
        """The call as a universal target."""
        return f"arn:aws:scheduler:::aws-sdk:{self.service}:{self.action}"

    @property
    def payload(self) -> str:
        """The parameters as JSON."""
        return json.dumps(self.parameters, separators=(",", ":"), ensure_ascii=False)


@dataclass(frozen=True)
class Operation:
    """What a call is to boto3: the service, the client's method, and the model of the operation."""

    service: str
    method: str
    model: OperationModel


def operation_of(call: Call) -> Operation:
    """The operation that a call names.

    Raises `ValidationError` where AWS refuses it, `NotEmulated` for a service that the emulator has not.
    """
    model = _service_model(call.service)
    names = {name.lower(): name for name in model.operation_names}
    name = names.get(call.action.lower())
    if name is None or READ_ONLY.match(call.action):
        raise ValidationError(f"{call.arn} is not a supported API for a target.")
    host = f"http://{model.metadata['endpointPrefix']}.us-east-1.amazonaws.com"
    if not any(pattern.match(host) for _, pattern in backend_url_patterns):
        raise NotEmulated(f"The target {call.arn} cannot be called: the service is not emulated")
    return Operation(model.service_name, xform_name(name), model.operation_model(name))


def arguments(operation: Operation, call: Call) -> dict[str, Any]:
    """The call's parameters under the names that botocore has for them; raises `ValidationError`."""
    shape = operation.model.input_shape
    if shape is None:
        return {}
    named: dict[str, Any] = _named(shape, call.parameters)
    missing = [_capital(name) for name in shape.required_members if name not in named]
    if missing:
        raise _bad_request(f"Request payload is missing the following field(s): {', '.join(missing)}.")
    return named


def _named(shape: Shape, value: Any) -> Any:
    if isinstance(shape, StructureShape) and isinstance(value, dict):
        known = {_capital(name): name for name in shape.members}
        for key in value:
            if key not in known:
                raise _bad_request(f"The field '{key}' is not supported by api.")
        return {known[key]: _named(shape.members[known[key]], item) for key, item in value.items()}
    if isinstance(shape, ListShape) and isinstance(value, list):
        return [_named(shape.member, item) for item in value]
    if isinstance(shape, MapShape) and isinstance(value, dict):
        return {key: _named(shape.value, item) for key, item in value.items()}
    return value.encode() if shape.type_name == "blob" and isinstance(value, str) else value


@functools.cache
def _service_model(service: str) -> ServiceModel:
    session = botocore.session.get_session()
    names = {name.replace("-", ""): name for name in session.get_available_services()}
    name = _RENAMED.get(service) or names.get(service)
    if name is not None:
        loader = session.get_component("data_loader")
        model = ServiceModel(loader.load_service_model(name, "service-2"), name)
        if model.service_id.replace(" ", "").lower() == service:
            return model
    raise ValidationError(f"{service} is not a supported service for a target.")


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]


def _bad_request(reason: str) -> ValidationError:
    return ValidationError(f"Invalid RequestJson provided. Reason {reason}")
