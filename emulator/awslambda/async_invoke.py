"""Asynchronous invocations: a queue of events, AWS's two retries, and what comes after them.

Waits between attempts are those of AWS, on the emulator's clock: moving it forward ends them.
"""

from __future__ import annotations

import heapq
import itertools
import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from botocore.exceptions import BotoCoreError, ClientError

from emulator.awslambda.destinations import Destinations, Ended
from emulator.awslambda.errors import LambdaApiError, TooManyRequests
from emulator.awslambda.event_invoke import EventInvokeConfig
from emulator.awslambda.invoker import Event, Invoker, Result
from emulator.awslambda.names import LATEST, FunctionName
from emulator.awslambda.regions import Region
from emulator.clock import Clock

log = logging.getLogger(__name__)

RETRIES = 2
MOST_AGE = timedelta(hours=6)
RETRY_AFTER = timedelta(minutes=1)
"""Before the second attempt; twice as long before the third."""

MOST_THROTTLE_WAIT = timedelta(minutes=5)
AT_ONCE = 16


@dataclass(frozen=True)
class _Queued:
    region: Region
    name: FunctionName
    event: Event
    since: datetime
    attempts: int = 0
    throttled: int = 0


class AsyncInvocations:
    """Takes events and runs them in threads of its own."""

    def __init__(self, invoker: Invoker, destinations: Destinations, clock: Clock) -> None:
        self._invoker = invoker
        self._destinations = destinations
        self._clock = clock
        self._numbers = itertools.count()
        self._waiting: list[tuple[datetime, int, _Queued]] = []
        self._changed = threading.Condition()
        self._running: dict[str, str] = {}
        self._closed = False
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="lambda-event")
        clock.when_moved(self._look_again)
        threading.Thread(target=self._work, name="lambda-events", daemon=True).start()

    def put(self, region: Region, name: FunctionName, event: Event) -> None:
        """Queue an event; whoever sent it hears no more of it."""
        now = self._clock.now()
        self._wait_until(now, _Queued(region, name, event, now))

    def under_way(self) -> list[str]:
        """The events that are due or at work; those that wait for their next attempt are not."""
        now = self._clock.now()
        with self._changed:
            due = [queued.name.name for at, _, queued in self._waiting if at <= now]
            return [f"event for the function {name}" for name in (*due, *self._running.values())]

    def close(self) -> None:
        """Begin no more attempts."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _wait_until(self, due: datetime, queued: _Queued) -> None:
        with self._changed:
            heapq.heappush(self._waiting, (due, next(self._numbers), queued))
            self._changed.notify_all()

    def _look_again(self) -> None:
        with self._changed:
            self._changed.notify_all()

    def _work(self) -> None:
        with self._changed:
            while not self._closed:
                if not self._waiting:
                    self._changed.wait()
                elif (left := self._waiting[0][0] - self._clock.now()) > timedelta(0):
                    self._changed.wait(left.total_seconds())
                else:
                    queued = heapq.heappop(self._waiting)[2]
                    self._running[queued.event.request_id] = queued.name.name
                    self._pool.submit(self._run, queued)

    def _run(self, queued: _Queued) -> None:
        try:
            self._attempt(queued)
        except (LambdaApiError, BotoCoreError, ClientError) as error:
            log.warning("The event %s for %s is lost: %s", queued.event.request_id, queued.name.name, error)
        except Exception:  # the thread has nobody to tell
            log.exception("The event %s for %s is lost", queued.event.request_id, queued.name.name)
        finally:
            with self._changed:
                self._running.pop(queued.event.request_id, None)

    def _attempt(self, queued: _Queued) -> None:
        functions = queued.region.functions
        target = self._invoker.target(functions, queued.name)
        config = queued.region.event_invoke.find(f"{target.function.arn}:{queued.name.qualifier or LATEST}")
        try:
            result = self._invoker.invoke(functions, target, queued.event)
        except TooManyRequests:
            self._throttled(queued, config, target.function.reserved_concurrency == 0)
            return
        queued = replace(queued, attempts=queued.attempts + 1, throttled=0)
        if result.outcome.function_error is None:
            self._end(queued, config, "Success", result)
            return
        retries = RETRIES if config is None or config.retries is None else config.retries
        if queued.attempts > retries:
            self._end(queued, config, "RetriesExhausted", result)
            return
        self._again(queued, config, RETRY_AFTER * queued.attempts, result)

    def _throttled(self, queued: _Queued, config: EventInvokeConfig | None, never: bool) -> None:
        if never:
            self._end(queued, config, "ZeroReservedConcurrency", None)
            return
        wait = min(timedelta(seconds=2**queued.throttled), MOST_THROTTLE_WAIT)
        self._again(replace(queued, throttled=queued.throttled + 1), config, wait, None)

    def _again(
        self, queued: _Queued, config: EventInvokeConfig | None, wait: timedelta, result: Result | None
    ) -> None:
        due = self._clock.now() + wait
        most = timedelta(seconds=config.max_age) if config and config.max_age else MOST_AGE
        if due - queued.since > most:
            self._end(queued, config, "EventAgeExceeded", result)
        else:
            self._wait_until(due, queued)

    def _end(
        self, queued: _Queued, config: EventInvokeConfig | None, condition: str, result: Result | None
    ) -> None:
        function = queued.region.functions.get(queued.name.name)
        qualifier = queued.name.qualifier or LATEST
        ended = Ended(
            request_id=queued.event.request_id,
            arn=f"{function.arn}:{qualifier}",
            condition=condition,
            attempts=queued.attempts,
            event=queued.event.payload or b"{}",
            payload=result.outcome.payload if result else None,
            function_error=result.outcome.function_error if result else None,
            version=result.version if result else qualifier,
            at=self._clock.now(),
        )
        succeeded = condition == "Success"
        destination = (config.on_success if succeeded else config.on_failure) if config else None
        if destination:
            self._destinations.send(destination, ended)
        dead_letters = function.qualified(queued.name.qualifier).settings.dead_letters
        if dead_letters and not succeeded:
            self._destinations.send_dead_letter(dead_letters, ended)
