"""Stops a partitioned write when it has more folders than a statement may write to."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from emulator.statements.publish import MAX_OPEN_PARTITIONS, too_many_partitions
from emulator.trino.errors import TrinoError

_SECONDS = 0.05


@contextmanager
def watched(cursor: duckdb.DuckDBPyConnection, target: Path) -> Iterator[None]:
    """Run a block that writes folders beneath ``target``; raises TrinoError if they become too many.

    What is written would be refused at the end anyway: a column of many values taken for a partition key
    would first write a file for each.
    """
    done, exceeded = threading.Event(), threading.Event()

    def watch() -> None:
        while not done.wait(_SECONDS):
            if exceeded.is_set() or _folders(target) > MAX_OPEN_PARTITIONS:
                exceeded.set()
                cursor.interrupt()

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield
    except TrinoError as error:
        if exceeded.is_set():
            raise too_many_partitions() from error
        raise
    finally:
        done.set()
        thread.join()


def _folders(target: Path) -> int:
    """How many folders hold files, counted to one more than is allowed."""
    found: set[Path] = set()
    for path in target.rglob("*"):
        if path.is_file():
            found.add(path.parent)
            if len(found) > MAX_OPEN_PARTITIONS:
                break
    return len(found)
