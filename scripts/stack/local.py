"""The stack as processes of this machine: LocalStack, Trino, and the emulator in front of them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from scripts.output import say, size
from scripts.settings import CliSettings
from scripts.stack.cache import Cache, cache_root
from scripts.stack.embedded import gateway_part
from scripts.stack.fetch import Fetcher
from scripts.stack.health import Ask, ask_localstack, ask_trino
from scripts.stack.java import find_java
from scripts.stack.machine import free_memory
from scripts.stack.model import Lacking, Note, Noted, PartStatus
from scripts.stack.names import GATEWAY, LOCALSTACK, TRINO, FormName
from scripts.stack.packages import (
    CONFIGURATION,
    LOCALSTACK_PACKAGE,
    LOCALSTACK_PYTHON,
    TRINO_PACKAGE,
)
from scripts.stack.parts import Launch, Part, log_lines
from scripts.stack.supervisor import Supervisor, end_all, status_of

LEAST_MEMORY = 3_200_000_000
"""Bytes that must be free: what the parts took at most while days ran (docs/stack.md)."""

_FOLDER = Path(__file__).resolve().parent
_INHERITED = ("PATH", "HOME", "USER", "LANG", "LC_ALL", "TZ")
_READY_WITHIN_SECONDS = {LOCALSTACK: 300.0, TRINO: 600.0}


class LocalForm:
    """LocalStack and Trino from the package registries, each in a process."""

    name: FormName = "local"
    parts: Sequence[str] = (GATEWAY, LOCALSTACK, TRINO)

    def __init__(
        self, settings: CliSettings, state_dir: Path, environment: Mapping[str, str] = os.environ
    ) -> None:
        self._settings = settings
        self._state_dir = state_dir.absolute()
        self._environment = environment
        self._fetcher = Fetcher(Cache(cache_root(environment)))
        engine = "trino" if settings.engine == "auto" else settings.engine
        arguments = ("--engine", engine, "--trino", self._url(TRINO), "--upstream", self._url(LOCALSTACK))
        # In this order they are started.
        self._parts = [
            self._part(LOCALSTACK, ask_localstack, self._launch_localstack),
            self._part(TRINO, ask_trino, self._launch_trino),
            gateway_part(settings, state_dir, arguments, after=(LOCALSTACK,)),
        ]

    def lacking(self) -> Lacking | None:
        """A tool that would download what is missing, or memory."""
        if sys.platform not in ("linux", "darwin"):
            return Lacking(f"Trino does not run on {sys.platform}", "use Docker, or the embedded form")
        if self._fetcher.lacks(LOCALSTACK_PACKAGE) and not _find_python():
            return Lacking(
                f"no Python {LOCALSTACK_PYTHON}, the only one that LocalStack 4.14.0 runs on",
                f"install Python {LOCALSTACK_PYTHON}: your packages have it, or `pyenv install "
                f"{LOCALSTACK_PYTHON}`, or `uv python install {LOCALSTACK_PYTHON}`",
            )
        if self._fetcher.lacks(TRINO_PACKAGE) and not self._has("mvn"):
            return Lacking("no Maven (`mvn`), which downloads Trino", "install Maven: your packages have it")
        free = free_memory()
        if free is not None and free < LEAST_MEMORY:
            return Lacking(
                f"{size(free)} of memory are free, and LocalStack, Trino and the emulator take "
                f"{size(LEAST_MEMORY)}",
                "end other programs, or use the embedded form",
            )
        return None

    def start(self, noted: Noted | None, note: Note) -> None:
        """Download what is missing, then start what does not run."""
        supervisor = Supervisor(noted or Noted(self.name, self._settings.endpoint_url), note, report=say)
        missing = supervisor.missing(self._parts)
        names = {part.name for part in missing}
        if LOCALSTACK in names and GATEWAY not in names:
            say(
                "localstack ended, and its objects are gone: the gateway, whose tables they were, starts anew"
            )
            supervisor.end(GATEWAY)
            missing = supervisor.missing(self._parts)
        if missing:
            self._fetch()
            say(f"starting {', '.join(part.name for part in missing)}; their logs are in {self._state_dir}")
        supervisor.start(self._parts, missing)

    def stop(self, noted: Noted) -> Sequence[str]:
        """End the processes, and remove what they kept on disk: nothing of it is of use to the next start."""
        ended = end_all(noted)
        for part in (LOCALSTACK, TRINO):
            shutil.rmtree(self._folder(part), ignore_errors=True)
        return ended

    def status(self, noted: Noted) -> Sequence[PartStatus]:
        """How each process is."""
        return status_of(self._parts, noted)

    def logs(self, noted: Noted, part: str, lines: int) -> Iterator[str]:
        """The end of a process's log."""
        yield from log_lines(next(known.log for known in self._parts if known.name == part), lines)

    def _fetch(self) -> None:
        self._localstack_python()
        self._fetcher.trino()
        self._java()

    def _localstack_python(self) -> Path:
        return self._fetcher.localstack(_find_python)

    def _java(self) -> Path:
        return find_java(self._environment) or self._fetcher.java()

    def _launch_localstack(self) -> Launch:
        folder = self._folder(LOCALSTACK)
        return Launch(
            # Isolated: the modules beside the script are not for it.
            [str(self._localstack_python()), "-I", str(_FOLDER / "run_localstack.py")],
            self._variables(
                GATEWAY_LISTEN=f"127.0.0.1:{self._settings.localstack_port}",
                # It answers queues' URLs with the host that it was asked by, which is the gateway.
                SQS_ENDPOINT_STRATEGY="dynamic",
                # Objects' places and what SNS signs name this one.
                LOCALSTACK_HOST=f"{self._settings.host}:{self._settings.port}",
                # It asks nobody outside this machine: no usage report, no certificate, no name server.
                DISABLE_EVENTS="1",
                SKIP_SSL_CERT_DOWNLOAD="1",
                DNS_ADDRESS="0",
                # Not in a container, whatever it finds: its files are then below the folder of its own.
                OVERRIDE_IN_DOCKER="0",
                FILESYSTEM_ROOT=str(folder),
                TMPDIR=str(folder),
            ),
            folder,
        )

    def _launch_trino(self) -> Launch:
        folder = self._folder(TRINO)
        home, java = self._fetcher.trino(), self._java()
        properties = {
            "http-server.http.port": str(self._settings.trino_port),
            "node.bind-ip": "127.0.0.1",
            "node.internal-address": "127.0.0.1",
            "discovery.uri": self._url(TRINO),
        }
        return Launch(
            [
                *(str(home / TRINO_PACKAGE.program), "run"),
                *("--etc-dir", str(CONFIGURATION / "trino"), "--data-dir", str(folder)),
                *("--jvm-dir", str(java)),
                *(word for name, value in properties.items() for word in ("-D", f"{name}={value}")),
            ],
            self._variables(
                JAVA_HOME=str(java),
                WARDLAKE_GLUE_URL=self._settings.endpoint_url,
                WARDLAKE_S3_URL=self._url(LOCALSTACK),
                WARDLAKE_REGION=self._settings.region,
            ),
            folder,
        )

    def _variables(self, **own: str) -> dict[str, str]:
        """Of a part: AWS's settings of this shell are not meant for it, nor are Java's and Python's."""
        inherited = {name: self._environment[name] for name in _INHERITED if name in self._environment}
        return {**inherited, "AWS_EC2_METADATA_DISABLED": "true", **own}

    def _has(self, program: str) -> bool:
        return shutil.which(program, path=self._environment.get("PATH", "")) is not None

    def _port(self, part: str) -> int:
        return self._settings.localstack_port if part == LOCALSTACK else self._settings.trino_port

    def _url(self, part: str) -> str:
        return f"http://127.0.0.1:{self._port(part)}"

    def _folder(self, part: str) -> Path:
        return self._state_dir / f"{part}-{self._settings.port}"

    def _part(self, name: str, ask: Ask, launch: Callable[[], Launch]) -> Part:
        return Part(
            name=name,
            endpoint_url=self._url(name),
            ask=ask,
            launch=launch,
            log=self._state_dir / f"{name}-{self._settings.port}.log",
            other_port=f"for example WARDLAKE_{name.upper()}_PORT={self._port(name) + 1}",
            ready_within_seconds=_READY_WITHIN_SECONDS[name],
        )


def _find_python() -> str:
    """A Python of LocalStack's version, or nothing."""
    done = subprocess.run(
        ["/bin/sh", str(_FOLDER.parent / "find_python.sh"), LOCALSTACK_PYTHON], capture_output=True, text=True
    )
    return done.stdout.strip()
