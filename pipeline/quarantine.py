"""Exclude a delivery on record, with a reason, so that one bad day does not stop every later one."""

import difflib
from dataclasses import asdict, dataclass

from pipeline import storage
from pipeline.context import Context
from pipeline.deliveries import list_deliveries
from pipeline.errors import ConfigurationError, NotFound

PREFIX = "quarantine/"


@dataclass(frozen=True)
class Quarantine:
    """The exclusion of one delivery: why, by whom and when (UTC, ISO 8601)."""

    delivery_id: str
    reason: str
    by: str
    at: str


def quarantine(context: Context, delivery_id: str, reason: str, by: str) -> Quarantine:
    """Exclude a delivery from all later runs; an earlier exclusion of it stays as it is and is given back.

    Raises NotFound for a delivery that is not on record, ConfigurationError without a reason.
    """
    if not reason.strip():
        raise ConfigurationError(f"the quarantine of {delivery_id} needs a reason")
    known = [delivery.delivery_id for delivery in list_deliveries(context)]
    if delivery_id not in known:
        near = ", ".join(difflib.get_close_matches(delivery_id, known, n=3)) or "none is like it"
        raise NotFound(f"no delivery {delivery_id!r} is on record; nearest: {near}")
    made = Quarantine(delivery_id, reason.strip(), by, context.now().isoformat())
    bucket, key = context.settings.lake_bucket, f"{PREFIX}{delivery_id}.json"
    if storage.create(context.s3, bucket, key, storage.to_json(asdict(made))):
        return made
    return next(item for item in list_quarantines(context) if item.delivery_id == delivery_id)


def list_quarantines(context: Context) -> tuple[Quarantine, ...]:
    """Every exclusion, by delivery id."""
    bucket = context.settings.lake_bucket
    bodies = storage.read_immutable(context, bucket, storage.list_objects(context.s3, bucket, PREFIX))
    return tuple(Quarantine(**storage.from_json(body)) for body in bodies)
