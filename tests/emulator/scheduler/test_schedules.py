"""The API: what is kept, what is listed, and what is refused with which error."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError
from botocore.httpsession import URLLib3Session

from tests.emulator.scheduler.conftest import ACCOUNT, OFF, REGION, ROLE, World

TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:alerts"
UNIVERSAL = "arn:aws:scheduler:::aws-sdk:"


def refusal(call: Any, *arguments: Any, **more: Any) -> tuple[str, str]:
    """The code and the text of the error that a call ends with."""
    with pytest.raises(ClientError) as refused:
        call(*arguments, **more)
    said = refused.value.response["Error"]
    return said["Code"], said["Message"]


def test_a_schedule_is_given_back_as_it_was_created_with_awss_defaults(world: World) -> None:
    world.scheduler.create_schedule_group(Name="mornings")
    arn = world.create("daily", "cron(0 8 * * ? *)", {"Arn": TOPIC}, GroupName="mornings")
    assert arn == f"arn:aws:scheduler:{REGION}:{ACCOUNT}:schedule/mornings/daily"
    found: Any = world.scheduler.get_schedule(Name="daily", GroupName="mornings")
    del found["ResponseMetadata"], found["CreationDate"], found["LastModificationDate"]
    assert found == {
        "Arn": arn,
        "GroupName": "mornings",
        "Name": "daily",
        "ScheduleExpression": "cron(0 8 * * ? *)",
        "ScheduleExpressionTimezone": "UTC",
        "State": "ENABLED",
        "ActionAfterCompletion": "NONE",
        "FlexibleTimeWindow": OFF,
        "Target": {
            "Arn": TOPIC,
            "RoleArn": ROLE,
            "RetryPolicy": {"MaximumEventAgeInSeconds": 86400, "MaximumRetryAttempts": 185},
        },
    }


def test_an_update_replaces_everything_and_keeps_the_date_of_creation(world: World) -> None:
    world.create("daily", "cron(0 8 * * ? *)", {"Arn": TOPIC}, Description="Every morning")
    created = world.scheduler.get_schedule(Name="daily")["CreationDate"]
    target: Any = {"Arn": TOPIC, "RoleArn": ROLE}
    world.scheduler.update_schedule(
        Name="daily", ScheduleExpression="rate(2 days)", FlexibleTimeWindow=OFF, Target=target
    )
    found = world.scheduler.get_schedule(Name="daily")
    assert (found["ScheduleExpression"], found["CreationDate"]) == ("rate(2 days)", created)
    assert "Description" not in found
    assert found["LastModificationDate"] > created


def test_schedules_are_listed_by_group_prefix_and_state_page_by_page(world: World) -> None:
    scheduler = world.scheduler
    scheduler.create_schedule_group(Name="other")
    for name in ("a1", "a2", "a3", "b1"):
        world.create(name, "rate(7 days)", {"Arn": TOPIC})
    world.create("a4", "rate(7 days)", {"Arn": TOPIC}, GroupName="other")
    world.create("a5", "rate(7 days)", {"Arn": TOPIC}, State="DISABLED")
    assert names(scheduler.list_schedules(NamePrefix="a")) == ["a1", "a2", "a3", "a5", "a4"]
    assert names(scheduler.list_schedules(GroupName="other")) == ["a4"]
    assert names(scheduler.list_schedules(State="DISABLED")) == ["a5"]
    first = scheduler.list_schedules(GroupName="default", MaxResults=3)
    rest = scheduler.list_schedules(GroupName="default", NextToken=first["NextToken"])
    assert (names(first), names(rest)) == (["a1", "a2", "a3"], ["a5", "b1"])
    assert "NextToken" not in rest
    assert refusal(scheduler.list_schedules, NextToken="???")[0] == "ValidationException"


def names(answer: Any) -> list[str]:
    return [item["Name"] for item in answer["Schedules"]]


def test_a_group_goes_with_its_schedules_and_the_default_one_stays(world: World) -> None:
    scheduler = world.scheduler
    scheduler.create_schedule_group(Name="mornings", Tags=[{"Key": "stage", "Value": "dev"}])
    world.create("daily", "rate(7 days)", {"Arn": TOPIC}, GroupName="mornings")
    groups = scheduler.list_schedule_groups()["ScheduleGroups"]
    assert [group["Name"] for group in groups] == ["default", "mornings"]
    scheduler.delete_schedule_group(Name="mornings")
    assert scheduler.list_schedules()["Schedules"] == []
    assert refusal(scheduler.get_schedule_group, Name="mornings")[0] == "ResourceNotFoundException"
    assert refusal(scheduler.delete_schedule_group, Name="default")[0] == "ValidationException"


def test_groups_are_tagged(world: World) -> None:
    scheduler = world.scheduler
    arn = scheduler.create_schedule_group(Name="g", Tags=[{"Key": "a", "Value": "1"}])["ScheduleGroupArn"]
    scheduler.tag_resource(ResourceArn=arn, Tags=[{"Key": "b", "Value": "2"}])
    scheduler.untag_resource(ResourceArn=arn, TagKeys=["a"])
    assert scheduler.list_tags_for_resource(ResourceArn=arn)["Tags"] == [{"Key": "b", "Value": "2"}]
    assert refusal(scheduler.list_tags_for_resource, ResourceArn=f"{arn}x")[0] == "ResourceNotFoundException"


def test_regions_know_nothing_of_each_other(world: World) -> None:
    world.create("daily", "rate(7 days)", {"Arn": TOPIC})
    elsewhere = world.client("scheduler", region="us-east-1")
    assert elsewhere.list_schedules()["Schedules"] == []


def test_what_exists_or_does_not_is_said_as_aws_says_it(world: World) -> None:
    scheduler = world.scheduler
    world.create("daily", "rate(7 days)", {"Arn": TOPIC})
    scheduler.create_schedule_group(Name="g")
    again = refusal(world.create, "daily", "rate(7 days)", {"Arn": TOPIC})
    assert again == ("ConflictException", "Schedule daily already exists.")
    again = refusal(scheduler.create_schedule_group, Name="g")
    assert again == ("ConflictException", "Schedule group g already exists.")
    missing = ("ResourceNotFoundException", "Schedule weekly does not exist.")
    assert refusal(scheduler.get_schedule, Name="weekly") == missing
    assert refusal(scheduler.delete_schedule, Name="weekly") == missing
    missing = ("ResourceNotFoundException", "Schedule group x does not exist.")
    assert refusal(world.create, "n", "rate(7 days)", {"Arn": TOPIC}, GroupName="x") == missing


def test_a_client_token_makes_a_repeated_request_harmless(world: World) -> None:
    token = uuid.uuid4().hex
    arns = {world.create("daily", "rate(7 days)", {"Arn": TOPIC}, ClientToken=token) for _ in range(2)}
    assert len(arns) == 1
    other = refusal(world.create, "daily", "rate(8 days)", {"Arn": TOPIC}, ClientToken=token)
    assert other[0] == "ConflictException"


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"Name": "a b"}, "1 validation error detected: Value at 'name' failed to satisfy constraint"),
        ({"ScheduleExpression": "every day"}, "Invalid Schedule Expression every day."),
        ({"ScheduleExpressionTimezone": "Mars/Base"}, "Invalid Schedule Expression Timezone Mars/Base."),
        ({"FlexibleTimeWindow": {"Mode": "FLEXIBLE"}}, "MaximumWindowInMinutes must be provided"),
        (
            {"FlexibleTimeWindow": {"Mode": "OFF", "MaximumWindowInMinutes": 5}},
            "MaximumWindowInMinutes must not be provided",
        ),
        ({"StartDate": 1_600_000_000}, "The StartDate you specify cannot be earlier than 5 minutes ago."),
        ({"EndDate": 1_600_000_000}, "The EndDate you specify cannot be in the past."),
        ({"StartDate": 4_000_000_000, "EndDate": 3_900_000_000}, "must come after the StartDate"),
    ],
    ids=str,
)
def test_a_schedule_that_breaks_a_rule_is_refused(world: World, more: dict[str, Any], says: str) -> None:
    target: Any = {"Arn": TOPIC, "RoleArn": ROLE}
    whole = {
        "Name": "daily",
        "ScheduleExpression": "rate(7 days)",
        "FlexibleTimeWindow": OFF,
        "Target": target,
        **more,
    }
    code, message = refusal(world.scheduler.create_schedule, **whole)
    assert (code, says in message) == ("ValidationException", True), message


@pytest.mark.parametrize(
    ("target", "says"),
    [
        ({"Arn": "topic"}, "Provided Arn is not in correct format."),
        ({"Arn": f"arn:aws:lambda:{REGION}:{ACCOUNT}:layer:x"}, "Provided Arn is not in correct format."),
        ({"Arn": "arn:aws:s3:::bucket"}, "s3 is not a supported service for a target."),
        ({"Arn": TOPIC, "RoleArn": "scheduler"}, "Value at 'target.roleArn' failed to satisfy constraint"),
        ({"Arn": TOPIC, "SqsParameters": {"MessageGroupId": "g"}}, "SqsParameters does not match"),
        ({"Arn": TOPIC, "RetryPolicy": {"MaximumRetryAttempts": 186}}, "less than or equal to 185"),
        ({"Arn": f"arn:aws:sqs:{REGION}:{ACCOUNT}:q.fifo"}, "SqsParameters.MessageGroupId must be provided"),
        ({"Arn": f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/b"}, "EventBridgeParameters must be provided"),
        (
            {"Arn": f"{UNIVERSAL}nothing:do", "Input": "{}"},
            "nothing is not a supported service",
        ),
        ({"Arn": f"{UNIVERSAL}sqs:getQueueUrl", "Input": "{}"}, "is not a supported API for a target."),
        ({"Arn": f"{UNIVERSAL}sqs:fly", "Input": "{}"}, "is not a supported API for a target."),
        ({"Arn": f"{UNIVERSAL}sqs:sendMessage", "Input": "text"}, "Invalid RequestJson provided."),
        (
            {"Arn": f"{UNIVERSAL}sqs:sendMessage", "Input": "{}"},
            "Request payload is missing the following field(s): QueueUrl, MessageBody.",
        ),
        (
            {"Arn": f"{UNIVERSAL}sfn:startExecution", "Input": '{"stateMachineArn": "x"}'},
            "The field 'stateMachineArn' is not supported by api.",
        ),
    ],
    ids=str,
)
def test_a_target_that_aws_cannot_call_is_refused(world: World, target: dict[str, Any], says: str) -> None:
    code, message = refusal(world.create, "daily", "rate(7 days)", target)
    assert (code, says in message) == ("ValidationException", True), message


@pytest.mark.parametrize(
    ("target", "names_it"),
    [
        ({"Arn": f"arn:aws:ecs:{REGION}:{ACCOUNT}:cluster/c"}, "ecs"),
        ({"Arn": TOPIC, "EcsParameters": {"TaskDefinitionArn": "x"}}, "EcsParameters"),
        ({"Arn": f"{UNIVERSAL}gamelift:createBuild", "Input": "{}"}, "gamelift"),
    ],
    ids=str,
)
def test_a_target_that_only_aws_can_call_is_refused_by_name(
    world: World, target: dict[str, Any], names_it: str
) -> None:
    code, message = refusal(world.create, "daily", "rate(7 days)", target)
    assert (code, names_it in message) == ("NotImplementedException", True), message


@pytest.mark.parametrize(
    ("body", "code", "names_it"),
    [
        (b'{"Colour": "red"}', "ValidationException", "Colour"),
        (b'{"Target": {"Arn": "x", "Colour": "red"}}', "ValidationException", "Target.Colour"),
        (b'{"ScheduleExpression": 5}', "SerializationException", "NUMBER_VALUE"),
        (b"no json", "SerializationException", "JSON"),
    ],
)
def test_a_body_that_is_not_of_the_models_form_is_refused(
    world: World, body: bytes, code: str, names_it: str
) -> None:
    request = AWSRequest(
        "POST", f"{world.endpoint}/schedules/daily", data=body, headers={"Content-Type": "application/json"}
    )
    SigV4Auth(Credentials("test", "test"), "scheduler", REGION).add_auth(request)
    answer = URLLib3Session().send(request.prepare())
    assert (answer.status_code, answer.headers["x-amzn-ErrorType"]) == (400, code)
    assert names_it in json.loads(answer.text)["Message"]
