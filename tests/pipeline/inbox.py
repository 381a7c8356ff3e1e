"""What a stage's operators are sent: a queue behind its topic of alerts."""

from __future__ import annotations

import json
import time
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import boto3

from pipeline.context import Context

if TYPE_CHECKING:
    from types_boto3_sns import SNSClient
    from types_boto3_sqs import SQSClient

ARRIVES_WITHIN_SECONDS = 60
POLL_SECONDS = 5


@dataclass(frozen=True)
class Inbox:
    """The alerts of one stage."""

    sqs: SQSClient
    url: str
    sns: SNSClient
    topic: str

    def __call__(self) -> list[dict[str, Any]]:
        """The alerts sent since it was last read.

        A topic may deliver a while later. A message of our own is sent after them: when it has come, so have
        they, and there is nothing to wait for where delivery is immediate.
        """
        marker = {"marker": uuid.uuid4().hex}
        self.sns.publish(TopicArn=self.topic, Message=json.dumps(marker))
        deadline = time.monotonic() + ARRIVES_WITHIN_SECONDS
        came: list[dict[str, Any]] = []
        while marker not in came:
            assert time.monotonic() < deadline, f"{self.topic} delivers nothing"
            came += self._receive(POLL_SECONDS)
        while more := self._receive(0):
            came += more
        return [message for message in came if message != marker]

    def _receive(self, wait: int) -> list[dict[str, Any]]:
        """The next messages, in whatever number the queue gives them."""
        answer = self.sqs.receive_message(QueueUrl=self.url, MaxNumberOfMessages=10, WaitTimeSeconds=wait)
        found = answer.get("Messages", [])
        for message in found:
            self.sqs.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])
        return [json.loads(json.loads(message["Body"])["Message"]) for message in found]


def inbox_of(session: boto3.Session, context: Context) -> Inbox:
    """A queue that gets every alert of a stage from now on."""
    names = context.settings
    sqs, topic = session.client("sqs", region_name=names.region), names.alert_topic_arn
    name = queue_name(context)
    arn = f"arn:aws:sqs:{names.region}:{names.account}:{name}"
    allowed = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": arn,
        "Condition": {"ArnEquals": {"aws:SourceArn": topic}},
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
    url = sqs.create_queue(QueueName=name, Attributes={"Policy": policy})["QueueUrl"]
    context.sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    return Inbox(sqs, url, context.sns, topic)


def queue_name(context: Context) -> str:
    """What the queue behind a stage's alerts is called."""
    return f"alerts-{context.settings.stage}"
