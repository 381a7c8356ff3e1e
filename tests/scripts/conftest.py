"""The command line as its users meet it: a process with arguments, an environment and a working folder."""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from unittest.mock import patch

import pytest
from botocore.loaders import JSONFileLoader

from scripts.cli import main
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
    """`wardlake` in a working folder of its own, without any AWS settings but those given.

    It runs in this process, where the libraries are loaded already, unless `is_process` is set.
    """

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)
    is_process: bool = False

    def __call__(self, *arguments: str, stdin: str = "") -> Said:
        """Run one command to its end; whatever happens, it shows no traceback."""
        said = (self._in_process if self.is_process else self._here)(arguments, stdin)
        assert "Traceback" not in said.err, said.err
        return said

    def _variables(self) -> dict[str, str]:
        inherited = {
            name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "WARDLAKE_"))
        }
        return inherited | {"HOME": str(self.folder)} | self.environment

    def _in_process(self, arguments: tuple[str, ...], stdin: str) -> Said:
        done = subprocess.run(
            [sys.executable, "-m", "scripts", *arguments],
            cwd=self.folder,
            env=self._variables(),
            input=stdin,
            capture_output=True,
            text=True,
            timeout=TIMEOUT_SECONDS,
        )
        return Said(done.returncode, done.stdout, done.stderr)

    def _here(self, arguments: tuple[str, ...], stdin: str) -> Said:
        out, err = io.StringIO(), io.StringIO()
        with (
            contextlib.chdir(self.folder),
            patch.dict(os.environ, self._variables(), clear=True),
            patch("sys.stdin", io.StringIO(stdin)),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
            pytest.raises(SystemExit) as ended,
        ):
            main(arguments)
        return Said(int(ended.value.code or 0), out.getvalue(), err.getvalue())


@pytest.fixture(scope="session", autouse=True)
def aws_models_read_once() -> Iterator[None]:
    """Each command opens an AWS session, which reads the same large files: most of what it costs."""
    with patch.object(JSONFileLoader, "load_file", staticmethod(cache(JSONFileLoader().load_file))):
        yield


@pytest.fixture
def wardlake(tmp_path: Path) -> CommandLine:
    """The command line with an endpoint where nobody listens."""
    return unheard(tmp_path)


def unheard(folder: Path) -> CommandLine:
    """The command line in that folder, with an endpoint where nobody listens."""
    return CommandLine(
        folder,
        {
            "WARDLAKE_ENDPOINT_URL": f"http://127.0.0.1:{free_port()}",
            # What `up` takes else depends on the machine, and may take a download.
            "WARDLAKE_STACK": "embedded",
        },
    )


@contextlib.contextmanager
def own_emulator(folder: Path) -> Iterator[CommandLine]:
    """The command line in that folder with a running emulator that nobody else uses."""
    command = unheard(folder)
    said = command("up")
    assert said.code == 0, said.err
    try:
        yield command
    finally:
        command("down")


@pytest.fixture(scope="session")
def stages() -> Callable[[], str]:
    """Names of stages that nobody has used yet, so that tests can share one emulator."""
    used = iter(range(1_000_000))
    return lambda: f"cli{os.getpid()}n{next(used)}"


@pytest.fixture
def lake(tmp_path: Path, emulator_endpoint: str, stages: Callable[[], str]) -> Iterator[CommandLine]:
    """The command line with a running emulator and a stage of its own."""
    yield CommandLine(tmp_path, {"WARDLAKE_ENDPOINT_URL": emulator_endpoint, "WARDLAKE_STAGE": stages()})
