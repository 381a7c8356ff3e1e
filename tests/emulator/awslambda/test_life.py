"""Functions' processes end with the emulator, however it ends."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from botocore.exceptions import BotoCoreError

from emulator.storage.scratch import remove_leftovers
from tests.conftest import ROOT, free_port, wait_until_ready
from tests.emulator.awslambda.deploying import Deployer, is_running, wait_until

SLEEPS = """
import os, pathlib, subprocess, sys, time
def handler(event, context):
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    path = pathlib.Path(event["path"])
    path.with_suffix(".draft").write_text(f"{os.getpid()} {child.pid} {os.environ['LAMBDA_TASK_ROOT']}")
    path.with_suffix(".draft").rename(path)
    time.sleep(600)
"""


@pytest.fixture
def emulator(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    port, log = free_port(), tmp_path / "emulator.log"
    endpoint = f"http://127.0.0.1:{port}"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "emulator", "--port", str(port)], cwd=ROOT, stdout=out, stderr=out
        )
    try:
        wait_until_ready(endpoint, process, log)
        yield process, endpoint
    finally:
        process.kill()
        process.wait()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a process ends when it next asks for work")
@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGTERM])
def test_no_process_of_a_function_outlives_the_emulator(
    emulator: tuple[subprocess.Popen[bytes], str], tmp_path: Path, ending: signal.Signals
) -> None:
    process, endpoint = emulator
    session = boto3.Session(aws_access_key_id="test", aws_secret_access_key="test", region_name="eu-west-2")
    client = session.client("lambda", endpoint_url=endpoint)
    name = Deployer(client)(SLEEPS, Timeout=900)
    written = tmp_path / "pids"

    def invoke() -> None:
        # one of the endings lets the emulator still answer
        with contextlib.suppress(BotoCoreError):
            client.invoke(FunctionName=name, Payload=f'{{"path": "{written}"}}')

    caller = threading.Thread(target=invoke, daemon=True)
    caller.start()
    wait_until(written.exists)
    function, child, task_root = written.read_text().split()
    assert is_running(int(function))
    os.kill(process.pid, ending)
    process.wait(timeout=20)
    wait_until(lambda: not is_running(int(function)) and not is_running(int(child)))
    left = Path(task_root).parents[1]
    assert left.name.startswith("wardlake-lambda-")
    assert left.exists() == (ending == signal.SIGKILL), "only one that was killed could not tidy up"
    remove_leftovers("wardlake-lambda-")
    assert not left.exists(), "what a killed one left is known as such"
