"""What environments need when a test makes them itself, without an emulator."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import Any

from emulator.awslambda.blueprint import Blueprint
from emulator.awslambda.environment import Parts
from emulator.awslambda.interpreter import Interpreter
from emulator.awslambda.logs import LogShipper
from emulator.awslambda.settings import LogSettings, Settings


class _NoService:
    """A log service that is never called."""

    def client(self, service: str, region: str) -> Any:
        raise AssertionError("no event is sent")


class _Discarded(LogShipper):
    def put(self, stream: object, event: object) -> None:
        """Nothing."""


def unlogged_parts(directory: Path, interpreter: Interpreter) -> Parts:
    """Parts whose environments live in a directory, with logs that go nowhere."""
    homes = directory / "homes"
    homes.mkdir()
    return Parts(interpreter, _Discarded(_NoService()), homes, lambda: "http://127.0.0.1:1")


def blueprint_of(task: Path, source: str, key: str = "key", timeout: int = 30) -> Blueprint:
    """A function of one module, written into a directory."""
    task.mkdir(exist_ok=True)
    (task / "app.py").write_text(textwrap.dedent(source))
    settings = Settings("python3.12", "app.handler", "role", LogSettings("/aws/lambda/f"), timeout=timeout)
    return Blueprint(key, "eu-west-2", "f", "$LATEST", settings, task)
