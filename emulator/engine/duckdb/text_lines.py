"""Text files as fields: each object's lines are split once, exactly as Hive's serdes do, into a local file.

The file is Parquet with one column, ``fields``, a list of texts; DuckDB then reads that. Its own CSV reader
would be wrong for quotes, escapes and blank lines.
"""

from __future__ import annotations

import bz2
import gzip
import io
import itertools
import lzma
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from emulator.trino.errors import TrinoError, Unsupported

Split = Callable[[str], list[str | None]]

_BATCH = 20_000
_SCHEMA = pa.schema([("fields", pa.list_(pa.string()))])
_MODULES: dict[str, Any] = {".gz": gzip, ".bz2": bz2, ".xz": lzma}
_REFUSED = {".snappy", ".lz4", ".lzo", ".deflate", ".zip"}


def write_fields(source: Path, target: Path, uri: str, skipped_lines: int, split: Split) -> None:
    """Write the fields of a text file's lines, after the first ``skipped_lines``, to a Parquet file.

    Raises TrinoError, naming the object, for text that is not UTF-8 and for an unsupported compression.
    """
    with pq.ParquetWriter(target, _SCHEMA, compression="snappy") as writer:
        batch: list[list[str | None]] = []
        try:
            for place, line in enumerate(lines(source, uri)):
                if place < skipped_lines:
                    continue
                batch.append(split(line))
                if len(batch) >= _BATCH:
                    writer.write_table(_table(batch))
                    batch = []
        except (UnicodeDecodeError, OSError, EOFError) as error:
            raise TrinoError("HIVE_BAD_DATA", f"Error reading {uri}: {error}") from error
        writer.write_table(_table(batch))


def _table(rows: Sequence[Sequence[str | None]]) -> pa.Table:
    """The rows as an Arrow table, made from plain buffers: pyarrow's own conversion would import pandas."""
    fields = [field for row in rows for field in row]
    encoded = [b"" if field is None else field.encode() for field in fields]
    present = None
    if None in fields:
        bits = "".join("0" if field is None else "1" for field in reversed(fields))
        present = pa.py_buffer(int(bits, 2).to_bytes(len(fields) // 8 + 1, "little"))
    starts = _offsets(map(len, encoded))
    texts = pa.Array.from_buffers(
        pa.string(), len(fields), [present, starts, pa.py_buffer(b"".join(encoded))]
    )
    lists = pa.Array.from_buffers(
        _SCHEMA[0].type, len(rows), [None, _offsets(map(len, rows))], children=[texts]
    )
    return pa.Table.from_arrays([lists], schema=_SCHEMA)


def _offsets(lengths: Iterable[int]) -> pa.Buffer:
    return pa.py_buffer(array("i", itertools.accumulate(lengths, initial=0)))


def lines(source: Path, uri: str) -> Iterator[str]:
    """The lines without their ends; CR, LF and CR LF all end a line, as in Hadoop's LineRecordReader.

    Raises Unsupported for a compression that is not read, UnicodeDecodeError, OSError, EOFError.
    """
    suffix = PurePosixPath(uri).suffix.lower()
    if suffix in _REFUSED:
        raise Unsupported(f"Reading text compressed as {suffix} is not supported: {uri}")
    with _open(source, suffix) as file:
        rest = b""
        while chunk := file.read(8 * 1024 * 1024):
            data = rest + chunk
            held = b""
            if data.endswith(b"\r"):
                # an LF may follow in the next chunk
                data, held = data[:-1], b"\r"
            found = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
            rest = found.pop() + held
            for line in found:
                yield line.decode()
        if rest:
            yield rest.removesuffix(b"\r").decode()


def _open(source: Path, suffix: str) -> Any:
    if suffix == ".zst":
        return pa.CompressedInputStream(str(source), "zstd")
    return _MODULES.get(suffix, io).open(source, "rb")


def delimited(delimiter: str, escape: str | None, null_text: str) -> Split:
    """LazySimpleSerDe's splitting: at each delimiter that is not escaped; ``null_text`` is NULL."""

    def split(line: str) -> list[str | None]:
        parts = line.split(delimiter)
        if escape and escape in line:
            parts = _unescaped(parts, delimiter, escape)
        return [None if part == null_text else part for part in parts]

    return split


def _unescaped(parts: list[str], delimiter: str, escape: str) -> list[str]:
    joined: list[str] = []
    pending: str | None = None
    for part in parts:
        text = part if pending is None else f"{pending}{delimiter}{part}"
        trailing = len(part) - len(part.rstrip(escape))
        if trailing % 2:
            pending = text[:-1]
            continue
        pending = None
        joined.append(text)
    if pending is not None:
        joined.append(pending)
    return [_without_escapes(text, escape) for text in joined]


def _without_escapes(text: str, escape: str) -> str:
    shown = []
    characters = iter(text)
    for character in characters:
        shown.append(next(characters, escape) if character == escape else character)
    return "".join(shown)


def open_csv(separator: str, quote: str, escape: str) -> Split:
    """OpenCSVSerde's splitting, with opencsv's oddities, line by line: a quoted field ends with its line.

    An empty line has no fields, and a field whose quote is never closed is none.
    """

    def split(line: str) -> list[str | None]:
        if not line:
            return []
        if quote not in line and escape not in line:
            return list(line.split(separator))
        return list(_parse_csv(line, separator, quote, escape))

    return split


def _parse_csv(line: str, separator: str, quote: str, escape: str) -> Iterator[str]:
    field: list[str] = []
    quoted = inside = False
    place = 0
    while place < len(line):
        character, following = line[place], line[place + 1 : place + 2]
        if character == escape:
            # an escape that escapes nothing is dropped
            if (quoted or inside) and following and following in (quote, escape):
                field.append(following)
                place += 1
        elif character == quote:
            if (quoted or inside) and following == quote:
                field.append(quote)
                place += 1
            else:
                if _is_embedded(line, place, separator):
                    field = [] if field and "".join(field).isspace() else [*field, quote]
                quoted = not quoted
            inside = not inside
        elif character == separator and not quoted:
            yield "".join(field)
            field, inside = [], False
        else:
            field.append(character)
            inside = True
        place += 1
    if not quoted:
        yield "".join(field)


def _is_embedded(line: str, place: int, separator: str) -> bool:
    """Whether a quote stands within a field; the first three characters of a line do not count."""
    return 2 < place < len(line) - 1 and separator not in (line[place - 1], line[place + 1])
