"""One day's run, walked in process: claim, ingest, check, build, audit, publish, purge, and a record of all
of it. The state machine takes the same steps, and this walk is what it is compared with."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import partial

from botocore.exceptions import BotoCoreError, ClientError

from pipeline import alerts, audits, catalog, checks, claim, failures, owners, purge, queries
from pipeline.athena import Athena, Execution
from pipeline.context import MOST_THREADS, Context, Progress, StepEvent, silent
from pipeline.errors import QueryFailed, RunStopped, WardlakeError
from pipeline.ingest import IngestReport, take_new
from pipeline.manifest import Manifest, StatementRecord, Status, StepRecord, finish, write_manifest
from pipeline.planning import plan_run
from pipeline.publish import PublishMode, publish_run
from pipeline.queries import Row
from pipeline.statements import GOLD, RunStatement


@dataclass(frozen=True)
class RunOptions:
    """How a run is to be done.

    accept_vanished: go on although many rows vanished. publish: "always", or "newer" to leave the public
    tables as they are when they show a later day. owner: who claims the day (this process, unless named), and
    owner_is_alive says of another owner whether it may still be at work (`owners.judge`, unless given).
    """

    accept_vanished: bool = False
    publish: PublishMode = "always"
    owner: str | None = None
    owner_is_alive: claim.IsAlive | None = None


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
    with claim.held(context, as_of, owner, options.owner_is_alive or owners.judge(context)):
        started = context.now()
        run_id = claim.run_id_of(as_of, started, context.token())
        manifest = Manifest(run_id, as_of, owner, started.isoformat(), options.accept_vanished)
        return _Walk(context, manifest, options, progress).run()


class _Walk:
    """The walk of one run over its statements, and what it leaves in the manifest."""

    def __init__(self, context: Context, manifest: Manifest, options: RunOptions, progress: Progress) -> None:
        self.context = context
        self.manifest = manifest
        self.options = options
        self.progress = progress
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
        with self._step("prepare catalog"):
            catalog.ensure(self.context)
        with self._step("ingest"):
            ingested = take_new(self.context)
        with self._step("choose deliveries"):
            statements = plan_run(self.context, self.manifest, ingested.odd)
        with self._step("check source"):
            self._check(statements.source_check, checks.bad_values)
        for level, builds in statements.builds.items():
            if level == GOLD:
                with self._step("audit silver"):
                    self._together([partial(self._audit, audit) for audit in statements.lower_audits])
                with self._step("check vanished rows"):
                    if statements.guard:
                        self._check(statements.guard, self._vanished)
            with self._step(f"build {level}"):
                self._together([partial(self._build, statement) for statement in builds])
        with self._step("audit gold"):
            self._audit(statements.audits[GOLD])
        with self._step("publish"):
            status = publish_run(self.context, self.manifest.key, self.options.publish, self._finish)
        self._purge()
        self._finish(status)
        return ingested

    def _build(self, statement: RunStatement) -> None:
        execution = self.athena.run(statement.label, statement.text, statement.database)
        self._keep(execution, statement.name, queries.inserted(self.context, execution.query_id))

    def _audit(self, statement: RunStatement) -> None:
        self._check(statement, partial(audits.failed_audit, statement.name))

    def _check(self, statement: RunStatement, stop: Callable[[list[Row]], RunStopped | None]) -> None:
        execution, rows = self.athena.query(statement.label, statement.text, statement.database)
        self._keep(execution, statement.name)
        error = stop(rows)
        if error:
            error.query_id = execution.query_id
            raise error

    def _vanished(self, rows: list[Row]) -> RunStopped | None:
        assert self.manifest.guard and self.manifest.guard.baseline_run_id  # else there is no such check
        guard = checks.guard_record(rows, self.manifest.guard.baseline_run_id)
        if guard.is_accepted and not self.options.accept_vanished:
            return checks.vanished_rows(guard)
        self.manifest.guard = guard
        return None

    def _purge(self) -> None:
        """Drop what runs beyond the retention built.

        The day is done by now: a purge that fails is told in an alert, and the next run takes it up.
        """
        try:
            with self._step("purge"):
                purge.purge(self.context, owner_is_alive=self.options.owner_is_alive)
        except (WardlakeError, ClientError, BotoCoreError) as error:
            reason = failures.failure_of(error, "purge").reason
            purge.tell_of_failure(self.context, self.manifest, reason)

    def _finish(self, status: Status) -> None:
        seconds = self.context.monotonic() - self.started
        finish(self.context, self.manifest, status, self.context.now(), seconds)

    def _keep(self, execution: Execution, name: str, rows: int | None = None) -> None:
        self.manifest.statements.append(
            StatementRecord(
                name=name,
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
        if isinstance(error, (RunStopped, QueryFailed)):
            error.run_id = self.manifest.run_id
        failure = failures.failure_of(error, self.step_now)
        failures.keep(self.context, self.manifest, failure)
        self._finish(failures.status_of(self.context, self.manifest))
        alerts.send(self.context, failures.alert_of(self.context, failure, self.manifest))


def _was_cancelled(error: BaseException) -> bool:
    return isinstance(error, QueryFailed) and error.reason.startswith("Query cancelled: the run was stopped")
