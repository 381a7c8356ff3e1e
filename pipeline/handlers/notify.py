"""End a run: complete its record, give up its claim, and send the one alert of a failure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pipeline import alerts, claim, failures, purge
from pipeline.context import Context
from pipeline.failures import Failure
from pipeline.handlers.caught import failure_from, of_service
from pipeline.handlers.entry import Answer, Function
from pipeline.handlers.events import Caught, Entered, Fields, Run, day_of, done_of
from pipeline.handlers.records import note_statements, note_steps
from pipeline.manifest import Manifest, finish, read_manifest
from pipeline.publish import current_run
from pipeline.queries import Done

QUALITY_TABLE = "data_quality_finding"


@dataclass(frozen=True)
class NotifyEvent:
    """The run, None when none was claimed; the execution; how far the run came; and what went wrong."""

    run: Run | None
    execution: str
    statements: tuple[Done, ...]
    steps: tuple[Entered, ...]
    at: datetime
    failure: Caught | None
    purge_failure: Caught | None

    @staticmethod
    def read(raw: object) -> NotifyEvent:
        """The event of a report."""
        names = ("run", "execution", "statements", "steps", "at", "failure", "purge_failure")
        fields = Fields(raw, "the report's event", names)
        return NotifyEvent(
            run=fields.optional("run", Run.read),
            execution=fields.text("execution"),
            statements=fields.items("statements", done_of),
            steps=fields.items("steps", Entered.read),
            at=fields.instant("at"),
            failure=fields.optional("failure", Caught.read),
            purge_failure=fields.optional("purge_failure", Caught.read),
        )


def notify(context: Context, event: NotifyEvent) -> Answer:
    """Report how an execution ended; of a failure, its name and what may be told of it.

    The alert is sent last: when anything before it fails, or it cannot be sent (AlertNotSent), the state
    machine sends one itself, and it stays the only one.
    """
    if event.failure is None:
        return Answer(*_succeeded(context, event))
    manifest = read_manifest(context, event.run.run_id) if event.run else None
    if manifest is None:
        failure = of_service(event.failure)
    else:
        failure = _failed(context, event, event.failure, manifest)
    alert = failures.alert_of(context, failure, manifest, event.execution)
    alerts.must_send(context, alert)
    query = f" (query {failure.query_id})" if failure.query_id else ""
    cause = f"{failure.step}: {failure.reason}{query}; published stays {alert.published}; see {alert.where}"
    error = event.failure.error if failure.category is None and not failure.console else "QueryFailed"
    return Answer({"error": error, "cause": cause}, {"Failed": 1, "BlockingFindings": failure.total})


def _succeeded(context: Context, event: NotifyEvent) -> tuple[dict[str, Any], dict[str, float]]:
    assert event.run  # only a claimed run can succeed
    manifest = read_manifest(context, event.run.run_id)
    purge_failed = event.purge_failure
    note_steps(manifest, event.steps, event.at, failed="purge" if purge_failed else None)
    seconds = _end(context, event.run, manifest, event.at)
    if purge_failed:
        purge.tell_of_failure(context, manifest, of_service(purge_failed).reason)
    metrics: dict[str, float] = {
        "Failed": 0,
        "RunSeconds": seconds,
        "QualityFindings": manifest.rows.get(QUALITY_TABLE, 0),
    }
    public = current_run(context)
    if public:
        metrics["PublishedAgeDays"] = (day_of(event.at) - public.as_of).days
    return {"error": None, "cause": None}, metrics


def _failed(context: Context, event: NotifyEvent, caught: Caught, manifest: Manifest) -> Failure:
    """Complete the record of a run that failed; what is public stays so, whatever failed after it was."""
    assert event.run
    failure = failure_from(context, caught, manifest, event.statements)
    note_statements(context, manifest, event.statements)
    note_steps(manifest, event.steps, event.at, failed=caught.step)
    failures.keep(context, manifest, failure)
    manifest.status = failures.status_of(context, manifest)
    _end(context, event.run, manifest, event.at)
    return failure


def _end(context: Context, run: Run, manifest: Manifest, at: datetime) -> float:
    seconds = (at - run.started_at).total_seconds()
    finish(context, manifest, manifest.status, at, seconds)
    claim.release(context, run.as_of, run.owner)
    return seconds


handler = Function("report", NotifyEvent.read, notify, ends_run=False)
