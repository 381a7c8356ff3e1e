"""`wardlake up --stack local` with stand-ins for LocalStack and Trino: what users see of it."""

from __future__ import annotations

import http.server
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from scripts.settings import load
from scripts.stack.control import Stack
from scripts.stack.model import Noted, NotedProcess
from scripts.stack.processes import identity_of
from scripts.stack.record import Record
from tests.conftest import free_port
from tests.scripts.conftest import CommandLine, Said
from tests.scripts.stack_fakes import FakeCache, make_cache

PLENTY = 64_000_000_000


@dataclass(frozen=True)
class Here:
    """A folder with a command line, and a cache in which all is there."""

    wardlake: CommandLine
    cache: FakeCache

    def up(self, *more: str) -> Said:
        return self.wardlake("up", "--stack", "local", *more)

    @property
    def record(self) -> Record:
        return Record(self.wardlake.folder / ".wardlake", self.port)

    @property
    def port(self) -> int:
        return int(self.wardlake.environment["WARDLAKE_ENDPOINT_URL"].rpartition(":")[2])

    @property
    def pids(self) -> dict[str, int]:
        noted = self.record.read()
        return {process.part: process.pid for process in noted.processes} if noted else {}


@pytest.fixture
def here(wardlake: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Here]:
    monkeypatch.setattr("scripts.stack.local.free_memory", lambda: PLENTY)
    cache = make_cache(tmp_path)
    environment = wardlake.environment | {
        "XDG_CACHE_HOME": str(cache.root),
        "JAVA_HOME": str(cache.java),
        "WARDLAKE_LOCALSTACK_PORT": str(free_port()),
        "WARDLAKE_TRINO_PORT": str(free_port()),
    }
    del environment["WARDLAKE_STACK"]
    yield Here(replace(wardlake, environment=environment), cache)
    wardlake("down")


@pytest.fixture
def running(here: Here) -> Here:
    said = here.up()
    assert said.code == 0, said.err
    return here


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


def assert_nothing_is_left(here: Here) -> None:
    assert here.record.read() is None
    for part in (here.cache.localstack, here.cache.trino):
        assert [pid for pid in part.starts if identity_of(pid)] == []


def test_up_starts_every_part_and_down_ends_them_in_the_reverse_order(running: Here) -> None:
    pids = running.pids
    assert set(pids) == {"localstack", "trino", "gateway"}
    down = running.wardlake("down")
    assert down.code == 0
    ended = [f"{part} (process {pid})" for part, pid in reversed(pids.items())]
    assert ", ".join(ended) in down.err
    assert_nothing_is_left(running)
    assert "nothing to stop" in running.wardlake("down").err


def test_status_shows_each_part_with_its_process_version_and_memory(running: Here) -> None:
    shown = running.wardlake("status").out
    for part, version in (("gateway", "0.1.0"), ("localstack", "4.14.0"), ("trino", "476")):
        line = next(line for line in shown.splitlines() if line.split()[:1] == [part])
        assert line.split()[1:3] == ["healthy", version]
        assert f"process {running.pids[part]}" in line
        assert "MB" in line


def test_logs_shows_every_part_or_the_one_that_is_named(running: Here) -> None:
    every = running.wardlake("logs").out
    assert [line for line in every.splitlines() if line.startswith("==>")] == [
        "==> gateway <==",
        "==> localstack <==",
        "==> trino <==",
    ]
    assert running.wardlake("logs", "trino").out.startswith("trino listens at ")
    refused = running.wardlake("logs", "kafka")
    assert refused.code == 9
    assert "has no part 'kafka'" in refused.err
    assert "gateway, localstack, trino" in refused.err


def test_up_again_starts_nothing(running: Here) -> None:
    before = running.pids
    said = running.up()
    assert (said.code, "already running" in said.err) == (0, True)
    assert running.pids == before


def test_up_after_a_part_was_killed_starts_that_part_alone(running: Here) -> None:
    before = running.pids
    os.kill(before["trino"], signal.SIGKILL)
    wait_for_end(before["trino"])
    assert "ended" in next(line for line in running.wardlake("status").out.splitlines() if "trino" in line)
    assert running.wardlake("up").code == 0
    after = running.pids
    assert after.pop("trino") != before.pop("trino")
    assert after == before


def test_a_localstack_that_lost_its_objects_takes_the_tables_with_it(running: Here) -> None:
    before = running.pids
    os.kill(before["localstack"], signal.SIGKILL)
    wait_for_end(before["localstack"])
    said = running.wardlake("up")
    assert said.code == 0
    assert "localstack ended, and its objects are gone" in said.err
    after = running.pids
    assert after["gateway"] != before["gateway"]
    assert after["trino"] == before["trino"]


def test_down_ends_what_is_left_of_a_stack_that_crashed(running: Here) -> None:
    for part in ("gateway", "localstack"):
        os.kill(running.pids[part], signal.SIGKILL)
        wait_for_end(running.pids[part])
    trino = running.pids["trino"]
    said = running.wardlake("down")
    assert said.code == 0
    assert f": trino (process {trino})" in said.err
    assert_nothing_is_left(running)


def test_commands_that_need_an_emulator_take_the_stack_that_runs(running: Here) -> None:
    before = running.pids
    settings = load({"endpoint_url": running.wardlake.environment["WARDLAKE_ENDPOINT_URL"]}, {})
    assert Stack(settings, running.wardlake.folder / ".wardlake").ensure() is None
    assert running.pids == before


@pytest.mark.parametrize("part", ["localstack", "trino"])
def test_a_part_that_dies_at_its_start_is_said_with_its_last_words_and_the_others_end(
    here: Here, part: str
) -> None:
    getattr(here.cache, part).behaves("dies")
    said = here.up()
    assert said.code == 1
    assert f"{part} ended with status 1 before it was ready" in said.err
    assert "No space left on device" in said.err
    assert_nothing_is_left(here)
    getattr(here.cache, part).behaves("healthy")
    assert here.up().code == 0, "and nothing is in the way of the next start"


def test_a_gateway_that_dies_at_its_start_takes_the_others_with_it(
    here: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scripts.stack.embedded.sys.executable", "/bin/false")
    said = here.up()
    assert said.code == 1
    assert "gateway ended with status 1" in said.err
    assert_nothing_is_left(here)


@pytest.mark.parametrize(
    ("variable", "part"), [("WARDLAKE_TRINO_PORT", "trino"), ("WARDLAKE_LOCALSTACK_PORT", "localstack")]
)
def test_a_part_whose_port_is_taken_is_named_before_anything_starts(
    here: Here, stranger: int, variable: str, part: str
) -> None:
    here.wardlake.environment[variable] = str(stranger)
    said = here.up()
    assert said.code == 9
    assert f"http://127.0.0.1:{stranger} is taken by another program" in said.err
    assert f"{part} is to listen there" in said.err
    assert f"{variable}={stranger + 1}" in said.err
    assert here.cache.localstack.starts == here.cache.trino.starts == []
    assert here.record.read() is None


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_start_leaves_nothing_behind(here: Here, number: signal.Signals) -> None:
    here.cache.trino.behaves("hangs")
    started = subprocess.Popen(
        [sys.executable, "-m", "scripts", "up", "--stack", "local"],
        cwd=here.wardlake.folder,
        env=os.environ | here.wardlake.environment,
        stderr=subprocess.PIPE,
        preexec_fn=heed_interrupts,
    )
    while set(here.pids) != {"localstack", "trino", "gateway"}:
        assert started.poll() is None, started.communicate()
    started.send_signal(number)
    _, said = started.communicate()
    assert started.returncode != 0
    assert b"Traceback" not in said
    assert_nothing_is_left(here)


def test_too_little_memory_is_said_before_anything_starts(
    here: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scripts.stack.local.free_memory", lambda: 1_200_000_000)
    said = here.up()
    assert said.code == 9
    assert "1.2 GB of memory are free" in said.err
    assert here.cache.localstack.starts == []


def test_a_stack_of_another_form_than_runs_is_refused(running: Here) -> None:
    said = running.wardlake("up", "--stack", "embedded")
    assert said.code == 9
    assert "the local stack runs at" in said.err
    assert "wardlake down" in said.err


def test_a_record_of_a_process_that_is_another_one_now_ends_nothing(here: Here) -> None:
    bystander = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(3600)"])
    try:
        ours = NotedProcess("trino", bystander.pid, "another boot 12345", "http://127.0.0.1:9", "trino.log")
        here.record.write(Noted("local", "http://127.0.0.1:9", (ours,)))
        said = here.wardlake("down")
        assert (said.code, "nothing to stop" in said.err) == (0, True)
        assert bystander.poll() is None
        assert here.record.read() is None
    finally:
        bystander.kill()
        bystander.wait()


def test_a_record_that_cannot_be_read_is_said_with_its_file(here: Here) -> None:
    folder = here.wardlake.folder / ".wardlake"
    folder.mkdir()
    (folder / f"stack-{here.port}.json").write_text('{"form": "cloud"}')
    said = here.wardlake("down")
    (folder / f"stack-{here.port}.json").unlink()
    assert said.code == 9
    assert f"stack-{here.port}.json is no record of a stack" in said.err


def test_parts_are_told_where_the_others_are_and_nothing_of_the_users_aws(here: Here) -> None:
    here.wardlake.environment.update(AWS_PROFILE="hospital", AWS_REGION="eu-north-1", JAVA_TOOL_OPTIONS="-X")
    assert here.up().code == 0
    variables = json.loads(here.cache.trino.noted("environment"))
    endpoint = here.wardlake.environment["WARDLAKE_ENDPOINT_URL"]
    localstack = f"http://127.0.0.1:{here.wardlake.environment['WARDLAKE_LOCALSTACK_PORT']}"
    assert variables["WARDLAKE_GLUE_URL"] == endpoint
    assert variables["WARDLAKE_S3_URL"] == localstack
    assert variables["WARDLAKE_REGION"] == "eu-north-1"
    for part in (here.cache.trino, here.cache.localstack):
        variables = json.loads(part.noted("environment"))
        assert variables["AWS_EC2_METADATA_DISABLED"] == "true"
        assert {"AWS_PROFILE", "AWS_REGION", "JAVA_TOOL_OPTIONS"} & set(variables) == set()


def heed_interrupts() -> None:
    """A shell that runs the tests in the background lets all that they start ignore Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def wait_for_end(pid: int) -> None:
    while identity_of(pid):
        pass
