"""Make a run public that was built and audited."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pipeline.context import Context
from pipeline.handlers.entry import Answer, Function
from pipeline.handlers.events import Entered, Fields, Run, done_of
from pipeline.handlers.records import note_statements, note_steps
from pipeline.manifest import Status, finish, read_manifest
from pipeline.publish import publish_run
from pipeline.queries import Done


@dataclass(frozen=True)
class PublishEvent:
    """The run, its statements and the steps entered up to now, and the time."""

    run: Run
    statements: tuple[Done, ...]
    steps: tuple[Entered, ...]
    at: datetime

    @staticmethod
    def read(raw: object) -> PublishEvent:
        """The event of publishing."""
        fields = Fields(raw, "the publishing's event", ("run", "statements", "steps", "at"))
        return PublishEvent(
            Run.read(fields.raw("run")),
            fields.items("statements", done_of),
            fields.items("steps", Entered.read),
            fields.instant("at"),
        )


def publish(context: Context, event: PublishEvent) -> Answer:
    """Complete the run's record, and make it public unless a later day is and the run gives way to it."""
    run = event.run
    manifest = read_manifest(context, run.run_id)
    note_statements(context, manifest, event.statements)
    note_steps(manifest, event.steps, event.at, failed=None)
    seconds = (event.at - run.started_at).total_seconds()

    def record(status: Status) -> None:
        finish(context, manifest, status, event.at, seconds)

    status = publish_run(context, manifest.key, run.publish, record)
    scanned = sum(item.bytes_scanned for item in manifest.statements)
    metrics = {"Rows": sum(manifest.rows.values()), "ScannedBytes": scanned}
    return Answer({"status": status}, metrics)


handler = Function("publish", PublishEvent.read, publish)
