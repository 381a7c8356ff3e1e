"""A project as its author would write it for AWS runs unchanged: three functions and state machines."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from pathlib import Path
from string import Template

import boto3
import pytest

from tests.emulator.awslambda.deploying import Deployer
from tests.emulator.stepfunctions.machines import Machines

PROJECT = Path(__file__).parent / "project"
RAN_TWICE = 2


@pytest.fixture(scope="module")
def daily(aws_session: boto3.Session) -> Iterator[tuple[Machines, str]]:
    """The project's main state machine, deployed with what it runs."""
    bucket, database = f"shop-{uuid.uuid4().hex[:12]}", f"shop_{uuid.uuid4().hex[:12]}"
    aws_session.client("s3").create_bucket(
        Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-2"}
    )
    aws_session.client("glue").create_database(DatabaseInput={"Name": database})
    functions = Deployer(aws_session.client("lambda"))
    machines = Machines(aws_session.client("stepfunctions"))
    names = {"Bucket": bucket, "Database": database}
    for name in ("LoadOrders", "EmptyPrefix", "CheckRows"):
        file = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).strip("_")
        function = functions((PROJECT / "functions" / f"{file}.py").read_text())
        names[name] = functions.client.get_function(FunctionName=function)["Configuration"]["FunctionArn"]
    for name in ("Orders", "Report", "Daily"):
        text = (PROJECT / f"{name.lower()}.asl.json").read_text()
        names[name] = machines.make(Template(text).safe_substitute(names))
    yield machines, names["Daily"]
    machines.delete_all()
    functions.delete_all()


def test_the_main_state_machine_runs_both_others_and_gives_their_report(daily: tuple[Machines, str]) -> None:
    machines, arn = daily
    for _ in range(RAN_TWICE):
        ended = machines.run(arn, {"day": "2026-03-01", "least": 1})
        assert ended.status == "SUCCEEDED", ended.cause
        assert ended.output == {"loaded": 3, "report": [["toys", "30.00"]]}


def test_a_function_that_refuses_the_report_fails_all_with_its_reason(daily: tuple[Machines, str]) -> None:
    machines, arn = daily
    ended = machines.run(arn, {"day": "2026-03-01", "least": 2})
    assert (ended.status, ended.error) == ("FAILED", "States.TaskFailed")
    inner = json.loads(str(ended.cause))
    assert (inner["Status"], inner["Error"]) == ("FAILED", "UnexpectedRows")
    assert json.loads(inner["Cause"])["errorMessage"] == "1 rows, at least 2 were expected"
