"""The time that the emulator's services live in: real time, until it is moved forward."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

YEAR = timedelta(days=366)
MOST_YEARS = 20
"""How far the clock is moved at once: more is a slip of the hand."""


class Clock:
    """A clock that runs as real time does and can be moved forward; safe to share between threads."""

    def __init__(self) -> None:
        self._ahead = timedelta(0)
        self._lock = threading.Lock()
        self._listeners: list[Callable[[], None]] = []

    def now(self) -> datetime:
        """The time, in UTC."""
        with self._lock:
            return datetime.now(UTC) + self._ahead

    @property
    def ahead(self) -> timedelta:
        """How far it has been moved ahead of real time."""
        with self._lock:
            return self._ahead

    def move_to(self, instant: datetime) -> None:
        """Make it `instant` (with its zone) now; raises ValueError for a time that has passed."""
        with self._lock:
            ahead = instant - datetime.now(UTC)
            if ahead < self._ahead:
                raise ValueError(f"the clock cannot be moved back to {instant.isoformat()}")
            self._ahead = ahead
            listeners = list(self._listeners)
        for listener in listeners:
            listener()

    def when_moved(self, listener: Callable[[], None]) -> None:
        """Have `listener` called after each move, by the thread that moves: it must return at once."""
        with self._lock:
            self._listeners.append(listener)
