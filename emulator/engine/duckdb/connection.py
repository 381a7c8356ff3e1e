"""One DuckDB database in memory, shut in: it reads and writes a private directory and nothing else."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import duckdb

from emulator.engine.base import CancelToken, EngineLost
from emulator.trino import runtime

INTERRUPT_SECONDS = 0.05
_INVALID = "database has been invalidated"
"""Said of every query that comes after a fatal one."""


@dataclass(frozen=True)
class DuckDBSettings:
    """What the engine may use: memory (DuckDB's text, ``2GB``), threads, and bytes of local object copies."""

    memory_limit: str = "2GB"
    threads: int = 2
    cache_bytes: int = 4 * 1024**3


class Database:
    """The database; each query gets a cursor of its own. One that is lost stays lost."""

    def __init__(self, root: Path, settings: DuckDBSettings) -> None:
        spill = tempfile.mkdtemp(prefix="spill-", dir=root)
        self._lost: str | None = None
        self._lock = threading.Lock()
        self._running: dict[duckdb.DuckDBPyConnection, threading.Event] = {}
        self._connection = duckdb.connect(
            ":memory:",
            config={
                "memory_limit": settings.memory_limit,
                "threads": settings.threads,
                # with them a query that is interrupted or fails may wait for ever (DuckDB's issue 23885)
                "async_threads": 0,
                "temp_directory": spill,
                "autoinstall_known_extensions": False,
                "autoload_known_extensions": False,
                "allow_community_extensions": False,
                "allow_persistent_secrets": False,
            },
        )
        runtime.install(self._connection)
        self._connection.execute("SET parquet_metadata_cache = true")
        self._connection.execute(f"SET allowed_directories = ['{root}/']")
        self._connection.execute("SET enable_external_access = false")
        self._connection.execute("SET lock_configuration = true")

    @contextmanager
    def cursor(self, cancel: CancelToken | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
        """A cursor for the length of a block, interrupted when ``cancel`` is; raises `EngineLost`."""
        cursor, closed = self._open()
        forget = cancel.on_cancel(partial(_interrupt, cursor, closed)) if cancel else None
        try:
            yield cursor
        finally:
            if forget:
                forget()
            closed.set()
            cursor.close()
            with self._lock:
                del self._running[cursor]
                if self._lost is not None and not self._running:
                    self._connection.close()

    @property
    def lost(self) -> bool:
        """Whether nothing can run on this database any more."""
        return self._lost is not None

    def check(self) -> None:
        """Raise `EngineLost` if the database is lost."""
        if self._lost is not None:
            raise EngineLost(self._lost)

    def lose(self, reason: str) -> None:
        """Give the database up: what runs on it is interrupted, nothing more can begin."""
        with self._lock:
            if self._lost is not None:
                return
            self._lost = reason
            running = list(self._running.items())
            if not running:
                self._connection.close()
        for cursor, closed in running:  # the last of them closes the database: that waits for no query
            _interrupt(cursor, closed)

    def lose_by(self, error: duckdb.Error) -> None:
        """Give the database up if this error of a query means that it no longer works."""
        if isinstance(error, (duckdb.FatalException, duckdb.InternalException)) or _INVALID in str(error):
            self.lose(f"The emulator's query engine failed: {str(error).splitlines()[0]}")

    def close(self) -> None:
        """Close the database and every cursor's query."""
        self._connection.close()

    def _open(self) -> tuple[duckdb.DuckDBPyConnection, threading.Event]:
        try:
            with self._lock:  # so that no cursor is begun while the database is given up
                self.check()
                cursor, closed = self._connection.cursor(), threading.Event()
                self._running[cursor] = closed
                return cursor, closed
        except duckdb.ConnectionException as error:
            self.lose(f"The emulator's query engine is gone: {error}")
            self.check()
            raise


def _interrupt(cursor: duckdb.DuckDBPyConnection, closed: threading.Event) -> None:
    """Interrupt what the cursor runs, again and again until it is closed, which it may be already.

    One interrupt would be lost if it came just before the cursor's query began.
    """

    def interrupt() -> None:
        with suppress(duckdb.ConnectionException):  # closed just now
            cursor.interrupt()

    def keep_interrupting() -> None:
        while not closed.wait(INTERRUPT_SECONDS):
            interrupt()

    interrupt()
    threading.Thread(target=keep_interrupting, daemon=True).start()
