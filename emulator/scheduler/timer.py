"""The thread that waits for the next due instant on the emulator's clock, and fires what is due."""

from __future__ import annotations

import logging
import secrets
import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from emulator.clock import Clock
from emulator.scheduler.agenda import Agenda, Due
from emulator.scheduler.delivery import Delivered, Delivery, Failure, delay_before, exhausted_by
from emulator.scheduler.model import DELETE, Key, Schedule
from emulator.scheduler.targets import Invocation

log = logging.getLogger(__name__)

CALLS_AT_ONCE = 16
FIRINGS_REMEMBERED = 1000
LONGEST_SLEEP_SECONDS = 60.0
"""The machine may have slept: real time is looked at again at least this often."""

State = Literal["delivered", "to be retried", "in the dead-letter queue", "dropped"]


@dataclass(frozen=True)
class Firing:
    """One attempt that was made: when on the emulated clock, for which occurrence, and what came of it."""

    number: int
    at: datetime
    scheduled: datetime
    schedule: Schedule
    attempt: int
    state: State
    failure: Failure | None = None
    execution_arn: str | None = None


class Timer:
    """Fires schedules until it is closed."""

    def __init__(
        self,
        clock: Clock,
        delivery: Delivery,
        choose: Callable[[int], int],
        completed: Callable[[Schedule], None],
    ) -> None:
        """completed: called once nothing more will come of a schedule that is to be deleted then."""
        self._clock = clock
        self._delivery = delivery
        self._completed = completed
        self._agenda = Agenda(choose)
        self._firings: deque[Firing] = deque(maxlen=FIRINGS_REMEMBERED)
        self._made = 0
        self._under_way: dict[Key, int] = {}
        self._is_closed = False
        self._changed = threading.Condition()
        self._pool = ThreadPoolExecutor(CALLS_AT_ONCE, thread_name_prefix="schedule")
        self._thread = threading.Thread(target=self._run, name="scheduler", daemon=True)
        clock.when_moved(self._wake)
        self._thread.start()

    def written(self, key: Key, schedule: Schedule | None) -> None:
        """Take note of a schedule that was written, or deleted (None)."""
        with self._changed:
            self._agenda.written(key, schedule)
            self._changed.notify_all()

    def upcoming(self) -> Sequence[Due]:
        """What is to come, in order: one occurrence of each schedule, and every retry."""
        with self._changed:
            return self._agenda.upcoming()

    def firings_after(self, number: int) -> list[Firing]:
        """The attempts with a higher number, in the order in which they ended."""
        with self._changed:
            return [firing for firing in self._firings if firing.number > number]

    @property
    def made(self) -> int:
        """The number of the last attempt that ended."""
        with self._changed:
            return self._made

    def wait_until_fired(self, instant: datetime) -> bool:
        """Wait until all that is due at an instant that has come was fired, and its calls have returned.

        False when the timer was closed instead.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._is_closed or self._is_through(instant))
            return not self._is_closed

    def close(self) -> None:
        """Fire nothing more, and wait for the calls under way."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()
        self._thread.join()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _is_through(self, instant: datetime) -> bool:
        return not self._under_way and not any(due.at <= instant for due in self._agenda.upcoming())

    def _wake(self) -> None:
        with self._changed:
            self._changed.notify_all()

    def _run(self) -> None:
        with self._changed:
            while not self._is_closed:
                for due in self._agenda.take(self._clock.now()):
                    key = due.schedule.key
                    self._under_way[key] = self._under_way.get(key, 0) + 1
                    self._pool.submit(self._fire, due)
                self._changed.wait(self._seconds_to_next())

    def _seconds_to_next(self) -> float:
        upcoming = self._agenda.upcoming()
        if not upcoming:
            return LONGEST_SLEEP_SECONDS
        left = (upcoming[0].at - self._clock.now()).total_seconds()
        return min(max(left, 0), LONGEST_SLEEP_SECONDS)

    def _fire(self, due: Due) -> None:
        invocation = Invocation(due.schedule.key, due.scheduled, secrets.token_hex(8), due.attempt)
        at = self._clock.now()
        try:
            outcome = self._delivery.attempt(due.schedule, invocation)
            if isinstance(outcome, Delivered):
                self._ended(due, at, "delivered", execution_arn=outcome.execution_arn)
            else:
                self._failed(due, at, invocation, outcome)
        except Exception as error:  # the last line of defence: nobody waits for this thread's result
            log.exception("%s could not be fired", due.schedule.key.arn)
            failure = Failure("AWS.Scheduler.InternalServerError", repr(error), is_permanent=True)
            self._ended(due, at, "dropped", failure)

    def _failed(self, due: Due, at: datetime, invocation: Invocation, failure: Failure) -> None:
        exhausted = None
        if not failure.is_permanent:
            retry_at = self._clock.now() + delay_before(due.attempt + 1)
            exhausted = exhausted_by(due.schedule, due.attempt + 1, retry_at, due.scheduled)
            if exhausted is None:
                again = Due(retry_at, due.scheduled, due.schedule, due.attempt + 1)
                self._ended(due, at, "to be retried", failure, again=again)
                return
        log.warning("%s failed: %s: %s", due.schedule.key.arn, failure.code, failure.message)
        buried = self._delivery.bury(due.schedule, invocation, failure, exhausted)
        self._ended(due, at, "in the dead-letter queue" if buried else "dropped", failure)

    def _ended(
        self,
        due: Due,
        at: datetime,
        state: State,
        failure: Failure | None = None,
        *,
        execution_arn: str | None = None,
        again: Due | None = None,
    ) -> None:
        schedule, key = due.schedule, due.schedule.key
        with self._changed:
            if again is not None:
                self._agenda.retry(again)
            is_complete = not self._agenda.is_waiting(key) and self._under_way[key] == 1
        if is_complete and schedule.action_after_completion == DELETE:
            self._completed(schedule)
        with self._changed:
            self._under_way[key] -= 1
            if not self._under_way[key]:
                del self._under_way[key]
            self._made += 1
            self._firings.append(
                Firing(self._made, at, due.scheduled, schedule, due.attempt, state, failure, execution_arn)
            )
            self._changed.notify_all()
