"""Waits that end when their state or execution does."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from moto.stepfunctions.parser.asl.eval.environment import Environment

FIRST_WAIT_SECONDS = 0.01
LONGEST_WAIT_SECONDS = 0.25
_GROWTH = 1.3
_LOOK_SECONDS = 0.1
"""The interpreter pulses its event; a pulse between two waits is missed, so that no wait is longer."""


def growing_waits() -> Iterator[float]:
    """Seconds between looks at a job: short first, so that a short job costs little."""
    seconds = FIRST_WAIT_SECONDS
    while True:
        yield seconds
        seconds = min(seconds * _GROWTH, LONGEST_WAIT_SECONDS)


def wait(env: Environment, seconds: float, until: Callable[[], bool] = lambda: False) -> None:
    """Wait that long, or till the environment no longer runs or `until` is true."""
    end = time.monotonic() + seconds
    while env.is_running() and not until():
        left = end - time.monotonic()
        if left <= 0:
            return
        env.program_state_event.wait(min(left, _LOOK_SECONDS))
