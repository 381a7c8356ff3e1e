"""dbt-athena: a project of Hive tables, run twice, tested and documented."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import boto3
import pyathena
import pytest

from tests.clients.conftest import Lake
from tests.conftest import ROOT

PROJECT = Path(__file__).resolve().parent / "dbt_project"
Dbt = Callable[..., None]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project, as dbt writes into its folder."""
    return shutil.copytree(PROJECT, tmp_path_factory.mktemp("dbt") / "project")


@pytest.fixture(scope="module")
def dbt(lake: Lake, project: Path) -> Dbt:
    """Runs a dbt command in the project; fails with what dbt printed."""
    environment = {**os.environ, "LAKE_DATABASE": lake.database, "LAKE_BUCKET": lake.bucket}

    def run(*arguments: str) -> None:
        program = str(ROOT / ".venv-dbt" / "bin" / "dbt")
        done = subprocess.run(
            [program, "--no-use-colors", *arguments, "--profiles-dir", "."],
            cwd=project,
            env=environment,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout + done.stderr

    return run


@pytest.fixture(scope="module")
def built(dbt: Dbt) -> None:
    """The project, built once: seeds, models and their tests."""
    dbt("build")


@pytest.fixture(scope="module")
def built_twice(built: None, dbt: Dbt) -> None:
    """The project after a second run, in which its incremental models add to what they have."""
    dbt("run")


def rows(lake: Lake, sql: str) -> Sequence[tuple[object, ...]]:
    """A query's rows."""
    with pyathena.connect(
        s3_staging_dir=lake.results, schema_name=lake.database, poll_interval=0.02
    ) as connection:
        found: Sequence[tuple[object, ...]] = connection.cursor().execute(sql).fetchall()
        return found


@pytest.mark.usefixtures("built")
def test_a_seed_has_its_inferred_types_and_its_nulls(lake: Lake) -> None:
    assert rows(
        lake, "select ward, typeof(arrived_at), typeof(admitted_on), cost from stays order by stay_id"
    ) == [
        ("A", "timestamp(3)", "date", 10.5),
        ("A", "timestamp(3)", "date", None),
        ("B, east", "timestamp(3)", "date", 7.25),
    ]


@pytest.mark.usefixtures("built")
def test_a_view_counts_by_ward(lake: Lake) -> None:
    assert rows(lake, "select * from ward_stays order by ward") == [("A", 2, 10.5), ("B, east", 1, 7.25)]


@pytest.mark.usefixtures("built")
def test_a_table_is_partitioned_and_its_documentation_is_in_glue(lake: Lake) -> None:
    table = boto3.client("glue").get_table(DatabaseName=lake.database, Name="daily_stays")["Table"]
    assert [key["Name"] for key in table["PartitionKeys"]] == ["admitted_on"]
    assert table["Description"] == "Stays by day."
    assert table["StorageDescriptor"]["Columns"][0]["Comment"] == "The stay's number."
    assert rows(lake, "select days_until_tenth from daily_stays order by stay_id") == [(9,), (8,), (8,)]


@pytest.mark.usefixtures("built_twice")
def test_insert_overwrite_replaces_the_partitions_it_writes(lake: Lake) -> None:
    assert rows(lake, "select stay_id, load from replaced_days order by stay_id") == [
        (1, "first"), (2, "second"), (3, "second"),
    ]  # fmt: skip


@pytest.mark.usefixtures("built_twice")
def test_append_keeps_what_was_there(lake: Lake) -> None:
    assert rows(lake, "select load, count(*) from appended_loads group by load order by load") == [
        ("first", 3), ("second", 3),
    ]  # fmt: skip


@pytest.mark.usefixtures("built")
def test_the_docs_hold_the_columns_of_every_relation(dbt: Dbt, project: Path) -> None:
    dbt("docs", "generate")
    catalog = json.loads((project / "target" / "catalog.json").read_text())
    columns = {key.split(".")[-1]: list(node["columns"]) for key, node in catalog["nodes"].items()}
    assert columns["daily_stays"] == ["stay_id", "ward", "days_until_tenth", "admitted_on"]
    assert set(columns) == {"stays", "ward_stays", "daily_stays", "replaced_days", "appended_loads"}
