"""AWS::Scheduler: schedules and their groups."""

from __future__ import annotations

from datetime import datetime

from emulator.cloudformation.resources.base import (
    Json,
    Made,
    ResourceType,
    Scope,
    picked,
    settle_tags,
)
from emulator.cloudformation.resources.kinds import INTEGER, TAGS, TEXT, Structure

_TARGET = Structure(
    {
        "Arn": TEXT,
        "DeadLetterConfig": Structure({"Arn": TEXT}),
        "Input": TEXT,
        "RetryPolicy": Structure({"MaximumEventAgeInSeconds": INTEGER, "MaximumRetryAttempts": INTEGER}),
        "RoleArn": TEXT,
        "SqsParameters": Structure({"MessageGroupId": TEXT}),
    },
    required=("Arn", "RoleArn"),
)


class Schedule(ResourceType):
    """A schedule."""

    name = "AWS::Scheduler::Schedule"
    properties = Structure(
        {
            "Description": TEXT,
            "EndDate": TEXT,
            "FlexibleTimeWindow": Structure({"MaximumWindowInMinutes": INTEGER, "Mode": TEXT}, ("Mode",)),
            "GroupName": TEXT,
            "KmsKeyArn": TEXT,
            "Name": TEXT,
            "ScheduleExpression": TEXT,
            "ScheduleExpressionTimezone": TEXT,
            "StartDate": TEXT,
            "State": TEXT,
            "Target": _TARGET,
        },
        required=("FlexibleTimeWindow", "ScheduleExpression", "Target"),
    )
    replaced_by = frozenset({"GroupName", "Name"})
    named_by = "Name"
    attributes = frozenset({"Arn"})

    def create(self, scope: Scope, properties: Json) -> Made:
        """CreateSchedule."""
        name = properties.get("Name") or scope.new_name(64)
        made = scope.client("scheduler").create_schedule(**{**_members(properties), "Name": name})
        return Made(name, {"Arn": made["ScheduleArn"]})

    def update(self, scope: Scope, physical_id: str, before: Json, after: Json) -> Made:
        """UpdateSchedule, which forgets what it is not told."""
        made = scope.client("scheduler").update_schedule(**{**_members(after), "Name": physical_id})
        return Made(physical_id, {"Arn": made["ScheduleArn"]})

    def delete(self, scope: Scope, physical_id: str, properties: Json) -> None:
        """DeleteSchedule."""
        group = picked(properties, "GroupName")
        scope.client("scheduler").delete_schedule(Name=physical_id, **group)


class ScheduleGroup(ResourceType):
    """A group of schedules; its schedules go with it."""

    name = "AWS::Scheduler::ScheduleGroup"
    properties = Structure({"Name": TEXT, "Tags": TAGS})
    replaced_by = frozenset({"Name"})
    named_by = "Name"
    attributes = frozenset({"Arn", "State"})

    def create(self, scope: Scope, properties: Json) -> Made:
        """CreateScheduleGroup."""
        name = properties.get("Name") or scope.new_name(64)
        made = scope.client("scheduler").create_schedule_group(Name=name, **picked(properties, "Tags"))
        return Made(name, {"Arn": made["ScheduleGroupArn"], "State": "ACTIVE"})

    def update(self, scope: Scope, physical_id: str, before: Json, after: Json) -> Made:
        """Its tags."""
        client, arn = scope.client("scheduler"), scope.arn("scheduler", f"schedule-group/{physical_id}")
        settle_tags(
            before,
            after,
            lambda keys: client.untag_resource(ResourceArn=arn, TagKeys=keys),
            lambda tags: client.tag_resource(ResourceArn=arn, Tags=tags),
        )
        return Made(physical_id, {"Arn": arn, "State": "ACTIVE"})

    def delete(self, scope: Scope, physical_id: str, properties: Json) -> None:
        """DeleteScheduleGroup."""
        scope.client("scheduler").delete_schedule_group(Name=physical_id)


def _members(properties: Json) -> Json:
    dates: Json = {
        name: datetime.fromisoformat(properties[name])
        for name in ("StartDate", "EndDate")
        if name in properties
    }
    return {**properties, **dates}


TYPES: tuple[ResourceType, ...] = (Schedule(), ScheduleGroup())
