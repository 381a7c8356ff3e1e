"""AWS::SQS: queues and their policies."""

from __future__ import annotations

import json
from typing import Any

from emulator.cloudformation.resources.base import (
    AlreadyThere,
    Json,
    Made,
    ResourceType,
    Scope,
    is_there,
    settle_tags,
    tag_map,
)
from emulator.cloudformation.resources.kinds import (
    BOOLEAN,
    INTEGER,
    JSON_TEXT,
    TAGS,
    TEXT,
    TEXTS,
    Structure,
)

_DEFAULTS: Json = {
    "ContentBasedDeduplication": False,
    "DelaySeconds": 0,
    "KmsMasterKeyId": "",
    "MaximumMessageSize": 262_144,
    "MessageRetentionPeriod": 345_600,
    "ReceiveMessageWaitTimeSeconds": 0,
    "RedriveAllowPolicy": "",
    "RedrivePolicy": "",
    "VisibilityTimeout": 30,
}
"""What a property that was taken out of a template becomes again."""


class Queue(ResourceType):
    """A queue."""

    name = "AWS::SQS::Queue"
    properties = Structure(
        {
            "ContentBasedDeduplication": BOOLEAN,
            "DelaySeconds": INTEGER,
            "FifoQueue": BOOLEAN,
            "KmsDataKeyReusePeriodSeconds": INTEGER,
            "KmsMasterKeyId": TEXT,
            "MaximumMessageSize": INTEGER,
            "MessageRetentionPeriod": INTEGER,
            "QueueName": TEXT,
            "ReceiveMessageWaitTimeSeconds": INTEGER,
            "RedriveAllowPolicy": JSON_TEXT,
            "RedrivePolicy": Structure({"deadLetterTargetArn": TEXT, "maxReceiveCount": INTEGER}),
            "SqsManagedSseEnabled": BOOLEAN,
            "Tags": TAGS,
            "VisibilityTimeout": INTEGER,
        }
    )
    replaced_by = frozenset({"FifoQueue", "QueueName"})
    named_by = "QueueName"
    attributes = frozenset({"Arn", "QueueName", "QueueUrl"})

    def create(self, scope: Scope, properties: Json) -> Made:
        """CreateQueue."""
        sqs = scope.client("sqs")
        ending = ".fifo" if properties.get("FifoQueue") else ""
        name = properties.get("QueueName") or scope.new_name(80 - len(ending)) + ending
        if is_there(lambda: sqs.get_queue_url(QueueName=name)):  # CreateQueue would give the existing one
            raise AlreadyThere(name)
        attributes = _attributes(properties)
        if ending:
            attributes["FifoQueue"] = "true"
        made = sqs.create_queue(QueueName=name, Attributes=attributes, tags=tag_map(properties.get("Tags")))
        return _queue(scope, made["QueueUrl"])

    def update(self, scope: Scope, physical_id: str, before: Json, after: Json) -> Made:
        """SetQueueAttributes, and its tags."""
        sqs = scope.client("sqs")
        defaults = {name: value for name, value in _DEFAULTS.items() if name in before}
        sqs.set_queue_attributes(QueueUrl=physical_id, Attributes=_attributes({**defaults, **after}))
        settle_tags(
            before,
            after,
            lambda keys: sqs.untag_queue(QueueUrl=physical_id, TagKeys=keys),
            lambda tags: sqs.tag_queue(QueueUrl=physical_id, Tags=tag_map(tags)),
        )
        return _queue(scope, physical_id)

    def delete(self, scope: Scope, physical_id: str, properties: Json) -> None:
        """DeleteQueue."""
        scope.client("sqs").delete_queue(QueueUrl=physical_id)


class QueuePolicy(ResourceType):
    """The policy of queues."""

    name = "AWS::SQS::QueuePolicy"
    properties = Structure(
        {"PolicyDocument": JSON_TEXT, "Queues": TEXTS}, required=("PolicyDocument", "Queues")
    )
    attributes = frozenset({"Id"})

    def create(self, scope: Scope, properties: Json) -> Made:
        """SetQueueAttributes of each queue."""
        physical_id = scope.new_name()
        scope.initiated(physical_id)
        for url in properties["Queues"]:
            _set_policy(scope.client("sqs"), url, properties["PolicyDocument"])
        return Made(physical_id, {"Id": physical_id})

    def update(self, scope: Scope, physical_id: str, before: Json, after: Json) -> Made:
        """SetQueueAttributes of each queue, with no policy for those that left."""
        for url in after["Queues"]:
            _set_policy(scope.client("sqs"), url, after["PolicyDocument"])
        for url in set(before["Queues"]) - set(after["Queues"]):
            _set_policy(scope.client("sqs"), url, "")
        return Made(physical_id, {"Id": physical_id})

    def delete(self, scope: Scope, physical_id: str, properties: Json) -> None:
        """SetQueueAttributes of each queue, with no policy."""
        for url in properties["Queues"]:
            _set_policy(scope.client("sqs"), url, "")


def _queue(scope: Scope, url: str) -> Made:
    name = url.rpartition("/")[2]
    return Made(url, {"Arn": scope.arn("sqs", name), "QueueName": name, "QueueUrl": url})


def _attributes(properties: Json) -> dict[str, str]:
    """Everything that can be set on an existing queue, as the texts that the API takes."""
    found: dict[str, str] = {}
    for name, value in properties.items():
        if name in ("FifoQueue", "QueueName", "Tags"):
            continue
        if isinstance(value, bool):
            found[name] = str(value).lower()
        else:
            found[name] = json.dumps(value) if isinstance(value, dict) else str(value)
    return found


def _set_policy(sqs: Any, url: str, document: str) -> None:
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": document})


TYPES: tuple[ResourceType, ...] = (Queue(), QueuePolicy())
