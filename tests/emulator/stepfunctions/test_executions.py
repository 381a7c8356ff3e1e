"""Executions as the API tells of them: names, lists, histories, stops, and their state machines."""

from __future__ import annotations

import json
import uuid
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.emulator.stepfunctions.machines import ROLE, Machines, jsonata, wait_until

DONE = jsonata({"Done": {"Type": "Succeed"}})
WAITS = jsonata({"Wait": {"Type": "Wait", "Seconds": 3600, "End": True}})


def code_of(error: pytest.ExceptionInfo[ClientError]) -> str:
    return error.value.response["Error"]["Code"]


@pytest.mark.parametrize("name", ["a:b", "a b", "a/b", "a,b", "a&b", "a*", "a\u0007"])
def test_a_name_with_a_forbidden_character_is_refused(machines: Machines, name: str) -> None:
    arn = machines.make(DONE)
    with pytest.raises(ClientError) as caught:
        machines.start(arn, name=name)
    assert code_of(caught) == "InvalidName"
    assert caught.value.response["Error"]["Message"] == f"Invalid Name: '{name}'"


def test_a_name_of_more_than_80_characters_is_refused(machines: Machines) -> None:
    arn = machines.make(DONE)
    assert machines.end_of(machines.start(arn, name="n" * 80)).status == "SUCCEEDED"
    with pytest.raises(ClientError, match="Member must have length less than or equal to 80"):
        machines.start(arn, name="n" * 81)


def test_an_execution_without_a_name_gets_one(machines: Machines) -> None:
    arn = machines.make(DONE)
    first, second = machines.start(arn), machines.start(arn)
    assert first != second
    uuid.UUID(first.rsplit(":", 1)[1])


def test_the_same_start_again_is_the_execution_that_runs(machines: Machines) -> None:
    arn = machines.make(WAITS)
    first = machines.start(arn, {"a": 1}, name="again")
    assert machines.start(arn, {"a": 1}, name="again") == first
    with pytest.raises(ClientError) as caught:
        machines.start(arn, {"a": 2}, name="again")
    assert code_of(caught) == "ExecutionAlreadyExists"
    machines.client.stop_execution(executionArn=first)
    with pytest.raises(ClientError) as caught:
        machines.start(arn, {"a": 1}, name="again")
    assert code_of(caught) == "ExecutionAlreadyExists"


@pytest.mark.parametrize(
    ("given", "code"), [("{", "InvalidExecutionInput"), (json.dumps("x" * 262_143), "ValidationException")]
)
def test_an_input_that_is_no_json_or_too_large_is_refused(machines: Machines, given: str, code: str) -> None:
    arn = machines.make(DONE)
    with pytest.raises(ClientError) as caught:
        machines.client.start_execution(stateMachineArn=arn, input=given)
    assert code_of(caught) == code


def test_executions_are_listed_newest_first_by_pages_and_status(machines: Machines) -> None:
    arn = machines.make(DONE)
    started = [machines.end_of(machines.start(arn)).arn for _ in range(5)]
    page = machines.client.list_executions(stateMachineArn=arn, maxResults=2)
    found = [each["executionArn"] for each in page["executions"]]
    while "nextToken" in page:
        page = machines.client.list_executions(stateMachineArn=arn, maxResults=2, nextToken=page["nextToken"])
        found += [each["executionArn"] for each in page["executions"]]
    assert found == started[::-1]
    assert machines.client.list_executions(stateMachineArn=arn, statusFilter="FAILED")["executions"] == []


def test_a_history_is_given_by_pages_backwards_and_without_data(machines: Machines) -> None:
    arn = machines.end_of(machines.start(machines.make(DONE), {"secret": 1})).arn
    assert [event["id"] for event in machines.events(arn)] == [1, 2, 3, 4]
    assert [event["id"] for event in machines.events(arn, reverseOrder=True)] == [4, 3, 2, 1]
    pages = machines.client.get_paginator("get_execution_history")
    paged = pages.paginate(executionArn=arn, PaginationConfig={"PageSize": 3})
    assert [len(page["events"]) for page in paged] == [3, 1]
    assert "secret" in str(machines.events(arn))
    assert "secret" not in str(machines.events(arn, includeExecutionData=False))


def test_a_stop_is_answered_when_the_execution_is_aborted(machines: Machines) -> None:
    arn = machines.start(machines.make(WAITS))
    machines.client.stop_execution(executionArn=arn, error="E", cause="C")
    found = machines.client.describe_execution(executionArn=arn)
    assert (found["status"], found["error"], found["cause"]) == ("ABORTED", "E", "C")
    assert found["stopDate"] >= found["startDate"]


def test_an_update_changes_later_executions_alone(machines: Machines) -> None:
    arn = machines.make(WAITS)
    before = machines.start(arn)
    machines.client.update_state_machine(stateMachineArn=arn, definition=json.dumps(DONE))
    after = machines.start(arn)
    assert machines.end_of(after).status == "SUCCEEDED"
    told = machines.client.describe_state_machine_for_execution(executionArn=before)
    assert json.loads(told["definition"]) == WAITS
    machines.client.stop_execution(executionArn=before)


def test_a_version_runs_as_it_was_published(machines: Machines) -> None:
    arn = machines.make(DONE, publish=True)
    machines.client.update_state_machine(stateMachineArn=arn, definition=json.dumps(WAITS))
    ended = machines.end_of(machines.start(f"{arn}:1"))
    assert ended.status == "SUCCEEDED"
    assert ended.description["stateMachineArn"] == arn
    assert ended.description["stateMachineVersionArn"] == f"{arn}:1"


def test_a_state_machine_of_the_same_name_must_be_the_same(machines: Machines) -> None:
    name = f"machine-{uuid.uuid4().hex}"
    given: dict[str, Any] = {"name": name, "roleArn": ROLE}
    first = machines.client.create_state_machine(**given, definition=json.dumps(DONE))["stateMachineArn"]
    assert (
        machines.client.create_state_machine(**given, definition=json.dumps(DONE))["stateMachineArn"] == first
    )
    with pytest.raises(machines.client.exceptions.StateMachineAlreadyExists):
        machines.client.create_state_machine(**given, definition=json.dumps(WAITS))


def test_what_is_not_there_is_told_by_its_arn(machines: Machines) -> None:
    arn = machines.make(DONE)
    with pytest.raises(machines.client.exceptions.StateMachineDoesNotExist, match=f"'{arn}x'"):
        machines.start(f"{arn}x")
    execution = arn.replace(":stateMachine:", ":execution:") + ":none"
    with pytest.raises(machines.client.exceptions.ExecutionDoesNotExist, match=f"'{execution}'"):
        machines.client.describe_execution(executionArn=execution)
    with pytest.raises(machines.client.exceptions.InvalidArn):
        machines.start("nothing")


def test_a_redrive_is_refused_by_name(machines: Machines) -> None:
    arn = machines.end_of(machines.start(machines.make(DONE))).arn
    with pytest.raises(ClientError, match="Step Functions' RedriveExecution is not supported"):
        machines.client.redrive_execution(executionArn=arn)


def test_an_express_state_machine_answers_a_synchronous_start(
    session: boto3.Session, machines: Machines
) -> None:
    arn = machines.make(jsonata({"A": {"Type": "Pass", "Output": {"a": 1}, "End": True}}), type="EXPRESS")
    client = session.client("stepfunctions", config=Config(inject_host_prefix=False))
    answer = client.start_sync_execution(stateMachineArn=arn)
    assert (answer["status"], json.loads(answer["output"])) == ("SUCCEEDED", {"a": 1})
    assert ":express:" in answer["executionArn"]


def test_tags_stay_with_their_state_machine(machines: Machines) -> None:
    arn = machines.make(DONE, tags=[{"key": "stage", "value": "dev"}])
    assert machines.client.list_tags_for_resource(resourceArn=arn)["tags"] == [
        {"key": "stage", "value": "dev"}
    ]


@pytest.mark.parametrize(("level", "kinds"), [("ALL", 4), ("ERROR", 1)])
def test_events_are_logged_as_the_state_machine_asks(
    session: boto3.Session, machines: Machines, level: str, kinds: int
) -> None:
    logs = session.client("logs")
    group = f"/states/{uuid.uuid4().hex}"
    logs.create_log_group(logGroupName=group)
    fails = jsonata({"Pass": {"Type": "Pass", "Next": "Bad"}, "Bad": {"Type": "Fail", "Error": "Mine"}})
    definition = DONE if level == "ALL" else fails
    target = {
        "cloudWatchLogsLogGroup": {"logGroupArn": f"arn:aws:logs:eu-west-2:123456789012:log-group:{group}:*"}
    }
    configuration = {"level": level, "includeExecutionData": True, "destinations": [target]}
    arn = machines.end_of(machines.start(machines.make(definition, loggingConfiguration=configuration))).arn
    wait_until(lambda: len(logs.filter_log_events(logGroupName=group)["events"]) >= kinds)
    told = [json.loads(event["message"]) for event in logs.filter_log_events(logGroupName=group)["events"]]
    assert {each["execution_arn"] for each in told} == {arn}
    assert [each["type"] for each in told][-1] == (
        "ExecutionSucceeded" if level == "ALL" else "ExecutionFailed"
    )
