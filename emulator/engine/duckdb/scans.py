"""From a table in Glue to the select that reads it: partitions, files, local copies, the format's reader."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import duckdb

from emulator.catalog.formats import (
    HIVE_JSON,
    LAZY_SIMPLE,
    OPEN_CSV,
    OPENX_JSON,
    ORC_SERDE,
    PARQUET_SERDE,
    REGEX,
    SEQUENCE_INPUT,
)
from emulator.catalog.model import Catalog, GlueTable, Storage
from emulator.catalog.projection import is_projected, projected_partitions
from emulator.catalog.relations import PATH
from emulator.catalog.system_tables import SystemRows
from emulator.engine.duckdb.bucket_files import in_buckets, wanted_buckets
from emulator.engine.duckdb.files import BuiltScan, DataFile, FileScan
from emulator.engine.duckdb.line_scan import LineScan
from emulator.engine.duckdb.listing import Listing
from emulator.engine.duckdb.literals import name, text
from emulator.engine.duckdb.orc_files import OrcScan
from emulator.engine.duckdb.parquet_footers import Footers
from emulator.engine.duckdb.parquet_scan import ParquetScan
from emulator.engine.duckdb.pruning import is_one_of, partition_constant, prune
from emulator.engine.duckdb.text_scan import TextScan
from emulator.storage.cache import Lease
from emulator.storage.objects import ObjectStore
from emulator.trino.compiler import Scan
from emulator.trino.errors import Unsupported
from emulator.trino.physical import duckdb_type
from emulator.trino.relations import Column


class Reader(Protocol):
    """Builds the select over files of one storage."""

    def build(self, scan: FileScan) -> BuiltScan:
        """The select and the bytes it reads; raises TrinoError."""


READERS: dict[str, Callable[[Lease, Footers], Reader]] = {
    PARQUET_SERDE: lambda lease, footers: ParquetScan(footers),
    ORC_SERDE: lambda lease, footers: OrcScan(lease, ParquetScan(footers)),
    LAZY_SIMPLE: lambda lease, footers: TextScan(lease),
    OPEN_CSV: lambda lease, footers: TextScan(lease),
    OPENX_JSON: lambda lease, footers: LineScan(lease),
    HIVE_JSON: lambda lease, footers: LineScan(lease),
    REGEX: lambda lease, footers: LineScan(lease),
}
"""Every SerDe that can be read."""


@dataclass(frozen=True)
class _Place:
    """A partition (or a whole table): its values, and where and how its files are kept."""

    values: tuple[str, ...]
    storage: Storage


class ScanBuilder:
    """Builds the selects of a query's scans over one catalog; ``now`` is the query's start, in UTC."""

    def __init__(self, catalog: Catalog, objects: ObjectStore, footers: Footers, now: datetime) -> None:
        self._catalog = catalog
        self._objects = objects
        self._footers = footers
        self._now = now

    def build(self, scan: Scan, lease: Lease, cursor: duckdb.DuckDBPyConnection) -> BuiltScan:
        """The select for a scan's token and the bytes it reads; the files stay while the lease is held."""
        used = [column for column in scan.table.columns if column.name in scan.columns]
        source = scan.table.source
        if isinstance(source, SystemRows):
            return _system_select(scan.table.columns, source)
        if not isinstance(source, GlueTable):
            raise TypeError(f"a scan of {scan.table.name} has the source {source!r}")
        keys = [column for column in scan.table.columns if column.partition]
        places = self._places(source, keys, scan, cursor)
        buckets = wanted_buckets(cursor, source, scan.table.columns, scan.column_values)
        selects = []
        scanned = 0
        for storage, files in self._files(source, keys, places, buckets, lease):
            built = self._reader(source, storage, lease).build(FileScan(source, storage, used, files))
            selects.append(built.sql)
            scanned += built.scanned
        return BuiltScan(" UNION ALL ".join(selects) or _empty(used), scanned)

    def _places(
        self,
        table: GlueTable,
        keys: Sequence[Column],
        scan: Scan,
        cursor: duckdb.DuckDBPyConnection,
    ) -> list[_Place]:
        if not keys:
            return [_Place((), table.storage)]
        if is_projected(table):
            places = [
                _Place(found.values, found.storage)
                for found in projected_partitions(table, scan.column_values, self._now)
            ]
        else:
            places = [_Place(found.values, found.storage) for found in self._catalog.partitions(table)]
        for at, key in enumerate(keys):
            wanted = scan.column_values.get(key.name)
            if wanted is not None:
                places = [place for place in places if is_one_of(place.values[at], key, wanted)]
        if scan.partition_filter is None or not places:
            return places
        kept = prune(cursor, keys, [place.values for place in places], scan.partition_filter)
        return [places[found] for found in kept]

    def _files(
        self,
        table: GlueTable,
        keys: Sequence[Column],
        places: Sequence[_Place],
        buckets: frozenset[int] | None,
        lease: Lease,
    ) -> Iterator[tuple[Storage, list[DataFile]]]:
        """The files by the storage that says how to read them; most often there is one."""
        groups: dict[object, tuple[Storage, list[DataFile]]] = {}
        listing = Listing(self._objects, table, [place.storage.location for place in places])
        for place in places:
            constants = {
                key.name: partition_constant(value, key)
                for key, value in zip(keys, place.values, strict=True)
            }
            storage = place.storage
            group = (storage.serde, storage.input_format, tuple(sorted(storage.serde_parameters.items())))
            files = groups.setdefault(group, (storage, []))[1]
            found = list(listing.at(storage.location))
            if _buckets_of(storage) == _buckets_of(table.storage):
                found = in_buckets(found, storage.bucket_count, buckets)
            for info in found:
                files.append(DataFile(info, lease.path(info), {**constants, PATH: text(info.uri)}))
        return (found for found in groups.values() if found[1])

    def _reader(self, table: GlueTable, storage: Storage, lease: Lease) -> Reader:
        made = READERS.get(storage.serde)
        if made is None or storage.input_format == SEQUENCE_INPUT:
            raise Unsupported(
                f"Reading {table.full_name} is not supported: SerDe {storage.serde or '(none)'}, "
                f"input format {storage.input_format or '(none)'}"
            )
        return made(lease, self._footers)


def _buckets_of(storage: Storage) -> tuple[tuple[str, ...], int]:
    return storage.bucketed_by, storage.bucket_count


def _empty(columns: Sequence[Column]) -> str:
    items = ", ".join(f"NULL::{duckdb_type(column.type)} AS {name(column.name)}" for column in columns)
    return f"SELECT {items or '1'} WHERE false"


def _system_select(columns: Sequence[Column], source: SystemRows) -> BuiltScan:
    if not source.rows:
        return BuiltScan(_empty(columns), 0)
    names = ", ".join(name(column.name) for column in columns)
    casts = ", ".join(
        f"{name(column.name)}::{duckdb_type(column.type)} AS {name(column.name)}" for column in columns
    )
    rows = ", ".join(f"({', '.join(map(text, row))})" for row in source.rows)
    return BuiltScan(f"SELECT {casts} FROM (VALUES {rows}) AS t({names})", 0)
