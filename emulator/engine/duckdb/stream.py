"""Rows of a running query, as Athena shows them, a batch at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from typing import TypeVar

import duckdb

from emulator.engine.base import Cancelled, CancelToken, Row
from emulator.engine.duckdb.failures import from_engine
from emulator.trino.errors import TrinoError
from emulator.trino.types import Type
from emulator.trino.values import render

_BATCH = 2048
_Result = TypeVar("_Result")


class RowStream:
    """An iterator over a cursor's rows; what the query holds is released at their end, or by `close`."""

    def __init__(
        self, cursor: duckdb.DuckDBPyConnection, types: Sequence[Type], held: ExitStack, cancel: CancelToken
    ) -> None:
        self._cursor = cursor
        self._types = types
        self._held = held
        self._cancel = cancel
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
            return guarded(lambda: self._cursor.fetchmany(_BATCH), self._cancel)
        except (TrinoError, Cancelled):
            self.close()
            raise


def guarded(work: Callable[[], _Result], cancel: CancelToken) -> _Result:
    """Run DuckDB; raises `Cancelled` if it was stopped and TrinoError if it failed."""
    cancel.check()
    try:
        return work()
    except duckdb.Error as error:
        cancel.check()
        raise from_engine(error) from error
