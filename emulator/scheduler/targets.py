"""Targets: which calls they are. Source: the Scheduler User Guide, "Using templated targets"."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from emulator.moto_backends import ACCOUNT
from emulator.scheduler.calls import Call, arguments, operation_of
from emulator.scheduler.errors import ValidationError
from emulator.scheduler.model import Key, Target
from emulator.wire import NotEmulated

_UNIVERSAL = "arn:aws:scheduler:::aws-sdk:"
_NOT_EMULATED_TEMPLATES = ("codebuild", "codepipeline", "ecs", "inspector", "sagemaker")
_SETTINGS = {"sqs": "SqsParameters", "events": "EventBridgeParameters", "kinesis": "KinesisParameters"}
"""Where the settings of a templated target stand, by the service in its ARN."""

_NOT_EMULATED_SETTINGS = (
    "EcsParameters",
    "EventBridgePutEventsV2Parameters",
    "EventBridgePutRawEventsParameters",
    "SageMakerPipelineParameters",
)


@dataclass(frozen=True)
class Invocation:
    """One attempt to call a schedule's target."""

    key: Key
    scheduled: datetime
    execution_id: str
    attempt: int


@dataclass(frozen=True)
class Arn:
    """The parts of a target's ARN."""

    service: str
    region: str
    account: str
    resource: str
    text: str


def check_target(target: Target) -> None:
    """Refuse what cannot be called.

    Raises `ValidationError` where AWS refuses it, `NotEmulated` for what AWS takes and the emulator has not.
    """
    for name in _NOT_EMULATED_SETTINGS:
        if name in target.given:
            raise NotEmulated(f"Target.{name} is not emulated")
    wanted = None if target.arn.startswith(_UNIVERSAL) else _SETTINGS.get(_arn(target.arn).service)
    for name in _SETTINGS.values():
        if name in target.given and name != wanted:
            raise ValidationError(f"{name} does not match the target {target.arn}.")
    call = _template(target, target.input or "{}")
    arguments(operation_of(call), call)


def call_of(target: Target, invocation: Invocation) -> Call:
    """The call that a target is, with the context attributes of this attempt in its input."""
    text = target.input if target.input is not None else _default_event(invocation)
    for name, value in _context(invocation).items():
        text = text.replace(f"<aws.scheduler.{name}>", value)
    return _template(target, text)


def region_of(target: Target, default: str) -> str:
    """The region that a target is called in: its own, or a universal target's schedule's."""
    return default if target.arn.startswith(_UNIVERSAL) else _arn(target.arn).region


def moment(instant: datetime) -> str:
    """An instant as Scheduler writes it, such as 2022-03-22T18:59:43Z."""
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")


def _context(invocation: Invocation) -> dict[str, str]:
    return {
        "schedule-arn": invocation.key.arn,
        "scheduled-time": moment(invocation.scheduled),
        "execution-id": invocation.execution_id,
        "attempt-number": str(invocation.attempt),
    }


def _default_event(invocation: Invocation) -> str:
    """What a templated target gets from a schedule without an input."""
    return json.dumps(
        {
            "version": "0",
            "id": invocation.execution_id,
            "detail-type": "Scheduled Event",
            "source": "aws.scheduler",
            "account": ACCOUNT,
            "time": moment(invocation.scheduled),
            "region": invocation.key.region,
            "resources": [invocation.key.arn],
            "detail": "{}",
        }
    )


def _template(target: Target, text: str) -> Call:
    if target.arn.startswith(_UNIVERSAL):
        return _universal(target, text)
    arn = _arn(target.arn)
    make = _TEMPLATES.get(arn.service)
    if make is not None:
        return make(arn, text, target.given.get(_SETTINGS.get(arn.service, ""), {}))
    if arn.service in _NOT_EMULATED_TEMPLATES:
        raise NotEmulated(f"The target {target.arn} cannot be called: {arn.service} is no emulated target")
    raise ValidationError(f"{arn.service} is not a supported service for a target.")


def _arn(text: str) -> Arn:
    parts = text.split(":", 5)
    if len(parts) != 6 or parts[0] != "arn" or not all((parts[1], parts[2], parts[5])):
        raise ValidationError("Provided Arn is not in correct format.")
    return Arn(service=parts[2], region=parts[3], account=parts[4], resource=parts[5], text=text)


def _universal(target: Target, text: str) -> Call:
    service, colon, action = target.arn.removeprefix(_UNIVERSAL).partition(":")
    if not colon or not service or not action:
        raise ValidationError("Provided Arn is not in correct format.")
    try:
        parameters = json.loads(text if target.input is not None else "{}")
    except ValueError as error:
        raise ValidationError("Invalid RequestJson provided. Reason It is not valid JSON.") from error
    if not isinstance(parameters, dict):
        raise ValidationError("Invalid RequestJson provided. Reason It is not a JSON object.")
    return Call(service, action, parameters)


def _states(arn: Arn, text: str, settings: Mapping[str, Any]) -> Call:
    _require(arn.resource.startswith("stateMachine:"))
    return Call("sfn", "startExecution", {"StateMachineArn": arn.text, "Input": text})


def _lambda(arn: Arn, text: str, settings: Mapping[str, Any]) -> Call:
    _require(arn.resource.startswith("function:"))
    return Call("lambda", "invoke", {"FunctionName": arn.text, "InvocationType": "Event", "Payload": text})


def _sqs(arn: Arn, text: str, settings: Mapping[str, Any]) -> Call:
    group = settings.get("MessageGroupId")
    if arn.resource.endswith(".fifo") and group is None:
        raise ValidationError("The target is a FIFO queue: SqsParameters.MessageGroupId must be provided.")
    parameters = {"MessageBody": text, "QueueUrl": queue_url(arn.text)}
    return Call("sqs", "sendMessage", parameters | ({"MessageGroupId": group} if group else {}))


def queue_url(arn: str) -> str:
    """The URL of a queue, as SQS gives it."""
    queue = _arn(arn)
    return f"https://sqs.{queue.region}.amazonaws.com/{queue.account}/{queue.resource}"


def _sns(arn: Arn, text: str, settings: Mapping[str, Any]) -> Call:
    return Call("sns", "publish", {"Message": text, "TopicArn": arn.text})


def _events(arn: Arn, text: str, settings: Mapping[str, Any]) -> Call:
    _require(arn.resource.startswith("event-bus/"))
    if not settings:
        raise ValidationError("EventBridgeParameters must be provided for an event bus.")
    entry = {"EventBusName": arn.text, "Detail": text, **settings}
    return Call("eventbridge", "putEvents", {"Entries": [entry]})


def _kinesis(arn: Arn, text: str, settings: Mapping[str, Any]) -> Call:
    _require(arn.resource.startswith("stream/"))
    if not settings:
        raise ValidationError("KinesisParameters must be provided for a stream.")
    return Call("kinesis", "putRecord", {"StreamARN": arn.text, "Data": text, **settings})


def _firehose(arn: Arn, text: str, settings: Mapping[str, Any]) -> Call:
    _require(arn.resource.startswith("deliverystream/"))
    name = arn.resource.partition("/")[2]
    return Call("firehose", "putRecord", {"DeliveryStreamName": name, "Record": {"Data": text}})


def _require(is_right: bool) -> None:
    if not is_right:
        raise ValidationError("Provided Arn is not in correct format.")


_TEMPLATES: Mapping[str, Callable[[Arn, str, Mapping[str, Any]], Call]] = {
    "states": _states,
    "lambda": _lambda,
    "sqs": _sqs,
    "sns": _sns,
    "events": _events,
    "kinesis": _kinesis,
    "firehose": _firehose,
}
