"""Messages to a topic of which one subscriber is not there."""

from __future__ import annotations

import uuid

import boto3
import pytest

from tests.conftest import free_port

_LOST = {
    "sqs": "arn:aws:sqs:eu-west-2:123456789012:deleted",
    "lambda": "arn:aws:lambda:eu-west-2:123456789012:function:deleted",
    "http": "http://127.0.0.1:{port}/",
}


_ONLY_HERE = pytest.mark.only_on("embedded", because="an upstream knows no functions, and says so at once")


@pytest.mark.parametrize("protocol", ["sqs", pytest.param("lambda", marks=_ONLY_HERE), "http"])
def test_a_message_reaches_the_other_subscribers_when_one_is_not_there(
    aws_session: boto3.Session, protocol: str
) -> None:
    sns, sqs = aws_session.client("sns"), aws_session.client("sqs")
    name = f"t-{uuid.uuid4().hex}"
    topic = sns.create_topic(Name=name)["TopicArn"]
    queue = sqs.create_queue(QueueName=name)["QueueUrl"]
    lost = _LOST[protocol].format(port=free_port())
    sns.subscribe(TopicArn=topic, Protocol=protocol, Endpoint=lost)
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=f"arn:aws:sqs:eu-west-2:123456789012:{name}")
    assert sns.publish(TopicArn=topic, Message="the day failed")["MessageId"]
    (message,) = sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=20)["Messages"]
    assert "the day failed" in message["Body"]
