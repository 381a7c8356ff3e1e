"""Waits that end when their state or execution does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from moto.stepfunctions.parser.asl.eval.environment import Environment

from emulator.stepfunctions.surroundings import surroundings

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


def wait(env: Environment, seconds: float) -> None:
    """Wait that long by the emulated time, which can be moved, or till the environment no longer runs."""
    now = surroundings().now
    end = now() + timedelta(seconds=seconds)
    while env.is_running():
        left = (end - now()).total_seconds()
        if left <= 0:
            return
        env.program_state_event.wait(min(left, _LOOK_SECONDS))
