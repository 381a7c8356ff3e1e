"""Put snapshot files into the landing folder, as the source system does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipeline.context import Context
from pipeline.contract import FILE_NAME
from pipeline.ingest import LANDING
from pipeline.source_file import FileRefused, snapshot_date_of
from pipeline.storage import list_objects
from scripts.errors import NotFound


@dataclass(frozen=True)
class Snapshot:
    """A snapshot file on this machine, and the day that its name says."""

    path: Path
    day: date


def snapshots_in(source: Path) -> list[Snapshot]:
    """The snapshot files of a folder (not of folders in it), or a file itself, in date order.

    Raises:
        NotFound: there is no such folder or file, or nothing in it is named like a snapshot.
    """
    if not source.exists():
        raise NotFound(
            f"{source} does not exist", hint=f"it should be a folder with files named {FILE_NAME!r}"
        )
    files = sorted(source.iterdir()) if source.is_dir() else [source]
    found = [Snapshot(path, day) for path in files if path.is_file() and (day := _day_of(path))]
    if not found:
        raise NotFound(f"no snapshot in {source}", hint=f"a snapshot's file is named {FILE_NAME!r}")
    return sorted(found, key=lambda snapshot: (snapshot.day, snapshot.path))


def land(context: Context, path: Path) -> None:
    """Upload a file to the landing folder under its own name."""
    with path.open("rb") as body:
        context.s3.put_object(Bucket=context.settings.source_bucket, Key=f"{LANDING}{path.name}", Body=body)


def landed_files(context: Context) -> frozenset[str]:
    """The names of the files in the landing folder; a file stays there once it was ingested."""
    bucket = context.settings.source_bucket
    return frozenset(found.key.removeprefix(LANDING) for found in list_objects(context.s3, bucket, LANDING))


def files_of(paths: Sequence[Path]) -> list[Path]:
    """What `land` and `ingest` were given: files as they are, folders as the snapshots in them.

    A file that was named is taken whatever its name: the ingest says what is wrong with it.

    Raises:
        NotFound: one of them does not exist, or a folder holds no snapshot.
    """
    files: list[Path] = []
    for path in paths:
        files += [path] if path.is_file() else [snapshot.path for snapshot in snapshots_in(path)]
    return files


def _day_of(path: Path) -> date | None:
    try:
        return snapshot_date_of(path.name)
    except FileRefused:
        return None
