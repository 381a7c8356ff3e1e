"""The files of a scan, as its readers get them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from emulator.catalog.model import GlueTable, Storage
from emulator.storage.objects import ObjectInfo
from emulator.trino.relations import Column


@dataclass(frozen=True)
class DataFile:
    """An object and its local copy. ``constants``: DuckDB text of the partition columns and ``$path``."""

    info: ObjectInfo
    path: Path
    constants: Mapping[str, str]


@dataclass(frozen=True)
class FileScan:
    """What a reader has to read: the columns used, from files that share a storage."""

    table: GlueTable
    storage: Storage
    columns: Sequence[Column]
    files: Sequence[DataFile]


@dataclass(frozen=True)
class BuiltScan:
    """The select that stands for a scan, and the bytes that it reads."""

    sql: str
    scanned: int
