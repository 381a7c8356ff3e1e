"""The emulator as a process: its start, its readiness, its end."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.conftest import ROOT, free_port, wait_until_ready

START = [sys.executable, "-m", "emulator", "--port"]


@contextmanager
def emulator(port: int, log: Path, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """An emulator process that is ended at the latest here."""
    with log.open("wb") as out:
        process = subprocess.Popen(
            [*START, str(port)], cwd=ROOT, stdout=out, stderr=out, env={**os.environ, **environment}
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_it_says_that_it_is_ready_and_ends_cleanly_on_a_signal(
    tmp_path: Path, ending: signal.Signals
) -> None:
    port, log = free_port(), tmp_path / "log"
    with emulator(port, log) as process:
        wait_until_ready(f"http://127.0.0.1:{port}", process, log)
        assert f"ready at http://127.0.0.1:{port}" in log.read_text()
        process.send_signal(ending)
        assert process.wait(timeout=20) == 0
    assert "Traceback" not in log.read_text()


def test_a_port_that_is_taken_is_told_without_a_traceback(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with emulator(port, log) as process:
            assert process.wait(timeout=60) == 1
    assert f"cannot listen on 127.0.0.1:{port}" in log.read_text()
    assert "Traceback" not in log.read_text()


def test_it_listens_on_loopback_alone(tmp_path: Path) -> None:
    port, log = free_port(), tmp_path / "log"
    with emulator(port, log) as process:
        wait_until_ready(f"http://127.0.0.1:{port}", process, log)
        with socket.socket() as probe, pytest.raises(OSError):
            probe.settimeout(1)
            probe.connect((outward_address(), port))


def outward_address() -> str:
    """An address of this machine that is not loopback's 127.0.0.1."""
    return "127.0.0.2"


def test_aws_settings_of_the_user_cannot_lead_it_to_real_aws(tmp_path: Path) -> None:
    port, log = free_port(), tmp_path / "log"
    with emulator(port, log, AWS_PROFILE="production", AWS_ENDPOINT_URL_S3="http://s3.invalid") as process:
        wait_until_ready(f"http://127.0.0.1:{port}", process, log)
