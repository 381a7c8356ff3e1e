"""How the API shows an execution."""

from __future__ import annotations

from datetime import datetime

from emulator.athena.executions import Execution
from emulator.athena.shapes import Json
from emulator.athena.workgroups import ENGINE_VERSION
from emulator.engine.base import INPUT_ROWS, PLANNING_MILLIS, QUEUED_MILLIS, RUNNING_MILLIS


def query_execution(execution: Execution) -> Json:
    """The QueryExecution structure."""
    request = execution.request
    shown: Json = {
        "QueryExecutionId": execution.id,
        "Query": request.sql,
        "StatementType": execution.statement_type,
        "QueryExecutionContext": _context(execution),
        "ResultConfiguration": _result_configuration(execution),
        "ResultReuseConfiguration": {"ResultReuseByAgeConfiguration": _reuse(request.reuse_minutes)},
        "Status": _status(execution),
        "Statistics": _statistics(execution),
        "WorkGroup": request.workgroup,
        "EngineVersion": {
            "SelectedEngineVersion": execution.settings.engine_version,
            "EffectiveEngineVersion": ENGINE_VERSION,
        },
    }
    if execution.substatement_type:
        shown["SubstatementType"] = execution.substatement_type
    if request.parameters:
        shown["ExecutionParameters"] = list(request.parameters)
    if execution.settings.prefix is None:
        shown["ManagedQueryResultsConfiguration"] = {"Enabled": True}
    return shown


def runtime_statistics(execution: Execution) -> Json:
    """The QueryRuntimeStatistics structure; the rows are known once the query has succeeded."""
    times = _times(execution)
    shown: Json = {"Timeline": times}
    if execution.result is not None:
        shown["Rows"] = {
            "InputRows": execution.result.statistics.get(INPUT_ROWS, 0),
            "InputBytes": execution.result.scanned_bytes,
            "OutputRows": len(execution.result.rows),
            "OutputBytes": execution.result.output_bytes,
        }
    return shown


def _context(execution: Execution) -> Json:
    # the real service shows the catalog in lower case, and only what was sent
    request = execution.request
    shown = {"Catalog": request.catalog.lower()} if request.catalog else {}
    return {**shown, "Database": request.database} if request.database else shown


def _result_configuration(execution: Execution) -> Json:
    if execution.location is None:
        return {}
    options = {} if execution.settings.enforced else execution.request.result_options
    return {"OutputLocation": execution.location.uri, **options}


def _reuse(minutes: int | None) -> Json:
    return {"Enabled": False} if minutes is None else {"Enabled": True, "MaxAgeInMinutes": minutes}


def _status(execution: Execution) -> Json:
    # the state first: what belongs to a final state is set before it
    shown: Json = {"State": str(execution.state), "SubmissionDateTime": execution.submitted.timestamp()}
    if execution.finished and execution.completed is not None:
        shown["CompletionDateTime"] = execution.completed.timestamp()
        if execution.reason is not None:
            shown["StateChangeReason"] = execution.reason
        if execution.failure is not None:
            shown["AthenaError"] = execution.failure.athena_error()
    return shown


def _statistics(execution: Execution) -> Json:
    shown: Json = {
        **_times(execution),
        "ResultReuseInformation": {"ReusedPreviousResult": execution.reused},
    }
    result = execution.result if execution.finished else None
    shown["DataScannedInBytes"] = result.scanned_bytes if result else 0
    if result and result.manifest_uri:
        shown["DataManifestLocation"] = result.manifest_uri
    return shown


def _times(execution: Execution) -> Json:
    """Milliseconds; a finished execution never shows a zero, as clients take it for a missing value."""
    if not execution.finished or execution.completed is None:
        return {}
    known = execution.result.statistics if execution.result else {}
    started = execution.started or execution.completed
    waited = _milliseconds(execution.submitted, started)
    worked = _milliseconds(started, execution.completed)
    queued, engine = known.get(QUEUED_MILLIS, 0), known.get(RUNNING_MILLIS, worked)
    return {
        "QueryQueueTimeInMillis": waited + queued,
        "ServicePreProcessingTimeInMillis": 1,
        "QueryPlanningTimeInMillis": max(1, known.get(PLANNING_MILLIS, 0)),
        "EngineExecutionTimeInMillis": max(1, engine),
        "ServiceProcessingTimeInMillis": max(1, worked - queued - engine),
        "TotalExecutionTimeInMillis": waited + worked + 2,
    }


def _milliseconds(start: datetime, end: datetime) -> int:
    return max(1, round((end - start).total_seconds() * 1000))
