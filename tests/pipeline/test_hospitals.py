"""Whole small hospitals through the real Athena API: each agrees with the oracle and keeps every invariant.

One build judges up to eight hospitals, which share one source. WARDLAKE_TEST_PROFILE=ci judges twice as many
as the default, thorough ten times, quick a fifth.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis.strategies import SearchStrategy

from fixtures.simulator import DIRT, simulate
from fixtures.strategies import SmallHospitals, rearranged, small_hospitals
from pipeline.athena import Athena
from pipeline.errors import BadValues, SourceMissing
from pipeline.publish import current_run
from pipeline.run import RunOptions, run_day
from tests.pipeline import invariants, oracle
from tests.pipeline.hospital import Hospital
from tests.pipeline.invariants import Row, Tables

FACTOR = {"quick": 0.2, "ci": 2, "thorough": 10}.get(os.environ.get("WARDLAKE_TEST_PROFILE", ""), 1)
SHARDS = 4
BUILDS_PER_SHARD = 11
HOSPITALS_PER_SHARD = 50
_SILVER = ("episode_version", "episode")

NewHospital = Callable[[], Hospital]
Judge = Callable[[SmallHospitals], None]


def judge_all(strategy: SearchStrategy[SmallHospitals], seed_: int, builds: int, judge: Judge) -> int:
    """Judge so many builds, and give how many hospitals were in them.

    Hypothesis tries several variations of each example that it draws. A build is worth its time when it has
    new rows enough, until one fails: then all are, so that the failing one can shrink.
    """
    seen: set[tuple[str, ...]] = set()
    built = judged = 0
    has_failed = False
    builds = max(1, int(builds * FACTOR))

    @seed(seed_)
    @settings(
        max_examples=40 + 12 * builds,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def each(hospitals: SmallHospitals) -> None:
        nonlocal built, judged, has_failed
        rows = {row for landing in hospitals.landings for row in landing.rows}
        if not has_failed and (built == builds or len(rows - seen) <= hospitals.sites):
            return
        seen.update(rows)
        built += 1
        try:
            judge(hospitals)
        except Exception:
            has_failed = True
            raise
        judged += hospitals.sites

    each()
    assert built >= builds
    return judged


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
    """What the oracle says of small hospitals. Raises oracle.Stopped."""
    return texts([(landing.name, landing.content()) for landing in hospitals.landings], hospitals.as_of)


def texts(landings: list[tuple[str, bytes]], as_of: date) -> Tables:
    """The oracle's tables, every value as Athena writes it. Raises oracle.Stopped."""
    tables = oracle.tables(landings, as_of, on_missing_source="continue")
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


def assert_agreement(found: Tables, expected: Tables) -> None:
    """Every table has the same rows; the first that has not is named."""
    for table in oracle.TABLES:
        assert found[table] == expected[table], table


@pytest.fixture(scope="module")
def lake(new_hospital: NewHospital) -> Hospital:
    return new_hospital().with_settings(on_missing_source="continue")


@pytest.mark.parametrize("shard", range(SHARDS))
def test_every_hospital_agrees_with_the_oracle_and_keeps_the_invariants(lake: Hospital, shard: int) -> None:
    def judge(hospitals: SmallHospitals) -> None:
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
        assert_agreement(found, expected)
        invariants.check_all(found)

    judged = judge_all(small_hospitals(), shard, BUILDS_PER_SHARD, judge)
    assert judged >= HOSPITALS_PER_SHARD * FACTOR


def test_order_of_rows_and_days_and_repeated_delivery_and_building_change_nothing(lake: Hospital) -> None:
    def judge(hospitals: SmallHospitals) -> None:
        deliver(lake, hospitals)
        try:
            run_day(lake.context, hospitals.as_of)
        except SourceMissing:
            return
        before = public_tables(lake)
        deliver(lake, rearranged(hospitals))
        run_day(lake.context, hospitals.as_of)
        assert_agreement(public_tables(lake), before)
        run_day(lake.context, hospitals.as_of)
        assert_agreement(public_tables(lake), before)

    judge_all(small_hospitals(), SHARDS, BUILDS_PER_SHARD // 2, judge)


def test_a_bad_value_that_counts_stops_the_build_with_its_place_and_publishes_nothing(lake: Hospital) -> None:
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

    judge_all(small_hospitals(has_bad_value=True), SHARDS + 1, BUILDS_PER_SHARD, judge)


def test_a_synthetic_hospital_with_all_dirt_that_is_accepted_agrees_on_any_day_in_any_order(
    lake: Hospital,
) -> None:
    start = date(2026, 3, 26)
    kinds = [name for name, kind in DIRT.items() if not kind.is_refused]
    files = [(file.name, file.content()) for file in simulate(start, 8, 60, seed=1, dirt=kinds)]
    clear(lake)
    for name, content in files:
        lake.deliver_bytes(name, content)
    for offset in (7, 2, 4):
        as_of = start + timedelta(offset)
        run_day(lake.context, as_of, RunOptions(accept_vanished=True))
        found = public_tables(lake)
        assert_agreement(found, texts(files, as_of))
        invariants.check_all(found)
