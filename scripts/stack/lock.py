"""A lock between processes, held while a block runs; the end of its holder frees it, however it ends."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts.output import say


@contextmanager
def locked(file: Path, held_because: str) -> Iterator[None]:
    """Hold the lock of that file; says what it waits for (`held_because`) when another process holds it."""
    with file.open("wb") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"waiting: {held_because}")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
