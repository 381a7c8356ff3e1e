"""The rows of a finished result, kept for GetQueryResults: few in memory, many in a local file."""

from __future__ import annotations

import json
import tempfile
import threading
from collections.abc import Sequence
from typing import IO

from emulator.engine.base import Row

BLOCK = 1000
"""Rows that are written and read together."""

MEMORY_ROWS = 10_000
"""Rows of one result that stay in memory."""


class ResultRows:
    """The rows of one result, in order; written once, then read in any order and from any thread."""

    def __init__(self) -> None:
        self._memory: list[Row] = []
        self._count = 0
        self._file: IO[bytes] | None = None
        self._blocks: list[tuple[int, int]] = []
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return self._count

    def append(self, rows: Sequence[Row]) -> None:
        """Add at most `BLOCK` rows; only the last block may be smaller."""
        self._count += len(rows)
        if len(self._memory) + len(rows) <= MEMORY_ROWS and not self._blocks:
            self._memory.extend(rows)
            return
        if self._file is None:
            # open as long as the result is kept; it has no name and goes with the last reference
            self._file = tempfile.TemporaryFile(prefix="wardlake-rows-")  # noqa: SIM115
        data = json.dumps(rows).encode()
        self._blocks.append((self._file.tell(), len(data)))
        self._file.write(data)

    def between(self, start: int, end: int) -> list[Row]:
        """The rows from ``start`` (counted from 0) up to, not including, ``end``."""
        found = self._memory[start:end]
        first = max(start, len(self._memory))
        end = min(end, self._count)
        while first < end:
            block, offset = divmod(first - len(self._memory), BLOCK)
            rows = self._block(block)[offset : offset + end - first]
            found.extend(rows)
            first += len(rows)
        return found

    def _block(self, number: int) -> list[Row]:
        assert self._file is not None
        at, size = self._blocks[number]
        with self._lock:
            self._file.seek(at)
            data = self._file.read(size)
        return [tuple(row) for row in json.loads(data)]
