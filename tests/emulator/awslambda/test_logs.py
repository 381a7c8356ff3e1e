"""What functions log arrives in CloudWatch Logs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import boto3
import pytest

from tests.emulator.awslambda.deploying import Deployer, call, wait_until

if TYPE_CHECKING:
    from types_boto3_lambda import LambdaClient
    from types_boto3_logs import CloudWatchLogsClient

LOGS = """
import logging
def handler(event, context):
    print("plain")
    logging.getLogger().error("first\\nsecond")
"""


@pytest.fixture
def logs(aws_session: boto3.Session) -> CloudWatchLogsClient:
    return aws_session.client("logs")


def reported(logs: CloudWatchLogsClient, group: str) -> list[str]:
    """All messages of a group, once an invocation's report is there."""
    messages: list[str] = []

    def has_report() -> bool:
        groups = logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"]
        if groups:
            messages[:] = [event["message"] for event in logs.filter_log_events(logGroupName=group)["events"]]
        return any(message.startswith("REPORT RequestId: ") for message in messages)

    wait_until(has_report)
    return messages


def test_an_invocations_lines_stand_between_start_and_report(
    functions: LambdaClient, deploy: Deployer, logs: CloudWatchLogsClient
) -> None:
    name = deploy(LOGS)
    call(functions, name)
    messages = reported(logs, f"/aws/lambda/{name}")
    kinds = [message.split(" ")[0] for message in messages if not message.startswith("EMULATOR")]
    assert (kinds[0], kinds[1], kinds[-2], kinds[-1]) == ("INIT_START", "START", "END", "REPORT")
    assert "plain" in messages
    (error,) = [message for message in messages if message.startswith("[ERROR]\t")]
    assert error.endswith("\tfirst\nsecond")


def test_stream_is_named_after_day_and_version(
    functions: LambdaClient, deploy: Deployer, logs: CloudWatchLogsClient
) -> None:
    name = deploy("def handler(event, context): return [context.log_group_name, context.log_stream_name]")
    group, stream = call(functions, name).payload
    reported(logs, group)
    assert [
        found["logStreamName"] for found in logs.describe_log_streams(logGroupName=group)["logStreams"]
    ] == [stream]
    assert stream[:1].isdigit() and "/[$LATEST]" in stream


def test_function_can_name_another_group(
    functions: LambdaClient, deploy: Deployer, logs: CloudWatchLogsClient
) -> None:
    name = deploy(LOGS, LoggingConfig={"LogGroup": "/wards/shared"})
    call(functions, name)
    assert "plain" in reported(logs, "/wards/shared")
    (stream,) = logs.describe_log_streams(logGroupName="/wards/shared")["logStreams"]
    assert f"/{name}[$LATEST]" in stream["logStreamName"]


def test_group_that_somebody_deleted_comes_back(
    functions: LambdaClient, deploy: Deployer, logs: CloudWatchLogsClient
) -> None:
    name = deploy(LOGS)
    group = f"/aws/lambda/{name}"
    call(functions, name)
    reported(logs, group)
    logs.delete_log_group(logGroupName=group)
    call(functions, name)
    assert "plain" in reported(logs, group)
