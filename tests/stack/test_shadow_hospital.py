"""The pipeline's own SQL, and random queries over the tables that it makes, on both engines."""

from __future__ import annotations

import os
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fixtures.simulator import simulate
from pipeline.run import run_day
from tests.pipeline.hospital import Hospital
from tests.stack.generated.selects import Table, queries
from tests.stack.parts import Stack
from tests.stack.shadowing import Shadow

IS_LONG = os.environ.get("WARDLAKE_TEST_PROFILE") != "ci"
START, DAYS, EPISODES = date(2026, 2, 1), 3 if IS_LONG else 1, 300
EXAMPLES = 300 if IS_LONG else 25
KEYS = {
    "fact_episode": ("episode_id",),
    "fact_spell": ("spell_id",),
    "dim_patient": ("patient_id",),
    "dim_ward": ("ward_code",),
    "episode_history": ("episode_id", "version_number"),
}
"""The gold tables that random queries ask, and what is unique in each."""


@pytest.fixture(scope="module")
def hospital(stack: Stack) -> Shadow:
    """A stage that the pipeline built in shadow mode, day by day."""
    shadow = Shadow.of(stack)
    hospital = Hospital(shadow.context)
    with shadow.counted() as counts:
        for number, file in enumerate(simulate(START, DAYS, EPISODES, seed=1)):
            hospital.deliver_bytes(file.name, file.content())
            run_day(shadow.context, START + timedelta(number))
    assert (counts["different"], counts["refused"], counts["undecided"]) == (0, 0, 0), shadow.page()
    assert counts["equal"] >= DAYS * 20, "every statement that reads is compared, and what is written is read"
    return shadow


@pytest.fixture(scope="module")
def tables(hospital: Shadow) -> list[Table]:
    """The gold tables, as Glue describes them."""
    database = hospital.context.settings.gold_database
    found = []
    for name, key in KEYS.items():
        described = hospital.context.glue.get_table(DatabaseName=database, Name=name)["Table"]
        columns = [(column["Name"], column["Type"]) for column in described["StorageDescriptor"]["Columns"]]
        found.append(Table.of_glue(name, columns, key))
    return found


def test_the_pipelines_statements_are_answered_alike(hospital: Shadow) -> None:
    """The fixture compares them; one of its tables is read here by both engines again."""
    assert hospital.differences("SELECT * FROM fact_spell", hospital.context.settings.gold_database) == []


def test_random_queries_are_answered_alike(hospital: Shadow, tables: list[Table]) -> None:
    database = hospital.context.settings.gold_database

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.deferred(lambda: queries(tables)))
    def asked(sql: str) -> None:
        assert hospital.differences(sql, database) == [], sql

    asked()
