"""One DuckDB database in memory, shut in: it reads and writes a private directory and nothing else."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import duckdb

from emulator.engine.base import CancelToken
from emulator.trino import runtime

INTERRUPT_SECONDS = 0.05


@dataclass(frozen=True)
class DuckDBSettings:
    """What the engine may use: memory (DuckDB's text, ``2GB``), threads, and bytes of local object copies."""

    memory_limit: str = "2GB"
    threads: int = 2
    cache_bytes: int = 4 * 1024**3


class Database:
    """The database; each query gets a cursor of its own."""

    def __init__(self, root: Path, settings: DuckDBSettings) -> None:
        spill = root / "spill"
        spill.mkdir()
        self._connection = duckdb.connect(
            ":memory:",
            config={
                "memory_limit": settings.memory_limit,
                "threads": settings.threads,
                "temp_directory": str(spill),
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
        """A cursor for the length of a block, interrupted when ``cancel`` is."""
        cursor = self._connection.cursor()
        closed = threading.Event()
        forget = cancel.on_cancel(partial(_interrupt, cursor, closed)) if cancel else None
        try:
            yield cursor
        finally:
            if forget:
                forget()
            closed.set()
            cursor.close()

    def close(self) -> None:
        """Close the database and every cursor's query."""
        self._connection.close()


def _interrupt(cursor: duckdb.DuckDBPyConnection, closed: threading.Event) -> None:
    """Interrupt what the cursor runs, again and again until it is closed.

    One interrupt would be lost if it came just before the cursor's query began.
    """

    def keep_interrupting() -> None:
        while not closed.wait(INTERRUPT_SECONDS):
            cursor.interrupt()

    cursor.interrupt()
    threading.Thread(target=keep_interrupting, daemon=True).start()
