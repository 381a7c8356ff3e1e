"""The hospital on two engines: one stage built by DuckDB, one by Trino, from the same deliveries.

Every gold table is read as Athena's result object, the stage's own engine reading what it built. On the last
day each engine also reads what the other built.
"""

from __future__ import annotations

import json
import secrets
import urllib.request
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import pytest

from fixtures.simulator import simulate
from pipeline.athena import Athena
from pipeline.context import connect
from pipeline.run import run_day
from pipeline.settings import Settings
from scripts.provision import provision
from tests.pipeline import oracle
from tests.pipeline.hospital import Hospital
from tests.places import Place
from tests.stack.parts import Stack

START = date(2026, 1, 1)
DAYS = 30

SILVER = ("episode_version", "episode")
GOLD = tuple(name for name in oracle.TABLES if name not in SILVER)
ENGINES = ("duckdb", "trino")

Lines = list[str]


@dataclass(frozen=True)
class Month:
    """How many episodes a month of deliveries has, and on which of its days all tables are built."""

    episodes: int
    built: Collection[int]


LONG, SHORT = Month(10_000, range(DAYS)), Month(200, (0, DAYS - 1))


@dataclass(frozen=True)
class Built:
    """A stage whose statements one engine runs."""

    engine: str
    hospital: Hospital

    def deliver(self, name: str, content: bytes) -> None:
        """Land a file."""
        self.hospital.deliver_bytes(name, content)

    def build(self, as_of: date) -> None:
        """Run a day."""
        run_day(self.hospital.context, as_of)

    def gold(self, owner: Built) -> dict[str, Lines]:
        """Every gold table of a stage, read by this one's engine."""
        return {table: self._lines(table, owner) for table in GOLD}

    def _lines(self, table: str, owner: Built) -> Lines:
        """The result object's lines in order; in it NULL and an empty text differ."""
        context, database = self.hospital.context, owner.hospital.context.settings.gold_database
        query_id = Athena(context).run(table, f"select * from {table}", database).query_id
        execution = context.athena.get_query_execution(QueryExecutionId=query_id)["QueryExecution"]
        bucket, _, key = (
            execution["ResultConfiguration"]["OutputLocation"].removeprefix("s3://").partition("/")
        )
        header, *rows = context.s3.get_object(Bucket=bucket, Key=key)["Body"].read().decode().splitlines()
        return [header, *sorted(rows)]


@pytest.fixture(scope="module")
def built(stack: Stack) -> Iterator[tuple[Built, Built]]:
    """A stage for each engine, which have delivered nothing yet."""
    account = stack.session.client("sts").get_caller_identity()["Account"]

    def make(engine: str) -> Built:
        context = connect(stack.session, Settings(stage=f"g{engine}{secrets.token_hex(4)}", account=account))
        provision(context)
        names = context.settings
        context.athena.tag_resource(
            ResourceARN=f"arn:aws:athena:{names.region}:{account}:workgroup/{names.workgroup}",
            Tags=[{"Key": "wardlake:engine", "Value": engine}],
        )
        return Built(engine, Hospital(context))

    yield make(ENGINES[0]), make(ENGINES[1])


def test_the_gold_tables_of_a_month_are_equal_row_for_row_on_both_engines(
    built: tuple[Built, Built], place: Place
) -> None:
    month = LONG if place.is_long else SHORT
    rows = 0
    for number, file in enumerate(simulate(START, DAYS, month.episodes, seed=1)):
        for one in built:
            one.deliver(file.name, file.content())
        if number not in month.built:
            continue
        for one in built:
            one.build(START + timedelta(number))
        found, expected = (one.gold(one) for one in built)
        for table in GOLD:
            assert found[table] == expected[table], f"{table} on day {number + 1}"
        rows += sum(map(len, found.values()))
    assert rows > month.episodes * len(month.built)
    duckdb, trino = built
    for reader, owner in ((duckdb, trino), (trino, duckdb)):
        assert reader.gold(owner) == found, f"what {owner.engine} built, read by {reader.engine}"


def test_each_stage_ran_on_its_own_engine(built: tuple[Built, Built], stack: Stack) -> None:
    """Else the test above compares an engine with itself."""
    for one in built:
        context = one.hospital.context
        execution = Athena(context).run("engine", "select 1 as n", context.settings.gold_database)
        assert has_seen(stack, execution.query_id) == (one.engine == "trino")


def has_seen(stack: Stack, query_id: str) -> bool:
    """Whether Trino has run an execution of Athena's, which is among its query's tags."""
    request = urllib.request.Request(f"{stack.trino_url}/v1/query", headers={"X-Trino-User": "tests"})
    with urllib.request.urlopen(request, timeout=20) as reply:
        return any(query_id in query["session"]["clientTags"] for query in json.load(reply))
