"""Show the steps of a run as they happen."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape
from rich.status import Status

from pipeline.context import Progress, StepEvent
from scripts.output import counted, duration, messages, size

_STEP_WIDTH = 20


class StepLog:
    """A line for each step that ended; on a terminal also what is under way. Steps may overlap."""

    def __init__(self, console: Console, status: Status | None) -> None:
        self._console = console
        self._status = status
        self._under_way: list[str] = []
        self._lock = threading.Lock()

    def __call__(self, event: StepEvent) -> None:
        """Take note of one event."""
        with self._lock:
            if event.seconds is None:
                self._under_way.append(event.step)
            else:
                if event.step in self._under_way:
                    self._under_way.remove(event.step)
                line = f"  {event.step:<{_STEP_WIDTH}} {duration(event.seconds):>9}   {_detail(event)}"
                self._console.print(escape(line.rstrip()))
            if self._status:
                self._status.update(escape(", ".join(self._under_way) or "…"))


def _detail(event: StepEvent) -> str:
    written = counted(event.rows, "row") + " written" if event.rows else ""
    scanned = size(event.bytes_scanned) + " scanned" if event.bytes_scanned else ""
    return ", ".join(part for part in (event.detail, written, scanned) if part)


@contextmanager
def steps() -> Iterator[Progress]:
    """A progress callback that prints to standard error while the block runs."""
    console = messages()
    if not console.is_terminal:
        yield StepLog(console, None)
        return
    with console.status("…") as status:
        yield StepLog(console, status)
