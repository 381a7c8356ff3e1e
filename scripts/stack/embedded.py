"""The stack as one process: the emulator, with moto for S3 and its neighbours and DuckDB for the queries."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from scripts.output import waiting
from scripts.settings import CliSettings
from scripts.stack.health import ask_gateway
from scripts.stack.model import Lacking, Note, Noted, PartStatus
from scripts.stack.names import GATEWAY, FormName
from scripts.stack.parts import Launch, Part, log_lines
from scripts.stack.supervisor import Supervisor, end_all, status_of

_OTHER_PORT = (
    "`wardlake up --port 4567`, and then `export AWS_ENDPOINT_URL=http://127.0.0.1:4567` for what comes after"
)


def gateway_part(
    settings: CliSettings, state_dir: Path, arguments: Sequence[str] = (), after: Sequence[str] = ()
) -> Part:
    """The emulator's process at the settings' endpoint, with what else it is told."""
    command = [sys.executable, "-m", "emulator", "--host", settings.host, "--port", str(settings.port)]
    return Part(
        name=GATEWAY,
        endpoint_url=settings.endpoint_url,
        ask=ask_gateway,
        launch=lambda: Launch([*command, "--memory-limit", settings.memory_limit, *arguments], os.environ),
        log=state_dir / f"emulator-{settings.port}.log",
        other_port=_OTHER_PORT,
        after=after,
    )


class EmbeddedForm:
    """The emulator alone."""

    name: FormName = "embedded"
    parts: Sequence[str] = (GATEWAY,)

    def __init__(self, settings: CliSettings, state_dir: Path) -> None:
        self._engine = settings.engine
        self._parts = [gateway_part(settings, state_dir)]

    def lacking(self) -> Lacking | None:
        """It can always be had, but has no Trino."""
        if self._engine not in ("auto", "duckdb"):
            return Lacking(
                f"the embedded form has no Trino, which the engine `{self._engine}` needs",
                "choose `wardlake up --stack local` or `--stack compose`, or the engine `duckdb`",
            )
        return None

    def start(self, noted: Noted | None, note: Note) -> None:
        """Start the emulator and wait until it answers."""
        begun = noted or Noted(self.name, self._parts[0].endpoint_url)
        supervisor = Supervisor(begun, note, report=lambda line: None)
        with waiting("starting the emulator"):
            supervisor.start(self._parts, supervisor.missing(self._parts))

    def stop(self, noted: Noted) -> Sequence[str]:
        """End it."""
        return end_all(noted)

    def status(self, noted: Noted) -> Sequence[PartStatus]:
        """How it is."""
        return status_of(self._parts, noted)

    def logs(self, noted: Noted, part: str, lines: int) -> Iterator[str]:
        """The end of its log."""
        yield from log_lines(self._parts[0].log, lines)
