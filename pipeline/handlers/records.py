"""What an execution tells of its run, as the manifest keeps it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pipeline.checks import VANISHED_ROWS, guard_record
from pipeline.context import Context
from pipeline.handlers.events import Entered
from pipeline.manifest import Manifest, StepRecord
from pipeline.queries import Done, rows_of, statement_records


def note_statements(context: Context, manifest: Manifest, done: Sequence[Done]) -> None:
    """Note what Athena has on record of the statements that succeeded, and what the guard among them saw."""
    manifest.statements = statement_records(context, done)
    before = manifest.guard.baseline_run_id if manifest.guard else None
    for statement in done:
        if statement.name == VANISHED_ROWS and before is not None:
            guard = guard_record(rows_of(context, statement.query_id), before)
            if manifest.accept_vanished or not guard.is_accepted:
                manifest.guard = guard


def note_steps(manifest: Manifest, entered: Sequence[Entered], until: datetime, failed: str | None) -> None:
    """Note how long each step took: until the next one was entered, the last one until `until`. The one that
    failed is left out.
    """
    ends = [*(step.at for step in entered[1:]), until]
    manifest.steps = [
        StepRecord(step.name, (end - step.at).total_seconds())
        for step, end in zip(entered, ends, strict=False)  # of no step at all there is still the end
        if step.name != failed
    ]
