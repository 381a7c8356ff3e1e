"""What only a real Trino can show: queries that are stopped or cut off there, and what it counts."""

from __future__ import annotations

import json
import time
import urllib.request
import uuid
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest

from emulator.engine.base import Cancelled
from emulator.trino.errors import TrinoError
from tests.emulator.asking import Asker
from tests.stack.parts import REGION, Stack

ENDLESS = (
    "SELECT count(*) FROM UNNEST(sequence(1, 10000)) a(x), UNNEST(sequence(1, 10000)) b(y), "
    "UNNEST(sequence(1, 10000)) c(z) WHERE x * y + z = -1"
)
RUNS_WITHIN_SECONDS = 60
LOOK_AGAIN_SECONDS = 0.05
SMALLEST_CUTOFF = 10_000_000


@dataclass(frozen=True)
class OnTrino:
    """A workgroup on Trino, a bucket and a database of its own."""

    stack: Stack
    name: str

    def asker(self, **configuration: Any) -> Asker:
        """Athena in a new workgroup whose engine is Trino."""
        athena = self.stack.session.client("athena")
        group = f"{self.name}-{uuid.uuid4().hex[:8]}"
        athena.create_work_group(
            Name=group,
            Configuration={"EnforceWorkGroupConfiguration": False, **configuration},
            Tags=[{"Key": "wardlake:engine", "Value": "trino"}],
        )
        return Asker(athena, self.stack.session.client("s3"), group, f"s3://{self.name}/results/")

    def queries_in_trino(self, query_id: str) -> list[dict[str, Any]]:
        """What Trino's own page tells of the queries of one of Athena's."""
        request = urllib.request.Request(
            f"{self.stack.trino_url}/v1/query", headers={"X-Trino-User": "test", "X-Trino-Source": "test"}
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            found = json.load(answer)
        return [query for query in found if query_id in query["session"].get("clientTags", [])]

    def put_lines(self, table: str, lines: int, names: Iterable[str] = ("lines.csv",)) -> int:
        """A table of text lines in one object, or as often as there are names; gives one object's bytes."""
        body = b"".join(b"%d,%0100d\n" % (number, number) for number in range(lines))
        s3 = self.stack.session.client("s3")
        with ThreadPoolExecutor(8) as pool:
            list(
                pool.map(
                    lambda name: s3.put_object(Bucket=self.name, Key=f"{table}/{name}", Body=body), names
                )
            )
        self.asker().ask(
            f"CREATE EXTERNAL TABLE {table} (a int, b string) ROW FORMAT DELIMITED FIELDS TERMINATED BY ',' "
            f"LOCATION 's3://{self.name}/{table}/'",
            database=self.database,
        )
        return len(body)

    @property
    def database(self) -> str:
        """The name of the database."""
        return self.name.replace("-", "_")


@pytest.fixture(scope="module")
def on_trino(stack: Stack) -> OnTrino:
    """A place of this module's own on the stack."""
    name = f"trino-{uuid.uuid4().hex[:8]}"
    s3 = stack.session.client("s3")
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
    found = OnTrino(stack, name)
    found.asker().ask(f"CREATE DATABASE {found.database}", database="default")
    return found


@pytest.fixture
def running(on_trino: OnTrino) -> Iterator[tuple[Asker, str]]:
    """A query that runs in Trino, and ends with the test."""
    asker = on_trino.asker()
    query_id = asker.start(ENDLESS, database="default")
    deadline = time.monotonic() + RUNS_WITHIN_SECONDS
    while not any(query["state"] == "RUNNING" for query in on_trino.queries_in_trino(query_id)):
        assert time.monotonic() < deadline, f"{query_id} does not run in Trino"
        time.sleep(LOOK_AGAIN_SECONDS)
    yield asker, query_id
    asker.stop(query_id)


def test_a_query_that_is_stopped_shows_as_cancelled_in_trinos_own_page(
    on_trino: OnTrino, running: tuple[Asker, str]
) -> None:
    asker, query_id = running
    asker.stop(query_id)
    with pytest.raises(Cancelled):
        asker.end(query_id)
    (query,) = on_trino.queries_in_trino(query_id)
    assert (query["state"], query["errorCode"]["name"]) == ("FAILED", "USER_CANCELED")


def test_trinos_page_tells_whose_a_query_is(on_trino: OnTrino, running: tuple[Asker, str]) -> None:
    asker, query_id = running
    (query,) = on_trino.queries_in_trino(query_id)
    assert query["session"]["source"] == "wardlake"
    assert asker.workgroup in query["session"]["clientTags"]


def test_the_bytes_and_rows_that_trino_read_are_told(on_trino: OnTrino) -> None:
    size = on_trino.put_lines("counted", 1000)
    asker = on_trino.asker()
    told = asker.ask("SELECT count(*) FROM counted", database=on_trino.database)
    assert list(told.rows) == [("1000",)]
    assert told.data_scanned_bytes == size


def test_objects_are_read_whatever_page_of_a_listing_they_are_on(on_trino: OnTrino) -> None:
    # from the second page of an encoded listing LocalStack loses "=": as "%3D" it comes before the digits
    on_trino.put_lines("many", 1, [*(f"part{number:04}.csv" for number in range(1001)), "part=.csv"])
    told = on_trino.asker().ask("SELECT count(*) FROM many", database=on_trino.database)
    assert list(told.rows) == [("1002",)]


def test_a_query_that_reads_more_than_the_workgroups_cutoff_is_stopped_in_trino(on_trino: OnTrino) -> None:
    on_trino.put_lines("large", SMALLEST_CUTOFF // 80)
    asker = on_trino.asker(BytesScannedCutoffPerQuery=SMALLEST_CUTOFF)
    query_id = asker.start("SELECT count(*) FROM large", database=on_trino.database)
    with pytest.raises(Cancelled):
        asker.end(query_id)
    status = asker.athena.get_query_execution(QueryExecutionId=query_id)["QueryExecution"]["Status"]
    assert "Bytes scanned limit was exceeded" in status["StateChangeReason"]


def test_a_table_that_is_missing_is_named_at_its_place(on_trino: OnTrino) -> None:
    with pytest.raises(TrinoError, match=rf"line 2:6: Table 'awsdatacatalog.{on_trino.database}.nope'"):
        on_trino.asker().ask("SELECT 1\nFROM nope", database=on_trino.database)
