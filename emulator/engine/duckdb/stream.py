"""Rows of a running query, as Athena shows them, a batch at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack

import duckdb

from emulator.engine.base import Cancelled, EngineLost, Row
from emulator.engine.duckdb.guard import Guard
from emulator.trino.errors import TrinoError
from emulator.trino.types import Type
from emulator.trino.values import render

_BATCH = 2048


class RowStream:
    """An iterator over a cursor's rows; what the query holds is released at their end, or by `close`."""

    def __init__(
        self, cursor: duckdb.DuckDBPyConnection, types: Sequence[Type], held: ExitStack, guard: Guard
    ) -> None:
        self._cursor = cursor
        self._types = types
        self._held = held
        self._guard = guard
        self._batch: Iterator[tuple[object, ...]] = iter(())
        self._closed = False

    def __iter__(self) -> RowStream:
        return self

    def __next__(self) -> Row:
        values = next(self._batch, None)
        if values is None:
            self._batch = iter(() if self._closed else self._fetch())
            values = next(self._batch, None)
            if values is None:
                self.close()
                raise StopIteration
        return tuple(map(render, values, self._types))

    def close(self) -> None:
        """Let go of the query; no rows come after."""
        self._closed = True
        self._batch = iter(())
        self._held.close()

    def __del__(self) -> None:
        self._held.close()

    def _fetch(self) -> list[tuple[object, ...]]:
        try:
            return self._guard.run(lambda: self._cursor.fetchmany(_BATCH))
        except (TrinoError, Cancelled, EngineLost):
            self.close()
            raise
