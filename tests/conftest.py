"""What every test may use: a real emulator process, and boto3 sessions that speak to it."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest

ROOT = Path(__file__).resolve().parent.parent
READY_WITHIN_SECONDS = 60


def free_port() -> int:
    """A TCP port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_ready(endpoint: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait for the health answer of an emulator; fail with its log when it ends or never answers."""
    deadline = time.monotonic() + READY_WITHIN_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{endpoint}/_wardlake/health", timeout=1) as reply:
                if json.loads(reply.read())["status"] == "ready":
                    return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.02)
    raise RuntimeError(f"the emulator at {endpoint} is not ready:\n{log.read_text()}")


@pytest.fixture(scope="session")
def emulator_python() -> str:
    """The interpreter that runs the emulator; tests of another environment name another one."""
    return sys.executable


@pytest.fixture(scope="session")
def emulator_endpoint(tmp_path_factory: pytest.TempPathFactory, emulator_python: str) -> Iterator[str]:
    """The URL of an emulator in a process of its own, one for each worker.

    `WARDLAKE_TEST_ENDPOINT` names one that runs already.
    """
    if given := os.environ.get("WARDLAKE_TEST_ENDPOINT"):
        yield given
        return
    port = free_port()
    endpoint = f"http://127.0.0.1:{port}"
    log = tmp_path_factory.mktemp("emulator") / "emulator.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [emulator_python, "-m", "emulator", "--port", str(port)],
            cwd=ROOT,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_until_ready(endpoint, process, log)
        yield endpoint
    finally:
        process.terminate()
        process.wait(timeout=20)


@pytest.fixture(scope="session")
def aws_session(emulator_endpoint: str) -> Iterator[boto3.Session]:
    """A boto3 session against the emulator; the endpoint is configuration of AWS's own kind."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", emulator_endpoint)
        patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        yield boto3.Session(aws_access_key_id="test", aws_secret_access_key="test", region_name="eu-west-2")
