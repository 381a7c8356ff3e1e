"""One part of a stack of processes: how it is started, asked and named."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from scripts.errors import CliError, ConfigurationError, ExitCode, NotFound
from scripts.stack.health import Ask

LOG_LINES_SHOWN = 12


@dataclass(frozen=True)
class Launch:
    """A process to start: its command, all of its variables, and the folder of what it keeps on disk.

    The folder is empty at each start; None if it keeps nothing.
    """

    command: Sequence[str]
    environment: Mapping[str, str]
    folder: Path | None = None


@dataclass(frozen=True)
class Part:
    """What is started, and what is waited for.

    ``other_port``: what a user does to have it elsewhere. ``after``: the parts that must be healthy first.
    """

    name: str
    endpoint_url: str
    ask: Ask
    launch: Callable[[], Launch]
    log: Path
    other_port: str
    after: Sequence[str] = ()
    ready_within_seconds: float = 60.0


class PortTaken(ConfigurationError):
    """Something that is not the part answers where it should listen."""

    def __init__(self, part: str, endpoint_url: str, who: str, other_port: str) -> None:
        super().__init__(
            f"{endpoint_url} is taken by another program ({who}); {part} is to listen there",
            hint=f"stop that program, or choose another port: {other_port}",
        )


class PartFailed(CliError):
    """A part that was started ended, or did not become healthy; shows the end of its log."""

    def __init__(self, part: str, what: str, log: Path) -> None:
        lines = last_lines(log, LOG_LINES_SHOWN)
        shown = "\n".join(f"  {line}" for line in lines) if lines else "  (it is empty)"
        super().__init__(f"{part} {what}; the end of {log}:\n{shown}", ExitCode.UNEXPECTED)


def last_lines(log: Path, count: int) -> list[str]:
    """The end of a log, which may be no text in places."""
    return log.read_text(encoding="utf-8", errors="replace").splitlines()[-count:]


def log_lines(log: Path, count: int) -> list[str]:
    """The end of a log that somebody asks for.

    Raises:
        NotFound: there is none.
    """
    if not log.exists():
        raise NotFound(
            f"there is no log {log}", hint="the logs are in the folder where `wardlake up` was called"
        )
    return last_lines(log, count)
