"""ORC files through pyarrow: read as local Parquet files, and written from them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from emulator.engine.duckdb.files import BuiltScan, FileScan
from emulator.engine.duckdb.parquet_scan import ParquetScan
from emulator.storage.cache import Lease
from emulator.trino.errors import TrinoError, Unsupported

# pyarrow's ORC takes half a second to load, so only what needs it loads it
ORC_CODECS = {"ZLIB": "zlib", "SNAPPY": "snappy", "ZSTD": "zstd", "LZ4": "lz4", "NONE": "uncompressed"}


class OrcScan:
    """Builds the selects over ORC files, each of which is made a local Parquet file once."""

    def __init__(self, lease: Lease, parquet: ParquetScan) -> None:
        self._lease = lease
        self._parquet = parquet

    def build(self, scan: FileScan) -> BuiltScan:
        """The select over the files' columns: by place, unless the table says by name; raises TrinoError.

        https://docs.aws.amazon.com/athena/latest/ug/handling-schema-updates-chapter.html
        """
        by_place = scan.storage.serde_parameters.get("orc.column.index.access", "true").lower() != "false"
        names = [column.name for column in scan.table.columns] if by_place else []
        files = []
        for file in scan.files:
            make = partial(_to_parquet, uri=file.info.uri, names=names)
            files.append(replace(file, path=self._lease.derived(file.info, f"orc|{names}", make)))
        built = self._parquet.build(replace(scan, files=files))
        return BuiltScan(built.sql, sum(file.info.size for file in scan.files))


def _to_parquet(source: Path, target: Path, uri: str, names: Sequence[str]) -> None:
    """Write an ORC file's rows as Parquet, its first columns by these names; raises TrinoError."""
    from pyarrow import orc

    try:
        file = orc.ORCFile(source)
        schema = file.schema
        if names:
            # the table's columns first, whatever the file calls them, and none of the others
            schema = pa.schema(field.with_name(name) for field, name in zip(schema, names, strict=False))
        with pq.ParquetWriter(target, schema, compression="snappy") as writer:
            for stripe in range(file.nstripes):
                batch = file.read_stripe(stripe)
                writer.write_table(pa.Table.from_arrays(batch.columns[: len(schema)], schema=schema))
    except (pa.ArrowException, OSError) as error:
        raise TrinoError("HIVE_BAD_DATA", f"Error reading ORC file {uri}: {error}") from error


def orc_codec(compression: str) -> str:
    """pyarrow's name of a compression; raises Unsupported."""
    if compression not in ORC_CODECS:
        raise Unsupported(f"Writing ORC with compression {compression} is not supported")
    return ORC_CODECS[compression]


def write_orc(source: Path, target: Path, compression: str, check: Callable[[], None]) -> None:
    """Write the rows of a Parquet file as ORC; ``check`` is called now and then and may raise."""
    from pyarrow import orc

    with orc.ORCWriter(target, compression=orc_codec(compression)) as writer:
        for batch in pq.ParquetFile(source).iter_batches():
            check()
            writer.write(pa.Table.from_batches([batch]))
