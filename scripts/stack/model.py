"""What a stack is, whatever it runs on: its form, its parts, and what is noted of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from scripts.stack.names import FormName


@dataclass(frozen=True)
class Lacking:
    """Why a form cannot be had on this machine (`no Docker: …`), and what would change that."""

    why: str
    remedy: str


@dataclass(frozen=True)
class NotedProcess:
    """A process that was started: `identity` tells it from a later one that got the same id."""

    part: str
    pid: int
    identity: str
    endpoint_url: str
    log: str


@dataclass(frozen=True)
class Noted:
    """What is on record of a stack that was started from this folder, enough to end exactly that.

    ``processes`` in the order of their start; ``project`` is the compose project of a stack in containers.
    """

    form: FormName
    endpoint_url: str
    processes: tuple[NotedProcess, ...] = ()
    project: str = ""


@dataclass(frozen=True)
class PartStatus:
    """How one part is.

    ``runs_as``: `process 4711` or `container wardlake-4566-trino-1`. ``state``: `healthy`, `starting`,
    `not started`, `ended …`, or in words what is wrong. ``version`` and ``memory_bytes`` (resident) where
    they can be told.
    """

    part: str
    runs_as: str
    endpoint_url: str
    state: str
    version: str | None = None
    memory_bytes: int | None = None

    @property
    def runs(self) -> bool:
        """Whether there is something of it to end."""
        return not self.state.startswith(("not started", "ended"))


Note = Callable[[Noted], None]
"""Puts on record what was started so far: called as soon as there is something to end."""


class Form(Protocol):
    """One way to run the stack of one endpoint (the settings' that it is made with)."""

    @property
    def name(self) -> FormName:
        """Which form it is."""

    @property
    def parts(self) -> Sequence[str]:
        """The names of its parts, the gateway first."""

    def lacking(self) -> Lacking | None:
        """What this machine lacks for it, None if it can be had; quick, starts and downloads nothing."""

    def start(self, noted: Noted | None, note: Note) -> None:
        """Start the parts that do not run, and wait until all are healthy; says what is downloaded.

        noted: what is on record of this form from before, if anything: parts that died are started anew.

        Raises:
            CliError: what failed, the end of its log and what to do. Nothing that this call started is left
                running then, nor on an interruption.
        """

    def stop(self, noted: Noted) -> Sequence[str]:
        """End what is on record, in the reverse order of its start.

        Returns:
            What was ended, for people (`trino (process 4711)`); not what had ended by itself.

        Raises:
            CliError: something did not end in time.
        """

    def status(self, noted: Noted) -> Sequence[PartStatus]:
        """How each part is; asks all of them, quickly."""

    def logs(self, noted: Noted, part: str, lines: int) -> Iterator[str]:
        """The last lines of a part's log, without line ends."""
