"""The key of a log group is changed by the calls that moto lacks."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

import boto3
import pytest
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from types_boto3_logs.client import CloudWatchLogsClient

KEY = "arn:aws:kms:eu-west-2:123456789012:key/1"


@pytest.fixture
def logs(aws_session: boto3.Session) -> CloudWatchLogsClient:
    return aws_session.client("logs")


def key_of(logs: CloudWatchLogsClient, name: str) -> str | None:
    return logs.describe_log_groups(logGroupNamePrefix=name)["logGroups"][0].get("kmsKeyId")


def test_a_log_group_gets_a_key_and_loses_it(logs: CloudWatchLogsClient) -> None:
    name = f"/group/{uuid.uuid4().hex}"
    logs.create_log_group(logGroupName=name)
    logs.associate_kms_key(logGroupName=name, kmsKeyId=KEY)
    assert key_of(logs, name) == KEY
    arn = f"arn:aws:logs:eu-west-2:123456789012:log-group:{name}"
    logs.disassociate_kms_key(resourceIdentifier=arn)
    assert key_of(logs, name) is None


def test_a_log_group_that_does_not_exist_has_no_key(logs: CloudWatchLogsClient) -> None:
    with pytest.raises(ClientError, match="The specified log group does not exist") as error:
        logs.associate_kms_key(logGroupName="absent", kmsKeyId=KEY)
    assert error.value.response["Error"]["Code"] == "ResourceNotFoundException"


def test_keys_of_query_results_are_refused_by_name(logs: CloudWatchLogsClient) -> None:
    with pytest.raises(ClientError, match="only a log group's key"):
        logs.associate_kms_key(resourceIdentifier="arn:aws:logs:eu-west-2:1:query-result:*", kmsKeyId=KEY)
