"""A month of scheduled mornings on an emulator whose clock is moved, through the command line.

What is done to the one deployment is done by fixtures, each of which stands on the one before it: deployed
again, with a parameter changed, undeployed, deployed anew. So each test finds the same whatever ran before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from pipeline.athena import Athena
from pipeline.backfill import backfill
from pipeline.context import Context
from pipeline.ddl import read_tables
from pipeline.manifest import Manifest, list_runs
from scripts.aws import open_context
from scripts.landing import land, snapshots_in
from scripts.provision import provision
from scripts.settings import load
from tests.scripts.conftest import CommandLine, Said, own_emulator

if TYPE_CHECKING:
    from types_boto3_glue.type_defs import TableTypeDef

DAYS = 30
EPISODES = 25

Rows = list[tuple[str, ...]]


@pytest.fixture(scope="module")
def wardlake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CommandLine]:
    """The command line with an emulator of its own, whose clock no other test reads."""
    with own_emulator(tmp_path_factory.mktemp("mornings")) as command:
        yield command


@pytest.fixture(scope="module")
def month(wardlake: CommandLine) -> Said:
    """What the command line says of thirty days on a stage that was deployed before."""
    said = wardlake("deploy")
    assert said.code == 0, said.err
    made = wardlake("synth", "--days", str(DAYS), "--episodes", str(EPISODES), "--seed", "7", "--land")
    assert made.code == 0, made.err
    return wardlake("clock", "advance", f"{DAYS}d")


@pytest.fixture(scope="module")
def first_day(wardlake: CommandLine, month: Said) -> date:
    """The day of the first firing, for which the first extract was made."""
    return snapshots_in(wardlake.folder / "data" / "synthetic")[0].day


@pytest.fixture(scope="module")
def by_schedule(wardlake: CommandLine, month: Said) -> Context:
    return context_of(wardlake, "dev")


@pytest.fixture(scope="module")
def directly(wardlake: CommandLine, month: Said, first_day: date) -> Context:
    """Another stage on which the same days were run in this process."""
    context = context_of(wardlake, "direct")
    provision(context)
    for snapshot in snapshots_in(wardlake.folder / "data" / "synthetic"):
        land(context, snapshot.path)
    backfill(context, first_day, last_of(first_day))
    return context


@pytest.fixture(scope="module")
def mornings(by_schedule: Context) -> tuple[Manifest, ...]:
    """The runs of the month, newest first, before anything is run by hand."""
    return list_runs(by_schedule)


@pytest.fixture(scope="module")
def gold(
    by_schedule: Context, directly: Context, mornings: tuple[Manifest, ...]
) -> dict[str, tuple[Rows, Rows]]:
    """Of each gold table the rows that the schedule's runs made, and those of direct runs of these days."""
    return {
        table.name: (rows_by_day(by_schedule, table.stored_name), rows_by_day(directly, table.stored_name))
        for table in read_tables(by_schedule.settings.sql_root)
        if table.level == "gold"
    }


@pytest.fixture(scope="module")
def by_hand(
    wardlake: CommandLine, by_schedule: Context, gold: dict[str, tuple[Rows, Rows]], first_day: date
) -> tuple[Said, tuple[Manifest, ...]]:
    """What is said of a run of the last day by hand after all mornings, and the runs there are then."""
    said = wardlake("run", "--direct", "--as-of", str(last_of(first_day)))
    return said, list_runs(by_schedule)


@pytest.fixture(scope="module")
def again(wardlake: CommandLine, by_hand: tuple[Said, tuple[Manifest, ...]]) -> Said:
    """What a second deployment of the same says."""
    return wardlake("deploy")


@pytest.fixture(scope="module")
def changed(wardlake: CommandLine, again: Said) -> tuple[Said, Said]:
    """What a deployment with another parameter says, and one after it to which no parameter is given."""
    return wardlake("deploy", "--parameter", "KeepRuns=12"), wardlake("deploy")


@dataclass(frozen=True)
class Left:
    """What was there once the stack was deleted."""

    said: Said
    buckets: set[str]
    workgroups: set[str]
    gold: TableTypeDef
    runs: list[str]


@pytest.fixture(scope="module")
def left(wardlake: CommandLine, by_schedule: Context, changed: tuple[Said, Said]) -> Left:
    said = wardlake("undeploy")
    names = by_schedule.settings
    return Left(
        said,
        {bucket["Name"] for bucket in by_schedule.s3.list_buckets()["Buckets"]},
        {group["Name"] for group in by_schedule.athena.list_work_groups()["WorkGroups"]},
        by_schedule.glue.get_table(DatabaseName=names.gold_database, Name="fact_spell")["Table"],
        [run.run_id for run in list_runs(by_schedule)],
    )


@pytest.fixture(scope="module")
def anew(wardlake: CommandLine, left: Left) -> Said:
    """What a deployment says that finds what another left."""
    return wardlake("deploy")


def last_of(first_day: date) -> date:
    return first_day + timedelta(days=DAYS - 1)


def context_of(wardlake: CommandLine, stage: str) -> Context:
    settings = load({"endpoint_url": wardlake.environment["WARDLAKE_ENDPOINT_URL"], "stage": stage}, {})
    return open_context(settings)


def rows_by_day(context: Context, table: str) -> Rows:
    """All rows of all runs, each with the day of its run in front and without the run's id."""
    rows = Athena(context).query("rows", f"select * from {table}", context.settings.gold_database)[1]
    found = []
    for row in rows:
        run_id = row.pop("run_id") or ""
        found.append((run_id[: len("2026-01-01")], *(str(value) for value in row.values())))
    return sorted(found)


def test_thirty_mornings_are_thirty_successful_executions(
    month: Said, mornings: tuple[Manifest, ...], first_day: date
) -> None:
    assert month.code == 0, month.err
    assert len(re.findall(r"08:00 +wardlake-dev-daily .* SUCCEEDED", month.err)) == DAYS
    assert sorted(run.as_of for run in mornings) == [first_day + timedelta(days=day) for day in range(DAYS)]
    assert {run.status for run in mornings} == {"published"}
    assert all(run.owner.startswith("arn:aws:states:") for run in mornings)


def test_each_morning_gives_the_gold_that_a_direct_run_of_its_day_gives(
    gold: dict[str, tuple[Rows, Rows]],
) -> None:
    for table, (scheduled, direct) in gold.items():
        assert scheduled == direct, table
    for table in ("fact_spell", "fact_episode"):
        assert len({row[0] for row in gold[table][0]}) == DAYS


def test_a_direct_run_after_them_is_the_newest(
    by_hand: tuple[Said, tuple[Manifest, ...]], first_day: date
) -> None:
    said, (newest, before, *_) = by_hand
    assert said.code == 0, said.err
    assert newest.as_of == before.as_of == last_of(first_day)
    assert not newest.owner.startswith("arn:") and before.owner.startswith("arn:")


def test_a_second_deployment_changes_nothing(again: Said) -> None:
    assert again.code == 0
    assert "wardlake-dev: no changes" in again.err


def test_a_changed_parameter_is_updated_in_place(changed: tuple[Said, Said]) -> None:
    said, after = changed
    assert said.code == 0, said.err
    changes = [line.split() for line in said.out.splitlines() if "Modify" in line]
    assert [(words[1], words[-1]) for words in changes] == [("PurgeFunction", "False")]
    assert "no changes" in after.err  # what was not given stays as it was given before


def test_undeploy_leaves_what_was_delivered_and_what_was_built(left: Left, by_schedule: Context) -> None:
    assert left.said.code == 0, left.said.err
    names = by_schedule.settings
    assert {names.source_bucket, names.lake_bucket} <= left.buckets
    assert left.gold["Name"] == "fact_spell"
    assert names.workgroup not in left.workgroups


def test_a_later_deployment_takes_over_what_was_left(
    wardlake: CommandLine, anew: Said, left: Left, by_schedule: Context
) -> None:
    assert anew.code == 0, anew.err
    imported = {line.split()[1] for line in anew.out.splitlines() if "Import" in line}
    kept = {
        "SourceBucket",
        "LakeBucket",
        "ArtifactsBucket",
        "BronzeDatabase",
        "SilverDatabase",
        "GoldDatabase",
    }
    assert imported == kept
    day = max(run.as_of for run in list_runs(by_schedule))
    assert wardlake("run", "--as-of", str(day)).code == 0
    assert [run.run_id for run in list_runs(by_schedule)][1:] == left.runs
