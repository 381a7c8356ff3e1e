"""The plan of one run: which deliveries it reads, what it is compared with, and its statements."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline import ingest
from pipeline.context import Context
from pipeline.deliveries import Selected
from pipeline.errors import RunStopped
from pipeline.ingest import OddDeliveries
from pipeline.inputs import choose_deliveries
from pipeline.manifest import GuardRecord, Input, Manifest, baseline
from pipeline.plan import read_plan
from pipeline.statements import RunStatements, statements_of


def plan_run(context: Context, manifest: Manifest, odd: Sequence[OddDeliveries]) -> RunStatements:
    """Choose the deliveries that count, note them and the guard's baseline in the manifest, and give the
    run's statements. The manifest is not written.

    odd: what the run's own ingest refused or found empty. It is told in an alert here, but for what stops
    the run: that has the run's alert. Raises as choose_deliveries.
    """
    known: set[str | None] = set()
    try:
        selected = choose_deliveries(context, manifest.key)
    except RunStopped as stop:
        known = {finding.delivery_id for finding in stop.findings}
        raise
    finally:  # whatever failed: to the next run's ingest these deliveries are no news
        ingest.tell(context, odd, known)
    manifest.inputs = [_input(item) for item in selected if item.role == "counts"]
    before = baseline(context, manifest.as_of)
    manifest.guard = GuardRecord(before.run_id if before else None)
    plan = read_plan(context.settings.sql_root)
    return statements_of(context.settings, plan, manifest.key, manifest.guard.baseline_run_id)


def _input(selected: Selected) -> Input:
    found = selected.delivery
    return Input(str(found.snapshot_date), found.delivery_id, found.file, found.sha256, found.rows)
