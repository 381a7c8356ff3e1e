"""Run one statement on Athena and wait for it: back-off with jitter, a bounded total, cancelled when given
up."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from pipeline import queries, sqltext
from pipeline.context import Context
from pipeline.errors import QueryFailed
from pipeline.queries import Row

if TYPE_CHECKING:
    from types_boto3_athena.type_defs import QueryExecutionTypeDef

# A start that failed like this did not happen, or is the same start when repeated with the same token.
_WORTH_REPEATING = (
    "TooManyRequestsException",
    "ThrottlingException",
    "InternalServerException",
    "503",
    "500",
)


@dataclass(frozen=True)
class Pacing:
    """How long to wait, in seconds: before the first look, the factor between looks, the longest wait.

    The waits are drawn from [wait/2, wait), so that many waiters do not ask at once. `starts` is how often
    one start is tried.
    """

    first: float = 0.015
    factor: float = 1.5
    longest: float = 5.0
    starts: int = 5


@dataclass(frozen=True)
class Execution:
    """A statement that succeeded: what Athena says of it, for the manifest."""

    name: str
    query_id: str
    sha256: str
    bytes_scanned: int
    engine_seconds: float
    seconds: float


@dataclass
class Athena:
    """Statements of one run; `cancelled` set by any thread makes all of them give up and stop their queries.

    jitter gives a number in [0, 1); pause waits so many seconds, or less when `cancelled` is set meanwhile.
    `workgroup` is another one than the stage's own.
    """

    context: Context
    pacing: Pacing = field(default_factory=Pacing)
    jitter: Callable[[], float] = random.random
    cancelled: Event = field(default_factory=Event)
    workgroup: str | None = None

    def run(self, name: str, sql: str, database: str) -> Execution:
        """Execute one statement to its end.

        Raises QueryFailed when Athena fails or cancels it, or when it takes longer than the settings allow,
        in which case it is stopped first; it is also stopped on any interruption, such as Ctrl-C.
        """
        started = self.context.monotonic()
        query_id = self._start(sql, database)
        try:
            execution = self._wait(name, query_id, started)
        except QueryFailed:
            raise
        except BaseException:
            self.context.athena.stop_query_execution(QueryExecutionId=query_id)
            raise
        statistics = execution.get("Statistics", {})
        return Execution(
            name=name,
            query_id=query_id,
            sha256=sqltext.sha256(sql),
            bytes_scanned=statistics.get("DataScannedInBytes", 0),
            engine_seconds=statistics.get("EngineExecutionTimeInMillis", 0) / 1000,
            seconds=self.context.monotonic() - started,
        )

    def query(self, name: str, sql: str, database: str) -> tuple[Execution, list[Row]]:
        """Execute a query and read all its rows, each as texts by column name."""
        execution = self.run(name, sql, database)
        return execution, queries.rows_of(self.context, execution.query_id)

    def _start(self, sql: str, database: str) -> str:
        token = "".join(self.context.token() for _ in range(8))
        for attempt in range(1, self.pacing.starts + 1):
            try:
                answer = self.context.athena.start_query_execution(
                    QueryString=sql,
                    ClientRequestToken=token,
                    QueryExecutionContext={"Database": database},
                    WorkGroup=self.workgroup or self.context.settings.workgroup,
                )
                return answer["QueryExecutionId"]
            except ClientError as error:
                if error.response["Error"]["Code"] not in _WORTH_REPEATING or attempt == self.pacing.starts:
                    raise
                self._pause(min(0.1 * 2**attempt, self.pacing.longest))
        raise AssertionError("unreachable: the last attempt returns or raises")

    def _wait(self, name: str, query_id: str, started: float) -> QueryExecutionTypeDef:
        wait, limit = self.pacing.first, self.context.settings.query_timeout_seconds
        while True:
            self._pause(wait)
            execution = self.context.athena.get_query_execution(QueryExecutionId=query_id)["QueryExecution"]
            status: Any = execution.get("Status", {})
            state = status.get("State")
            if state == "SUCCEEDED":
                return execution
            if state in ("FAILED", "CANCELLED"):
                raise queries.query_failed(self.context, name, query_id, execution)
            if self.cancelled.is_set() or self.context.monotonic() - started > limit:
                self.context.athena.stop_query_execution(QueryExecutionId=query_id)
                cause = "the run was stopped" if self.cancelled.is_set() else f"no end in {limit:g} s"
                raise queries.failure(self.context, name, query_id, f"Query cancelled: {cause}", None)
            wait = min(wait * self.pacing.factor, self.pacing.longest)

    def _pause(self, seconds: float) -> None:
        self.cancelled.wait(seconds * (1 + self.jitter()) / 2)
