"""Schedule expressions: ``cron(…)``, ``rate(…)`` and ``at(…)``, and when they are due.

Source: the Scheduler User Guide, "Schedule types in EventBridge Scheduler".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from emulator.scheduler.cron import BadCron, Cron, parse_cron
from emulator.scheduler.errors import ValidationError

_CALL = re.compile(r"(cron|rate|at)\((.*)\)")
_RATE = re.compile(r"([1-9][0-9]*)\s+(minute|hour|day)s?")
_AT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}")


@dataclass(frozen=True)
class Rate:
    """A fixed interval; a day is 24 hours whatever the zone does."""

    every: timedelta

    def after(self, instant: datetime, anchor: datetime) -> datetime:
        """The first of anchor, anchor + every, … after an instant."""
        if instant < anchor:
            return anchor
        return anchor + self.every * ((instant - anchor) // self.every + 1)


@dataclass(frozen=True)
class At:
    """One instant."""

    instant: datetime


Expression = Cron | Rate | At


def zone_of(name: str) -> tzinfo:
    """The time zone of the tz database; raises `ValidationError` for a name that it has not."""
    try:
        return ZoneInfo(name)
    except (KeyError, OSError, ValueError) as error:  # no such name, a folder of names, a path out of it
        raise ValidationError(f"Invalid Schedule Expression Timezone {name}.") from error


def parse_expression(text: str, zone: tzinfo) -> Expression:
    """What a schedule expression means in a zone; raises `ValidationError`."""
    call = _CALL.fullmatch(text)
    kind, inner = call.groups() if call else ("", "")
    if kind == "cron":
        try:
            return parse_cron(inner, zone)
        except BadCron as error:
            raise _bad_expression(text) from error
    if kind == "rate" and (rate := _RATE.fullmatch(inner)):
        return Rate(timedelta(**{f"{rate.group(2)}s": int(rate.group(1))}))
    if kind == "at" and _AT.fullmatch(inner):
        return _at(text, inner, zone)
    raise _bad_expression(text)


def next_occurrence(
    expression: Expression, after: datetime, anchor: datetime, start: datetime | None, end: datetime | None
) -> datetime | None:
    """When an expression is due next after an instant, None for never.

    anchor: where a rate counts from when no start is given. start and end bound what recurs and are ignored
    for ``at(…)``, as AWS does.
    """
    if isinstance(expression, At):
        return expression.instant if expression.instant > after else None
    if start is not None:
        after = max(after, start - timedelta(microseconds=1))
    if isinstance(expression, Rate):
        found: datetime | None = expression.after(after, start or anchor)
    else:
        found = expression.after(after)
    return None if found is None or (end is not None and found > end) else found


def _at(text: str, inner: str, zone: tzinfo) -> At:
    try:
        wall = datetime.fromisoformat(inner)
    except ValueError as error:
        raise _bad_expression(text) from error
    instant = wall.replace(tzinfo=zone).astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) != wall:
        # AWS documents nothing for it, and a schedule that never fires would say so to nobody
        raise ValidationError(f"{_bad_expression(text)} The time does not exist in {zone}.")
    return At(instant)


def _bad_expression(text: str) -> ValidationError:
    return ValidationError(f"Invalid Schedule Expression {text}.")
