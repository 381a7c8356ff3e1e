"""AWS::Events: rules."""

from __future__ import annotations

from typing import Any

from emulator.cloudformation.resources.base import (
    AlreadyThere,
    Json,
    Made,
    ResourceType,
    Scope,
    is_there,
    picked,
    settle_tags,
)
from emulator.cloudformation.resources.kinds import INTEGER, JSON_TEXT, TAGS, TEXT, ListOf, MapOf, Structure

_TARGET = Structure(
    {
        "Arn": TEXT,
        "DeadLetterConfig": Structure({"Arn": TEXT}),
        "Id": TEXT,
        "Input": TEXT,
        "InputPath": TEXT,
        "InputTransformer": Structure({"InputPathsMap": MapOf(TEXT), "InputTemplate": TEXT}),
        "RetryPolicy": Structure({"MaximumEventAgeInSeconds": INTEGER, "MaximumRetryAttempts": INTEGER}),
        "RoleArn": TEXT,
        "SqsParameters": Structure({"MessageGroupId": TEXT}),
    },
    required=("Arn", "Id"),
)
_MEMBERS = ("Description", "EventBusName", "EventPattern", "RoleArn", "ScheduleExpression", "State")


class Rule(ResourceType):
    """A rule of an event bus with its targets."""

    name = "AWS::Events::Rule"
    properties = Structure(
        {
            "Description": TEXT,
            "EventBusName": TEXT,
            "EventPattern": JSON_TEXT,
            "Name": TEXT,
            "RoleArn": TEXT,
            "ScheduleExpression": TEXT,
            "State": TEXT,
            "Tags": TAGS,
            "Targets": ListOf(_TARGET),
        }
    )
    replaced_by = frozenset({"EventBusName", "Name"})
    named_by = "Name"
    attributes = frozenset({"Arn"})

    def create(self, scope: Scope, properties: Json) -> Made:
        """PutRule, PutTargets; fails if there is a rule of this name."""
        events = scope.client("events")
        name = properties.get("Name") or scope.new_name(64)
        bus = picked(properties, "EventBusName")
        if is_there(lambda: events.describe_rule(Name=name, **bus)):
            raise AlreadyThere(name)
        events.put_rule(Name=name, **picked(properties, *_MEMBERS, "Tags"))
        scope.initiated(name)
        if properties.get("Targets"):
            events.put_targets(Rule=name, Targets=properties["Targets"], **bus)
        return _rule(events, name, bus)

    def update(self, scope: Scope, physical_id: str, before: Json, after: Json) -> Made:
        """PutRule, its targets and tags."""
        events, bus = scope.client("events"), picked(after, "EventBusName")
        events.put_rule(Name=physical_id, **picked(after, *_MEMBERS))
        old = {target["Id"] for target in before.get("Targets", [])}
        gone = old - {target["Id"] for target in after.get("Targets", [])}
        if gone:
            events.remove_targets(Rule=physical_id, Ids=sorted(gone), **bus)
        if after.get("Targets"):
            events.put_targets(Rule=physical_id, Targets=after["Targets"], **bus)
        made = _rule(events, physical_id, bus)
        settle_tags(
            before,
            after,
            lambda keys: events.untag_resource(ResourceARN=made.attributes["Arn"], TagKeys=keys),
            lambda tags: events.tag_resource(ResourceARN=made.attributes["Arn"], Tags=tags),
        )
        return made

    def delete(self, scope: Scope, physical_id: str, properties: Json) -> None:
        """RemoveTargets, DeleteRule."""
        events, bus = scope.client("events"), picked(properties, "EventBusName")
        targets = [target["Id"] for target in properties.get("Targets", [])]
        if targets and is_there(lambda: events.describe_rule(Name=physical_id, **bus)):
            events.remove_targets(Rule=physical_id, Ids=targets, **bus)
        events.delete_rule(Name=physical_id, **bus)


def _rule(events: Any, name: str, bus: Json) -> Made:
    return Made(name, {"Arn": events.describe_rule(Name=name, **bus)["Arn"]})


TYPES: tuple[ResourceType, ...] = (Rule(),)
