"""Small functions for the tests: their archives, and how they are deployed and called."""

from __future__ import annotations

import io
import json
import os
import textwrap
import time
import uuid
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types_boto3_lambda import LambdaClient

WAITS_SECONDS = 60
ROLE = "arn:aws:iam::123456789012:role/functions"
ECHO = "def handler(event, context): return event"


def zipped(**files: str) -> bytes:
    """An archive of text files; a double underscore in a keyword stands for a slash, ``_py`` for ``.py``."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in files.items():
            path = name.replace("__", "/").removesuffix("_py") + ".py"
            archive.writestr(path, textwrap.dedent(text))
    return buffer.getvalue()


@dataclass(frozen=True)
class Called:
    """What an invocation gave."""

    payload: Any
    error: str | None
    version: str | None
    log: str = ""


@dataclass
class Deployer:
    """Deploys functions under names of their own, and deletes them at the end."""

    client: LambdaClient
    deployed: list[str] = field(default_factory=list)

    def __call__(self, source: str = ECHO, **settings: Any) -> str:
        """Deploy one module with the function `handler`, wait until it is active, and give its name."""
        name = f"function-{uuid.uuid4().hex[:12]}"
        given: dict[str, Any] = {
            "FunctionName": name,
            "Runtime": "python3.12",
            "Role": ROLE,
            "Handler": "app.handler",
            "Code": {"ZipFile": zipped(app_py=source)},
            **settings,
        }
        self.client.create_function(**given)
        self.deployed.append(name)
        self.wait(name)
        return name

    def wait(self, name: str) -> None:
        """Wait until a function is active and no update of it is in progress."""
        for waiter in ("function_active_v2", "function_updated_v2"):
            self.client.get_waiter(waiter).wait(
                FunctionName=name, WaiterConfig={"Delay": 0, "MaxAttempts": 1000}
            )

    def delete_all(self) -> None:
        """Delete what was deployed."""
        for name in self.deployed:
            self.client.delete_function(FunctionName=name)


def wait_until(condition: Callable[[], bool]) -> None:
    """Wait for a condition; fails when it does not come."""
    deadline = time.monotonic() + WAITS_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "what the test waits for does not come"
        time.sleep(0.01)


def is_running(pid: int) -> bool:
    """Whether a process is there and does more than wait for its parent to notice its end."""
    try:
        os.kill(pid, 0)
        state = Path(f"/proc/{pid}/stat")
        return not state.exists() or state.read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def call(client: LambdaClient, name: str, event: Any = None, **more: Any) -> Called:
    """Invoke a function and wait for its result."""
    given = {"FunctionName": name, "Payload": json.dumps({} if event is None else event), **more}
    answer = client.invoke(**given)
    text = answer["Payload"].read()
    return Called(
        json.loads(text) if text else None, answer.get("FunctionError"), answer.get("ExecutedVersion")
    )
