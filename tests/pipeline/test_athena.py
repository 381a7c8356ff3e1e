"""Waiting for Athena: pacing, giving up, and what is worth repeating. The service is a stand-in with a
script."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from pipeline.athena import Athena, Pacing
from pipeline.errors import QueryFailed
from tests.pipeline.hospital import Hospital

SUCCEEDED = {"State": "SUCCEEDED"}
RUNNING = {"State": "RUNNING"}


class Service:
    """Answers like Athena, from a list of statuses and a list of errors on starting."""

    def __init__(self, statuses: list[dict[str, Any]], start_errors: list[str] | None = None) -> None:
        self.statuses = statuses
        self.start_errors = start_errors or []
        self.tokens: list[str] = []
        self.stopped: list[str] = []
        self.looks = 0

    def start_query_execution(self, **call: Any) -> dict[str, str]:
        self.tokens.append(call["ClientRequestToken"])
        if self.start_errors:
            code = self.start_errors.pop(0)
            raise ClientError({"Error": {"Code": code, "Message": "no"}}, "StartQueryExecution")
        return {"QueryExecutionId": "q-1"}

    def get_query_execution(self, QueryExecutionId: str) -> dict[str, Any]:
        self.looks += 1
        status = self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
        if status.get("interrupt"):
            raise KeyboardInterrupt
        return {"QueryExecution": {"Status": status, "Statistics": {"DataScannedInBytes": 7}}}

    def stop_query_execution(self, QueryExecutionId: str) -> None:
        self.stopped.append(QueryExecutionId)


class Clock:
    """A clock that moves only when someone waits; stands in for the event that ends a wait early."""

    def __init__(self) -> None:
        self.now = 0.0
        self.waits: list[float] = []
        self.is_cancelled = False

    def wait(self, seconds: float) -> bool:
        self.waits.append(seconds)
        self.now += seconds
        return self.is_cancelled

    def is_set(self) -> bool:
        return self.is_cancelled

    def set(self) -> None:
        self.is_cancelled = True


def athena(hospital: Hospital, service: Service, clock: Clock, timeout: float = 60.0) -> Athena:
    settings = replace(hospital.context.settings, query_timeout_seconds=timeout)
    fake: Any = service
    waiter: Any = clock
    context = replace(hospital.context, settings=settings, athena=fake, monotonic=lambda: clock.now)
    return Athena(context, Pacing(), jitter=lambda: 0.999, cancelled=waiter)


def test_the_first_look_comes_within_twenty_milliseconds(hospital: Hospital) -> None:
    clock = Clock()
    execution = athena(hospital, Service([SUCCEEDED]), clock).run("one", "select 1", "gold")
    assert clock.waits[0] <= 0.02
    assert (execution.query_id, execution.bytes_scanned) == ("q-1", 7)


def test_looks_become_rarer_up_to_a_limit(hospital: Hospital) -> None:
    clock = Clock()
    athena(hospital, Service([RUNNING] * 30 + [SUCCEEDED]), clock, 1000).run("one", "select 1", "gold")
    assert clock.waits == sorted(clock.waits)
    assert clock.waits[-1] <= Pacing().longest


def test_waits_are_jittered_so_that_many_waiters_do_not_ask_at_once(hospital: Hospital) -> None:
    early, late = Clock(), Clock()
    for clock, jitter in ((early, 0.0), (late, 0.9)):
        waiting = athena(hospital, Service([SUCCEEDED]), clock)
        waiting.jitter = lambda jitter=jitter: jitter  # type: ignore[misc]
        waiting.run("one", "select 1", "gold")
    assert early.waits[0] < late.waits[0]


def test_a_query_that_does_not_end_is_stopped(hospital: Hospital) -> None:
    service = Service([RUNNING])
    with pytest.raises(QueryFailed, match="no end in 3 s"):
        athena(hospital, service, Clock(), timeout=3).run("slow", "select 1", "gold")
    assert service.stopped == ["q-1"]


def test_ctrl_c_stops_the_query(hospital: Hospital) -> None:
    service = Service([RUNNING, {"interrupt": True}])
    with pytest.raises(KeyboardInterrupt):
        athena(hospital, service, Clock()).run("one", "select 1", "gold")
    assert service.stopped == ["q-1"]


def test_a_cancelled_run_stops_its_queries(hospital: Hospital) -> None:
    service, clock = Service([RUNNING]), Clock()
    clock.set()
    with pytest.raises(QueryFailed, match="the run was stopped"):
        athena(hospital, service, clock).run("one", "select 1", "gold")
    assert service.stopped == ["q-1"]


def test_a_failure_carries_reason_category_and_a_link(hospital: Hospital) -> None:
    failed = {"State": "FAILED", "StateChangeReason": "DIVISION_BY_ZERO", "AthenaError": {"ErrorCategory": 2}}
    with pytest.raises(QueryFailed) as caught:
        athena(hospital, Service([failed]), Clock()).run("one", "select 1/0", "gold")
    error = caught.value
    assert (error.reason, error.category, error.query_id) == ("DIVISION_BY_ZERO", 2, "q-1")
    assert error.console.endswith("#/query-editor/history/q-1")


@pytest.mark.parametrize(
    "code", ["TooManyRequestsException", "InternalServerException", "ThrottlingException"]
)
def test_a_throttled_or_faulted_start_is_repeated_with_the_same_token(hospital: Hospital, code: str) -> None:
    service = Service([SUCCEEDED], [code, code])
    athena(hospital, service, Clock()).run("one", "select 1", "gold")
    assert len(service.tokens) == 3
    assert len(set(service.tokens)) == 1


def test_a_start_is_not_repeated_for_ever(hospital: Hospital) -> None:
    service = Service([SUCCEEDED], ["TooManyRequestsException"] * 9)
    with pytest.raises(ClientError):
        athena(hospital, service, Clock()).run("one", "select 1", "gold")
    assert len(service.tokens) == Pacing().starts


def test_a_refused_start_is_not_repeated(hospital: Hospital) -> None:
    service = Service([SUCCEEDED], ["InvalidRequestException"])
    with pytest.raises(ClientError):
        athena(hospital, service, Clock()).run("one", "selec 1", "gold")
    assert len(service.tokens) == 1


def test_a_failed_query_is_not_repeated(hospital: Hospital) -> None:
    service = Service([{"State": "FAILED", "StateChangeReason": "no"}])
    with pytest.raises(QueryFailed):
        athena(hospital, service, Clock()).run("one", "select 1", "gold")
    assert len(service.tokens) == 1
