"""One day's run, walked in process: claim, ingest, check, build, audit, publish, purge, and a record of all
of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Literal

from botocore.exceptions import BotoCoreError, ClientError

from pipeline import alerts, audits, build, catalog, checks, claim, inputs, publish
from pipeline.athena import Athena, Execution
from pipeline.context import MOST_THREADS, Context, Progress, StepEvent, silent
from pipeline.errors import QueryFailed, RunStopped, WardlakeError
from pipeline.ingest import IngestReport, ingest
from pipeline.manifest import (
    GuardRecord,
    Input,
    Manifest,
    StatementRecord,
    StepRecord,
    baseline,
    findings_key,
    manifest_key,
    write_findings,
    write_manifest,
)
from pipeline.parameters import RunKey
from pipeline.plan import Plan, Statement, read_plan
from pipeline.purge import purge


@dataclass(frozen=True)
class RunOptions:
    """How a run is to be done.

    accept_vanished: go on although many rows vanished. publish: "always", or "newer" to leave the public
    tables as they are when they show a later day. owner: who claims the day (this process, unless named), and
    owner_is_alive says of another owner whether it may still be at work.
    """

    accept_vanished: bool = False
    publish: Literal["always", "newer"] = "always"
    owner: str | None = None
    owner_is_alive: claim.IsAlive = claim.process_is_alive


@dataclass(frozen=True)
class RunResult:
    """A run that was built and audited; `is_published` says whether it is public now."""

    manifest: Manifest
    ingested: IngestReport

    @property
    def run_id(self) -> str:
        """The run's id."""
        return self.manifest.run_id

    @property
    def is_published(self) -> bool:
        """Whether the run was made public."""
        return self.manifest.status == "published"


def run_day(
    context: Context, as_of: date, options: RunOptions | None = None, progress: Progress = silent
) -> RunResult:
    """Run one day: all new landing objects go into bronze, and the tables as of that day are built and
    published.

    Raises RunBusy when a living owner runs the day, RunStopped (SourceRefused, SourceMissing, BadValues,
    VanishedRows, AuditFailed) or QueryFailed when it cannot be published. In every case the manifest says how
    far it came, an alert is sent, and the tables that were public before are still public.
    """
    options = options or RunOptions()
    owner = options.owner or claim.process_owner(context.token())
    catalog.ensure(context)
    with claim.held(context, as_of, owner, options.owner_is_alive):
        started = context.now()
        run_id = f"{as_of}-{started:%Y%m%dT%H%M%SZ}-{context.token()}"
        manifest = Manifest(run_id, as_of, owner, started.isoformat(), options.accept_vanished)
        return _Walk(context, manifest, options, progress).run()


class _Walk:
    """The walk of one run over the plan, and what it leaves in the manifest."""

    def __init__(self, context: Context, manifest: Manifest, options: RunOptions, progress: Progress) -> None:
        self.context = context
        self.manifest = manifest
        self.options = options
        self.progress = progress
        self.key = RunKey(manifest.run_id, manifest.as_of)
        self.athena = Athena(context)
        self.started = context.monotonic()
        self.step_now = "begin"

    def run(self) -> RunResult:
        """All steps in order; whatever ends them early is recorded and raised."""
        write_manifest(self.context, self.manifest)
        try:
            ingested = self._steps()
        except (Exception, KeyboardInterrupt) as error:
            self._fail(error)
            raise
        return RunResult(self.manifest, ingested)

    def _steps(self) -> IngestReport:
        plan = read_plan(self.context.settings.sql_root)
        with self._step("ingest"):
            ingested = ingest(self.context)
        with self._step("choose deliveries"):
            self._choose_deliveries()
        with self._step("check source"):
            self._keep(checks.check_source(self.athena, plan, self.key))
        with self._step("build staging"):
            self._together([partial(self._build, item) for item in plan.level("staging").statements])
        with self._step("build silver"):
            self._together([partial(self._build, item) for item in plan.level("silver").statements])
        with self._step("build gold"):
            waiting = [partial(self._audit, plan, "staging"), partial(self._audit, plan, "silver")]
            builds = [partial(self._build, item) for item in plan.level("gold").statements]
            self._together([partial(self._guard, plan), *waiting, *builds])
        with self._step("audit gold"):
            self._audit(plan, "gold")
        with self._step("publish"):
            is_published = self._publish()
        status: Literal["published", "complete"] = "published" if is_published else "complete"
        self._finish(status)
        self._purge()
        self._finish(status)
        return ingested

    def _choose_deliveries(self) -> None:
        for item in inputs.choose_deliveries(self.context, self.key):
            if item.role == "counts":
                found = item.delivery
                self.manifest.inputs.append(
                    Input(str(found.snapshot_date), found.delivery_id, found.file, found.sha256, found.rows)
                )

    def _build(self, statement: Statement) -> None:
        execution, rows = build.build_table(self.athena, statement, self.key)
        self._keep(execution, rows, statement.table.name)

    def _audit(self, plan: Plan, level: str) -> None:
        self._keep(audits.audit_level(self.athena, plan, plan.level(level), self.key))

    def _guard(self, plan: Plan) -> None:
        before = baseline(self.context, self.manifest.as_of)
        if before is None:
            self.manifest.guard = GuardRecord(None)
            return
        accept = self.options.accept_vanished
        execution, guard = checks.check_vanished(self.athena, plan, self.key, before.run_id, accept=accept)
        self.manifest.guard = guard
        self._keep(execution)

    def _publish(self) -> bool:
        """Make the run public, unless a later day is; recorded as complete first, so that what is public
        always has a record.
        """
        self._finish("complete")
        public = publish.current_run(self.context)
        if self.options.publish == "newer" and public and public.as_of > self.manifest.as_of:
            return False
        publish.switch(self.context, self.key)
        return True

    def _purge(self) -> None:
        """Drop what runs beyond the retention built.

        The day is done by now: a purge that fails is told in an alert, and the next run takes it up.
        """
        try:
            with self._step("purge"):
                purge(self.context, owner_is_alive=self.options.owner_is_alive)
        except (WardlakeError, ClientError, BotoCoreError) as error:
            key, as_of = manifest_key(self.key.run_id), str(self.manifest.as_of)
            where = f"s3://{self.context.settings.lake_bucket}/{key}"
            reason = type(error).__name__
            alerts.send(
                self.context,
                alerts.Alert("failed_purge", reason, self.key.run_id, as_of, "purge", where=where),
            )

    def _finish(self, status: Literal["complete", "published", "failed"]) -> None:
        self.manifest.status = status
        self.manifest.finished_at = self.context.now().isoformat()
        self.manifest.seconds = self.context.monotonic() - self.started
        write_manifest(self.context, self.manifest)

    def _keep(self, execution: Execution, rows: int | None = None, name: str | None = None) -> None:
        self.manifest.statements.append(
            StatementRecord(
                name=name or execution.name,
                query_id=execution.query_id,
                sha256=execution.sha256,
                bytes_scanned=execution.bytes_scanned,
                engine_seconds=execution.engine_seconds,
                seconds=execution.seconds,
                rows=rows,
            )
        )

    @contextmanager
    def _step(self, name: str) -> Iterator[None]:
        self.step_now = name
        started, before = self.context.monotonic(), len(self.manifest.statements)
        self.progress(StepEvent(name))
        yield
        seconds = self.context.monotonic() - started
        self.manifest.steps.append(StepRecord(name, seconds))
        done = self.manifest.statements[before:]
        rows, scanned = sum(item.rows or 0 for item in done), sum(item.bytes_scanned for item in done)
        self.progress(StepEvent(name, seconds, rows=rows, bytes_scanned=scanned))

    def _together(self, tasks: Sequence[Callable[[], None]]) -> None:
        """Do tasks at the same time; when one fails, or on Ctrl-C, the others' queries are stopped.

        What stops a run on purpose is raised rather than what failed for that reason.
        """
        with ThreadPoolExecutor(min(MOST_THREADS, len(tasks))) as pool:
            futures = [pool.submit(self._cancelling, task) for task in tasks]
            try:
                errors = [error for future in futures if (error := future.exception())]
            except KeyboardInterrupt:
                self.athena.cancelled.set()
                raise
        errors.sort(key=lambda error: (not isinstance(error, RunStopped), _was_cancelled(error)))
        if errors:
            raise errors[0]

    def _cancelling(self, task: Callable[[], None]) -> None:
        try:
            task()
        except Exception:
            self.athena.cancelled.set()
            raise

    def _fail(self, error: BaseException) -> None:
        """Record how the run ended, and alert."""
        if isinstance(error, RunStopped):
            error.run_id = self.key.run_id
            write_findings(self.context, self.key.run_id, error.findings, error.total)
            self.manifest.findings = error.total
        if isinstance(error, QueryFailed):
            error.run_id = self.key.run_id
            self.manifest.query_id = error.query_id
        self.manifest.failed_step = self.step_now
        self.manifest.error_kind = getattr(error, "kind", type(error).__name__)
        self.manifest.error = str(error) or type(error).__name__
        self._finish("failed")
        alerts.send(self.context, self._alert(error))

    def _alert(self, error: BaseException) -> alerts.Alert:
        bucket = self.context.settings.lake_bucket
        kind, reason = "failed_run", type(error).__name__
        where, query_id = f"s3://{bucket}/{manifest_key(self.key.run_id)}", None
        if isinstance(error, RunStopped):
            kind, reason = error.alert, error.public_reason
            where = f"s3://{bucket}/{findings_key(self.key.run_id)}"
        if isinstance(error, QueryFailed):
            kind, reason, query_id = "failed_query", alerts.public_reason(error.reason), error.query_id
            where = error.console
        as_of = str(self.manifest.as_of)
        return alerts.Alert(kind, reason, self.key.run_id, as_of, self.step_now, query_id, where)


def _was_cancelled(error: BaseException) -> bool:
    return isinstance(error, QueryFailed) and error.reason.startswith("Query cancelled: the run was stopped")
