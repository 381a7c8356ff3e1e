"""The result of an execution: the objects that Athena writes, and the pages that GetQueryResults gives.

Formats as the real service writes them: CSV with everything quoted but NULL, ``\\n`` at each line's end; text
without header and without a last ``\\n``; a manifest with one URL a line.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import IO, Any

from emulator.athena.columns import ROWS_COLUMN, ColumnFacts, column_facts
from emulator.athena.metadata_file import metadata_bytes
from emulator.athena.rows import BLOCK, ResultRows
from emulator.engine.base import (
    SCANNED_BYTES,
    CancelToken,
    ResultColumn,
    Row,
    S3Location,
    StatementResult,
)
from emulator.storage.objects import ObjectStore

WITHOUT_ROWS = ("INSERT", "UPDATE", "DELETE", "MERGE", "UNLOAD", "CREATE_TABLE_AS_SELECT")
"""Sub-types whose result is a count, with no object of rows and no header."""

_UPDATE_NAMES = {"CREATE_TABLE_AS_SELECT": "CREATE TABLE"}
_SPILL_BYTES = 8 * 1024 * 1024


@dataclass(frozen=True)
class StoredResult:
    """A finished result: what GetQueryResults and the statistics need of it."""

    columns: tuple[ColumnFacts, ...]
    rows: ResultRows
    has_header: bool
    update_count: int | None
    scanned_bytes: int
    output_bytes: int
    statistics: Mapping[str, int] = field(default_factory=dict)
    """What the engine knows of its work besides the bytes, by the names of `emulator.engine.base`."""
    manifest_uri: str | None = None

    @property
    def total_rows(self) -> int:
        """The rows that pages count, the header among them."""
        return len(self.rows) + self.has_header

    def page(self, start: int, size: int) -> dict[str, Any]:
        """The ResultSet structure with up to ``size`` rows from position ``start`` (0 is the header)."""
        found: list[Row] = []
        if self.has_header and start == 0:
            found.append(tuple(column.name for column in self.columns))
        first = max(start - self.has_header, 0)
        found.extend(self.rows.between(first, first + size - len(found)))
        return {
            "Rows": [{"Data": [_datum(value) for value in row]} for row in found],
            "ResultSetMetadata": {"ColumnInfo": [column.column_info() for column in self.columns]},
        }


def result_key(prefix: str, query_id: str, statement_type: str, substatement_type: str | None) -> str:
    """The key of a result under its output location, as ResultConfiguration.OutputLocation shows it."""
    if substatement_type == "CREATE_TABLE_AS_SELECT":
        return f"{prefix}tables/{query_id}"
    if substatement_type in ("INSERT", "UNLOAD"):
        return f"{prefix}{query_id}"
    as_text = statement_type != "DML" or substatement_type == "EXPLAIN"
    return f"{prefix}{query_id}.{'txt' if as_text and substatement_type != 'SHOW_FUNCTIONS' else 'csv'}"


class ResultWriter:
    """Reads a statement's rows once, writes the result objects and keeps the rows for the API."""

    def __init__(self, store: ObjectStore, directory: Path) -> None:
        """directory: a private one, for results that are too large for memory."""
        self._store = store
        self._directory = directory

    def write(
        self, query_id: str, result: StatementResult, target: S3Location | None, cancel: CancelToken
    ) -> StoredResult:
        """Store a result; ``target`` is the result object's place, None where results are managed.

        Raises what reading the rows raises, `Cancelled`, and the store's errors.
        """
        facts = tuple(column_facts(column) for column in _columns(result))
        counted = result.substatement_type in WITHOUT_ROWS
        has_header = bool(facts) and not counted and (result.statement_type == "DML" or not result.text)
        rows = ResultRows(self._directory)
        with tempfile.SpooledTemporaryFile(_SPILL_BYTES, dir=str(self._directory)) as body:
            encode = _text_block if result.text else _csv_block
            if has_header:
                body.write(encode([tuple(fact.name for fact in facts)], True))
            for block in _blocks(_lines(result.rows) if result.text else result.rows, cancel):
                body.write(encode(block, body.tell() == 0))
                rows.append(block)
            size = body.tell()
            if target is not None and not counted:
                self._put(target, body, size)
        manifest = self._write_beside(query_id, result, facts, target) if target else None
        return StoredResult(
            columns=facts,
            rows=rows,
            has_header=has_header,
            update_count=_update_count(result),
            scanned_bytes=result.statistics.get(SCANNED_BYTES, result.data_scanned_bytes),
            output_bytes=size,
            statistics=dict(result.statistics),
            manifest_uri=manifest,
        )

    def copy(self, earlier: StoredResult, target: S3Location | None) -> StoredResult:
        """Write the rows of an earlier SELECT again, for an execution that reuses them."""
        with tempfile.SpooledTemporaryFile(_SPILL_BYTES, dir=str(self._directory)) as body:
            body.write(_csv_block([tuple(column.name for column in earlier.columns)], True))
            for start in range(0, len(earlier.rows), BLOCK):
                body.write(_csv_block(earlier.rows.between(start, start + BLOCK), False))
            if target is not None:
                self._put(target, body, body.tell())
        return replace(earlier, scanned_bytes=0, statistics={})

    def _put(self, target: S3Location, body: IO[bytes], size: int) -> None:
        body.seek(0)
        if size <= _SPILL_BYTES:
            self._store.put_bytes(target.bucket, target.key, body.read())
            return
        with tempfile.NamedTemporaryFile(dir=self._directory) as file:
            shutil.copyfileobj(body, file)
            file.flush()
            self._store.put_file(target.bucket, target.key, Path(file.name))

    def _write_beside(
        self, query_id: str, result: StatementResult, facts: Sequence[ColumnFacts], target: S3Location
    ) -> str | None:
        """Write ``.metadata`` and manifest; gives the manifest's URL."""
        kind = result.substatement_type
        if facts:
            update = _UPDATE_NAMES.get(kind or "", kind) if result.update_count is not None else None
            metadata = metadata_bytes(query_id, facts, update, result.update_count)
            self._store.put_bytes(target.bucket, f"{target.key}.metadata", metadata)
        if result.manifest is None or (kind == "INSERT" and not result.manifest):
            return None
        place = S3Location(target.bucket, f"{target.key}-manifest.csv")
        self._store.put_bytes(
            place.bucket, place.key, "".join(f"{url}\n" for url in result.manifest).encode()
        )
        return place.uri


def _columns(result: StatementResult) -> tuple[ResultColumn, ...]:
    if not result.columns and result.update_count is not None:
        return (ROWS_COLUMN,)
    return result.columns


def _update_count(result: StatementResult) -> int | None:
    # the real service gives 0 for rows, nothing for DDL and EXPLAIN
    if result.update_count is not None:
        return result.update_count
    return None if result.statement_type == "DDL" or result.substatement_type == "EXPLAIN" else 0


def _lines(rows: Iterable[Row]) -> Iterator[Row]:
    """Text results are lines: cells joined by a tab, and a row for each line of a value."""
    for row in rows:
        for line in "\t".join(value or "" for value in row).split("\n"):
            yield (line,)


def _blocks(rows: Iterable[Row], cancel: CancelToken) -> Iterator[list[Row]]:
    source = iter(rows)
    size = BLOCK
    while size == BLOCK:
        block = list(islice(source, BLOCK))
        size = len(block)
        cancel.check()
        if block:
            yield block


def _csv_block(rows: Sequence[Row], first: bool) -> bytes:
    return "".join(",".join(map(_quoted, row)) + "\n" for row in rows).encode()


def _quoted(value: str | None) -> str:
    return "" if value is None else '"' + value.replace('"', '""') + '"'


def _text_block(rows: Sequence[Row], first: bool) -> bytes:
    text = "\n".join(row[0] or "" for row in rows)
    return (text if first else "\n" + text).encode()


def _datum(value: str | None) -> dict[str, str]:
    return {} if value is None else {"VarCharValue": value}
