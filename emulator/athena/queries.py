"""The operations on query executions: start, stop, look, list, results."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from emulator.athena import views
from emulator.athena.errors import (
    INVALID_QUERY_EXECUTION_STATE,
    MALFORMED_QUERY,
    QUERY_EXECUTION_NOT_FOUND,
    RESULT_NOT_FOUND,
    InvalidRequest,
)
from emulator.athena.executions import Execution, Executions, Request, State
from emulator.athena.paging import page
from emulator.athena.prepared import PreparedStatements
from emulator.athena.results import StoredResult
from emulator.athena.runner import CANCELLED_BY_USER, Runner, result_location
from emulator.athena.shapes import Json
from emulator.athena.workgroups import ENABLED, PRIMARY, WorkGroup, WorkGroups
from emulator.engine.base import CheckedStatement, Engine
from emulator.engine.choice import Engines, UnknownEngine
from emulator.page_tokens import position_of, token_for
from emulator.storage.objects import ObjectStore
from emulator.trino.errors import ParseError

MOST_RESULTS = 1000
LONGEST_TOKEN = 128
LONGEST_QUERY = 262_144

LOOK_SECONDS = 0.2
"""How long GetQueryExecution waits for an end: it spares clients that look rarely a whole pause."""

LOOKERS = 16
"""Clients that may wait like that at the same time; the server's threads must be left for others."""

REUSABLE = ("SELECT", "EXECUTE")


class Queries:
    """The query executions of one account and region on the API."""

    def __init__(
        self,
        engines: Engines,
        runner: Runner,
        executions: Executions,
        workgroups: WorkGroups,
        prepared: PreparedStatements,
        store: ObjectStore,
        clock: Callable[[], datetime],
        new_id: Callable[[], str],
    ) -> None:
        self._engines = engines
        self._runner = runner
        self._executions = executions
        self._workgroups = workgroups
        self._prepared = prepared
        self._store = store
        self._clock = clock
        self._new_id = new_id
        self._lookers = threading.Semaphore(LOOKERS)

    def start(self, params: Json) -> Json:
        """StartQueryExecution; checks in the real service's order: token, location, syntax, idempotency."""
        token = _client_token(params)
        request = _request(params)
        workgroup = self._workgroups.get(request.workgroup)
        execution = self._new_execution(request, workgroup)
        kept = self._executions.add(execution, token)
        if kept is execution:
            earlier = self._reusable(execution)
            if earlier is not None:
                self._runner.reuse(execution, earlier)
            else:
                self._runner.submit(execution, self._prepared.of(workgroup.name))
        return {"QueryExecutionId": kept.id}

    def _new_execution(self, request: Request, workgroup: WorkGroup) -> Execution:
        if workgroup.state != ENABLED:
            raise InvalidRequest(f"WorkGroup {workgroup.name} is disabled.")
        settings = workgroup.settings_for(request)
        if settings.prefix and not self._store.has_bucket(settings.prefix.bucket):
            raise InvalidRequest(f"Unable to verify/create output bucket {settings.prefix.bucket}")
        engine = self._engine_of(workgroup)
        statement = _checked(engine, request.sql)
        execution = Execution(self._new_id(), request, engine, statement, settings, self._clock())
        execution.location = result_location(execution)
        return execution

    def _engine_of(self, workgroup: WorkGroup) -> Engine:
        try:
            return self._engines.choose(workgroup.tags)
        except UnknownEngine as error:
            raise InvalidRequest(str(error)) from error

    def _reusable(self, execution: Execution) -> StoredResult | None:
        request, now = execution.request, execution.submitted
        if request.reuse_minutes is None or execution.substatement_type not in REUSABLE:
            return None
        oldest = now - timedelta(minutes=request.reuse_minutes)
        for other in self._executions.newest_first(request.workgroup):
            asked = other.request
            same = (other.engine, asked.sql, asked.catalog, asked.database, asked.parameters) == (
                execution.engine,
                request.sql,
                request.catalog,
                request.database,
                request.parameters,
            )
            fresh = other.completed is not None and other.completed >= oldest and not other.reused
            if same and fresh and other.state is State.SUCCEEDED:
                return other.result
        return None

    def stop(self, params: Json) -> Json:
        """StopQueryExecution; stopping a finished execution changes nothing."""
        self._executions.get(params["QueryExecutionId"]).stop(self._clock(), CANCELLED_BY_USER)
        return {}

    def get(self, params: Json) -> Json:
        """GetQueryExecution."""
        execution = self._executions.get(params["QueryExecutionId"])
        self._wait_for_end(execution)
        return {"QueryExecution": views.query_execution(execution)}

    def _wait_for_end(self, execution: Execution) -> None:
        if not execution.finished and self._lookers.acquire(blocking=False):
            try:
                execution.wait(LOOK_SECONDS)
            finally:
                self._lookers.release()

    def get_batch(self, params: Json) -> Json:
        """BatchGetQueryExecution."""
        wanted = params["QueryExecutionIds"]
        found = {i: execution for i in wanted if (execution := self._executions.find(i))}
        return {
            "QueryExecutions": [views.query_execution(found[i]) for i in wanted if i in found],
            "UnprocessedQueryExecutionIds": [
                {
                    "QueryExecutionId": i,
                    "ErrorCode": QUERY_EXECUTION_NOT_FOUND,
                    "ErrorMessage": f"QueryExecution {i} was not found",
                }
                for i in wanted
                if i not in found
            ],
        }

    def list(self, params: Json) -> Json:
        """ListQueryExecutions, newest first."""
        workgroup = self._workgroups.get(params.get("WorkGroup", PRIMARY)).name
        ids = [execution.id for execution in self._executions.newest_first(workgroup)]
        shown, token = page(ids, params.get("NextToken"), params.get("MaxResults"))
        answer: Json = {"QueryExecutionIds": list(shown)}
        return {**answer, "NextToken": token} if token else answer

    def results(self, params: Json) -> Json:
        """GetQueryResults; checks in the real service's order: id, size, state, token."""
        execution = self._executions.get(params["QueryExecutionId"])
        size = params.get("MaxResults", MOST_RESULTS)
        if size > MOST_RESULTS:
            raise InvalidRequest(f"MaxResults is more than maximum allowed length {MOST_RESULTS}")
        if params.get("QueryResultType", "DATA_ROWS") != "DATA_ROWS":
            raise InvalidRequest("QueryResultType DATA_MANIFEST is not supported by this emulator")
        result = _finished_result(execution)
        start = _start_of(params.get("NextToken"), result)
        answer: Json = {"ResultSet": result.page(start, size)}
        if result.update_count is not None:
            answer["UpdateCount"] = result.update_count
        # the real service gives a token with every full page, even if nothing follows
        if len(answer["ResultSet"]["Rows"]) == size:
            answer["NextToken"] = token_for(start + size)
        return answer

    def runtime_statistics(self, params: Json) -> Json:
        """GetQueryRuntimeStatistics."""
        execution = self._executions.get(params["QueryExecutionId"])
        return {"QueryRuntimeStatistics": views.runtime_statistics(execution)}


def _checked(engine: Engine, sql: str) -> CheckedStatement:
    try:
        return engine.check(sql)
    except ParseError as error:
        raise InvalidRequest(error.message, MALFORMED_QUERY) from error


def _client_token(params: Json) -> str:
    token: str | None = params.get("ClientRequestToken")
    if token is None:
        raise InvalidRequest("clientRequestToken is null or empty")
    if len(token.encode()) > LONGEST_TOKEN:
        raise InvalidRequest(f"clientRequestToken exceeds maximum allowed length {LONGEST_TOKEN}")
    return token


def _request(params: Json) -> Request:
    sql = params["QueryString"]
    if len(sql.encode()) > LONGEST_QUERY:
        raise InvalidRequest(f"queryString exceeds maximum allowed length {LONGEST_QUERY}")
    context = params.get("QueryExecutionContext", {})
    result = params.get("ResultConfiguration", {})
    return Request(
        sql=sql,
        workgroup=params.get("WorkGroup", PRIMARY),
        catalog=context.get("Catalog"),
        database=context.get("Database"),
        output_location=result.get("OutputLocation"),
        result_options={name: value for name, value in result.items() if name != "OutputLocation"},
        parameters=tuple(params.get("ExecutionParameters", ())),
        reuse_minutes=_reuse_minutes(params),
    )


def _reuse_minutes(params: Json) -> int | None:
    wish = params.get("ResultReuseConfiguration", {}).get("ResultReuseByAgeConfiguration", {})
    return int(wish.get("MaxAgeInMinutes", 60)) if wish.get("Enabled") else None


def _finished_result(execution: Execution) -> StoredResult:
    if execution.state is State.CANCELLED:
        raise InvalidRequest("Could not find results", RESULT_NOT_FOUND)
    if execution.state is State.FAILED:
        text = "Query did not finish successfully. Final query state: FAILED"
        raise InvalidRequest(text, INVALID_QUERY_EXECUTION_STATE)
    if execution.result is None:
        text = f"Query has not yet finished. Current state: {execution.state}"
        raise InvalidRequest(text, INVALID_QUERY_EXECUTION_STATE)
    return execution.result


def _start_of(token: str | None, result: StoredResult) -> int:
    if token is None or result.total_rows == 0:
        return 0
    start = position_of(token)
    if start is None or start > result.total_rows:
        raise InvalidRequest(f"Malformed nextPageToken {token}")
    return start
