"""What a stage's operators are sent: a queue behind its topic of alerts."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import boto3

from pipeline.context import Context

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient


@dataclass(frozen=True)
class Inbox:
    """The alerts of one stage."""

    sqs: SQSClient
    url: str

    def __call__(self) -> list[dict[str, Any]]:
        """The alerts sent since it was last read."""
        alerts = []
        while messages := self.sqs.receive_message(QueueUrl=self.url, MaxNumberOfMessages=10).get("Messages"):
            for message in messages:
                self.sqs.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])
                alerts.append(json.loads(json.loads(message["Body"])["Message"]))
        return alerts


def inbox_of(session: boto3.Session, context: Context) -> Inbox:
    """A queue that gets every alert of a stage from now on."""
    sqs = session.client("sqs", region_name=context.settings.region)
    url = sqs.create_queue(QueueName=f"alerts-{context.settings.stage}")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    context.sns.subscribe(TopicArn=context.settings.alert_topic_arn, Protocol="sqs", Endpoint=arn)
    return Inbox(sqs, url)
