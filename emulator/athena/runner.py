"""Runs executions on a pool of threads: engine, result objects, final state."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import Executor
from datetime import datetime

from emulator.athena import failures
from emulator.athena.catalogs import DataCatalogs
from emulator.athena.executions import Execution
from emulator.athena.parameters import as_expression
from emulator.athena.results import ResultWriter, StoredResult, result_key
from emulator.engine.base import (
    Cancelled,
    EngineLost,
    ExecutionContext,
    PreparedStatements,
    S3Location,
    ScanLimitExceeded,
    StatementResult,
)
from emulator.storage.objects import NoSuchBucket, StoreUnavailable
from emulator.trino.errors import TrinoError

log = logging.getLogger(__name__)

Clock = Callable[[], datetime]
CANCELLED_BY_USER = "Query cancelled by user"
DEFAULT_DATABASE = "default"


class Runner:
    """Executes what was started."""

    def __init__(
        self,
        writer: ResultWriter,
        pool: Executor,
        clock: Clock,
        catalogs: DataCatalogs,
        account: str,
        region: str,
    ) -> None:
        self._writer = writer
        self._pool = pool
        self._clock = clock
        self._catalogs = catalogs
        self._account = account
        self._region = region

    def submit(self, execution: Execution, prepared: PreparedStatements) -> None:
        """Run an execution as soon as a thread is free."""
        self._pool.submit(self._run, execution, prepared)

    def reuse(self, execution: Execution, earlier: StoredResult) -> None:
        """Finish an execution with the result of an earlier one (ResultReuseConfiguration)."""
        execution.reused = True
        self._pool.submit(self._rewrite, execution, earlier)

    def _rewrite(self, execution: Execution, earlier: StoredResult) -> None:
        if execution.begin(self._clock()):
            self._finish(execution, lambda: self._writer.copy(earlier, execution.location))

    def _run(self, execution: Execution, prepared: PreparedStatements) -> None:
        if execution.begin(self._clock()):
            self._finish(execution, lambda: self._execute(execution, prepared))

    def _finish(self, execution: Execution, work: Callable[[], StoredResult]) -> None:
        """Do the work and set the final state by how it ended."""
        try:
            execution.succeed(work(), self._clock())
        except Cancelled:
            execution.cancelled(CANCELLED_BY_USER, self._clock())
        except ScanLimitExceeded as error:
            execution.cancelled(str(error), self._clock())
        except TrinoError as error:
            self._failed(execution, failures.from_trino(error))
        except (EngineLost, StoreUnavailable) as error:
            self._failed(execution, failures.engine_lost(error))
        except NoSuchBucket as error:
            place = execution.location.uri if execution.location else "the managed results"
            self._failed(execution, failures.not_written(place, error))
        except Exception as error:  # a thread's last line: the client must see an end, whatever went wrong
            log.exception("execution %s ended unexpectedly", execution.id)
            self._failed(execution, failures.unexpected(error))

    def _failed(self, execution: Execution, failure: failures.Failure) -> None:
        if execution.cancel.cancelled:  # the error is how the engine noticed
            execution.cancelled(CANCELLED_BY_USER, self._clock())
        else:
            execution.fail(failure, self._clock())

    def _execute(self, execution: Execution, prepared: PreparedStatements) -> StoredResult:
        result = execution.engine.execute(execution.statement, self._context(execution, prepared))
        execution.statement_type = result.statement_type
        execution.substatement_type = result.substatement_type
        execution.location = result_location(execution, result)
        return self._writer.write(execution.id, result, execution.location, execution.cancel)

    def _context(self, execution: Execution, prepared: PreparedStatements) -> ExecutionContext:
        request, settings, prefix = execution.request, execution.settings, execution.settings.prefix
        return ExecutionContext(
            query_id=execution.id,
            account=self._account,
            region=self._region,
            catalog=self._catalogs.query_name(request.catalog),
            # awswrangler sends the name in backticks
            database=(request.database or DEFAULT_DATABASE).strip("`").lower(),
            started=execution.started or execution.submitted,
            output=S3Location(prefix.bucket, prefix.key + execution.id) if prefix else None,
            cancel=execution.cancel,
            parameters=tuple(map(as_expression, request.parameters)),
            output_enforced=settings.enforced,
            bytes_cutoff=settings.bytes_cutoff,
            workgroup=request.workgroup,
            prepared=prepared,
        )


def result_location(execution: Execution, result: StatementResult | None = None) -> S3Location | None:
    """Where an execution's result object is; known for certain only with the statement's result."""
    prefix, kinds = execution.settings.prefix, result or execution.statement
    if prefix is None:
        return None
    key = result_key(prefix.key, execution.id, kinds.statement_type, kinds.substatement_type)
    return S3Location(prefix.bucket, key)
