"""What an engine is to the Athena service: check a statement at the start, then execute it.

The service knows states, ids and result objects; an engine knows SQL, the catalog and the data. They meet
here and nowhere else, so that another engine (a real Trino, a comparison of two) can take DuckDB's place.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from emulator.trino.types import Type

Row = tuple[str | None, ...]
"""One result row as Athena shows it: the text of each value, ``None`` for NULL."""

DDL = "DDL"
DML = "DML"
UTILITY = "UTILITY"

SCANNED_BYTES = "scanned_bytes"
INPUT_ROWS = "input_rows"
QUEUED_MILLIS = "queued_millis"
PLANNING_MILLIS = "planning_millis"
RUNNING_MILLIS = "running_millis"
"""Names of `StatementResult.statistics`; the last is the engine's whole time, its planning in it."""


class Cancelled(Exception):
    """The execution was stopped on request; the service reports CANCELLED, not FAILED."""


class EngineLost(Exception):
    """The engine died under an execution, through no fault of the statement's; a new one takes its place."""


class CancelToken:
    """A request to stop one execution, set from any thread and seen by the engine."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._event = threading.Event()
        self._callbacks: list[Callable[[], None]] = []

    @property
    def cancelled(self) -> bool:
        """Whether stopping was asked for."""
        return self._event.is_set()

    def cancel(self) -> None:
        """Ask the execution to stop: runs what was registered, once."""
        with self._lock:
            if self._event.is_set():
                return
            self._event.set()
            callbacks = list(self._callbacks)
        for callback in callbacks:
            callback()

    def on_cancel(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Call ``callback`` on cancel (at once if already cancelled); gives the call that unregisters it."""
        with self._lock:
            if not self._event.is_set():
                self._callbacks.append(callback)
                return lambda: self._forget(callback)
        callback()
        return lambda: None

    def _forget(self, callback: Callable[[], None]) -> None:
        with self._lock:
            if callback in self._callbacks:
                self._callbacks.remove(callback)

    def check(self) -> None:
        """Raise `Cancelled` if stopping was asked for."""
        if self.cancelled:
            raise Cancelled


@dataclass(frozen=True)
class S3Location:
    """A bucket and a key (or a prefix of keys) in it."""

    bucket: str
    key: str

    @property
    def uri(self) -> str:
        """The location as ``s3://bucket/key``."""
        return f"s3://{self.bucket}/{self.key}"


class PreparedStatements(Protocol):
    """The workgroup's prepared statements, which PREPARE, EXECUTE, DEALLOCATE and the API share."""

    def get(self, name: str) -> str | None:
        """The statement's text, or None if there is none of that name."""

    def put(self, name: str, sql: str) -> None:
        """Create or replace a prepared statement."""

    def delete(self, name: str) -> bool:
        """Remove a prepared statement; False if there was none."""


def _nothing() -> None:
    """What is called where nobody listens."""


@dataclass(frozen=True)
class ExecutionContext:
    """What one execution is given besides its text.

    ``account`` and ``region`` say whose Glue catalog is meant. ``output`` is the result's location without
    its extension (``s3://bucket/prefix/<query id>``), None where results are managed. ``output_enforced``:
    the workgroup enforces its output location, so a statement may name none. ``bytes_cutoff``: stop the query
    when it has to scan more bytes than this. ``parameters`` are the SQL literals of ExecutionParameters.
    ``engine_used`` is called each time that the statement begins to use the query engine.
    """

    query_id: str
    account: str
    region: str
    catalog: str
    database: str
    started: datetime
    output: S3Location | None
    cancel: CancelToken
    parameters: tuple[str, ...] = ()
    output_enforced: bool = False
    bytes_cutoff: int | None = None
    workgroup: str = "primary"
    prepared: PreparedStatements | None = None
    engine_used: Callable[[], None] = _nothing


@dataclass(frozen=True)
class ResultColumn:
    """A column of the result: name, Trino type, the type's name where Athena shows another (``string``)."""

    name: str
    type: Type
    shown_type: str | None = None


@dataclass(frozen=True)
class StatementResult:
    """What an execution gave.

    ``rows`` may be streamed: reading it can raise TrinoError or `Cancelled`; it is read once, to the end, or
    closed (it may be a generator).
    ``text``: the result object is a ``.txt`` without header row (DDL, UTILITY, EXPLAIN), not a CSV.
    ``statistics`` may grow while rows are read; what an engine does not know it leaves out. A
    ``SCANNED_BYTES`` in them counts instead of ``data_scanned_bytes``, which is known at the start.
    ``manifest``: the s3:// URLs of the data files written (CTAS, INSERT, UNLOAD), None where none is written.
    """

    statement_type: str
    substatement_type: str | None
    columns: tuple[ResultColumn, ...] = ()
    rows: Iterator[Row] = field(default_factory=lambda: iter(()))
    update_count: int | None = None
    data_scanned_bytes: int = 0
    manifest: tuple[str, ...] | None = None
    text: bool = False
    statistics: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class CheckedStatement:
    """A statement that passed the checks at the start.

    ``statement_type`` and ``substatement_type`` are what GetQueryExecution shows from the start on;
    ``parsed`` is the engine's own.
    """

    sql: str
    statement_type: str
    substatement_type: str | None
    parsed: object


class Engine(Protocol):
    """Runs Athena's statements."""

    def check(self, sql: str) -> CheckedStatement:
        """Parse a statement; raises ParseError, which the start answers with InvalidRequestException."""

    def execute(self, statement: CheckedStatement, context: ExecutionContext) -> StatementResult:
        """Run a checked statement to its result.

        Raises TrinoError if it fails, `Cancelled` if stopped and `EngineLost` if the engine dies under it.
        """

    def kill(self) -> None:
        """Lose the engine, as by a crash: what runs ends with `EngineLost`, what comes gets a new one."""

    def close(self) -> None:
        """Release what the engine holds (database, local files)."""


class ScanLimitExceeded(Exception):
    """The query would scan more than the cutoff; the service reports CANCELLED with this text."""

    def __init__(self, scanned: int, cutoff: int) -> None:
        super().__init__(
            f"Bytes scanned limit was exceeded: {scanned} bytes, the workgroup's cutoff is {cutoff}"
        )
