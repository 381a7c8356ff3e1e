"""The real engine behind the real process: that the service and the engine fit together."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import boto3
import pytest

Run = Callable[[str], dict[str, Any]]

CROSS_JOIN = (
    "select count(*) from unnest(sequence(1, 10000)) a(x) "
    "cross join unnest(sequence(1, 10000)) b(y) cross join unnest(sequence(1, 1000)) c(z) "
    "where x * y + z = 7"
)


@pytest.fixture(scope="session")
def bucket(aws_session: boto3.Session) -> str:
    name = f"lake-{uuid.uuid4().hex}"
    aws_session.client("s3").create_bucket(
        Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-2"}
    )
    return name


@pytest.fixture
def run(aws_session: boto3.Session, bucket: str) -> Run:
    """Run a statement to its end; gives the execution."""
    athena = aws_session.client("athena")

    def run_one(sql: str) -> dict[str, Any]:
        started = athena.start_query_execution(
            QueryString=sql, ResultConfiguration={"OutputLocation": f"s3://{bucket}/results"}
        )
        while True:
            found = athena.get_query_execution(QueryExecutionId=started["QueryExecutionId"])["QueryExecution"]
            if found["Status"]["State"] not in ("QUEUED", "RUNNING"):
                return dict(found)

    return run_one


def values(aws_session: boto3.Session, execution: dict[str, Any]) -> list[list[str | None]]:
    answer = aws_session.client("athena").get_query_results(QueryExecutionId=execution["QueryExecutionId"])
    return [[datum.get("VarCharValue") for datum in row["Data"]] for row in answer["ResultSet"]["Rows"]]


def test_a_table_is_made_filled_and_read(aws_session: boto3.Session, run: Run, bucket: str) -> None:
    database = f"db_{uuid.uuid4().hex}"
    for sql in (
        f"create database {database}",
        f"create external table {database}.t (id int, name string) partitioned by (day date) "
        f"stored as parquet location 's3://{bucket}/{database}/t/'",
        f"insert into {database}.t values (1, 'a', date '2026-01-01'), (2, null, date '2026-01-02')",
    ):
        assert run(sql)["Status"]["State"] == "SUCCEEDED"
    execution = run(f"select id, name, day from {database}.t order by id")
    assert values(aws_session, execution) == [
        ["id", "name", "day"],
        ["1", "a", "2026-01-01"],
        ["2", None, "2026-01-02"],
    ]
    assert execution["Statistics"]["DataScannedInBytes"] > 0
    assert execution["StatementType"] == "DML"


def test_a_running_join_is_stopped_within_seconds(aws_session: boto3.Session, run: Run, bucket: str) -> None:
    athena = aws_session.client("athena")
    query_id = athena.start_query_execution(
        QueryString=CROSS_JOIN, ResultConfiguration={"OutputLocation": f"s3://{bucket}/results"}
    )["QueryExecutionId"]
    state = ""
    while state != "RUNNING":
        state = athena.get_query_execution(QueryExecutionId=query_id)["QueryExecution"]["Status"]["State"]
        assert state in ("QUEUED", "RUNNING")
    began = time.monotonic()
    athena.stop_query_execution(QueryExecutionId=query_id)
    while state == "RUNNING":
        state = athena.get_query_execution(QueryExecutionId=query_id)["QueryExecution"]["Status"]["State"]
    assert state == "CANCELLED"
    assert time.monotonic() - began < 10


def test_many_queries_at_once_all_succeed(aws_session: boto3.Session, run: Run) -> None:
    with ThreadPoolExecutor(20) as pool:
        ended = list(pool.map(lambda number: run(f"select {number} * 2"), range(20)))
    assert [values(aws_session, execution)[1] for execution in ended] == [[str(n * 2)] for n in range(20)]


def test_a_failure_carries_trinos_name_and_place(run: Run) -> None:
    status = run("select nothing_like_this")["Status"]
    assert status["State"] == "FAILED"
    reason = "COLUMN_NOT_FOUND: line 1:8: Column 'nothing_like_this' cannot be resolved"
    assert status["StateChangeReason"] == reason
    assert status["AthenaError"]["ErrorCategory"] == 2
