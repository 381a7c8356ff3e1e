"""What is due next: the next occurrence of each schedule, and the attempts that are to be made again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from emulator.scheduler.model import Key, Schedule

JUST_BEFORE = timedelta(microseconds=1)


@dataclass(frozen=True)
class Due:
    """An attempt to be made at an instant. `scheduled` is the instant that the schedule's expression says."""

    at: datetime
    scheduled: datetime
    schedule: Schedule
    attempt: int = 1

    @property
    def order(self) -> tuple[datetime, str, int]:
        """Earlier ones first; at the same instant by name."""
        return (self.at, self.schedule.key.arn, self.attempt)


class Agenda:
    """Not safe to share between threads: its owner locks."""

    def __init__(self, choose: Callable[[int], int]) -> None:
        """choose: a number below the one given; it picks the minute within a flexible window."""
        self._choose = choose
        self._current: dict[Key, Schedule] = {}
        self._next: dict[Key, Due] = {}
        self._again: dict[Key, list[Due]] = {}

    def written(self, key: Key, schedule: Schedule | None) -> None:
        """Take note of a schedule that was written, or deleted (None): what was to come of it is dropped."""
        self._next.pop(key, None)
        self._again.pop(key, None)
        self._current.pop(key, None)
        if schedule is not None and schedule.is_enabled:
            self._current[key] = schedule
            self._plan(schedule, schedule.modified - JUST_BEFORE)

    def retry(self, due: Due) -> None:
        """Make an attempt again, unless its schedule was written or deleted since."""
        if self._current.get(due.schedule.key) is due.schedule:
            self._again.setdefault(due.schedule.key, []).append(due)

    def upcoming(self) -> list[Due]:
        """All that is known to come, in order: one occurrence of each schedule, and every retry."""
        found = list(self._next.values())
        for dues in self._again.values():
            found += dues
        return sorted(found, key=lambda due: due.order)

    def take(self, now: datetime) -> list[Due]:
        """What is due, in order; it is due no more."""
        taken = [due for due in self.upcoming() if due.at <= now]
        for due in taken:
            key = due.schedule.key
            if due is self._next.get(key):
                del self._next[key]
                self._plan(due.schedule, due.scheduled)
            else:
                self._again[key].remove(due)
        return taken

    def is_waiting(self, key: Key) -> bool:
        """Whether anything is still to come of a schedule."""
        return key in self._next or bool(self._again.get(key))

    def _plan(self, schedule: Schedule, after: datetime) -> None:
        scheduled = schedule.next_after(after)
        if scheduled is None:
            return
        minutes = schedule.flexible_minutes
        shift = timedelta(minutes=self._choose(minutes)) if minutes else timedelta(0)
        self._next[schedule.key] = Due(scheduled + shift, scheduled, schedule)
