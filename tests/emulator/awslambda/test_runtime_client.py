"""Where awslambdaric has no native client of the Runtime API, ours serves it."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from emulator.awslambda.environment import Environment
from emulator.awslambda.interpreter import Interpreter
from emulator.awslambda.runtime_api import Invocation
from tests.emulator.awslambda.deploying import wait_until
from tests.emulator.awslambda.own_process import blueprint_of, unlogged_parts

SOURCE = """
import runtime_client
def handler(event, context):
    if "fail" in event:
        raise ValueError(event["fail"])
    name = runtime_client.__file__.rpartition("/")[2]
    return [name, event, context.client_context.custom, "x" * event["size"]]
"""


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[Environment]:
    (tmp_path / "links").mkdir()
    parts = unlogged_parts(tmp_path, Interpreter(tmp_path / "links", native_client=False))
    made = Environment(blueprint_of(tmp_path / "task", SOURCE), parts)
    made.start()
    yield made
    made.stop()


def invoke(environment: Environment, event: object) -> tuple[Any, str | None]:
    context = json.dumps({"custom": {"ward": "Ä"}}, ensure_ascii=True)
    invocation = Invocation("id-1", json.dumps(event).encode(), "arn", 2**42, "trace", context)
    outcome = environment.run(invocation, 30)
    return json.loads(outcome.payload), outcome.function_error


def test_plain_client_serves_results_and_errors(environment: Environment) -> None:
    assert environment.wait_until_ready(30) is None
    result, error = invoke(environment, {"size": 1})
    assert (result, error) == (["runtime_client.py", {"size": 1}, {"ward": "Ä"}, "x"], None)
    failure, error = invoke(environment, {"fail": "Überlauf"})
    assert (failure["errorMessage"], failure["errorType"], error) == ("Überlauf", "ValueError", "Unhandled")
    assert invoke(environment, {"size": 2})[0][-1] == "xx"


def test_plain_client_ends_the_process_when_a_result_is_too_large(environment: Environment) -> None:
    assert environment.wait_until_ready(30) is None
    failure, _ = invoke(environment, {"size": 7_000_000})
    assert failure["errorType"] == "Function.ResponseSizeTooLarge"
    assert not environment.usable


def test_environment_that_is_stopped_leaves_no_thread_of_its_server(environment: Environment) -> None:
    assert environment.wait_until_ready(30) is None
    assert "runtime-api" in [thread.name for thread in threading.enumerate()]
    environment.stop()
    wait_until(lambda: "runtime-api" not in [thread.name for thread in threading.enumerate()])
