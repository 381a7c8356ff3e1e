"""Deliveries: each landing of a snapshot, on record for good, and which of them count.

A record is `bronze/deliveries/<snapshot_date>/<delivery_id>.json` in the source bucket, written once when the
delivery has been taken into bronze or refused; a record is never changed. A quarantine is a record of its own
beside it, in the lake bucket.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from itertools import groupby
from typing import Any, Literal

from pipeline import storage
from pipeline.context import Context
from pipeline.errors import Finding

PREFIX = "bronze/deliveries/"
UNDATED = "unknown"

Status = Literal["accepted", "unchanged", "refused", "empty"]
Role = Literal["counts", "superseded", "quarantined", "unchanged", "empty", "refused"]


@dataclass(frozen=True)
class Delivery:
    """One landing of a snapshot.

    snapshot_date is None when the file's name does not say it. sequence: 1, 2, 3… in landing order within the
    snapshot date. status: accepted (in bronze), unchanged (the bytes of the delivery that counted then),
    refused (`finding` says why) or empty (no data row).
    """

    delivery_id: str
    snapshot_date: date | None
    sequence: int
    file: str
    key: str
    version: str
    landed_at: str
    sha256: str
    status: Status
    rows: int = 0
    columns: tuple[str, ...] = ()
    unknown_columns: tuple[str, ...] = ()
    finding: Finding | None = None


@dataclass(frozen=True)
class Selected:
    """A delivery and what it is to a run; `reason` says why it does not count, where that is not plain."""

    delivery: Delivery
    role: Role
    reason: str | None = None


def delivery_id_of(snapshot_date: date | None, key: str, version: str) -> str:
    """The same name for the same landing version, wherever and whenever it is worked out."""
    digest = hashlib.sha256(f"{key}\n{version}".encode()).hexdigest()[:12]
    return f"{snapshot_date or UNDATED}-{digest}"


def record_key(delivery: Delivery) -> str:
    """Where the record of a delivery lies in the source bucket."""
    return f"{PREFIX}{delivery.snapshot_date or UNDATED}/{delivery.delivery_id}.json"


def record(context: Context, delivery: Delivery) -> None:
    """Write a delivery's record, once: a second writer finds the first one's and leaves it."""
    body = storage.to_json(asdict(delivery))
    storage.create(context.s3, context.settings.source_bucket, record_key(delivery), body)


def list_deliveries(context: Context) -> tuple[Delivery, ...]:
    """Every delivery on record, by snapshot date and landing order; those without a date come last."""
    bucket = context.settings.source_bucket
    bodies = storage.read_immutable(context, bucket, storage.list_objects(context.s3, bucket, PREFIX))
    return tuple(sorted((_delivery(storage.from_json(body)) for body in bodies), key=_order))


def _order(delivery: Delivery) -> tuple[date, int, str]:
    return (delivery.snapshot_date or date.max, delivery.sequence, delivery.delivery_id)


def _delivery(values: dict[str, Any]) -> Delivery:
    day = values.pop("snapshot_date")
    finding = values.pop("finding")
    return Delivery(
        **values | {name: tuple(values[name]) for name in ("columns", "unknown_columns")},
        snapshot_date=date.fromisoformat(day) if day else None,
        finding=Finding(**finding) if finding else None,
    )


def counting(deliveries: Iterable[Delivery], quarantined: Iterable[str]) -> Delivery | None:
    """Of one day's deliveries, in landing order, the one that counts: the last that is neither quarantined
    nor empty. It may be a refused one, which then stops the run.
    """
    last = None
    for delivery in deliveries:
        if delivery.status in ("accepted", "refused") and delivery.delivery_id not in quarantined:
            last = delivery
    return last


def select(deliveries: Iterable[Delivery], quarantined: dict[str, str], as_of: date) -> tuple[Selected, ...]:
    """What each delivery up to as_of is to a run; quarantined maps delivery ids to reasons."""
    within = (item for item in deliveries if item.snapshot_date is not None and item.snapshot_date <= as_of)
    selected: list[Selected] = []
    for _, group in groupby(sorted(within, key=_order), key=lambda item: item.snapshot_date):
        day = list(group)
        counts = counting(day, quarantined)
        selected += [_selected(delivery, counts, quarantined) for delivery in day]
    return tuple(selected)


def _selected(delivery: Delivery, counts: Delivery | None, quarantined: dict[str, str]) -> Selected:
    if delivery.delivery_id in quarantined:
        return Selected(delivery, "quarantined", quarantined[delivery.delivery_id])
    if delivery.status == "refused":
        return Selected(delivery, "refused", delivery.finding.rule if delivery.finding else None)
    if delivery.status != "accepted":
        return Selected(delivery, delivery.status)
    return Selected(delivery, "counts" if delivery is counts else "superseded")
