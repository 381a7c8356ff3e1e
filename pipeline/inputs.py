"""Which deliveries a run reads: chosen once, recorded as a table of the run, and stopped by what cannot be
read."""

from __future__ import annotations

import io
from collections.abc import Sequence

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline import alerts, partitions, storage
from pipeline.alerts import Alert
from pipeline.context import Context
from pipeline.ddl import RUN_COLUMN
from pipeline.deliveries import PREFIX, Selected, counting, list_deliveries, select
from pipeline.errors import Finding, SourceEmpty, SourceMissing, SourceRefused
from pipeline.parameters import RunKey
from pipeline.quarantine import list_quarantines

TABLE = "delivery_runs"

_SCHEMA = pa.schema(
    [
        pa.field("snapshot_date", pa.date32()),
        pa.field("delivery_id", pa.string()),
        pa.field("delivery_sequence", pa.int32()),
        pa.field("source_file", pa.string()),
        pa.field("source_sha256", pa.string()),
        pa.field("row_count", pa.int64()),
        pa.field("status", pa.string()),
        pa.field("unknown_columns", pa.list_(pa.string())),
        pa.field("reason", pa.string()),
    ]
)


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
    rows = [
        (
            item.delivery.snapshot_date,
            item.delivery.delivery_id,
            item.delivery.sequence,
            item.delivery.file,
            item.delivery.sha256,
            item.delivery.rows,
            item.role,
            list(item.delivery.unknown_columns),
            item.reason,
        )
        for item in selected
    ]
    columns = [
        pa.array(values, field.type) for values, field in zip(zip(*rows, strict=True), _SCHEMA, strict=True)
    ]
    target = io.BytesIO()
    pq.write_table(pa.table(columns, schema=_SCHEMA), target, compression="snappy", store_schema=False)
    settings = context.settings
    prefix = f"bronze/{TABLE}/{RUN_COLUMN}={run.run_id}/"
    storage.write(context.s3, settings.lake_bucket, f"{prefix}deliveries.parquet", target.getvalue())
    place = f"s3://{settings.lake_bucket}/{prefix}"
    partitions.register(context, settings.bronze_database, TABLE, {run.run_id: place})
