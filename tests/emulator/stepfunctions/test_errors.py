"""Retriers and catchers: which errors they concern, and what they do."""

from __future__ import annotations

import uuid
from typing import Any

import boto3
import pytest

from emulator.engine.base import ExecutionContext, StatementResult
from tests.emulator.conftest import FakeAthena
from tests.emulator.fake_engine import rows_of
from tests.emulator.stepfunctions.machines import Machines, State, jsonata, jsonpath

TASK = "arn:aws:states:::aws-sdk:s3:getObject"
AFTER: State = {"Type": "Pass", "Output": "{% $states.input %}", "End": True}


@pytest.fixture
def bucket(session: boto3.Session) -> str:
    name = f"b-{uuid.uuid4().hex}"
    session.client("s3").create_bucket(
        Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-2"}
    )
    return name


def failing(bucket: str, **more: Any) -> State:
    """A task that fails with S3.NoSuchKeyException."""
    return {
        "Type": "Task",
        "Resource": TASK,
        "Arguments": {"Bucket": bucket, "Key": "none"},
        "End": True,
    } | more


def failures(machines: Machines, arn: str) -> int:
    return machines.kinds(arn).count("TaskFailed")


def test_a_task_is_tried_as_often_as_its_retrier_says(bucket: str, machines: Machines) -> None:
    retry = [
        {"ErrorEquals": ["Other"], "MaxAttempts": 9},
        {
            "ErrorEquals": ["S3.NoSuchKeyException"],
            "IntervalSeconds": 1,
            "MaxAttempts": 1,
            "JitterStrategy": "FULL",
        },
    ]
    ended = machines.run(jsonata({"Get": failing(bucket, Retry=retry)}))
    assert (ended.status, ended.error) == ("FAILED", "S3.NoSuchKeyException")
    assert failures(machines, ended.arn) == 2


def test_a_task_that_succeeds_at_last_succeeds(fake: FakeAthena, machines: Machines) -> None:
    tries: list[int] = []

    def fail_once(context: ExecutionContext) -> StatementResult:
        tries.append(1)
        if len(tries) == 1:
            raise ValueError("not yet")
        return rows_of(("a",))

    sql = fake.engine.teach(f"SELECT {uuid.uuid4().hex}", fail_once)
    ask = {
        "Type": "Task",
        "Resource": "arn:aws:states:::athena:startQueryExecution.sync",
        "Arguments": {"QueryString": sql, "ResultConfiguration": {"OutputLocation": fake.location}},
        "Retry": [{"ErrorEquals": ["States.TaskFailed"], "IntervalSeconds": 1, "MaxDelaySeconds": 1}],
        "Output": "{% $states.context.State.RetryCount %}",
        "End": True,
    }
    assert machines.run(jsonata({"Ask": ask})).output == 1


def test_looking_for_an_object_or_a_bucket_that_is_not_there_fails_as_in_the_sdk_for_java(
    bucket: str, machines: Machines
) -> None:
    head = {"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:s3:headObject", "End": True}
    missing = machines.run(jsonata({"Head": head | {"Arguments": {"Bucket": bucket, "Key": "none"}}}))
    assert missing.error == "S3.NoSuchKeyException"
    head["Resource"] = "arn:aws:states:::aws-sdk:s3:headBucket"
    missing = machines.run(jsonata({"Head": head | {"Arguments": {"Bucket": f"{bucket}-none"}}}))
    assert missing.error == "S3.NoSuchBucketException"


@pytest.mark.parametrize(
    "errors", [["States.ALL"], ["States.TaskFailed"], ["Other", "S3.NoSuchKeyException"]]
)
def test_a_catcher_takes_over_with_the_error(bucket: str, machines: Machines, errors: list[str]) -> None:
    catch = [
        {"ErrorEquals": ["Nothing"], "Next": "After"},
        {"ErrorEquals": errors, "Output": {"e": "{% $states.errorOutput %}", "i": 1}, "Next": "After"},
    ]
    ended = machines.run(jsonata({"Get": failing(bucket, Catch=catch), "After": AFTER}))
    assert ended.output["e"]["Error"] == "S3.NoSuchKeyException"
    assert ended.output["e"]["Cause"].startswith(
        "The specified key does not exist. (Service: S3, Status Code: 404,"
    )


def test_a_catcher_of_a_jsonpath_state_places_the_error_in_the_input(bucket: str, machines: Machines) -> None:
    get = {
        "Type": "Task",
        "Resource": TASK,
        "Parameters": {"Bucket": bucket, "Key.$": "$.key"},
        "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "After"}],
        "End": True,
    }
    output = machines.run(jsonpath({"Get": get, "After": {"Type": "Succeed"}}), {"key": "none"}).output
    assert (output["key"], output["error"]["Error"]) == ("none", "S3.NoSuchKeyException")


def test_an_expression_of_the_output_that_fails_is_caught_too(
    session: boto3.Session, machines: Machines
) -> None:
    listed = {
        "Type": "Task",
        "Resource": "arn:aws:states:::aws-sdk:s3:listBuckets",
        "Output": "{% $states.result.Nothing %}",
        "Catch": [{"ErrorEquals": ["States.QueryEvaluationError"], "Next": "After"}],
        "End": True,
    }
    ended = machines.run(jsonata({"List": listed, "After": AFTER}))
    assert ended.output["Error"] == "States.QueryEvaluationError"
    assert (
        "'$states.result.Nothing' specified for the field 'Output' returned nothing" in ended.output["Cause"]
    )


def test_a_runtime_error_is_neither_retried_nor_caught(bucket: str, machines: Machines) -> None:
    get = {
        "Type": "Task",
        "Resource": TASK,
        "Parameters": {"Bucket": bucket, "Key.$": "$.nothing"},
        "Retry": [{"ErrorEquals": ["States.ALL"]}],
        "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "After"}],
        "End": True,
    }
    ended = machines.run(jsonpath({"Get": get, "After": {"Type": "Succeed"}}))
    assert (ended.status, ended.error) == ("FAILED", "States.Runtime")


def test_parameters_that_the_api_does_not_take_fail_the_task(machines: Machines) -> None:
    get = {"Type": "Task", "Resource": TASK, "Arguments": "{% {'Bucket': 'b', 'Colour': 1} %}", "End": True}
    ended = machines.run(jsonata({"Get": get}))
    assert ended.error == "States.Runtime"
    assert 'Unknown parameter in input: "Colour"' in str(ended.cause)


def test_a_fail_state_gives_its_error_and_cause(machines: Machines) -> None:
    fail = {"Type": "Fail", "ErrorPath": "$.e", "CausePath": "States.Format('because {}', $.c)"}
    ended = machines.run(jsonpath({"Fail": fail}), {"e": "Mine", "c": "x"})
    assert (ended.status, ended.error, ended.cause) == ("FAILED", "Mine", "because x")


def test_an_error_in_a_branch_keeps_the_state_it_came_from(machines: Machines) -> None:
    inner = {"Type": "Pass", "Output": "{% $nothing %}", "End": True}
    fork = {"Type": "Parallel", "Branches": [{"StartAt": "In", "States": {"In": inner}}], "End": True}
    ended = machines.run(jsonata({"Fork": fork}))
    assert ended.error == "States.QueryEvaluationError"
    assert str(ended.cause).count("An error occurred while executing the state") == 1
    assert str(ended.cause).startswith("An error occurred while executing the state 'In'")
