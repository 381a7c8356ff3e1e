"""AWS::StepFunctions: state machines."""

from __future__ import annotations

import json
import re
from typing import Any

from emulator.cloudformation.resources.base import (
    Json,
    Made,
    ResourceType,
    Scope,
    lower_first,
    settle_tags,
)
from emulator.cloudformation.resources.kinds import (
    BOOLEAN,
    JSON_OBJECT,
    TAGS,
    TEXT,
    InvalidProperty,
    ListOf,
    MapOf,
    Structure,
)

_LOGGING = Structure(
    {
        "Destinations": ListOf(Structure({"CloudWatchLogsLogGroup": Structure({"LogGroupArn": TEXT})})),
        "IncludeExecutionData": BOOLEAN,
        "Level": TEXT,
    }
)
_PLACEHOLDER = re.compile(r"\$\{([A-Za-z0-9_]+)\}")


class StateMachine(ResourceType):
    """A state machine."""

    name = "AWS::StepFunctions::StateMachine"
    properties = Structure(
        {
            "Definition": JSON_OBJECT,
            "DefinitionS3Location": Structure({"Bucket": TEXT, "Key": TEXT, "Version": TEXT}),
            "DefinitionString": TEXT,
            "DefinitionSubstitutions": MapOf(TEXT),
            "LoggingConfiguration": _LOGGING,
            "RoleArn": TEXT,
            "StateMachineName": TEXT,
            "StateMachineType": TEXT,
            "Tags": TAGS,
            "TracingConfiguration": Structure({"Enabled": BOOLEAN}),
        },
        required=("RoleArn",),
    )
    replaced_by = frozenset({"StateMachineName", "StateMachineType"})
    named_by = "StateMachineName"
    attributes = frozenset({"Arn", "Name"})

    def create(self, scope: Scope, properties: Json) -> Made:
        """CreateStateMachine."""
        name = properties.get("StateMachineName") or scope.new_name(80)
        kind = properties.get("StateMachineType", "STANDARD")
        made = scope.client("stepfunctions").create_state_machine(
            name=name, type=kind, **_members(scope, properties), tags=lower_first(properties.get("Tags", []))
        )
        return _machine(made["stateMachineArn"])

    def update(self, scope: Scope, physical_id: str, before: Json, after: Json) -> Made:
        """UpdateStateMachine, and its tags."""
        client = scope.client("stepfunctions")
        defaults = {
            "loggingConfiguration": {"level": "OFF", "includeExecutionData": False},
            "tracingConfiguration": {"enabled": False},
        }
        client.update_state_machine(stateMachineArn=physical_id, **{**defaults, **_members(scope, after)})
        settle_tags(
            before,
            after,
            lambda keys: client.untag_resource(resourceArn=physical_id, tagKeys=keys),
            lambda tags: client.tag_resource(resourceArn=physical_id, tags=lower_first(tags)),
        )
        return _machine(physical_id)

    def delete(self, scope: Scope, physical_id: str, properties: Json) -> None:
        """DeleteStateMachine."""
        scope.client("stepfunctions").delete_state_machine(stateMachineArn=physical_id)


def _machine(arn: str) -> Made:
    return Made(arn, {"Arn": arn, "Name": arn.rpartition(":")[2]})


def _members(scope: Scope, properties: Json) -> Json:
    members: Json = {"definition": _definition(scope, properties), "roleArn": properties["RoleArn"]}
    for name in ("LoggingConfiguration", "TracingConfiguration"):
        if name in properties:
            members[name[:1].lower() + name[1:]] = lower_first(properties[name])
    return members


def _definition(scope: Scope, properties: Json) -> str:
    """The definition's text with its substitutions made; the template says it in one of three ways."""
    given = [
        name for name in ("Definition", "DefinitionString", "DefinitionS3Location") if name in properties
    ]
    if len(given) != 1:
        raise InvalidProperty(
            "#: exactly one of Definition, DefinitionString and DefinitionS3Location is needed"
        )
    if given == ["Definition"]:
        text = json.dumps(properties["Definition"])
    elif given == ["DefinitionString"]:
        text = properties["DefinitionString"]
    else:
        text = _stored(scope.client("s3"), properties["DefinitionS3Location"])
    values = properties.get("DefinitionSubstitutions", {})

    def replaced(match: re.Match[str]) -> str:
        found = values.get(match.group(1))
        # inside a JSON text: quotes and backslashes of the value must not end it
        return match.group() if found is None else json.dumps(found)[1:-1]

    return _PLACEHOLDER.sub(replaced, text)


def _stored(s3: Any, location: Json) -> str:
    version = {"VersionId": location["Version"]} if "Version" in location else {}
    body: bytes = s3.get_object(Bucket=location["Bucket"], Key=location["Key"], **version)["Body"].read()
    return body.decode()


TYPES: tuple[ResourceType, ...] = (StateMachine(),)
