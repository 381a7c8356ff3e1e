"""Query executions on the API: starting, states, stopping, idempotency, reuse."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterator
from datetime import datetime
from itertools import chain

import pytest
from botocore.exceptions import ClientError

from emulator.engine.base import (
    Cancelled,
    EngineLost,
    ExecutionContext,
    ScanLimitExceeded,
    StatementResult,
)
from emulator.storage.objects import StoreUnavailable
from emulator.trino.errors import INTERNAL_ERROR, Position, TrinoError
from tests.emulator.conftest import FakeAthena
from tests.emulator.fake_engine import rows_of


def refused(error: pytest.ExceptionInfo[ClientError]) -> tuple[str, str, str | None]:
    """Code, text and AthenaErrorCode of an error answer."""
    answer = error.value.response
    found = answer["Error"]
    return found["Code"], found["Message"], answer.get("AthenaErrorCode")  # type: ignore[return-value]


def until_cancelled(context: ExecutionContext) -> StatementResult:
    """An engine's work that goes on until it is stopped."""
    stopped = threading.Event()
    context.cancel.on_cancel(stopped.set)
    assert stopped.wait(20)
    raise Cancelled


def test_a_select_succeeds_with_all_that_clients_read(fake: FakeAthena) -> None:
    sql = fake.engine.teach("select one", lambda _: rows_of(("1",), scanned=123))
    execution = fake.run(sql, QueryExecutionContext={"Catalog": "AwsDataCatalog", "Database": "sales"})
    query_id = execution["QueryExecutionId"]
    assert str(uuid.UUID(query_id, version=4)) == query_id
    assert execution["Query"] == sql
    assert execution["StatementType"] == "DML"
    assert execution["SubstatementType"] == "SELECT"
    assert execution["ResultConfiguration"] == {"OutputLocation": f"{fake.location}/{query_id}.csv"}
    assert execution["QueryExecutionContext"] == {"Catalog": "awsdatacatalog", "Database": "sales"}
    assert execution["WorkGroup"] == "primary"
    assert execution["EngineVersion"] == {
        "SelectedEngineVersion": "AUTO",
        "EffectiveEngineVersion": "Athena engine version 3",
    }
    status = execution["Status"]
    assert "StateChangeReason" not in status
    assert "AthenaError" not in status
    assert isinstance(status["SubmissionDateTime"], datetime)
    assert isinstance(status["CompletionDateTime"], datetime)


def test_statistics_of_a_finished_query_are_never_zero(fake: FakeAthena) -> None:
    statistics = fake.run(fake.engine.teach("select 1", lambda _: rows_of(("1",), scanned=5)))["Statistics"]
    assert statistics["DataScannedInBytes"] == 5
    assert statistics["EngineExecutionTimeInMillis"] > 0
    assert statistics["QueryQueueTimeInMillis"] > 0
    assert statistics["TotalExecutionTimeInMillis"] > 0
    assert statistics["ResultReuseInformation"] == {"ReusedPreviousResult": False}
    assert "DataManifestLocation" not in statistics


def test_the_engine_gets_database_without_backticks_parameters_and_output_location(fake: FakeAthena) -> None:
    sql = fake.engine.teach("select ?", lambda _: rows_of(("1",)))
    execution = fake.run(sql, QueryExecutionContext={"Database": "`Sales`"}, ExecutionParameters=["'x'", "1"])
    context = fake.engine.contexts[-1]
    assert (context.catalog, context.database) == ("awsdatacatalog", "sales")
    assert context.parameters == ("'x'", "1")
    assert context.output is not None
    assert context.output.uri == f"{fake.location}/{execution['QueryExecutionId']}"
    assert (context.account, context.region) == ("123456789012", "eu-west-2")
    assert execution["ExecutionParameters"] == ["'x'", "1"]


def test_a_syntax_error_is_refused_at_the_start(fake: FakeAthena) -> None:
    with pytest.raises(ClientError) as error:
        fake.start("SELEC 1")
    text = "line 1:1: mismatched input 'SELEC'. Expecting: <query>"
    assert refused(error) == ("InvalidRequestException", text, "MALFORMED_QUERY")


def test_a_failing_query_gives_the_error_name_and_athena_error(fake: FakeAthena) -> None:
    def fail(_: ExecutionContext) -> StatementResult:
        raise TrinoError("COLUMN_NOT_FOUND", "Column 'x' cannot be resolved", Position(1, 8))

    execution = fake.run(fake.engine.teach("select x", fail))
    reason = "COLUMN_NOT_FOUND: line 1:8: Column 'x' cannot be resolved"
    assert execution["Status"]["State"] == "FAILED"
    assert execution["Status"]["StateChangeReason"] == reason
    assert execution["Status"]["AthenaError"] == {
        "ErrorCategory": 2,
        "ErrorType": 1006,
        "Retryable": False,
        "ErrorMessage": reason,
    }
    assert fake.keys() == []


def test_an_error_while_rows_are_read_fails_the_query_and_leaves_no_result(fake: FakeAthena) -> None:
    def failing(_: ExecutionContext) -> StatementResult:
        def rows() -> Iterator[tuple[str]]:
            yield ("1",)
            raise TrinoError("DIVISION_BY_ZERO", "Division by zero")

        return StatementResult("DML", "SELECT", rows_of().columns, rows())

    execution = fake.run(fake.engine.teach("select 1/0", failing))
    assert execution["Status"]["StateChangeReason"] == "DIVISION_BY_ZERO: Division by zero"
    assert execution["Status"]["AthenaError"]["ErrorType"] == 1001
    assert fake.keys() == []


@pytest.mark.parametrize(
    "fault", [TrinoError("GENERIC_INTERNAL_ERROR", "oh", kind=INTERNAL_ERROR), ValueError("oh")]
)
def test_a_fault_of_the_engine_is_a_system_error(fake: FakeAthena, fault: Exception) -> None:
    def fail(_: ExecutionContext) -> StatementResult:
        raise fault

    status = fake.run(fake.engine.teach("select fault", fail))["Status"]
    assert status["State"] == "FAILED"
    assert status["StateChangeReason"].startswith("GENERIC_INTERNAL_ERROR: ")
    assert (status["AthenaError"]["ErrorCategory"], status["AthenaError"]["ErrorType"]) == (1, 200)


@pytest.mark.parametrize(
    "lost", [EngineLost("The query engine was killed"), StoreUnavailable("lake", "Connection refused")]
)
def test_a_query_that_lost_its_engine_or_its_store_may_be_tried_again(
    fake: FakeAthena, lost: Exception
) -> None:
    def die(_: ExecutionContext) -> StatementResult:
        raise lost

    status = fake.run(fake.engine.teach("SELECT 'dies'", die))["Status"]
    error = status["AthenaError"]
    assert (status["State"], error["ErrorCategory"], error["Retryable"]) == ("FAILED", 1, True)
    assert "INTERNAL_ERROR_QUERY_ENGINE" in status["StateChangeReason"]
    assert str(lost) in status["StateChangeReason"]


def test_stopping_a_running_query_cancels_it(fake: FakeAthena) -> None:
    query_id = fake.start(fake.engine.teach("select forever", until_cancelled))
    fake.athena.stop_query_execution(QueryExecutionId=query_id)
    status = fake.end_of(query_id)["Status"]
    assert status["State"] == "CANCELLED"
    assert status["StateChangeReason"] == "Query cancelled by user"
    assert "AthenaError" not in status
    with pytest.raises(ClientError) as error:
        fake.athena.get_query_results(QueryExecutionId=query_id)
    assert refused(error) == ("InvalidRequestException", "Could not find results", "RESULT_NOT_FOUND")


def test_stopping_a_finished_query_changes_nothing(fake: FakeAthena) -> None:
    query_id = fake.run(fake.engine.teach("select 2", lambda _: rows_of(("2",))))["QueryExecutionId"]
    fake.athena.stop_query_execution(QueryExecutionId=query_id)
    assert fake.end_of(query_id)["Status"]["State"] == "SUCCEEDED"


def test_an_error_that_a_stop_caused_is_a_cancellation(fake: FakeAthena) -> None:
    def interrupted(context: ExecutionContext) -> StatementResult:
        try:
            return until_cancelled(context)
        except Cancelled:
            raise TrinoError("GENERIC_INTERNAL_ERROR", "INTERRUPT", kind=INTERNAL_ERROR) from None

    query_id = fake.start(fake.engine.teach("select interrupted", interrupted))
    fake.athena.stop_query_execution(QueryExecutionId=query_id)
    assert fake.end_of(query_id)["Status"]["State"] == "CANCELLED"


def test_a_query_over_the_bytes_cutoff_is_cancelled_with_the_reason(fake: FakeAthena) -> None:
    def too_much(_: ExecutionContext) -> StatementResult:
        raise ScanLimitExceeded(20_000_000, 10_000_000)

    status = fake.run(fake.engine.teach("select much", too_much))["Status"]
    assert status["State"] == "CANCELLED"
    assert status["StateChangeReason"].startswith("Bytes scanned limit was exceeded")


def test_more_queries_than_threads_wait_and_all_finish(fake: FakeAthena) -> None:
    sql = fake.engine.teach("select slow", lambda _: rows_of(("1",)))
    ids = [fake.start(sql) for _ in range(60)]
    assert {fake.end_of(query_id)["Status"]["State"] for query_id in ids} == {"SUCCEEDED"}


def test_a_repeated_token_gives_the_first_execution(fake: FakeAthena) -> None:
    sql = fake.engine.teach("select 3", lambda _: rows_of(("3",)))
    token = uuid.uuid4().hex
    first = fake.start(sql, ClientRequestToken=token)
    fake.end_of(first)
    assert fake.start(sql, ClientRequestToken=token) == first


def test_a_token_used_for_another_query_is_refused(fake: FakeAthena) -> None:
    token = uuid.uuid4().hex
    fake.start(fake.engine.teach("select 4", lambda _: rows_of(("4",))), ClientRequestToken=token)
    with pytest.raises(ClientError) as error:
        fake.start(fake.engine.teach("select 5", lambda _: rows_of(("5",))), ClientRequestToken=token)
    assert refused(error) == (
        "InvalidRequestException",
        "Idempotent parameters do not match",
        "IDEMPOTENT_PARAMETER_MISMATCH",
    )


def test_a_token_of_a_refused_start_is_not_used_up(fake: FakeAthena) -> None:
    token = uuid.uuid4().hex
    with pytest.raises(ClientError):
        fake.start("SELEC", ClientRequestToken=token)
    sql = fake.engine.teach("select 6", lambda _: rows_of(("6",)))
    assert fake.end_of(fake.start(sql, ClientRequestToken=token))["Status"]["State"] == "SUCCEEDED"


def test_a_missing_output_location_is_refused(fake: FakeAthena) -> None:
    sql = fake.engine.teach("select 7", lambda _: rows_of(("7",)))
    with pytest.raises(ClientError) as error:
        fake.athena.start_query_execution(QueryString=sql)
    assert refused(error) == (
        "InvalidRequestException",
        "No output location provided. An output location is required either through the Workgroup result "
        "configuration setting or as an API input.",
        "INVALID_INPUT",
    )


@pytest.mark.parametrize("location", ["results", "s3://", "s3:///key", "https://bucket/key"])
def test_a_bad_output_location_is_refused(fake: FakeAthena, location: str) -> None:
    sql = fake.engine.teach("select 8", lambda _: rows_of(("8",)))
    with pytest.raises(ClientError) as error:
        fake.start(sql, ResultConfiguration={"OutputLocation": location})
    assert refused(error)[1] == "outputLocation is not a valid S3 path."


def test_an_output_bucket_that_does_not_exist_is_refused(fake: FakeAthena) -> None:
    sql = fake.engine.teach("select 9", lambda _: rows_of(("9",)))
    with pytest.raises(ClientError) as error:
        fake.start(sql, ResultConfiguration={"OutputLocation": "s3://no-such-bucket-here/"})
    assert refused(error)[1] == "Unable to verify/create output bucket no-such-bucket-here"


def test_a_bare_bucket_is_an_output_location(fake: FakeAthena) -> None:
    sql = fake.engine.teach("select 10", lambda _: rows_of(("10",)))
    execution = fake.run(sql, ResultConfiguration={"OutputLocation": f"s3://{fake.bucket}"})
    query_id = execution["QueryExecutionId"]
    assert execution["ResultConfiguration"]["OutputLocation"] == f"s3://{fake.bucket}/{query_id}.csv"


def test_a_query_string_of_more_bytes_than_allowed_is_refused(fake: FakeAthena) -> None:
    with pytest.raises(ClientError) as error:
        fake.start("select '" + "é" * 140_000 + "'")
    assert refused(error)[1] == "queryString exceeds maximum allowed length 262144"


def test_a_result_is_reused_when_asked_for_and_young_enough(fake: FakeAthena) -> None:
    answers = iter(("first", "second"))
    sql = fake.engine.teach("select reused", lambda _: rows_of((next(answers),), scanned=9))
    wish = {"ResultReuseByAgeConfiguration": {"Enabled": True, "MaxAgeInMinutes": 5}}
    first = fake.run(sql, ResultReuseConfiguration=wish)
    second = fake.run(sql, ResultReuseConfiguration=wish)
    assert first["Statistics"]["ResultReuseInformation"]["ReusedPreviousResult"] is False
    assert second["Statistics"]["ResultReuseInformation"]["ReusedPreviousResult"] is True
    assert second["ResultReuseConfiguration"] == wish
    assert fake.read(second["ResultConfiguration"]["OutputLocation"]) == b'"a"\n"first"\n'
    assert fake.run(sql)["Statistics"]["ResultReuseInformation"]["ReusedPreviousResult"] is False


def test_executions_are_listed_newest_first_in_pages_of_their_workgroup(fake: FakeAthena) -> None:
    group = f"group-{uuid.uuid4().hex}"
    fake.athena.create_work_group(Name=group, Configuration={"EnforceWorkGroupConfiguration": False})
    sql = fake.engine.teach("select listed", lambda _: rows_of(("1",)))
    ids = [fake.start(sql, WorkGroup=group) for _ in range(5)]
    pages = fake.athena.get_paginator("list_query_executions").paginate(
        WorkGroup=group, PaginationConfig={"PageSize": 2}
    )
    listed = [page["QueryExecutionIds"] for page in pages]
    assert [len(page) for page in listed] == [2, 2, 1]
    assert list(chain.from_iterable(listed)) == ids[::-1]


def test_a_batch_names_the_ids_that_are_unknown(fake: FakeAthena) -> None:
    query_id = fake.start(fake.engine.teach("select batch", lambda _: rows_of(("1",))))
    answer = fake.athena.batch_get_query_execution(QueryExecutionIds=[query_id, "unknown"])
    assert [found["QueryExecutionId"] for found in answer["QueryExecutions"]] == [query_id]
    missing = answer["UnprocessedQueryExecutionIds"][0]
    assert missing["QueryExecutionId"] == "unknown"
    assert missing["ErrorMessage"] == "QueryExecution unknown was not found"


@pytest.mark.parametrize("operation", ["get_query_execution", "get_query_results", "stop_query_execution"])
def test_an_unknown_execution_is_refused(fake: FakeAthena, operation: str) -> None:
    with pytest.raises(ClientError) as error:
        getattr(fake.athena, operation)(QueryExecutionId="abc")
    assert refused(error) == (
        "InvalidRequestException",
        "QueryExecution abc was not found",
        "QUERY_EXECUTION_NOT_FOUND",
    )


def test_runtime_statistics_tell_rows_and_times(fake: FakeAthena) -> None:
    sql = fake.engine.teach("select counted", lambda _: rows_of(("1",), ("2",), scanned=7))
    query_id = fake.run(sql)["QueryExecutionId"]
    statistics = fake.athena.get_query_runtime_statistics(QueryExecutionId=query_id)["QueryRuntimeStatistics"]
    assert statistics["Rows"]["OutputRows"] == 2
    assert statistics["Rows"]["InputBytes"] == 7
    assert statistics["Timeline"]["TotalExecutionTimeInMillis"] > 0
