"""What a caught error says: a stop that a query found, a failed query, a function's error, or a service's."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from pipeline import audits, checks
from pipeline.context import Context
from pipeline.errors import ConfigurationError, RunStopped
from pipeline.failures import Failure, failure_of
from pipeline.handlers.events import Caught
from pipeline.handlers.stored import label_of
from pipeline.manifest import Manifest, read_findings
from pipeline.queries import Done, query_failed, rows_of

MOST_CAUSE = 300
"""Characters of a service's own message in an alert."""

# By searching and not by parsing: Step Functions cuts a cause that is too long.
_QUERY_ID = re.compile(r'"QueryExecutionId":\s*"([0-9a-f-]{36})"')

_SERVICES = ("Lambda.", "Runtime.", "Sandbox.", "Athena.", "S3.", "States.Timeout", "States.DataLimit")
"""Errors that AWS raises itself: what they say is about the service, not about the data."""


def failure_from(context: Context, caught: Caught, manifest: Manifest, statements: Sequence[Done]) -> Failure:
    """The failure that a Catch or a Choice tells of, with all that is on record of it: a query's rows
    or reason in Athena, a function's error in the run's manifest.
    """
    if caught.query_id:
        return failure_of(_stop(context, caught.query_id, manifest, statements), caught.step)
    query_id = _QUERY_ID.search(caught.cause)
    if query_id:
        return _failed_query(context, caught.step, query_id[1], manifest.run_id)
    told = _told(caught.cause)
    if told is None:
        return of_service(caught)
    is_stop = told["findings"] is not None
    return Failure(
        step=caught.step,
        kind=told["kind"],
        reason=told["reason"],
        text=manifest.error or told["reason"],
        alert=told["alert"],
        findings=read_findings(context, manifest.run_id) if is_stop else None,
        total=told["findings"] or 0,
    )


def of_service(caught: Caught) -> Failure:
    """An error that none of our functions raised, or that one raised before it had a run."""
    told = _told(caught.cause)
    if told is not None:
        return Failure(caught.step, told["kind"], told["reason"], told["reason"], alert=told["alert"])
    message = _message(caught.cause)
    is_public = caught.error.startswith(_SERVICES) and message
    reason = f"{caught.error}: {message[:MOST_CAUSE]}" if is_public else caught.error
    return Failure(caught.step, caught.error, reason, f"{caught.error}: {message or caught.cause}")


def _stop(context: Context, query_id: str, manifest: Manifest, statements: Sequence[Done]) -> RunStopped:
    """What a check's query found, from its rows."""
    name = next((item.name for item in statements if item.query_id == query_id), "")
    rows = rows_of(context, query_id)
    stop: RunStopped | None = None
    if name == checks.SOURCE_FORMAT:
        stop = checks.bad_values(rows)
    elif name == checks.VANISHED_ROWS and manifest.guard and manifest.guard.baseline_run_id:
        stop = checks.vanished_rows(checks.guard_record(rows, manifest.guard.baseline_run_id))
    elif name:
        stop = audits.failed_audit(name, rows)
    if stop is None:
        raise ConfigurationError(f"query {query_id} ({name or 'unknown'}) found nothing that stops a run")
    stop.query_id = query_id
    return stop


def _failed_query(context: Context, step: str, query_id: str, run_id: str) -> Failure:
    execution = context.athena.get_query_execution(QueryExecutionId=query_id)["QueryExecution"]
    name = label_of(context, run_id, execution.get("Query", ""))
    return failure_of(query_failed(context, name, query_id, execution), step)


def _told(cause: str) -> dict[str, Any] | None:
    """What a function of ours says of its error, or None when the cause is another's."""
    told = _json(_message(cause))
    return told if told is not None and {"kind", "alert", "reason", "findings"} <= set(told) else None


def _message(cause: str) -> str:
    """The errorMessage of Lambda's cause; another cause as it is."""
    body = _json(cause)
    return str(body["errorMessage"]) if body and "errorMessage" in body else cause


def _json(text: str) -> dict[str, Any] | None:
    try:
        value = json.loads(text)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None
