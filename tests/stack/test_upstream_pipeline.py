"""The pipeline as it is deployed, on LocalStack's services and on the embedded ones: the same gold."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.scripts.conftest import CommandLine, own_emulator
from tests.stack.parts import REGION, Stack

STAGE = f"behind{os.getpid()}"
TABLES = (
    "data_quality_finding",
    "dim_consultant",
    "dim_patient",
    "dim_ward",
    "episode_history",
    "fact_episode",
    "fact_spell",
    "post_discharge_change",
)


@pytest.fixture(scope="module")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CommandLine]:
    """The command line with an embedded emulator."""
    with own_emulator(tmp_path_factory.mktemp("embedded")) as command:
        yield replace(command, environment=command.environment | {"WARDLAKE_STAGE": STAGE}, is_process=True)


@pytest.fixture(scope="module")
def behind(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    """The command line with the stack."""
    folder = tmp_path_factory.mktemp("behind")
    variables = {"WARDLAKE_ENDPOINT_URL": stack.endpoint, "WARDLAKE_STAGE": STAGE}
    return CommandLine(folder, variables, is_process=True)


def said_by(command: CommandLine, *arguments: str) -> str:
    said = command(*arguments)
    assert said.code == 0, said.err
    return said.out


def gold(command: CommandLine) -> dict[str, list[str]]:
    """The rows of each gold table."""
    rows = {}
    for table in TABLES:
        lines = said_by(command, "query", f"select * from {table}", "--format", "jsonl").splitlines()
        rows[table] = sorted(json.dumps(json.loads(line), sort_keys=True) for line in lines)
    return rows


@pytest.mark.only_on("stack", because="it deploys twice and runs three mornings on each")
def test_the_deployed_pipeline_makes_the_same_gold_of_the_samples(
    stack: Stack, behind: CommandLine, embedded: CommandLine
) -> None:
    samples = str(Path(ROOT) / "fixtures" / "samples")
    for command in (behind, embedded):
        said_by(command, "deploy", "--yes")
    workgroup = f"arn:aws:athena:{REGION}:123456789012:workgroup/wardlake-{STAGE}"
    stack.session.client("athena").tag_resource(
        ResourceARN=workgroup, Tags=[{"Key": "wardlake:engine", "Value": "duckdb"}]
    )
    for command in (behind, embedded):
        said_by(command, "replay", samples)
    found, expected = gold(behind), gold(embedded)
    assert expected["fact_spell"]
    assert found == expected
    objects = stack.session.client("s3").list_objects_v2(Bucket=f"wardlake-{STAGE}-lake-123456789012")
    assert objects["KeyCount"] > len(TABLES)
