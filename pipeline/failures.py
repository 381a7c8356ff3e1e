"""Why a run did not come to its end: as its manifest keeps it, and as its one alert tells it."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from botocore.exceptions import BotoCoreError, ClientError

from pipeline import alerts, owners
from pipeline.alerts import Alert
from pipeline.context import Context
from pipeline.errors import Finding, QueryFailed, RunStopped, WardlakeError
from pipeline.manifest import Manifest, Status, findings_key, manifest_key, write_findings
from pipeline.publish import current_run

LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True)
class Failure:
    """What went wrong in a step.

    kind: the manifest's class of error. alert: the alert's. reason: what may be told outside, without a
    value of the data. text: all of it, which may quote data. findings: what stopped the run on purpose, of
    `total` in all; None when it was not. query_id, category (Athena's: 1 system, 2 user, 3 other) and
    console: of the query that failed or found.
    """

    step: str
    kind: str
    reason: str
    text: str
    alert: str = "failed_run"
    query_id: str | None = None
    category: int | None = None
    console: str | None = None
    findings: tuple[Finding, ...] | None = None
    total: int = 0


def failure_of(error: BaseException, step: str) -> Failure:
    """An exception that ended a step, as a failure."""
    kind = getattr(error, "kind", type(error).__name__)
    text = str(error) or type(error).__name__
    if isinstance(error, RunStopped):
        return Failure(
            step,
            kind,
            error.public_reason,
            text,
            alert=error.alert,
            query_id=error.query_id,
            findings=error.findings,
            total=error.total,
        )
    if isinstance(error, QueryFailed):
        reason = alerts.public_reason(error.reason)
        return Failure(
            step,
            kind,
            reason,
            text,
            alert="failed_query",
            query_id=error.query_id,
            category=error.category,
            console=error.console,
        )
    return Failure(step, kind, _reason(error), text)


def _reason(error: BaseException) -> str:
    """What may be told of any other error: our own sentences are about files, settings and the catalog, and
    AWS's codes are its own; another text may quote what it met.
    """
    if isinstance(error, WardlakeError):
        return str(error)
    if isinstance(error, ClientError):
        code = error.response.get("Error", {}).get("Code")
        return f"{type(error).__name__}: {code} when calling {error.operation_name}"
    return type(error).__name__


def keep(context: Context, manifest: Manifest, failure: Failure) -> None:
    """Write a failure's findings, and note it in the manifest, which is not written."""
    if failure.findings is not None:
        write_findings(context, manifest.run_id, failure.findings, failure.total)
    manifest.findings = failure.total
    manifest.failed_step = failure.step
    manifest.error_kind = failure.kind
    manifest.error = failure.text
    manifest.query_id = failure.query_id


def status_of(context: Context, manifest: Manifest) -> Status:
    """What a run that failed is: failed, unless it is public already, which a later failure does not undo."""
    public = _public(context)
    return "published" if public == manifest.run_id else "failed"


def alert_of(
    context: Context, failure: Failure, manifest: Manifest | None, execution: str | None = None
) -> Alert:
    """The alert of a failed run; without a manifest, of one that failed before it had begun. execution: the
    ARN of the state machine's execution that ran it.
    """
    run_id = manifest.run_id if manifest else None
    console = owners.execution_console(context.settings.region, execution) if execution else None
    return Alert(
        kind=failure.alert,
        reason=failure.reason,
        run_id=run_id,
        as_of=str(manifest.as_of) if manifest else None,
        step=failure.step,
        query_id=failure.query_id,
        where=failure.console or (_record(context, failure, run_id) if run_id else console),
        error_category=failure.category,
        published=_public(context),
        execution=console,
    )


def _record(context: Context, failure: Failure, run_id: str) -> str:
    key = manifest_key(run_id) if failure.findings is None else findings_key(run_id)
    return f"s3://{context.settings.lake_bucket}/{key}"


def _public(context: Context) -> str:
    """The run that readers see; a failure is told also when that cannot be found out."""
    try:
        public = current_run(context)
    except (ClientError, BotoCoreError) as error:
        LOGGER.warning("the published run could not be read: %s", error)
        return "unknown"
    return public.run_id if public else "none"
