"""What is on record of each run: its manifest, and the findings that stopped it.

`runs/<run_id>/manifest.json` in the lake bucket is written when a run begins and again when its state
changes; `runs/<run_id>/findings.json` only when the run was stopped by findings.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from pipeline import storage
from pipeline.context import Context
from pipeline.errors import Finding, NotFound
from pipeline.parameters import RunKey

PREFIX = "runs/"

Status = Literal["running", "complete", "published", "failed"]

# Built and audited; complete ones were not made public, or were interrupted just there.
FINISHED = ("complete", "published")


@dataclass(frozen=True)
class Input:
    """A delivery that the run read."""

    snapshot_date: str
    delivery_id: str
    file: str
    sha256: str
    rows: int


@dataclass(frozen=True)
class StatementRecord:
    """A statement that succeeded; rows is the number inserted, None for a check or an audit."""

    name: str
    query_id: str
    sha256: str
    bytes_scanned: int
    engine_seconds: float
    seconds: float
    rows: int | None = None


@dataclass(frozen=True)
class StepRecord:
    """A step of the run and how long it took."""

    name: str
    seconds: float


@dataclass(frozen=True)
class GuardRecord:
    """What the guard against vanished rows saw; baseline_run_id is None when there was no earlier run."""

    baseline_run_id: str | None
    active: int = 0
    vanished: int = 0
    is_accepted: bool = False


@dataclass
class Manifest:
    """One run. Times are UTC, ISO 8601; `error` is the full text, which may quote data. scheduled_time: of
    the schedule that started it, where one did.
    """

    run_id: str
    as_of: date
    owner: str
    started_at: str
    accept_vanished: bool = False
    status: Status = "running"
    finished_at: str | None = None
    seconds: float = 0.0
    inputs: list[Input] = field(default_factory=list)
    statements: list[StatementRecord] = field(default_factory=list)
    steps: list[StepRecord] = field(default_factory=list)
    guard: GuardRecord | None = None
    findings: int = 0
    failed_step: str | None = None
    error_kind: str | None = None
    error: str | None = None
    query_id: str | None = None
    scheduled_time: str | None = None
    purged: Literal["no", "begun", "done"] = "no"

    @property
    def key(self) -> RunKey:
        """Which run it is."""
        return RunKey(self.run_id, self.as_of)

    @property
    def rows(self) -> dict[str, int]:
        """Rows by table."""
        return {item.name: item.rows for item in self.statements if item.rows is not None}


def manifest_key(run_id: str) -> str:
    """Where a run's manifest lies in the lake bucket."""
    return f"{PREFIX}{run_id}/manifest.json"


def findings_key(run_id: str) -> str:
    """Where a stopped run's findings lie in the lake bucket."""
    return f"{PREFIX}{run_id}/findings.json"


def sql_prefix(run_id: str) -> str:
    """Where the texts of a run's statements lie in the lake bucket, when a state machine ran it."""
    return f"{PREFIX}{run_id}/sql/"


def sql_key(run_id: str, label: str) -> str:
    """Where the text of one statement lies in the lake bucket."""
    return f"{sql_prefix(run_id)}{label}.sql"


def write_manifest(context: Context, manifest: Manifest) -> None:
    """Put the manifest as it is now."""
    body = storage.to_json(asdict(manifest))
    storage.write(context.s3, context.settings.lake_bucket, manifest_key(manifest.run_id), body)


def finish(context: Context, manifest: Manifest, status: Status, at: datetime, seconds: float) -> None:
    """Put the manifest with the state that the run has come to at a time, so many seconds after its start."""
    manifest.status = status
    manifest.finished_at = at.isoformat()
    manifest.seconds = seconds
    write_manifest(context, manifest)


def write_findings(context: Context, run_id: str, findings: Sequence[Finding], total: int) -> None:
    """Put what stopped a run; at most as many findings as were reported, and how many there are in all."""
    body = storage.to_json({"total": total, "findings": [asdict(finding) for finding in findings]})
    storage.write(context.s3, context.settings.lake_bucket, findings_key(run_id), body)


def list_runs(context: Context) -> tuple[Manifest, ...]:
    """Every run on record, newest first."""
    bucket = context.settings.lake_bucket
    objects = [item for item in storage.list_objects(context.s3, bucket, PREFIX) if _is_manifest(item.key)]
    manifests = [
        _manifest(storage.from_json(body)) for body in storage.read_immutable(context, bucket, objects)
    ]
    return tuple(sorted(manifests, key=lambda item: (item.started_at, item.run_id), reverse=True))


def read_manifest(context: Context, run_id: str) -> Manifest:
    """One run. Raises NotFound, with the nearest run ids, when it is not on record."""
    body = storage.read(context.s3, context.settings.lake_bucket, manifest_key(run_id))
    if body is None:
        known = [manifest.run_id for manifest in list_runs(context)]
        near = ", ".join(difflib.get_close_matches(run_id, known, n=3)) or "none is like it"
        raise NotFound(f"no run {run_id!r} is on record; nearest: {near}")
    return _manifest(storage.from_json(body))


def read_findings(context: Context, run_id: str) -> tuple[Finding, ...]:
    """What stopped a run; empty for a run that was not stopped by findings. Raises NotFound as
    read_manifest."""
    read_manifest(context, run_id)
    body = storage.read(context.s3, context.settings.lake_bucket, findings_key(run_id))
    return tuple(Finding(**item) for item in storage.from_json(body)["findings"]) if body else ()


def scheduled_run(context: Context, as_of: date, scheduled_time: str) -> Manifest | None:
    """The finished run of a day that a schedule started for one of its times, if there is one."""
    bucket = context.settings.lake_bucket
    for item in storage.list_objects(context.s3, bucket, f"{PREFIX}{as_of}-"):
        if _is_manifest(item.key):
            manifest = _manifest(storage.from_json(storage.read_immutable(context, bucket, [item])[0]))
            if manifest.scheduled_time == scheduled_time and manifest.status in FINISHED:
                return manifest
    return None


def baseline(context: Context, as_of: date) -> Manifest | None:
    """The finished run that a run of as_of is compared with: the newest of the last day up to as_of whose
    tables are still there.
    """
    bucket = context.settings.lake_bucket
    objects = [item for item in storage.list_objects(context.s3, bucket, PREFIX) if _is_manifest(item.key)]
    # A run id begins with its day and then its start, so the newest is last.
    for item in reversed(objects):
        if item.key.removeprefix(PREFIX)[: len(str(as_of))] <= str(as_of):
            manifest = _manifest(storage.from_json(storage.read_immutable(context, bucket, [item])[0]))
            if manifest.status in FINISHED and manifest.purged == "no":
                return manifest
    return None


def _is_manifest(key: str) -> bool:
    return key.endswith("/manifest.json")


def _manifest(values: dict[str, Any]) -> Manifest:
    guard = values["guard"]
    return Manifest(
        **values
        | {
            "as_of": date.fromisoformat(values["as_of"]),
            "inputs": [Input(**item) for item in values["inputs"]],
            "statements": [StatementRecord(**item) for item in values["statements"]],
            "steps": [StepRecord(**item) for item in values["steps"]],
            "guard": GuardRecord(**guard) if guard else None,
        }
    )
