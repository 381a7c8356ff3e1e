"""Moves the clock forward as time would pass: from one due instant to the next, each left to come to rest."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from botocore.exceptions import ClientError

from emulator.clients import Clients
from emulator.clock import Clock
from emulator.scheduler.timer import Firing, Timer

LOOK_AGAIN_SECONDS = 0.02
RUNNING = "RUNNING"


@dataclass(frozen=True)
class Execution:
    """How an execution of a state machine stands; status is None if there is none, or none to be asked."""

    status: str | None = None
    error: str | None = None


@dataclass(frozen=True)
class Rested:
    """A firing, how the execution that it started ended, and how long that took.

    seconds: of real time, from the due instant's coming to the end.
    """

    firing: Firing
    execution: Execution
    seconds: float


@dataclass(frozen=True)
class Hop:
    """The clock came to an instant; what was fired there; what still ran when the patience ended."""

    now: datetime
    firings: Sequence[Rested]
    still_running: Sequence[str]


class AlreadyMoving(Exception):
    """Another request moves the clock now."""


class Journey:
    """The hops to an instant: one for each due instant up to it, and one for its end.

    They end early, before the instant, after a hop that did not come to rest within the patience. The clock
    moves as they are asked for; nobody else can move it until this is closed.
    """

    def __init__(self, hops: Iterator[Hop], closed: Callable[[], None]) -> None:
        self._hops = hops
        self._closed = closed

    def __iter__(self) -> Iterator[Hop]:
        return self._hops

    def close(self) -> None:
        """Go no further; to be called once."""
        self._closed()


class Advance:
    """Takes the clock forward, for one caller at a time."""

    def __init__(
        self, clock: Clock, timer: Timer, clients: Clients, busy: Callable[[], Sequence[str]]
    ) -> None:
        """busy: what the emulator's services still do for callers that do not wait for it, in words."""
        self._clock = clock
        self._timer = timer
        self._clients = clients
        self._busy = busy
        self._moving = threading.Lock()

    def to(self, instant: datetime, patience_seconds: float) -> Journey:
        """Begin to go to an instant; raises `AlreadyMoving`."""
        if not self._moving.acquire(blocking=False):
            raise AlreadyMoving
        return Journey(self._hops(instant, patience_seconds), self._moving.release)

    def _hops(self, instant: datetime, patience_seconds: float) -> Iterator[Hop]:
        # what is fired already belongs to no hop
        self._timer.wait_until_fired(self._clock.now())
        while True:
            due = min((due.at for due in self._timer.upcoming()), default=instant)
            hop = self._hop(min(due, instant), patience_seconds)
            if hop is None:
                return
            yield hop
            if hop.still_running or due > instant or hop.now >= instant:
                return

    def _hop(self, instant: datetime, patience_seconds: float) -> Hop | None:
        """Come to an instant and to rest there; None when the timer was closed."""
        seen, began = self._timer.made, time.monotonic()
        before = Counter(self._busy())
        if instant > self._clock.now():
            self._clock.move_to(instant)
        if not self._timer.wait_until_fired(instant):
            return None
        firings = self._timer.firings_after(seen)
        return self._at_rest(firings, before, began, began + patience_seconds)

    def _at_rest(self, firings: Sequence[Firing], before: Counter[str], began: float, deadline: float) -> Hop:
        """The hop once all that began with it has ended; what ran `before` it is not waited for."""
        rested: dict[int, Rested] = {}
        while True:
            # asked for before the executions, so that one that has ended since is seen to have ended
            still = list((Counter(self._busy()) - before).elements())
            for firing in firings:
                if firing.number not in rested or rested[firing.number].execution.status == RUNNING:
                    execution = self._execution(firing.execution_arn)
                    rested[firing.number] = Rested(firing, execution, time.monotonic() - began)
            if not still or time.monotonic() > deadline:
                return Hop(self._clock.now(), list(rested.values()), still)
            time.sleep(LOOK_AGAIN_SECONDS)

    def _execution(self, arn: str | None) -> Execution:
        if arn is None:
            return Execution()
        try:
            states = self._clients.client("stepfunctions", arn.split(":")[3])
            found = states.describe_execution(executionArn=arn)
        except ClientError:
            return Execution()  # an express execution, which cannot be described, or one that was deleted
        error = ": ".join(found[name] for name in ("error", "cause") if found.get(name))
        return Execution(str(found["status"]), error or None)
