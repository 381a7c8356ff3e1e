"""The command line as its users meet it: a process with arguments, an environment and a working folder."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.conftest import free_port

TIMEOUT_SECONDS = 120


@dataclass(frozen=True)
class Said:
    """How a command ended and what it said."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class CommandLine:
    """`wardlake` in a working folder of its own, without any AWS settings but those given."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)

    def __call__(self, *arguments: str, stdin: str = "") -> Said:
        """Run one command to its end; whatever happens, it shows no traceback."""
        inherited = {
            name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "WARDLAKE_"))
        }
        done = subprocess.run(
            [sys.executable, "-m", "scripts", *arguments],
            cwd=self.folder,
            env=inherited | {"HOME": str(self.folder)} | self.environment,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=TIMEOUT_SECONDS,
        )
        assert "Traceback" not in done.stderr, done.stderr
        return Said(done.returncode, done.stdout, done.stderr)


@pytest.fixture
def wardlake(tmp_path: Path) -> CommandLine:
    """The command line with an endpoint where nobody listens."""
    return CommandLine(tmp_path, {"WARDLAKE_ENDPOINT_URL": f"http://127.0.0.1:{free_port()}"})


@pytest.fixture(scope="session")
def stages() -> Callable[[], str]:
    """Names of stages that nobody has used yet, so that tests can share one emulator."""
    used = iter(range(1_000_000))
    return lambda: f"cli{os.getpid()}n{next(used)}"


@pytest.fixture
def lake(tmp_path: Path, emulator_endpoint: str, stages: Callable[[], str]) -> Iterator[CommandLine]:
    """The command line with a running emulator and a stage of its own."""
    yield CommandLine(tmp_path, {"WARDLAKE_ENDPOINT_URL": emulator_endpoint, "WARDLAKE_STAGE": stages()})
