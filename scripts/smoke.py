"""The smoke test: one tiny synthetic day in a stage of its own, made for it and destroyed after it."""

from __future__ import annotations

import csv
import tempfile
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from fixtures.simulator import simulate, write
from pipeline.context import Context
from pipeline.run import RunOptions
from scripts.aws import open_context
from scripts.deployment import deploy, open_target, undeploy
from scripts.destruction import open_destroyer
from scripts.errors import CliError, ExitCode
from scripts.execution import find_state_machine, run_deployed
from scripts.landing import land
from scripts.output import duration, say, stopwatch
from scripts.progress import steps
from scripts.query import ask
from scripts.settings import CliSettings

SUFFIX = "smoke"
LONGEST_STAGE = 12
DAY = date(2026, 1, 1)
EPISODES = 25
SEED = 1


class SmokeFailed(CliError):
    """The day ran and gave other gold than it should."""

    def __init__(self, stage: str, differences: list[str]) -> None:
        super().__init__(
            f"the smoke test in stage {stage} failed: {'; '.join(differences)}",
            ExitCode.AUDIT_FAILED,
            hint=f"it is left to look at; `wardlake --stage {stage} undeploy`, then `destroy-data`, end it",
        )


@dataclass(frozen=True)
class Expected:
    """How many rows gold has to have, from the snapshot's own text."""

    fact_episode: int
    fact_spell: int
    dim_ward: int


def smoke_stage(stage: str) -> str:
    """The name of a stage's smoke test's own stage."""
    return stage[: LONGEST_STAGE - len(SUFFIX)] + SUFFIX


def smoke(settings: CliSettings) -> None:
    """Deploy the stage for the test, run its day through the state machine, compare gold, and destroy it all.

    Raises:
        SmokeFailed: gold is not what it should be.
        CliError: the stage is somebody's, or its day failed; a stage that failed is left to look at.
    """
    own = replace(settings, stage=smoke_stage(settings.stage))
    clock = stopwatch()
    say(f"smoke test, in stage {own.stage}")
    target = open_target(own)
    if target.stack.parameters().get("ScheduleState", "DISABLED") != "DISABLED":
        raise CliError(f"stage {own.stage} has a schedule that runs: it is no smoke test's", ExitCode.BUSY)
    deploy(target, {"ScheduleState": "DISABLED"}, lambda question: True)
    context = open_context(own)
    expected = _deliver(context)
    machine = find_state_machine(own, context)
    assert machine  # it was just deployed
    with steps() as progress:
        run_deployed(machine, context, DAY, RunOptions(), progress)
    _compare(context, expected)
    undeploy(target, lambda question: True)
    destroyer = open_destroyer(own, target.account)
    destroyer.destroy(destroyer.find())
    say(f"smoke test passed, in {duration(clock.seconds)}")


def _deliver(context: Context) -> Expected:
    with tempfile.TemporaryDirectory() as folder:
        (path,) = write(simulate(DAY, 1, EPISODES, SEED), Path(folder))
        land(context, path)
        with path.open(newline="", encoding="utf-8-sig") as file:
            rows = [
                {name.strip().lower(): value.strip() for name, value in row.items()}
                for row in csv.DictReader(file)
            ]
    return Expected(
        fact_episode=len({row["episode_id"] for row in rows}),
        fact_spell=len({row["spell id"] for row in rows}),
        dim_ward=len({row["ward"] for row in rows}),
    )


def _compare(context: Context, expected: Expected) -> None:
    differences = []
    for table, rows in vars(expected).items():
        (found,) = next(ask(context, f"select count(*) from {table}", context.settings.gold_database).rows)
        if int(found or 0) != rows:
            differences.append(f"{table} has {found} rows, the snapshot has {rows}")
    if differences:
        raise SmokeFailed(context.settings.stage, differences)
