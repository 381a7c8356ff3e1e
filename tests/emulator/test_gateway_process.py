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
from typing import TYPE_CHECKING

import boto3
import pytest

from tests.conftest import ROOT, free_port, wait_until_ready

if TYPE_CHECKING:
    from types_boto3_athena.type_defs import QueryExecutionStatusTypeDef

START = [sys.executable, "-m", "emulator", "--port"]


@contextmanager
def emulator(port: int, log: Path, *options: str, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """An emulator process that is ended at the latest here."""
    with log.open("wb") as out:
        command = [*START, str(port), *options]
        process = subprocess.Popen(
            command, cwd=ROOT, stdout=out, stderr=out, env={**os.environ, **environment}
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


def test_listening_on_all_addresses_it_gives_itself_and_others_one_that_leads_back(tmp_path: Path) -> None:
    port, log = free_port(), tmp_path / "log"
    # as in a container, whose port is published on the host's loopback address alone
    with emulator(port, log, "--host", "0.0.0.0") as process:
        wait_until_ready(f"http://127.0.0.1:{port}", process, log)
        assert f"ready at http://127.0.0.1:{port}" in log.read_text()


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


def test_a_query_that_needs_more_than_the_memory_limit_fails_by_name(tmp_path: Path) -> None:
    port, log = free_port(), tmp_path / "log"
    with emulator(port, log, "--memory-limit", "30MB") as process:
        wait_until_ready(f"http://127.0.0.1:{port}", process, log)
        status = ended(
            port,
            "SELECT cardinality(array_agg(rpad('x', 1000, 'y'))) "
            "FROM UNNEST(sequence(1, 10000)) AS a (n) CROSS JOIN UNNEST(sequence(1, 50)) AS b (m)",
        )
    assert status["State"] == "FAILED"
    assert status["StateChangeReason"].startswith("EXCEEDED_LOCAL_MEMORY_LIMIT")


def test_it_leaves_no_temporary_file_behind_nor_does_one_that_was_killed(tmp_path: Path) -> None:
    log, temporary = tmp_path / "log", tmp_path / "tmp"
    temporary.mkdir()
    for ending, code in ((signal.SIGKILL, -signal.SIGKILL), (signal.SIGTERM, 0)):
        port = free_port()
        with emulator(port, log, TMPDIR=str(temporary)) as process:
            wait_until_ready(f"http://127.0.0.1:{port}", process, log)
            assert ended(port, "SELECT n FROM UNNEST(sequence(1, 5000)) AS a (n)")["State"] == "SUCCEEDED"
            assert list(temporary.glob("*/rows-*"))
            process.send_signal(ending)
            assert process.wait(timeout=20) == code
    assert not list(temporary.iterdir())


def test_an_amount_of_memory_without_meaning_is_refused(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with emulator(free_port(), log, "--memory-limit", "much") as process:
        assert process.wait(timeout=60) == 2
    assert "'much' is not an amount of memory like 512MB or 2GB" in log.read_text()


def ended(port: int, sql: str) -> QueryExecutionStatusTypeDef:
    """How a query ended."""
    endpoint = f"http://127.0.0.1:{port}"
    session = boto3.Session("test", "test", region_name="eu-west-2")
    session.client("s3", endpoint_url=endpoint).create_bucket(
        Bucket="results", CreateBucketConfiguration={"LocationConstraint": "eu-west-2"}
    )
    athena = session.client("athena", endpoint_url=endpoint)
    query_id = athena.start_query_execution(
        QueryString=sql, ResultConfiguration={"OutputLocation": "s3://results/"}
    )["QueryExecutionId"]
    while True:
        status = athena.get_query_execution(QueryExecutionId=query_id)["QueryExecution"]["Status"]
        if status["State"] not in ("QUEUED", "RUNNING"):
            return status


def outward_address() -> str:
    """An address of this machine that is not loopback's 127.0.0.1."""
    return "127.0.0.2"


def test_aws_settings_of_the_user_cannot_lead_it_to_real_aws(tmp_path: Path) -> None:
    port, log = free_port(), tmp_path / "log"
    with emulator(port, log, AWS_PROFILE="production", AWS_ENDPOINT_URL_S3="http://s3.invalid") as process:
        wait_until_ready(f"http://127.0.0.1:{port}", process, log)
