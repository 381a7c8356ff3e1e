"""Which deliveries a run reads: chosen once, recorded as a table of the run, and stopped by what cannot be
read."""

from __future__ import annotations

import io
from collections.abc import Sequence

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline import alerts, partitions, storage
from pipeline.alerts import Alert
from pipeline.columns import bigints, dates, integers, text_lists, texts
from pipeline.context import Context
from pipeline.ddl import RUN_COLUMN
from pipeline.deliveries import PREFIX, Selected, counting, list_deliveries, select
from pipeline.errors import Finding, SourceEmpty, SourceMissing, SourceRefused
from pipeline.parameters import RunKey
from pipeline.quarantine import list_quarantines

TABLE = "delivery_runs"


def choose_deliveries(context: Context, run: RunKey) -> tuple[Selected, ...]:
    """The deliveries that count, of all those up to as_of; they become the run's partition of
    `delivery_runs`.

    Raises SourceRefused when one that counts could not be read, SourceMissing when none counts for as_of's
    own day (unless the settings say to continue) or for any day.
    """
    quarantined = {item.delivery_id: item.reason for item in list_quarantines(context)}
    selected = select(list_deliveries(context), quarantined, run.as_of)
    _stop_on_refused(selected, quarantined)
    _stop_on_missing(context, run, selected)
    _write(context, run, selected)
    return selected


def _stop_on_refused(selected: Sequence[Selected], quarantined: dict[str, str]) -> None:
    days = {item.delivery.snapshot_date for item in selected if item.role == "refused"}
    findings = []
    for day in sorted(day for day in days if day):
        last = counting(
            [item.delivery for item in selected if item.delivery.snapshot_date == day], quarantined
        )
        if last and last.status == "refused":
            findings.append(last.finding or Finding("refused_delivery", file=last.file))
    if findings:
        raise SourceRefused(
            f"{len(findings)} deliveries that count could not be read; deliver each again, or quarantine it",
            findings,
        )


def _stop_on_missing(context: Context, run: RunKey, selected: Sequence[Selected]) -> None:
    counts = [item for item in selected if item.role == "counts"]
    own_day = [item for item in selected if item.delivery.snapshot_date == run.as_of]
    if any(item.delivery.snapshot_date == run.as_of for item in counts):
        return
    error = SourceEmpty if any(item.role == "empty" for item in own_day) else SourceMissing
    seen = (
        ", ".join(f"{item.delivery.delivery_id} is {item.role}" for item in own_day)
        or "nothing was delivered"
    )
    reason = f"no snapshot counts for {run.as_of}: {seen}"
    if counts and context.settings.on_missing_source == "continue":
        where = f"s3://{context.settings.source_bucket}/{PREFIX}{run.as_of}/"
        alerts.send(
            context, Alert(error.alert, reason, run.run_id, str(run.as_of), "choose deliveries", where=where)
        )
        return
    findings = [
        Finding(f"{item.role}_delivery", item.delivery.file, delivery_id=item.delivery.delivery_id)
        for item in own_day
    ]
    raise error(reason, findings)


def _write(context: Context, run: RunKey, selected: Sequence[Selected]) -> None:
    target = io.BytesIO()
    pq.write_table(_table(selected), target, compression="snappy", store_schema=False)
    settings = context.settings
    prefix = f"bronze/{TABLE}/{RUN_COLUMN}={run.run_id}/"
    storage.write(context.s3, settings.lake_bucket, f"{prefix}deliveries.parquet", target.getvalue())
    place = f"s3://{settings.lake_bucket}/{prefix}"
    partitions.register(context, settings.bronze_database, TABLE, {run.run_id: place})


def _table(selected: Sequence[Selected]) -> pa.Table:
    deliveries = [item.delivery for item in selected]
    return pa.table(
        {
            "snapshot_date": dates([item.snapshot_date for item in deliveries if item.snapshot_date]),
            "delivery_id": texts([item.delivery_id for item in deliveries]),
            "delivery_sequence": integers([item.sequence for item in deliveries]),
            "source_file": texts([item.file for item in deliveries]),
            "source_sha256": texts([item.sha256 for item in deliveries]),
            "row_count": bigints([item.rows for item in deliveries]),
            "status": texts([item.role for item in selected]),
            "unknown_columns": text_lists([item.unknown_columns for item in deliveries]),
            "reason": texts([item.reason for item in selected]),
        }
    )
