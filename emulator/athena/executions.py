"""Query executions: what was asked, the states they pass through, and the store of them."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from emulator.athena.errors import IDEMPOTENT_PARAMETER_MISMATCH, QUERY_EXECUTION_NOT_FOUND, InvalidRequest
from emulator.athena.failures import Failure
from emulator.athena.results import StoredResult
from emulator.engine.base import CancelToken, CheckedStatement, Engine, S3Location

KEPT = 10_000
"""Executions that are remembered, with their rows; the real service keeps those of 45 days."""


class State(StrEnum):
    """The states of an execution, in Athena's words."""

    QUEUED = "QUEUED"
    RUNNING = "RUNNING"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"


FINAL = (State.SUCCEEDED, State.FAILED, State.CANCELLED)


@dataclass(frozen=True)
class Request:
    """A StartQueryExecution as it was sent, its workgroup filled in."""

    sql: str
    workgroup: str
    catalog: str | None = None
    database: str | None = None
    output_location: str | None = None
    result_options: dict[str, Any] = field(default_factory=dict)
    """Encryption, expected bucket owner and ACL of the result, echoed as they are."""
    parameters: tuple[str, ...] = ()
    reuse_minutes: int | None = None

    def same_as(self, other: Request) -> bool:
        """Whether two requests with one token are the same: the real service compares only these."""
        mine = (self.sql, self.catalog, self.database, self.output_location)
        return mine == (other.sql, other.catalog, other.database, other.output_location)


@dataclass(frozen=True)
class Settings:
    """What the workgroup decided for an execution when it started.

    ``prefix`` is the place of results, a bucket and a key prefix with its slash; None where they are managed.
    """

    prefix: S3Location | None
    enforced: bool
    bytes_cutoff: int | None
    engine_version: str


class Execution:
    """One execution. Its state changes under its lock, and a final state stays."""

    def __init__(
        self,
        query_id: str,
        request: Request,
        engine: Engine,
        statement: CheckedStatement,
        settings: Settings,
        submitted: datetime,
    ) -> None:
        self.id = query_id
        self.request = request
        self.engine = engine
        self.statement = statement
        self.settings = settings
        self.submitted = submitted
        self.cancel = CancelToken()
        self.state = State.QUEUED
        self.substatement_type = statement.substatement_type
        self.statement_type = statement.statement_type
        self.location: S3Location | None = None
        self.started: datetime | None = None
        self.completed: datetime | None = None
        self.reason: str | None = None
        self.failure: Failure | None = None
        self.result: StoredResult | None = None
        self.reused = False
        self._lock = threading.Lock()
        self._finished = threading.Event()

    @property
    def finished(self) -> bool:
        """Whether the execution is in a final state."""
        return self.state in FINAL

    def wait(self, seconds: float) -> None:
        """Wait for a final state, but no longer than this."""
        self._finished.wait(seconds)

    def begin(self, now: datetime) -> bool:
        """QUEUED to RUNNING; False if the execution was stopped before."""
        with self._lock:
            if self.state is not State.QUEUED:
                return False
            self.state, self.started = State.RUNNING, now
            return True

    def stop(self, now: datetime, reason: str) -> None:
        """Ask for the end: a queued execution ends here, a running one when its engine notices."""
        self.cancel.cancel()
        with self._lock:
            if self.state is State.QUEUED:
                self._end(State.CANCELLED, now, reason)

    def succeed(self, result: StoredResult, now: datetime) -> None:
        """RUNNING to SUCCEEDED."""
        with self._lock:
            self.result = result
            self._end(State.SUCCEEDED, now, None)

    def fail(self, failure: Failure, now: datetime) -> None:
        """RUNNING to FAILED."""
        with self._lock:
            self.failure = failure
            self._end(State.FAILED, now, failure.reason)

    def cancelled(self, reason: str, now: datetime) -> None:
        """RUNNING to CANCELLED."""
        with self._lock:
            self._end(State.CANCELLED, now, reason)

    def _end(self, state: State, now: datetime, reason: str | None) -> None:
        self.completed, self.reason = now, reason
        self.state = state  # last: who sees a final state sees all that belongs to it
        self._finished.set()


class Executions:
    """The executions of one account and region, oldest first, and the client tokens that started them."""

    def __init__(self, kept: int = KEPT) -> None:
        self._kept = kept
        self._all: OrderedDict[str, Execution] = OrderedDict()
        self._tokens: dict[str, Execution] = {}
        self._token_of: dict[str, str] = {}
        self._lock = threading.Lock()

    def add(self, execution: Execution, token: str) -> Execution:
        """Keep a new execution; gives the earlier one if its token was used for the same request.

        Raises `InvalidRequest` if the token was used for another request.
        """
        with self._lock:
            earlier = self._tokens.get(token)
            if earlier is not None:
                if earlier.request.same_as(execution.request):
                    return earlier
                raise InvalidRequest("Idempotent parameters do not match", IDEMPOTENT_PARAMETER_MISMATCH)
            self._all[execution.id] = self._tokens[token] = execution
            self._token_of[execution.id] = token
            self._forget_oldest()
            return execution

    def find(self, query_id: str) -> Execution | None:
        """The execution, or None."""
        return self._all.get(query_id)

    def get(self, query_id: str) -> Execution:
        """The execution; raises `InvalidRequest` if there is none."""
        found = self._all.get(query_id)
        if found is None:
            raise InvalidRequest(f"QueryExecution {query_id} was not found", QUERY_EXECUTION_NOT_FOUND)
        return found

    def newest_first(self, workgroup: str) -> list[Execution]:
        """The executions of a workgroup."""
        with self._lock:
            found = [e for e in self._all.values() if e.request.workgroup == workgroup]
        return found[::-1]

    def stop_all(self, now: datetime, reason: str) -> None:
        """Ask every execution that has not ended to end."""
        for execution in list(self._all.values()):
            if not execution.finished:
                execution.stop(now, reason)

    def forget_workgroup(self, workgroup: str) -> None:
        """Forget the finished executions of a deleted workgroup."""
        for execution in self.newest_first(workgroup):
            with self._lock:
                self._forget(execution.id)

    def _forget_oldest(self) -> None:
        while len(self._all) > self._kept:
            oldest = next(iter(self._all.values()))
            if not oldest.finished:
                return
            self._forget(oldest.id)

    def _forget(self, query_id: str) -> None:
        self._all.pop(query_id, None)
        self._tokens.pop(self._token_of.pop(query_id, ""), None)
