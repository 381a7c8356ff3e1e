"""What every test may use: a real emulator process, and boto3 sessions that speak to it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Generator, Iterator
from pathlib import Path

import boto3
import pytest

from tests.places import MARKER, PLACES, Place, announcement, choose, place_of
from tests.ports import free_port as free_port
from tests.stack.parts import Stack, running_already
from tests.stack.running import Shared, missing, shared_folder
from tests.stack.turns import turn

ROOT = Path(__file__).resolve().parent.parent
READY_WITHIN_SECONDS = 60
PLACE = pytest.StashKey[Place]()


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


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--place", choices=PLACES, default="embedded", help="where the tests run (docs/testing.md)"
    )


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", MARKER)
    config.stash[PLACE] = place_of(config.getoption("place"), os.environ)


def pytest_sessionstart(session: pytest.Session) -> None:
    lent = session.config.stash[PLACE].aws
    if lent and "PYTEST_XDIST_WORKER" not in os.environ:
        session.config.get_terminal_writer().line(announcement(lent))
    # what ends this process must let it end what it started, and take away what it made
    signal.signal(signal.SIGTERM, signal.default_int_handler)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    choose(config, items)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    if item.config.stash[PLACE].name != "stack":
        return (yield)
    with turn(shared_folder(os.environ), alone="faults" in getattr(item, "fixturenames", ())):
        return (yield)


@pytest.fixture(scope="session")
def place(pytestconfig: pytest.Config) -> Place:
    """Where this session's tests run; whatever speaks to an endpoint depends on it."""
    return pytestconfig.stash[PLACE]


@pytest.fixture(scope="session")
def stack(place: Place, emulator_python: str) -> Iterator[Stack]:
    """The gateway with LocalStack and Trino behind it; one for all tests and workers.

    Where the tests are to run on the stack, it is downloaded if need be; else tests of the stack are skipped
    where it cannot be had at once.
    """
    if running := running_already(os.environ):
        yield running
        return
    if place.name != "stack" and (why := missing(os.environ)):
        pytest.skip(f"no stack: {why}")
    with Shared(shared_folder(os.environ), emulator_python).stack() as stack:
        yield stack


@pytest.fixture(scope="session")
def emulator_python() -> str:
    """The interpreter that runs the emulator; tests of another environment name another one."""
    return sys.executable


@pytest.fixture(scope="session")
def emulator_endpoint(
    place: Place,
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    emulator_python: str,
) -> Iterator[str]:
    """The URL of the stack's gateway, or of an embedded emulator in a process of its own for each worker.

    `WARDLAKE_TEST_ENDPOINT` names an emulator that runs already.
    """
    if place.name == "stack":
        yield request.getfixturevalue("stack").endpoint
        return
    if place.name == "aws":
        pytest.skip("speaks to an emulator's own address; on AWS there is none")
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
def aws_session(place: Place, request: pytest.FixtureRequest) -> Iterator[boto3.Session]:
    """A boto3 session against the place; an endpoint is configuration of AWS's own kind."""
    if place.name == "aws":
        yield boto3.Session()
        return
    emulator_endpoint = request.getfixturevalue("emulator_endpoint")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", emulator_endpoint)
        patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        yield boto3.Session(aws_access_key_id="test", aws_secret_access_key="test", region_name="eu-west-2")
