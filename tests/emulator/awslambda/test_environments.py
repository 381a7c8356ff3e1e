"""Environments are started, kept and ended as their limits say."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from emulator.awslambda.blueprint import Blueprint
from emulator.awslambda.environments import Environments, PoolLimits
from emulator.awslambda.interpreter import Interpreter
from emulator.awslambda.runtime_api import Invocation
from tests.emulator.awslambda.deploying import is_running, wait_until
from tests.emulator.awslambda.own_process import blueprint_of, unlogged_parts

PID = "import os\ndef handler(event, context): return os.getpid()"
SLOW_START = "import time\ntime.sleep(1)\ndef handler(event, context): return 'started'"


@contextmanager
def pool(directory: Path, **limits: Any) -> Iterator[Environments]:
    (directory / "links").mkdir()
    environments = Environments(
        unlogged_parts(directory, Interpreter(directory / "links")), PoolLimits(**limits)
    )
    try:
        yield environments
    finally:
        environments.close()


def run(environments: Environments, blueprint: Blueprint, seconds: float = 30) -> Any:
    invocation = Invocation(str(uuid.uuid4()), b"{}", "arn", 2**42, "trace")
    return json.loads(environments.run(blueprint, invocation, seconds).payload)


def test_start_that_takes_too_long_begins_again_in_the_invocations_time(tmp_path: Path) -> None:
    blueprint = blueprint_of(tmp_path / "task", SLOW_START)
    with pool(tmp_path, init=0.2) as environments:
        assert run(environments, blueprint) == "started"


def test_start_that_outlasts_the_invocation_too_is_a_timeout(tmp_path: Path) -> None:
    blueprint = blueprint_of(tmp_path / "task", SLOW_START)
    with pool(tmp_path, init=0.2) as environments:
        assert run(environments, blueprint, seconds=0.2)["errorType"] == "Sandbox.Timedout"


def test_environment_that_was_started_ahead_serves_the_first_invocation(tmp_path: Path) -> None:
    starts = tmp_path / "starts"
    source = f"open({str(starts)!r}, 'a').write('x')\n{PID}"
    blueprint = blueprint_of(tmp_path / "task", source)
    with pool(tmp_path) as environments:
        environments.warm(blueprint)
        wait_until(starts.exists)
        run(environments, blueprint)
        assert starts.read_text() == "x"


def test_longest_idle_environment_ends_when_there_are_too_many(tmp_path: Path) -> None:
    first, second, third = (blueprint_of(tmp_path / key, PID, key) for key in ("first", "second", "third"))
    with pool(tmp_path, most_idle=2) as environments:
        pids = [run(environments, blueprint) for blueprint in (first, second, first, third)]
        assert pids[0] == pids[2]
        assert [is_running(pid) for pid in (pids[0], pids[1], pids[3])] == [True, False, True]


def test_retired_environments_end_and_are_not_used_again(tmp_path: Path) -> None:
    blueprint = blueprint_of(tmp_path / "task", PID)
    with pool(tmp_path) as environments:
        pid = run(environments, blueprint)
        environments.retire(blueprint.key)
        assert not is_running(pid)
        once_more = run(environments, blueprint)
        assert once_more != pid
        assert not is_running(once_more)


def test_environment_whose_process_died_is_replaced(tmp_path: Path) -> None:
    source = (
        "import os, threading\ndef handler(event, context):\n    threading.Timer(0.05, os._exit, [1]).start()"
    )
    blueprint = blueprint_of(tmp_path / "task", source + "\n    return os.getpid()")
    with pool(tmp_path) as environments:
        pid = run(environments, blueprint)
        wait_until(lambda: not is_running(pid))
        wait_until(lambda: not (tmp_path / "homes").is_dir() or not any((tmp_path / "homes").iterdir()))
        again = run(environments, blueprint)
        assert isinstance(again, int)
        assert again != pid


def test_closed_environments_leave_nothing_behind(tmp_path: Path) -> None:
    blueprint = blueprint_of(tmp_path / "task", PID)
    with pool(tmp_path) as environments:
        pid = run(environments, blueprint)
    assert not is_running(pid)
    assert not any((tmp_path / "homes").iterdir())
    with pytest.raises(Exception, match="ending"):
        run(environments, blueprint)
