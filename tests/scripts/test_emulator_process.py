"""`up`, `down`, `status` and `logs` against real processes and real ports."""

from __future__ import annotations

import http.server
import json
import os
import signal
import threading
import urllib.request
from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.conftest import free_port
from tests.scripts.conftest import CommandLine


@pytest.fixture
def wardlake(wardlake: CommandLine) -> CommandLine:
    """As a process of its own: what `up` starts must outlive it."""
    return replace(wardlake, is_process=True)


@pytest.fixture
def started(wardlake: CommandLine) -> Iterator[CommandLine]:
    """A command line whose `up` has run; whatever the test did, its emulator ends."""
    said = wardlake("up")
    try:
        assert said.code == 0, said.err
        yield wardlake
    finally:
        wardlake("down")


def health_of(wardlake: CommandLine) -> dict[str, str | int]:
    endpoint = wardlake.environment["WARDLAKE_ENDPOINT_URL"]
    with urllib.request.urlopen(f"{endpoint}/_wardlake/health") as reply:
        answer: dict[str, str | int] = json.loads(reply.read())
        return answer


@pytest.fixture
def stranger() -> Iterator[int]:
    """The port of some other web server."""
    server = http.server.HTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


def test_up_starts_an_emulator_that_outlives_it_and_says_how_to_reach_it(started: CommandLine) -> None:
    assert health_of(started)["status"] == "ready"
    said = started("up")
    assert said.code == 0
    assert "already running" in said.err
    assert str(health_of(started)["pid"]) in said.err


def test_up_says_the_variables_that_point_aws_tools_at_the_emulator(wardlake: CommandLine) -> None:
    said = wardlake("up")
    try:
        endpoint = wardlake.environment["WARDLAKE_ENDPOINT_URL"]
        assert f"export AWS_ENDPOINT_URL={endpoint} AWS_DEFAULT_REGION=eu-west-2" in said.err
        assert "AWS_ACCESS_KEY_ID=test" in said.err
    finally:
        assert wardlake("down").code == 0


def test_down_stops_what_up_started_and_a_second_down_finds_nothing(started: CommandLine) -> None:
    said = started("down")
    assert (said.code, "stopped at" in said.err) == (0, True)
    with pytest.raises(OSError):
        health_of(started)
    again = started("down")
    assert (again.code, "nothing to stop" in again.err) == (0, True)


def test_down_leaves_an_emulator_alone_that_another_folder_started(started: CommandLine) -> None:
    elsewhere = started.folder / "elsewhere"
    elsewhere.mkdir()
    said = replace(started, folder=elsewhere)("down")
    assert said.code == 9
    assert "was not started from this folder" in said.err
    assert health_of(started)["status"] == "ready"


def test_up_with_a_port_of_its_own(wardlake: CommandLine) -> None:
    port = str(free_port())
    said = wardlake("up", "--port", port)
    try:
        assert said.code == 0
        assert f"http://127.0.0.1:{port}" in said.err
    finally:
        assert "stopped" in wardlake("down", "--port", port).err


def test_a_port_that_another_program_has_is_said_to_be_taken(wardlake: CommandLine, stranger: int) -> None:
    for command in ("up", "down"):
        said = wardlake(command, "--port", str(stranger))
        assert said.code == 9
        assert f"http://127.0.0.1:{stranger} is taken by another program" in said.err
        assert "BaseHTTP" in said.err, "the other program is named as it names itself"


def test_up_after_the_emulator_was_killed_starts_a_new_one(started: CommandLine) -> None:
    os.kill(int(health_of(started)["pid"]), signal.SIGKILL)
    while True:
        try:
            health_of(started)
        except OSError:
            break
    said = started("up")
    assert said.code == 0, said.err
    assert "emulator ready" in said.err


def test_up_refuses_an_endpoint_that_is_not_on_this_machine(wardlake: CommandLine) -> None:
    said = wardlake("--endpoint-url", "aws", "up")
    assert said.code == 9
    assert "not on this machine" in said.err


def test_logs_shows_the_emulators_own_words(started: CommandLine) -> None:
    said = started("logs")
    assert said.code == 0
    assert str(health_of(started)["port"]) in said.out


def test_logs_without_an_emulator_ever_started_is_a_clear_ending(wardlake: CommandLine) -> None:
    said = wardlake("logs")
    assert said.code == 7
    assert "there is no log" in said.err


def test_status_says_that_nothing_runs(wardlake: CommandLine) -> None:
    said = wardlake("status")
    assert said.code == 6
    assert "wardlake up" in said.err
