"""What EventBridge Scheduler holds: schedules, their targets, and groups of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from emulator.moto_backends import ACCOUNT
from emulator.scheduler.expressions import Expression, next_occurrence

DEFAULT_GROUP = "default"
ENABLED = "ENABLED"
DELETE = "DELETE"
LONGEST_EVENT_AGE_SECONDS = 86_400
MOST_RETRIES = 185


@dataclass(frozen=True)
class Key:
    """What names a schedule."""

    region: str
    group: str
    name: str

    @property
    def arn(self) -> str:
        """The schedule's ARN."""
        return f"arn:aws:scheduler:{self.region}:{ACCOUNT}:schedule/{self.group}/{self.name}"


@dataclass(frozen=True)
class RetryPolicy:
    """How long and how often a failed call is tried again."""

    event_age_seconds: int = LONGEST_EVENT_AGE_SECONDS
    attempts: int = MOST_RETRIES


@dataclass(frozen=True)
class Target:
    """What a schedule calls. `given` is the request's form of it, with the members that it left out."""

    arn: str
    retry: RetryPolicy
    input: str | None
    dead_letter_arn: str | None
    given: Mapping[str, Any]


@dataclass(frozen=True)
class Schedule:
    """A schedule as it was last written."""

    key: Key
    expression_text: str
    expression: Expression
    timezone: str
    target: Target
    flexible_minutes: int | None
    state: str
    action_after_completion: str
    start: datetime | None
    end: datetime | None
    description: str | None
    kms_key_arn: str | None
    created: datetime
    modified: datetime

    @property
    def is_enabled(self) -> bool:
        """Whether it fires at all."""
        return self.state == ENABLED

    def next_after(self, instant: datetime) -> datetime | None:
        """When it is due next after an instant, None for never."""
        return next_occurrence(self.expression, instant, self.modified, self.start, self.end)


@dataclass
class Group:
    """A schedule group; the default one has no dates."""

    region: str
    name: str
    created: datetime | None
    modified: datetime | None
    tags: dict[str, str] = field(default_factory=dict)

    @property
    def arn(self) -> str:
        """The group's ARN."""
        return f"arn:aws:scheduler:{self.region}:{ACCOUNT}:schedule-group/{self.name}"
