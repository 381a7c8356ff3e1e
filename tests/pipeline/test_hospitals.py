"""Whole small hospitals through the real Athena API: each agrees with the oracle and keeps every invariant.

One build judges up to eight hospitals, which share one source. WARDLAKE_TEST_PROFILE=ci judges twice as many
as the default, thorough ten times.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, seed, settings

from fixtures.strategies import SmallHospitals, rearranged, small_hospitals
from pipeline.athena import Athena
from pipeline.errors import BadValues, SourceMissing
from pipeline.publish import current_run
from pipeline.run import run_day
from tests.pipeline import invariants, oracle
from tests.pipeline.hospital import Hospital
from tests.pipeline.invariants import Row, Tables

PROFILE = os.environ.get("WARDLAKE_TEST_PROFILE", "default")
SHARDS = 4
BUILDS_PER_SHARD = 11
HOSPITALS_PER_SHARD = 50
_SILVER = ("episode_version", "episode")

NewHospital = Callable[[], Hospital]


def builds(share: int = 1) -> settings:
    """How many builds Hypothesis tries in one test: the same ones every time, as each test has its seed."""
    factor = {"quick": 0.2, "ci": 2, "thorough": 10}.get(PROFILE, 1)
    return settings(
        max_examples=max(1, int(BUILDS_PER_SHARD * factor / share)),
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )


def clear(hospital: Hospital) -> None:
    """Take away all that was delivered and every record of a run; the tables stay."""
    context, names = hospital.context, hospital.context.settings
    for bucket, prefix in ((names.source_bucket, ""), (names.lake_bucket, "runs/")):
        found = context.s3.list_object_versions(Bucket=bucket, Prefix=prefix)
        versions: list[Any] = [
            {"Key": item["Key"], "VersionId": item["VersionId"]} for item in found.get("Versions", [])
        ]
        if versions:
            context.s3.delete_objects(Bucket=bucket, Delete={"Objects": versions, "Quiet": True})
    place: dict[str, Any] = {"DatabaseName": names.bronze_database, "TableName": "episodes"}
    partitions = context.glue.get_partitions(**place)["Partitions"]
    days: list[Any] = [{"Values": partition["Values"]} for partition in partitions]
    if days:
        context.glue.batch_delete_partition(**place, PartitionsToDelete=days)


def deliver(hospital: Hospital, hospitals: SmallHospitals) -> None:
    """Land every file, in order, where nothing has been delivered."""
    clear(hospital)
    for landing in hospitals.landings:
        hospital.deliver_bytes(landing.name, landing.content())


def public_tables(hospital: Hospital) -> Tables:
    """All public tables of silver and gold as Athena gives them, each in a fixed order."""
    athena, names = Athena(hospital.context), hospital.context.settings
    tables = {}
    for table in oracle.TABLES:
        database = names.silver_database if table in _SILVER else names.gold_database
        tables[table] = ordered(athena.query(table, f"select * from {table}", database)[1])
    return tables


def ordered(rows: list[Any]) -> list[Row]:
    """Rows in an order that depends on nothing but what they say."""
    return sorted(rows, key=lambda row: str(sorted(row.items())))


def expected_tables(hospitals: SmallHospitals) -> Tables:
    """What the oracle says, as texts. Raises oracle.Stopped."""
    landings = [(landing.name, landing.content()) for landing in hospitals.landings]
    tables = oracle.tables(landings, hospitals.as_of, on_missing_source="continue")
    return {
        table: ordered([{name: text(value) for name, value in row.items()} for row in rows])
        for table, rows in tables.items()
    }


def text(value: object) -> str | None:
    """A value as Athena writes it."""
    match value:
        case None:
            return None
        case bool():
            return str(value).lower()
        case datetime():
            return f"{value:%Y-%m-%d %H:%M:%S}.000"
        case _:
            return str(value)


@pytest.fixture(scope="module")
def lake(new_hospital: NewHospital) -> Hospital:
    return new_hospital().with_settings(on_missing_source="continue")


@pytest.mark.parametrize("shard", range(SHARDS))
def test_every_hospital_agrees_with_the_oracle_and_keeps_the_invariants(lake: Hospital, shard: int) -> None:
    judged = 0

    @seed(shard)
    @builds()
    @given(small_hospitals())
    def judge(hospitals: SmallHospitals) -> None:
        nonlocal judged
        deliver(lake, hospitals)
        try:
            expected = expected_tables(hospitals)
        except oracle.Stopped as stopped:
            assert stopped.kind == "missing"
            with pytest.raises(SourceMissing):
                run_day(lake.context, hospitals.as_of)
            return
        run_day(lake.context, hospitals.as_of)
        found = public_tables(lake)
        for table in oracle.TABLES:
            assert found[table] == expected[table], table
        invariants.check_all(found)
        judged += hospitals.sites

    judge()
    assert judged >= HOSPITALS_PER_SHARD or PROFILE == "quick"


def test_order_of_rows_and_days_and_repeated_delivery_and_building_change_nothing(lake: Hospital) -> None:
    @seed(1)
    @builds(share=2)
    @given(small_hospitals())
    def judge(hospitals: SmallHospitals) -> None:
        deliver(lake, hospitals)
        try:
            run_day(lake.context, hospitals.as_of)
        except SourceMissing:
            return
        before = public_tables(lake)
        deliver(lake, rearranged(hospitals))
        run_day(lake.context, hospitals.as_of)
        assert public_tables(lake) == before
        run_day(lake.context, hospitals.as_of)
        assert public_tables(lake) == before

    judge()


def test_a_bad_value_that_counts_stops_the_build_with_its_place_and_publishes_nothing(lake: Hospital) -> None:
    @seed(2)
    @builds(share=2)
    @given(small_hospitals(has_bad_value=True))
    def judge(hospitals: SmallHospitals) -> None:
        deliver(lake, hospitals)
        try:
            expected_tables(hospitals)
        except oracle.Stopped as stopped:
            if stopped.kind != "bad values":
                return
            public = current_run(lake.context)
            with pytest.raises(BadValues) as raised:
                run_day(lake.context, hospitals.as_of)
            found = [(f.rule, f.file, f.row, f.column, f.value) for f in raised.value.findings]
            places = [(p.rule, p.file, p.row, p.column, p.value) for p in stopped.places]
            assert sorted(found, key=str) == sorted(places, key=str)
            assert current_run(lake.context) == public

    judge()
