"""Bronze files and partitions: each delivery as one Parquet file, every source column as text."""

import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import islice

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline import partitions
from pipeline.columns import bigints, integers, texts
from pipeline.context import Context
from pipeline.contract import PARTITION
from pipeline.source_file import Header

EPISODES = "episodes"
ROWS_AT_ONCE = 50_000

_LINEAGE = pa.schema(
    [
        pa.field("delivery_id", pa.string()),
        pa.field("delivery_sequence", pa.int32()),
        pa.field("source_file", pa.string()),
        pa.field("source_sha256", pa.string()),
        pa.field("source_row_number", pa.int64()),
    ]
)


def parquet_of(
    header: Header, rows: Iterator[list[str]], lineage: tuple[str, int, str, str]
) -> tuple[bytes, int]:
    """A delivery as Parquet, and its number of rows; the same input gives the same bytes.

    lineage: delivery_id, delivery_sequence, source_file, source_sha256. Raises FileRefused from the rows.
    """
    schema = pa.schema([*(pa.field(name, pa.string()) for name in header.stored), *_LINEAGE])
    target = io.BytesIO()
    count = 0
    with pq.ParquetWriter(target, schema, compression="snappy", store_schema=False) as writer:
        while chunk := list(islice(rows, ROWS_AT_ONCE)):
            numbers = range(count + 1, count + 1 + len(chunk))
            writer.write_table(_table(schema, chunk, lineage, numbers))
            count += len(chunk)
    return target.getvalue(), count


def _table(
    schema: pa.Schema, chunk: Sequence[Sequence[str]], lineage: tuple[str, int, str, str], numbers: range
) -> pa.Table:
    source = [texts(values) for values in zip(*chunk, strict=True)]
    delivery_id, sequence, file, sha256 = lineage
    rows = len(chunk)
    origin = [
        texts([delivery_id] * rows),
        integers([sequence] * rows),
        texts([file] * rows),
        texts([sha256] * rows),
    ]
    return pa.Table.from_arrays([*source, *origin, bigints(numbers)], schema=schema)


def day_prefix(day: date) -> str:
    """Where the files of one snapshot date lie in the source bucket."""
    return f"bronze/{EPISODES}/{PARTITION}={day}/"


def register_days(context: Context, days: Iterable[date]) -> None:
    """Make the partitions of these snapshot dates known to Glue; those that are known stay as they are."""
    settings = context.settings
    places = {str(day): f"s3://{settings.source_bucket}/{day_prefix(day)}" for day in days}
    partitions.register(context, settings.bronze_database, EPISODES, places)
