"""How queries on Trino end before their time: stopped, cut off, killed, or left by a Trino that goes away."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from emulator.engine.base import (
    Cancelled,
    CancelToken,
    EngineLost,
    ExecutionContext,
    ScanLimitExceeded,
)
from emulator.engine.trino.session import ANSWER_SECONDS, TrinoSession
from emulator.trino.errors import Unsupported
from tests.emulator.engine.trino import statements
from tests.emulator.engine.trino.conftest import OnTrino, trino_engine
from tests.emulator.engine.trino.fake_trino import RECORDED, FakeTrino, failed, page

COLUMNS = [{"name": "a", "typeSignature": {"rawType": "integer", "arguments": []}}]
ENDLESS = "SELECT 1 AS endless"


def context(cutoff: int | None = None, cancel: CancelToken | None = None) -> ExecutionContext:
    """Of an execution of its own."""
    return ExecutionContext(
        query_id="id",
        account="123456789012",
        region="eu-west-2",
        catalog="awsdatacatalog",
        database="default",
        started=datetime.now(UTC),
        output=None,
        cancel=cancel or CancelToken(),
        bytes_cutoff=cutoff,
    )


def test_stopping_a_query_cancels_it_in_trino(on_trino: OnTrino) -> None:
    fake = on_trino.trino
    sql = fake.teach_endless("SELECT 1 AS stopped", page(), page(columns=COLUMNS, data=[[1]]))
    fake.running.clear()
    query_id = on_trino.start(sql)
    fake.running.wait()
    on_trino.athena.stop_query_execution(QueryExecutionId=query_id)
    status = on_trino.end_of(query_id)["Status"]
    assert (status["State"], status["StateChangeReason"]) == ("CANCELLED", "Query cancelled by user")
    assert sql in fake.cancelled


def test_a_stop_reaches_trino_at_once_though_an_answer_is_waited_for(trino: FakeTrino) -> None:
    hold, cancel = threading.Event(), CancelToken()
    sql = trino.teach_hanging("SELECT 1 AS waits", hold)

    def stop() -> None:
        trino.running.wait()
        cancel.cancel()
        hold.set()

    threading.Thread(target=stop).start()
    with pytest.raises(Cancelled):
        TrinoSession(trino.url, context(cancel=cancel)).run(sql)
    assert trino.cancelled[0] == sql
    assert trino.cancelled_while_held == [sql]


def test_a_query_that_was_stopped_before_it_began_never_reaches_trino(trino: FakeTrino) -> None:
    engine, cancel = trino_engine(trino.url), CancelToken()
    statement = engine.check(statements.FAILS_LATER)
    cancel.cancel()
    with pytest.raises(Cancelled):
        engine.execute(statement, context(cancel=cancel))
    assert statements.FAILS_LATER not in trino.asked


def test_rows_that_nobody_reads_to_the_end_are_cancelled_in_trino(trino: FakeTrino) -> None:
    sql = trino.teach_endless(ENDLESS, page(columns=COLUMNS, data=[[1]]))
    rows = TrinoSession(trino.url, context()).run(sql).rows
    assert next(rows) == [1]
    rows.close()
    assert trino.cancelled == [sql]


def test_a_query_whose_values_cannot_be_shown_is_cancelled_in_trino(trino: FakeTrino) -> None:
    columns = next(
        found["columns"] for found in RECORDED[statements.KEYS_WITHOUT_TEXT[0]] if "columns" in found
    )
    sql = trino.teach_endless(ENDLESS, page(columns=columns))
    engine = trino_engine(trino.url)
    rows = engine.execute(engine.check(sql), context()).rows
    with pytest.raises(Unsupported):
        next(rows)
    assert trino.cancelled == [sql]


def test_a_query_that_reads_more_than_the_cutoff_is_cancelled_in_trino(on_trino: OnTrino) -> None:
    read = page(columns=COLUMNS)
    read["stats"] = {"state": "RUNNING", "physicalInputBytes": 10_000_001}
    sql = on_trino.trino.teach_endless("SELECT 1 AS too_much", page(), read)
    group = on_trino.workgroup(BytesScannedCutoffPerQuery=10_000_000)
    status = on_trino.run(sql, WorkGroup=group)["Status"]
    assert status["State"] == "CANCELLED"
    assert "Bytes scanned limit was exceeded: 10000001 bytes" in status["StateChangeReason"]
    assert sql in on_trino.trino.cancelled


def test_the_cutoff_counts_what_all_queries_of_an_execution_read(trino: FakeTrino) -> None:
    half = {"state": "FINISHED", "physicalInputBytes": 60}
    sql = trino.teach("SELECT 1 AS half", {**page(columns=COLUMNS, data=[[1]]), "stats": half})
    session = TrinoSession(trino.url, context(cutoff=100))
    session.run(sql).finish()
    with pytest.raises(ScanLimitExceeded):
        session.run(sql)


def test_a_query_on_a_trino_that_is_away_may_be_tried_again(trino: FakeTrino) -> None:
    trino.stop()
    engine = trino_engine(trino.url)
    with pytest.raises(
        EngineLost, match=r"Trino at http://127.0.0.1:\d+ does not answer: no connection\. Start"
    ):
        engine.execute(engine.check("SELECT 1"), context())


def test_a_query_whose_trino_dies_is_lost(trino: FakeTrino) -> None:
    sql = trino.teach_endless(ENDLESS, page(columns=COLUMNS, data=[[1]]))
    rows = TrinoSession(trino.url, context()).run(sql).rows
    assert next(rows) == [1]
    trino.stop()
    with pytest.raises(EngineLost, match="was lost while it ran the query"):
        next(rows)


def test_a_query_that_hangs_with_its_trino_is_lost(trino: FakeTrino) -> None:
    hold = threading.Event()
    sql = trino.teach_hanging("SELECT 1 AS hangs", hold)
    session = TrinoSession(trino.url, context(), answer_seconds=(ANSWER_SECONDS[0], 0.05))
    with pytest.raises(EngineLost, match="no answer in time"):
        session.run(sql)
    hold.set()


@pytest.mark.parametrize("status", [404, 410, 500, 503])
def test_a_query_that_a_restarted_trino_does_not_know_is_lost(on_trino: OnTrino, status: int) -> None:
    sql = on_trino.trino.teach_broken(f"SELECT {status} AS forgotten", status)
    found = on_trino.run(sql)["Status"]
    assert found["State"] == "FAILED"
    assert found["StateChangeReason"].startswith("[ErrorCode: INTERNAL_ERROR_QUERY_ENGINE] ")
    assert found["AthenaError"]["Retryable"] is True


@pytest.mark.parametrize("name", ["SERVER_STARTING_UP", "SERVER_SHUTTING_DOWN", "NO_NODES_AVAILABLE"])
def test_a_query_that_meets_a_starting_or_stopping_trino_may_be_tried_again(
    on_trino: OnTrino, name: str
) -> None:
    sql = on_trino.trino.teach(f"SELECT 1 AS {name}", failed(name, "wait"))
    found = on_trino.run(sql)["Status"]
    assert f"Trino is starting or stopping ({name}: wait). Run the query again" in found["StateChangeReason"]
    assert found["AthenaError"]["Retryable"] is True


def test_a_statement_under_which_the_engine_is_killed_is_lost_though_trino_had_answered_all(
    trino: FakeTrino,
) -> None:
    sql = trino.teach("SELECT 1 AS quick", page(columns=COLUMNS, data=[[1]]))
    engine = trino_engine(trino.url)
    with pytest.raises(EngineLost, match="was killed"):
        engine.execute(engine.check(sql), replace(context(), engine_used=engine.kill))


def test_a_killed_engine_loses_its_queries_and_takes_new_ones(trino: FakeTrino) -> None:
    engine = trino_engine(trino.url)
    sql = trino.teach_endless(ENDLESS, page(columns=COLUMNS, data=[[1]]))
    rows = engine.execute(engine.check(sql), context()).rows
    assert next(rows) == ("1",)
    engine.kill()
    with pytest.raises(EngineLost, match="was killed"):
        list(rows)
    assert trino.cancelled == [sql]
    assert list(engine.execute(engine.check(statements.NO_ROWS), context()).rows) == []
