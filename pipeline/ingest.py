"""Take every new landing object, by version, into bronze; nothing is ever lost, and nothing taken twice."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby
from pathlib import PurePosixPath
from typing import Literal

from pipeline import alerts, bronze, deliveries, storage
from pipeline.context import Context, Progress, StepEvent, silent
from pipeline.deliveries import Delivery, counting, delivery_id_of, list_deliveries, record
from pipeline.errors import Finding
from pipeline.quarantine import list_quarantines
from pipeline.source_file import FileRefused, read_rows, snapshot_date_of

LANDING = "landing/"
MOST_NAMED = 20  # deliveries in one alert


@dataclass(frozen=True)
class OddDeliveries:
    """New deliveries that do not count because they were refused or are empty: how many, and at most twenty
    of them by id.
    """

    status: Literal["refused", "empty"]
    count: int
    delivery_ids: tuple[str, ...]


@dataclass(frozen=True)
class IngestReport:
    """What an ingest found: the deliveries that were new to it, and the number that were on record before."""

    new: tuple[Delivery, ...]
    known: int

    @property
    def odd(self) -> tuple[OddDeliveries, ...]:
        """Those of the new ones that do not count, by status."""
        found = []
        for status in ("refused", "empty"):
            ids = [delivery.delivery_id for delivery in self.new if delivery.status == status]
            if ids:
                found.append(OddDeliveries(status, len(ids), tuple(ids[:MOST_NAMED])))
        return tuple(found)


@dataclass(frozen=True)
class _Landed:
    """One version of a landing object; snapshot_date is None when its name is refused."""

    key: str
    version: str
    landed_at: datetime
    snapshot_date: date | None
    refusal: Finding | None

    @property
    def delivery_id(self) -> str:
        return delivery_id_of(self.snapshot_date, self.key, self.version)


def ingest(context: Context, progress: Progress = silent) -> IngestReport:
    """Take new landing versions into bronze, and alert on those that are refused or empty."""
    report = take_new(context, progress)
    tell(context, report.odd)
    return report


def take_new(context: Context, progress: Progress = silent) -> IngestReport:
    """Take new landing versions into bronze.

    A file's Parquet comes first, then its partition, then its record: whatever was cut short before the
    record is done again, to the same bytes.
    """
    started = context.monotonic()
    progress(StepEvent("ingest"))
    known = list_deliveries(context)
    seen = {delivery.delivery_id for delivery in known}
    landed = [item for item in _landed(context) if item.delivery_id not in seen]
    new = _take(context, landed, known) if landed else ()
    bronze.register_days(context, _days_in_bronze(new))
    storage.in_threads(lambda delivery: record(context, delivery), list(new))
    detail = f"{len(new)} new, {len(known)} known"
    progress(StepEvent("ingest", context.monotonic() - started, detail))
    return IngestReport(new, len(known))


def _landed(context: Context) -> list[_Landed]:
    """All landing versions in landing order: by time, then key, then as listed, which is newest first."""
    found: list[tuple[datetime, str, int, _Landed]] = []
    pages = context.s3.get_paginator("list_object_versions")
    for page in pages.paginate(Bucket=context.settings.source_bucket, Prefix=LANDING):
        for item in page.get("Versions", []):
            key, at = item["Key"], item["LastModified"]
            if not key.endswith("/"):  # a folder's marker, which consoles make
                found.append((at, key, -len(found), _named(key, item["VersionId"], at)))
    return [landed for *_, landed in sorted(found, key=lambda entry: entry[:3])]


def _named(key: str, version: str, landed_at: datetime) -> _Landed:
    try:
        return _Landed(key, version, landed_at, snapshot_date_of(key), None)
    except FileRefused as error:
        return _Landed(key, version, landed_at, None, error.finding)


def _take(context: Context, landed: Sequence[_Landed], known: Sequence[Delivery]) -> tuple[Delivery, ...]:
    quarantined = {item.delivery_id for item in list_quarantines(context)}

    def take_day(items: list[_Landed]) -> list[Delivery]:
        day = [item for item in known if item.snapshot_date == items[0].snapshot_date]
        before = len(day)
        for item in items:
            day.append(_taken(context, item, len(day) + 1, counting(day, quarantined)))
        return day[before:]

    by_day = sorted(landed, key=lambda item: item.snapshot_date or date.max)  # stable: landing order stays
    days = [list(group) for _, group in groupby(by_day, key=lambda item: item.snapshot_date)]
    return tuple(delivery for day in storage.in_threads(take_day, days) for delivery in day)


def _taken(context: Context, landed: _Landed, sequence: int, counts: Delivery | None) -> Delivery:
    """One landing version as a delivery; an accepted one has its Parquet in place."""
    bucket = context.settings.source_bucket
    answer = context.s3.get_object(Bucket=bucket, Key=landed.key, VersionId=landed.version)
    body = answer["Body"].read()
    delivery = Delivery(
        delivery_id=landed.delivery_id,
        snapshot_date=landed.snapshot_date,
        sequence=sequence,
        file=PurePosixPath(landed.key).name,
        key=landed.key,
        version=landed.version,
        landed_at=landed.landed_at.isoformat(),
        sha256=hashlib.sha256(body).hexdigest(),
        status="accepted",
    )
    if landed.refusal:
        return replace(delivery, status="refused", finding=_about(landed.refusal, delivery))
    if counts and counts.sha256 == delivery.sha256:
        return replace(delivery, status="unchanged")
    try:
        return _into_bronze(context, delivery, body)
    except FileRefused as error:
        return replace(delivery, status="refused", finding=_about(error.finding, delivery))


def _about(finding: Finding, delivery: Delivery) -> Finding:
    return replace(finding, delivery_id=delivery.delivery_id)


def _into_bronze(context: Context, delivery: Delivery, body: bytes) -> Delivery:
    header, rows = read_rows(body, delivery.file)
    if header is None:
        return replace(delivery, status="empty")
    lineage = (delivery.delivery_id, delivery.sequence, delivery.file, delivery.sha256)
    parquet, count = bronze.parquet_of(header, rows, lineage)
    described = replace(delivery, rows=count, columns=header.written, unknown_columns=header.unknown)
    if not count:
        return replace(described, status="empty")
    assert delivery.snapshot_date is not None  # a file without a date was refused by its name
    key = f"{bronze.day_prefix(delivery.snapshot_date)}{delivery.delivery_id}.parquet"
    storage.write(context.s3, context.settings.source_bucket, key, parquet)
    return described


def _days_in_bronze(new: Sequence[Delivery]) -> list[date]:
    return [item.snapshot_date for item in new if item.status == "accepted" and item.snapshot_date]


def tell(context: Context, odd: Sequence[OddDeliveries], known: Collection[str | None] = ()) -> None:
    """Alert on deliveries that were refused or are empty, but for those that another alert tells of."""
    for item in odd:
        ids = [name for name in item.delivery_ids if name not in known]
        count = item.count - (len(item.delivery_ids) - len(ids))
        if count:
            reason = f"{count} {item.status} deliveries: {', '.join(ids)}"
            where = f"s3://{context.settings.source_bucket}/{deliveries.PREFIX}"
            alerts.send(context, alerts.Alert(f"{item.status}_source", reason, step="ingest", where=where))
