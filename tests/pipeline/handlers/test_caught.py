"""What a caught error is told as: a function's own words, a query's reason from Athena, a service's
message."""

from __future__ import annotations

import json

import pytest

from pipeline.athena import Athena
from pipeline.errors import QueryFailed
from pipeline.handlers.caught import failure_from, of_service
from pipeline.handlers.events import Caught, Run
from tests.pipeline.handlers.test_events import RUN
from tests.pipeline.hospital import Hospital

SECRET = "Featherstonehaugh"


def lambda_cause(message: str, kind: str) -> str:
    return json.dumps({"errorMessage": message, "errorType": kind, "requestId": "r", "stackTrace": []})


@pytest.mark.parametrize(
    ("error", "cause", "reason"),
    [
        (
            "Sandbox.Timedout",
            lambda_cause("RequestId: r Error: Task timed out after 3.00 seconds", "Sandbox.Timedout"),
            "Sandbox.Timedout: RequestId: r Error: Task timed out after 3.00 seconds",
        ),
        (
            "Athena.TooManyRequestsException",
            "Rate exceeded (Service: AmazonAthena; Status Code: 400)",
            "Athena.TooManyRequestsException: Rate exceeded (Service: AmazonAthena; Status Code: 400)",
        ),
        ("States.Timeout", "", "States.Timeout"),
        ("ValueError", lambda_cause(f"no such ward {SECRET}", "ValueError"), "ValueError"),
        ("States.TaskFailed", f"something about {SECRET}", "States.TaskFailed"),
    ],
)
def test_a_service_is_quoted_and_nothing_else_is(error: str, cause: str, reason: str) -> None:
    failure = of_service(Caught("ingest", error, cause, None))
    assert (failure.reason, failure.kind, failure.alert) == (reason, error, "failed_run")


def test_a_function_that_failed_before_it_had_a_run_tells_its_own_words() -> None:
    message = json.dumps(
        {"kind": "configuration", "alert": "failed_run", "reason": "no day", "findings": None}
    )
    failure = of_service(Caught("claim", "EventRefused", lambda_cause(message, "EventRefused"), None))
    assert (failure.reason, failure.kind) == ("no day", "configuration")


@pytest.mark.parametrize("cut", [0, 1])
def test_a_failed_query_is_told_by_what_athena_has_on_record_even_when_the_cause_was_cut(
    hospital: Hospital, cut: int
) -> None:
    with pytest.raises(QueryFailed) as caught:
        Athena(hospital.context).run("one", "select * from nowhere", "default")
    query_id = caught.value.query_id
    cause = json.dumps({"QueryExecution": {"QueryExecutionId": query_id, "Query": "select * from nowhere"}})
    run = Run.read(RUN)
    failure = failure_from(
        hospital.context,
        Caught("build gold", "States.TaskFailed", cause[: len(cause) - 9 * cut], None),
        run.manifest(),
        (),
    )
    assert (failure.query_id, failure.alert, failure.kind) == (query_id, "failed_query", "query")
    assert "TABLE_NOT_FOUND" in failure.reason
    assert failure.console and failure.console.endswith(query_id)
