"""A month of scheduled mornings on an emulator whose clock is moved, through the command line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from pipeline.athena import Athena
from pipeline.backfill import backfill
from pipeline.context import Context
from pipeline.ddl import read_tables
from pipeline.manifest import list_runs
from scripts.aws import open_context
from scripts.landing import land, snapshots_in
from scripts.provision import provision
from scripts.settings import load
from tests.scripts.conftest import CommandLine, Said, own_emulator

DAYS = 30
EPISODES = 25


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
    backfill(context, first_day, first_day + timedelta(days=DAYS - 1))
    return context


def context_of(wardlake: CommandLine, stage: str) -> Context:
    settings = load({"endpoint_url": wardlake.environment["WARDLAKE_ENDPOINT_URL"], "stage": stage}, {})
    return open_context(settings)


def test_thirty_mornings_are_thirty_successful_executions(
    month: Said, by_schedule: Context, first_day: date
) -> None:
    assert month.code == 0, month.err
    assert len(re.findall(r"08:00 +wardlake-dev-daily .* SUCCEEDED", month.err)) == DAYS
    runs = list_runs(by_schedule)
    assert sorted(run.as_of for run in runs) == [first_day + timedelta(days=number) for number in range(DAYS)]
    assert {run.status for run in runs} == {"published"}
    assert all(run.owner.startswith("arn:aws:states:") for run in runs)


def test_each_morning_gives_the_gold_that_a_direct_run_of_its_day_gives(
    by_schedule: Context, directly: Context
) -> None:
    for table in read_tables(by_schedule.settings.sql_root):
        if table.level == "gold":
            scheduled = rows_by_day(by_schedule, table.stored_name)
            assert scheduled == rows_by_day(directly, table.stored_name), table.name
            assert (
                table.name not in ("fact_spell", "fact_episode") or len({row[0] for row in scheduled}) == DAYS
            )


def rows_by_day(context: Context, table: str) -> list[tuple[str, ...]]:
    """All rows of all runs, each with the day of its run in front and without the run's id."""
    rows = Athena(context).query("rows", f"select * from {table}", context.settings.gold_database)[1]
    found = []
    for row in rows:
        run_id = row.pop("run_id") or ""
        found.append((run_id[: len("2026-01-01")], *(str(value) for value in row.values())))
    return sorted(found)


def test_a_direct_run_after_them_is_the_newest(
    wardlake: CommandLine, by_schedule: Context, directly: Context, first_day: date
) -> None:
    last = first_day + timedelta(days=DAYS - 1)
    said = wardlake("run", "--direct", "--as-of", str(last))
    assert said.code == 0, said.err
    newest, before = list_runs(by_schedule)[:2]
    assert newest.as_of == before.as_of == last
    assert not newest.owner.startswith("arn:") and before.owner.startswith("arn:")


def test_a_second_deployment_changes_nothing(wardlake: CommandLine, month: Said) -> None:
    said = wardlake("deploy")
    assert said.code == 0
    assert "wardlake-dev: no changes" in said.err


def test_a_changed_parameter_is_updated_in_place(wardlake: CommandLine, month: Said) -> None:
    said = wardlake("deploy", "--parameter", "KeepRuns=12")
    assert said.code == 0, said.err
    changes = [line.split() for line in said.out.splitlines() if "Modify" in line]
    assert [(words[1], words[-1]) for words in changes] == [("PurgeFunction", "False")]
    assert "no changes" in wardlake("deploy").err  # what was not given stays as it was given before


def test_undeploy_leaves_what_was_delivered_and_what_was_built(
    wardlake: CommandLine, by_schedule: Context, directly: Context
) -> None:
    said = wardlake("undeploy")
    assert said.code == 0, said.err
    names = by_schedule.settings
    kept = {bucket["Name"] for bucket in by_schedule.s3.list_buckets()["Buckets"]}
    assert {names.source_bucket, names.lake_bucket} <= kept
    assert by_schedule.glue.get_table(DatabaseName=names.gold_database, Name="fact_spell")["Table"]
    groups = by_schedule.athena.list_work_groups()["WorkGroups"]
    assert names.workgroup not in {group.get("Name") for group in groups}


def test_a_later_deployment_takes_over_what_was_left(wardlake: CommandLine, by_schedule: Context) -> None:
    before = [run.run_id for run in list_runs(by_schedule)]
    said = wardlake("deploy")
    assert said.code == 0, said.err
    imported = {line.split()[1] for line in said.out.splitlines() if "Import" in line}
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
    assert [run.run_id for run in list_runs(by_schedule)][1:] == before
