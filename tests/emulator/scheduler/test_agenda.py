"""What is due next: occurrences one after the other, and retries only of what a schedule still is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from emulator.scheduler.agenda import Agenda, Due
from emulator.scheduler.expressions import Rate
from emulator.scheduler.model import Key, RetryPolicy, Schedule, Target

NOW = datetime(2026, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


def hourly(flexible_minutes: int | None = None) -> Schedule:
    return Schedule(
        key=Key("eu-west-2", "default", "hourly"),
        expression_text="rate(1 hour)",
        expression=Rate(HOUR),
        timezone="UTC",
        target=Target("arn:aws:sns:eu-west-2:123456789012:t", RetryPolicy(), None, None, {}),
        flexible_minutes=flexible_minutes,
        state="ENABLED",
        action_after_completion="NONE",
        start=None,
        end=None,
        description=None,
        kms_key_arn=None,
        created=NOW,
        modified=NOW,
    )


def test_a_window_longer_than_the_interval_leaves_no_occurrence_out() -> None:
    agenda = Agenda(choose=lambda minutes: minutes - 1)
    schedule = hourly(flexible_minutes=180)
    agenda.written(schedule.key, schedule)
    taken: list[Due] = []
    while len(taken) < 3:
        taken += agenda.take(agenda.upcoming()[0].at)
    assert [due.scheduled for due in taken] == [NOW, NOW + HOUR, NOW + 2 * HOUR]
    assert [due.at - due.scheduled for due in taken] == [timedelta(minutes=179)] * 3


def test_a_call_that_fails_after_its_schedule_was_deleted_is_not_tried_again() -> None:
    agenda = Agenda(choose=lambda minutes: 0)
    schedule = hourly()
    agenda.written(schedule.key, schedule)
    (due,) = agenda.take(NOW)
    agenda.written(schedule.key, None)
    agenda.retry(Due(NOW + HOUR, due.scheduled, due.schedule, attempt=2))
    assert agenda.upcoming() == []


def test_a_retry_and_the_next_occurrence_wait_side_by_side() -> None:
    agenda = Agenda(choose=lambda minutes: 0)
    schedule = hourly()
    agenda.written(schedule.key, schedule)
    (due,) = agenda.take(NOW)
    soon = NOW + timedelta(seconds=1)
    agenda.retry(Due(soon, due.scheduled, due.schedule, attempt=2))
    assert [(item.at, item.attempt) for item in agenda.upcoming()] == [(soon, 2), (NOW + HOUR, 1)]
