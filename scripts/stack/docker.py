"""The `docker` command: whether it can run a stack, and how it is asked."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from scripts.errors import ConfigurationError
from scripts.stack.model import Lacking

ANSWERS_WITHIN_SECONDS = 20.0
"""Of a command that only asks; a machine under load takes seconds."""

COMPOSE_AT_LEAST = (2, 20)
"""Older ones know no `--wait-timeout`, or forget to wait for what others depend on."""

LEAST_MEMORY = 3_500_000_000
"""Bytes. At work the parts take 2.7 GB together (docs/stack.md)."""

INSTALL = "install Docker Engine with its compose plugin (or Docker Desktop), 2.20 or newer"
WITHOUT = "or do without it: STACK=local or STACK=embedded"


@dataclass(frozen=True)
class Answer:
    """How a command ended and what it said; `code` is None if it did not end in time."""

    code: int | None
    out: str
    err: str

    @property
    def reason(self) -> str:
        """The last thing it said of why it failed."""
        lines = [line for line in (self.err or self.out).splitlines() if line.strip()]
        return lines[-1].strip() if lines else "it said nothing"


class Docker:
    """The command that is on the PATH, with the variables that the compose file reads."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        """environment: all variables of its processes."""
        self._environment = dict(environment)
        self._program = shutil.which("docker", path=self._environment.get("PATH"))

    def lacking(self) -> Lacking | None:
        """What keeps it from running a stack, if anything; asks the client, its plugin and the engine."""
        if self._program is None:
            return Lacking("there is no Docker on this machine", f"{INSTALL}, {WITHOUT}")
        return self._compose_lacking() or self._engine_lacking()

    def ask(self, *arguments: str, seconds: float = ANSWERS_WITHIN_SECONDS) -> Answer:
        """Run `docker` to its end, or to the time's."""
        try:
            done = subprocess.run(
                self._command(arguments),
                env=self._environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=seconds,
            )
        except subprocess.TimeoutExpired:
            return Answer(None, "", f"no answer within {seconds:.0f} s")
        return Answer(done.returncode, done.stdout, done.stderr)

    @contextmanager
    def follow(self, *arguments: str, log: Path) -> Iterator[Followed]:
        """Run `docker`, whose output goes to `log` and line by line to who follows it."""
        with (
            log.open("a", encoding="utf-8") as kept,
            subprocess.Popen(
                self._command(arguments),
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
            ) as process,
        ):
            try:
                yield Followed(process, kept)
            except BaseException:
                process.terminate()  # leaving the block waits for its end
                raise

    def _command(self, arguments: Sequence[str]) -> list[str]:
        if self._program is None:
            raise ConfigurationError("there is no Docker on this machine", hint=INSTALL)
        return [self._program, *arguments]

    def _compose_lacking(self) -> Lacking | None:
        answer = self.ask("compose", "version", "--short")
        if answer.code != 0:
            return Lacking(
                "Docker has no `docker compose` (its compose plugin, version 2)", f"{INSTALL}, {WITHOUT}"
            )
        found = re.match(r"v?(\d+)\.(\d+)", answer.out.strip())
        if found is None or (int(found[1]), int(found[2])) < COMPOSE_AT_LEAST:
            return Lacking(
                f"`docker compose` is {answer.out.strip()}, older than 2.20", f"{INSTALL}, {WITHOUT}"
            )
        return None

    def _engine_lacking(self) -> Lacking | None:
        context = self.ask("context", "inspect", "--format", "{{.Endpoints.docker.Host}}")
        host = context.out.strip()
        if context.code == 0 and not host.startswith(("unix://", "npipe://")):
            return Lacking(
                f"Docker's engine is elsewhere ({host}), and the stack's ports would be too",
                f"choose an engine of this machine (`docker context use default`, no DOCKER_HOST), {WITHOUT}",
            )
        answer = self.ask("info", "--format", "{{.ServerVersion}} {{.MemTotal}}")
        words = answer.out.split()
        if answer.code != 0 or len(words) != 2 or not words[1].isdigit():
            return _silent(answer)
        memory = int(words[1])
        if memory < LEAST_MEMORY:
            return Lacking(
                f"Docker has {memory / 1e9:.1f} GB of memory, the stack wants {LEAST_MEMORY / 1e9:.0f}",
                f"give Docker more (Docker Desktop: Settings, Resources), {WITHOUT}",
            )
        return None


class Followed:
    """A process under way."""

    def __init__(self, process: subprocess.Popen[str], kept: IO[str]) -> None:
        self._process = process
        self._kept = kept

    def lines(self) -> Iterator[str]:
        """What it says, as it says it, to its end."""
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._kept.write(line)
            yield line.rstrip()

    def code(self) -> int:
        """How it ended; waits for that."""
        for _ in self.lines():
            pass
        return self._process.wait()


def _silent(answer: Answer) -> Lacking:
    if "permission denied" in answer.err.lower():
        return Lacking(
            "Docker's engine is not open to this user",
            f"have the user added to the group `docker`, and log in again, {WITHOUT}",
        )
    return Lacking(
        f"Docker's engine does not answer ({answer.reason})",
        f"start it (`sudo systemctl start docker`, or Docker Desktop), {WITHOUT}",
    )
