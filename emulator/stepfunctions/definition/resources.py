"""Resources of Task states: which integrations there are, in which patterns, with which parameters."""

from __future__ import annotations

import re
from typing import Any

from emulator.stepfunctions.definition.problems import SCHEMA, Problems
from emulator.stepfunctions.tasks.aws_sdk import UnknownApi, boto_name, operation, service_model
from emulator.stepfunctions.tasks.casing import folded

_LAMBDA = re.compile(r"arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:function:[A-Za-z0-9_$-]+(:[A-Za-z0-9_$-]+)?")
_INTEGRATION = re.compile(r"arn:aws[a-z-]*:states:[a-z0-9-]*:\d*:([a-z0-9-]+):(.+)")
_TOKEN, _SYNC, _SYNC2 = "waitForTaskToken", "sync", "sync:2"

INTEGRATIONS: dict[str, dict[str, set[str]]] = {
    "athena": {
        "startQueryExecution": {"", _SYNC},
        "stopQueryExecution": {""},
        "getQueryExecution": {""},
        "getQueryResults": {""},
    },
    "dynamodb": {action: {""} for action in ("getItem", "putItem", "updateItem", "deleteItem")},
    "events": {"putEvents": {"", _TOKEN}},
    "lambda": {"invoke": {"", _TOKEN}},
    "sns": {"publish": {"", _TOKEN}},
    "sqs": {"sendMessage": {"", _TOKEN}},
    "states": {"startExecution": {"", _TOKEN, _SYNC, _SYNC2}},
}
"""Optimized integrations of this emulator, their actions and the patterns of each."""
_BOTO = {"states": "stepfunctions"}
_REQUIRED = {
    ("athena", "startQueryExecution"): ("QueryString",),
    ("lambda", "invoke"): ("FunctionName",),
    ("states", "startExecution"): ("StateMachineArn",),
    ("sqs", "sendMessage"): ("QueueUrl",),
}


def check_resource(
    state: dict[str, Any], parameters: Any, machine_type: str, location: str, problems: Problems
) -> None:
    """Check a Task state; parameters: its Parameters or Arguments, None if it has none."""
    resource = state.get("Resource")
    at = f"{location}/Resource"
    if not isinstance(resource, str) or not resource:
        problems.add("The field 'Resource' is required but was missing", at)
        return
    if _LAMBDA.fullmatch(resource):
        return
    match = _INTEGRATION.fullmatch(resource)
    if match is None or match.group(1) == "activity":
        what = "activities are" if match else "the value is not a valid resource ARN, or its resource is"
        problems.add(f"The resource provided {resource} is not recognized: {what} not supported here", at)
        return
    service, rest = match.groups()
    action, _, pattern = rest.partition(".")
    if service == "aws-sdk":
        _check_sdk(resource, action, pattern, parameters, state, location, problems)
    else:
        _check_optimized(resource, service, action, pattern, parameters, state, location, problems)
    if machine_type == "EXPRESS" and pattern:
        problems.add(f"Express state machine does not support '.{pattern}' service integration", at)


def _check_optimized(
    resource: str,
    service: str,
    action: str,
    pattern: str,
    parameters: Any,
    state: dict[str, Any],
    location: str,
    problems: Problems,
) -> None:
    at = f"{location}/Resource"
    actions = INTEGRATIONS.get(service)
    if actions is None:
        problems.add(f"The integration '{service}' of {resource} is not supported by this emulator", at)
        return
    if action not in actions or pattern not in actions[action]:
        problems.add(
            f"The resource provided {resource} is not recognized. The value is not a valid resource ARN, or "
            "the resource is not available in this region.",
            at,
            "INVALID_RESOURCE",
        )
        return
    model = service_model(_BOTO.get(service, service)).operation_model(action[:1].upper() + action[1:])
    members = set(model.input_shape.members) if model.input_shape else set()
    _check_members(parameters, members, _REQUIRED.get((service, action), ()), location, problems)


def _check_sdk(
    resource: str,
    action: str,
    pattern: str,
    parameters: Any,
    state: dict[str, Any],
    location: str,
    problems: Problems,
) -> None:
    service, _, api = action.partition(":")
    try:
        model = service_model(boto_name(service)).operation_model(operation(service, api))
    except UnknownApi as error:
        problems.add(f"{error} in {resource}", f"{location}/Resource", "INVALID_RESOURCE")
        return
    if pattern not in ("", _TOKEN):
        problems.add(f"AWS SDK integrations do not support '.{pattern}'", f"{location}/Resource")
    shape = model.input_shape
    required = [name[:1].upper() + name[1:] for name in (shape.required_members if shape else [])]
    members = set(shape.members) if shape else set()
    tokens = set(shape.metadata.get("idempotencyToken", [])) if shape else set()
    _check_members(parameters, members, [name for name in required if name not in tokens], location, problems)


def _check_members(
    parameters: Any, members: set[str], required: Any, location: str, problems: Problems
) -> None:
    """Check names of parameters; those that one expression makes are seen when they are used."""
    if isinstance(parameters, str):
        return
    given = {name.removesuffix(".$") for name in (parameters or {})}
    known = {folded(name) for name in members}
    for name in sorted(given):
        if folded(name) not in known:
            problems.add(f'The field "{name}" is not supported by Step Functions', location, SCHEMA)
    for name in required:
        if folded(name) not in {folded(each) for each in given}:
            problems.add(f'The field "{name}" is required but was missing', location, SCHEMA)
