"""The AWS command line, as itself with AWS_ENDPOINT_URL and as `awslocal`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.clients.conftest import Lake

SCRIPTS = Path(sys.executable).parent


@pytest.fixture(params=["aws", "awslocal"])
def program(request: pytest.FixtureRequest) -> str:
    """The program's name."""
    return str(request.param)


def call(program: str, *arguments: str) -> Any:
    """A command's JSON answer; fails with what it said."""
    environment = {**os.environ, "PATH": f"{SCRIPTS}:{os.environ['PATH']}", "AWS_PAGER": ""}
    done = subprocess.run(
        [str(SCRIPTS / program), *arguments, "--output", "json"],
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout) if done.stdout.strip() else None


def test_a_query_is_started_awaited_and_read(program: str, lake: Lake) -> None:
    started = call(
        program,
        "athena",
        "start-query-execution",
        "--query-string",
        "select 7/2 as whole, 'it''s' as text",
        "--result-configuration",
        f"OutputLocation={lake.results}",
    )
    state = "QUEUED"
    while state in ("QUEUED", "RUNNING"):
        found = call(
            program, "athena", "get-query-execution", "--query-execution-id", started["QueryExecutionId"]
        )
        state = found["QueryExecution"]["Status"]["State"]
    assert state == "SUCCEEDED"
    found = call(program, "athena", "get-query-results", "--query-execution-id", started["QueryExecutionId"])
    rows = [[datum["VarCharValue"] for datum in row["Data"]] for row in found["ResultSet"]["Rows"]]
    assert rows == [["whole", "text"], ["3", "it's"]]
