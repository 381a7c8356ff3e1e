"""What a Parquet file's footer says, read once for each local copy."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from emulator.trino.errors import TrinoError

_REMEMBERED = 20_000


@dataclass(frozen=True)
class ParquetColumn:
    """A column of a file: its name as written, its type, and the bytes of its chunks."""

    name: str
    type: pa.DataType
    size: int


@dataclass(frozen=True)
class Footer:
    """A file's columns by name in lower case, and all of its schema as a value that can be compared."""

    columns: Mapping[str, ParquetColumn]
    signature: str


class Footers:
    """Footers by path. A local copy never changes and its path is never used again."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: OrderedDict[Path, Footer] = OrderedDict()

    def of(self, path: Path, uri: str) -> Footer:
        """The footer of a file; raises TrinoError, naming the object, if it is no Parquet file."""
        with self._lock:
            found = self._known.get(path)
        if found is None:
            found = _read(path, uri)
            with self._lock:
                self._known[path] = found
                if len(self._known) > _REMEMBERED:
                    self._known.popitem(last=False)
        return found


def _read(path: Path, uri: str) -> Footer:
    try:
        metadata = pq.read_metadata(path)
        schema = metadata.schema.to_arrow_schema()
    except (pa.ArrowException, OSError) as error:
        raise TrinoError("HIVE_BAD_DATA", f"Not valid Parquet file: {uri}: {error}") from error
    sizes: dict[str, int] = {}
    for group in range(metadata.num_row_groups):
        chunks = metadata.row_group(group)
        for place in range(chunks.num_columns):
            chunk = chunks.column(place)
            top = chunk.path_in_schema.partition(".")[0]
            sizes[top] = sizes.get(top, 0) + chunk.total_compressed_size
    columns: dict[str, ParquetColumn] = {}
    for field in schema:
        size = sizes.get(field.name, sizes.get(field.name.partition(".")[0], 0))
        columns.setdefault(field.name.lower(), ParquetColumn(field.name, field.type, size))
    return Footer(columns, "\n".join(f"{field.name}: {field.type}" for field in schema))
