"""How long a scheduled day takes: schedule, state machine and functions, on the small samples' size."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from fixtures.simulator import simulate, write
from scripts.aws import open_context
from scripts.clock import HOSPITAL_ZONE
from scripts.deployment import deploy, open_target
from scripts.emulator_clock import EmulatorClock
from scripts.errors import CliError, ExitCode
from scripts.landing import land
from scripts.measuring import timed
from scripts.settings import CliSettings

MORNINGS = 7
EPISODES = 4  # as many as the samples have
STAGE = "mornings"
RUNS_BY = timedelta(hours=8, minutes=30)


def measure_mornings(settings: CliSettings, folder: Path) -> Iterator[tuple[str, float, str]]:
    """Deploy a stage to the emulator, live some mornings on its clock, and give the lines of the report.

    Raises:
        CliError: a morning failed.
    """
    settings = replace(settings, stage=STAGE)
    target = open_target(settings)
    yield "deployment to the emulator", timed(lambda: deploy(target, {}, lambda _: True)), "two steps"
    context, clock = open_context(settings), EmulatorClock(settings)
    first = clock.state().upcoming[0].at.astimezone(HOSPITAL_ZONE).date()
    seconds: list[float] = []
    for path in write(simulate(first, MORNINGS, EPISODES, seed=1), folder):
        land(context, path)
        day = first + timedelta(days=len(seconds))
        seconds.append(_live(clock, datetime(day.year, day.month, day.day, tzinfo=HOSPITAL_ZONE) + RUNS_BY))
    note = f"{EPISODES} episodes; tables made, functions just deployed"
    yield "first scheduled day", seconds[0], note
    yield "a scheduled day", statistics.median(seconds[1:]), f"median of {MORNINGS - 1}, functions warm"


def _live(clock: EmulatorClock, until: datetime) -> float:
    """Move the clock over one firing; the seconds from it to the execution's end."""
    fired = [item for hop in clock.move_to(until) for item in hop.firings if item.execution]
    if len(fired) != 1 or fired[0].has_failed:
        raise CliError(f"the morning before {until} went wrong: {fired}", ExitCode.UNEXPECTED)
    return fired[0].seconds
