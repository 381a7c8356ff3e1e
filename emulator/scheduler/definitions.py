"""From what CreateSchedule and UpdateSchedule are given to a schedule, and back to GetSchedule's answer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from emulator.scheduler.errors import ValidationError
from emulator.scheduler.expressions import At, parse_expression, zone_of
from emulator.scheduler.model import DEFAULT_GROUP, ENABLED, Key, RetryPolicy, Schedule, Target
from emulator.scheduler.targets import check_target

LATEST_START = timedelta(minutes=5)

Json = dict[str, Any]


def key_of(region: str, parameters: Mapping[str, Any]) -> Key:
    """The schedule that a request names."""
    return Key(region, parameters.get("GroupName", DEFAULT_GROUP), parameters["Name"])


def read_schedule(key: Key, parameters: Mapping[str, Any], now: datetime, created: datetime) -> Schedule:
    """The schedule that a request describes; what it leaves out has its default, in an update too.

    Raises `ValidationError`; `NotEmulated` for a target that the emulator cannot call.
    """
    zone_name = parameters.get("ScheduleExpressionTimezone", "UTC")
    schedule = Schedule(
        key=key,
        expression_text=parameters["ScheduleExpression"],
        expression=parse_expression(parameters["ScheduleExpression"], zone_of(zone_name)),
        timezone=zone_name,
        target=_target(parameters["Target"]),
        flexible_minutes=_window(parameters["FlexibleTimeWindow"]),
        state=parameters.get("State", ENABLED),
        action_after_completion=parameters.get("ActionAfterCompletion", "NONE"),
        start=_time(parameters.get("StartDate")),
        end=_time(parameters.get("EndDate")),
        description=parameters.get("Description"),
        kms_key_arn=parameters.get("KmsKeyArn"),
        created=created,
        modified=now,
    )
    _check_dates(schedule, now)
    check_target(schedule.target)
    return schedule


def described(schedule: Schedule) -> Json:
    """GetSchedule's answer."""
    retry = schedule.target.retry
    window: Json = {"Mode": "OFF"}
    if schedule.flexible_minutes is not None:
        window = {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": schedule.flexible_minutes}
    return summarized(schedule) | {
        "ScheduleExpression": schedule.expression_text,
        "ScheduleExpressionTimezone": schedule.timezone,
        "FlexibleTimeWindow": window,
        "ActionAfterCompletion": schedule.action_after_completion,
        "Target": {
            **schedule.target.given,
            "RetryPolicy": {
                "MaximumEventAgeInSeconds": retry.event_age_seconds,
                "MaximumRetryAttempts": retry.attempts,
            },
        },
        "StartDate": schedule.start,
        "EndDate": schedule.end,
        "Description": schedule.description,
        "KmsKeyArn": schedule.kms_key_arn,
    }


def summarized(schedule: Schedule) -> Json:
    """One of ListSchedules' answers."""
    return {
        "Arn": schedule.key.arn,
        "Name": schedule.key.name,
        "GroupName": schedule.key.group,
        "State": schedule.state,
        "CreationDate": schedule.created,
        "LastModificationDate": schedule.modified,
        "Target": {"Arn": schedule.target.arn},
    }


def _target(given: Mapping[str, Any]) -> Target:
    retry, default = given.get("RetryPolicy", {}), RetryPolicy()
    return Target(
        arn=given["Arn"],
        retry=RetryPolicy(
            event_age_seconds=retry.get("MaximumEventAgeInSeconds", default.event_age_seconds),
            attempts=retry.get("MaximumRetryAttempts", default.attempts),
        ),
        input=given.get("Input"),
        dead_letter_arn=given.get("DeadLetterConfig", {}).get("Arn"),
        given=given,
    )


def _window(given: Mapping[str, Any]) -> int | None:
    minutes: int | None = given.get("MaximumWindowInMinutes")
    if given["Mode"] == "FLEXIBLE" and minutes is None:
        raise ValidationError(
            "MaximumWindowInMinutes must be provided when FlexibleTimeWindowMode is FLEXIBLE."
        )
    if given["Mode"] == "OFF" and minutes is not None:
        raise ValidationError(
            "MaximumWindowInMinutes must not be provided when FlexibleTimeWindowMode is set to OFF."
        )
    return minutes


def _time(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def _check_dates(schedule: Schedule, now: datetime) -> None:
    if isinstance(schedule.expression, At):
        return
    start, end = schedule.start, schedule.end
    if start is not None and start < now - LATEST_START:
        raise ValidationError("The StartDate you specify cannot be earlier than 5 minutes ago.")
    if end is not None and end < now:
        raise ValidationError("The EndDate you specify cannot be in the past.")
    if start is not None and end is not None and end <= start:
        raise ValidationError("The EndDate you specify must come after the StartDate.")
