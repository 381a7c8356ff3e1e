"""The rows of a finished result, kept for GetQueryResults: few in memory, many in a local file."""

from __future__ import annotations

import json
import os
import tempfile
import weakref
from collections.abc import Sequence
from pathlib import Path

from emulator.engine.base import Row

BLOCK = 1000
"""Rows that are written and read together."""

MEMORY_ROWS = 200
"""The largest result that stays in memory; thousands of executions are remembered."""


class ResultRows:
    """The rows of one result, in order; written once, then read in any order and from any thread."""

    def __init__(self, directory: Path) -> None:
        """directory: for the file of many rows."""
        self._directory = directory
        self._count = 0
        self._memory: tuple[Row, ...] = ()
        self._path: Path | None = None
        self._blocks: list[tuple[int, int]] = []

    def __len__(self) -> int:
        return self._count

    def append(self, rows: Sequence[Row]) -> None:
        """Add at most `BLOCK` rows; only the last block may be smaller."""
        self._count += len(rows)
        if self._count <= MEMORY_ROWS:
            self._memory = tuple(rows)
            return
        data = json.dumps(rows).encode()
        with self._file().open("ab") as file:
            self._blocks.append((file.tell(), len(data)))
            file.write(data)

    def between(self, start: int, end: int) -> list[Row]:
        """The rows from ``start`` (counted from 0) up to, not including, ``end``."""
        if self._path is None:
            return list(self._memory[start:end])
        found: list[Row] = []
        end = min(end, self._count)
        while start < end:
            block, offset = divmod(start, BLOCK)
            rows = self._block(self._path, block)[offset : offset + end - start]
            found.extend(rows)
            start += len(rows)
        return found

    def _file(self) -> Path:
        """The file, which goes with the last reference to these rows."""
        if self._path is None:
            handle, name = tempfile.mkstemp(prefix="rows-", dir=self._directory)
            os.close(handle)
            self._path = Path(name)
            weakref.finalize(self, self._path.unlink, missing_ok=True)
        return self._path

    def _block(self, path: Path, number: int) -> list[Row]:
        at, size = self._blocks[number]
        with path.open("rb") as file:
            file.seek(at)
            data = file.read(size)
        return [tuple(row) for row in json.loads(data)]
