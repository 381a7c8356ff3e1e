"""Lambda functions in state machines: by `lambda:invoke` and by their ARN."""

from __future__ import annotations

from collections.abc import Iterator

import boto3
import pytest

from tests.emulator.awslambda.deploying import Deployer
from tests.emulator.stepfunctions.machines import Machines, State, jsonata, jsonpath

SOURCE = """
    import os, time

    class Refused(Exception):
        pass

    def handler(event, context):
        if event.get("do") == "refuse":
            raise Refused("not today")
        if event.get("do") == "exit":
            os._exit(3)
        if event.get("do") == "sleep":
            time.sleep(60)
        return {"got": event}
"""


@pytest.fixture(scope="module")
def function(aws_session: boto3.Session) -> Iterator[str]:
    """The ARN of a function that does as it is told."""
    deployer = Deployer(aws_session.client("lambda"))
    name = deployer(SOURCE, Timeout=1)
    yield deployer.client.get_function(FunctionName=name)["Configuration"]["FunctionArn"]
    deployer.delete_all()


@pytest.fixture(scope="module")
def real(aws_session: boto3.Session) -> Iterator[Machines]:
    machines = Machines(aws_session.client("stepfunctions"))
    yield machines
    machines.delete_all()


def invoke(function: str) -> State:
    arguments = {"FunctionName": function, "Payload": "{% $states.input %}"}
    return {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Arguments": arguments, "End": True}


def test_an_invocation_gives_status_version_and_the_parsed_payload(real: Machines, function: str) -> None:
    ended = real.run(jsonata({"Call": invoke(function)}), {"a": 'q"é'})
    assert ended.output == {
        "ExecutedVersion": "$LATEST",
        "Payload": {"got": {"a": 'q"é'}},
        "StatusCode": 200,
    }


@pytest.mark.parametrize(
    ("what", "error"),
    [("refuse", "Refused"), ("sleep", "Sandbox.Timedout"), ("exit", "Runtime.ExitError")],
)
def test_a_function_that_fails_fails_its_task_by_its_type(
    real: Machines, function: str, what: str, error: str
) -> None:
    assert real.run(jsonata({"Call": invoke(function)}), {"do": what}).error == error


def test_a_functions_arn_is_a_resource_whose_result_is_the_payload(real: Machines, function: str) -> None:
    definition = jsonpath({"Call": {"Type": "Task", "Resource": function, "End": True}})
    ended = real.run(definition, {"a": 1})
    assert ended.output == {"got": {"a": 1}}
    assert "LambdaFunctionSucceeded" in real.kinds(ended.arn)
    assert real.run(definition, {"do": "refuse"}).error == "Refused"


def test_a_function_that_is_not_there_is_an_error_of_lambda(real: Machines, function: str) -> None:
    ended = real.run(jsonata({"Call": invoke(f"{function}-none")}))
    assert ended.error == "Lambda.ResourceNotFoundException"
    assert "(Service: AWSLambda; Status Code: 404; Error Code: ResourceNotFoundException;" in str(ended.cause)


def test_a_stop_does_not_wait_for_the_function(real: Machines, aws_session: boto3.Session) -> None:
    deployer = Deployer(aws_session.client("lambda"))
    slow = deployer(SOURCE, Timeout=60)
    arn = real.start(real.make(jsonata({"Call": invoke(slow)})), {"do": "sleep"})
    real.client.stop_execution(executionArn=arn)
    assert real.client.describe_execution(executionArn=arn)["status"] == "ABORTED"
    deployer.delete_all()
