"""AWS::SNS: topics, subscriptions and topics' policies."""

from __future__ import annotations

import json
from typing import Any

from emulator.cloudformation.resources.base import (
    AlreadyThere,
    Json,
    Made,
    ResourceType,
    Scope,
    picked,
    settle_tags,
)
from emulator.cloudformation.resources.kinds import (
    BOOLEAN,
    JSON_TEXT,
    TAGS,
    TEXT,
    TEXTS,
    ListOf,
    Structure,
)

_ATTRIBUTES = ("DisplayName", "KmsMasterKeyId", "SignatureVersion", "TracingConfig")
_SUBSCRIPTION_ATTRIBUTES = (
    "DeliveryPolicy",
    "FilterPolicy",
    "FilterPolicyScope",
    "RawMessageDelivery",
    "RedrivePolicy",
    "SubscriptionRoleArn",
)


_SUBSCRIPTION_DEFAULTS = {"FilterPolicy": "{}", "RawMessageDelivery": "false"}
"""What an attribute that was taken out of a template becomes again, where that is not empty."""


class Topic(ResourceType):
    """A topic, with subscriptions written into it."""

    name = "AWS::SNS::Topic"
    properties = Structure(
        {
            "ContentBasedDeduplication": BOOLEAN,
            "DisplayName": TEXT,
            "FifoTopic": BOOLEAN,
            "KmsMasterKeyId": TEXT,
            "SignatureVersion": TEXT,
            "Subscription": ListOf(Structure({"Endpoint": TEXT, "Protocol": TEXT}, ("Endpoint", "Protocol"))),
            "Tags": TAGS,
            "TopicName": TEXT,
            "TracingConfig": TEXT,
        }
    )
    replaced_by = frozenset({"FifoTopic", "TopicName"})
    named_by = "TopicName"
    attributes = frozenset({"TopicArn", "TopicName"})

    def create(self, scope: Scope, properties: Json) -> Made:
        """CreateTopic, then Subscribe for each subscription."""
        sns = scope.client("sns")
        is_fifo = properties.get("FifoTopic", False)
        name = properties.get("TopicName") or scope.new_name(250) + (".fifo" if is_fifo else "")
        arn = scope.arn("sns", name)
        if any(topic["TopicArn"] == arn for page in _topics(sns) for topic in page["Topics"]):
            raise AlreadyThere(name)  # CreateTopic would give the existing one
        attributes = {key: str(value) for key, value in picked(properties, *_ATTRIBUTES).items()}
        if is_fifo:
            deduplicated = properties.get("ContentBasedDeduplication", False)
            attributes |= {"FifoTopic": "true", "ContentBasedDeduplication": str(deduplicated).lower()}
        sns.create_topic(Name=name, Attributes=attributes, **picked(properties, "Tags"))
        scope.initiated(arn)
        for one in properties.get("Subscription", []):
            sns.subscribe(TopicArn=arn, **one)
        return _topic(arn)

    def update(self, scope: Scope, physical_id: str, before: Json, after: Json) -> Made:
        """Attributes, tags and subscriptions that differ."""
        sns = scope.client("sns")
        for name in _ATTRIBUTES:
            if before.get(name) != after.get(name):
                value = after.get(name, "")
                sns.set_topic_attributes(TopicArn=physical_id, AttributeName=name, AttributeValue=value)
        name = "ContentBasedDeduplication"
        if before.get(name) != after.get(name):
            value = str(after.get(name, False)).lower()
            sns.set_topic_attributes(TopicArn=physical_id, AttributeName=name, AttributeValue=value)
        settle_tags(
            before,
            after,
            lambda keys: sns.untag_resource(ResourceArn=physical_id, TagKeys=keys),
            lambda tags: sns.tag_resource(ResourceArn=physical_id, Tags=tags),
        )
        _settle_subscriptions(sns, physical_id, before, after)
        return _topic(physical_id)

    def delete(self, scope: Scope, physical_id: str, properties: Json) -> None:
        """DeleteTopic, which ends its subscriptions."""
        scope.client("sns").delete_topic(TopicArn=physical_id)


class Subscription(ResourceType):
    """A subscription of a topic."""

    name = "AWS::SNS::Subscription"
    properties = Structure(
        {
            "DeliveryPolicy": JSON_TEXT,
            "Endpoint": TEXT,
            "FilterPolicy": JSON_TEXT,
            "FilterPolicyScope": TEXT,
            "Protocol": TEXT,
            "RawMessageDelivery": BOOLEAN,
            "RedrivePolicy": JSON_TEXT,
            "SubscriptionRoleArn": TEXT,
            "TopicArn": TEXT,
        },
        required=("Protocol", "TopicArn"),
    )
    replaced_by = frozenset({"Endpoint", "Protocol", "TopicArn"})
    attributes = frozenset({"Arn"})

    def create(self, scope: Scope, properties: Json) -> Made:
        """Subscribe."""
        given = picked(properties, *_SUBSCRIPTION_ATTRIBUTES)
        made = scope.client("sns").subscribe(
            **picked(properties, "Endpoint", "Protocol", "TopicArn"),
            Attributes={name: _text(value) for name, value in given.items()},
            ReturnSubscriptionArn=True,
        )
        return Made(made["SubscriptionArn"], {"Arn": made["SubscriptionArn"]})

    def update(self, scope: Scope, physical_id: str, before: Json, after: Json) -> Made:
        """Attributes that differ."""
        for name in _SUBSCRIPTION_ATTRIBUTES:
            if before.get(name) != after.get(name):
                value = _text(after.get(name, _SUBSCRIPTION_DEFAULTS.get(name, "")))
                scope.client("sns").set_subscription_attributes(
                    SubscriptionArn=physical_id, AttributeName=name, AttributeValue=value
                )
        return Made(physical_id, {"Arn": physical_id})

    def delete(self, scope: Scope, physical_id: str, properties: Json) -> None:
        """Unsubscribe."""
        scope.client("sns").unsubscribe(SubscriptionArn=physical_id)


class TopicPolicy(ResourceType):
    """The policy of topics."""

    name = "AWS::SNS::TopicPolicy"
    properties = Structure(
        {"PolicyDocument": JSON_TEXT, "Topics": TEXTS}, required=("PolicyDocument", "Topics")
    )
    attributes = frozenset({"Id"})

    def create(self, scope: Scope, properties: Json) -> Made:
        """SetTopicAttributes of each topic."""
        physical_id = scope.new_name()
        scope.initiated(physical_id)
        for arn in properties["Topics"]:
            _set_policy(scope.client("sns"), arn, properties["PolicyDocument"])
        return Made(physical_id, {"Id": physical_id})

    def update(self, scope: Scope, physical_id: str, before: Json, after: Json) -> Made:
        """SetTopicAttributes of each topic; those that left get SNS's default."""
        for arn in after["Topics"]:
            _set_policy(scope.client("sns"), arn, after["PolicyDocument"])
        for arn in set(before["Topics"]) - set(after["Topics"]):
            _set_policy(scope.client("sns"), arn, _default_policy(scope, arn))
        return Made(physical_id, {"Id": physical_id})

    def delete(self, scope: Scope, physical_id: str, properties: Json) -> None:
        """SetTopicAttributes of each topic, with SNS's default."""
        for arn in properties["Topics"]:
            _set_policy(scope.client("sns"), arn, _default_policy(scope, arn))


def _topics(sns: Any) -> Any:
    return sns.get_paginator("list_topics").paginate()


def _topic(arn: str) -> Made:
    return Made(arn, {"TopicArn": arn, "TopicName": arn.rpartition(":")[2]})


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _set_policy(sns: Any, arn: str, document: str) -> None:
    sns.set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=document)


def _default_policy(scope: Scope, arn: str) -> str:
    """The policy that a topic has without one of its own: the account may do everything."""
    actions = "AddPermission DeleteTopic GetTopicAttributes ListSubscriptionsByTopic Publish RemovePermission"
    statement = {
        "Sid": "__default_statement_ID",
        "Effect": "Allow",
        "Principal": {"AWS": "*"},
        "Action": [f"SNS:{name}" for name in (*actions.split(), "SetTopicAttributes", "Subscribe")],
        "Resource": arn,
        "Condition": {"StringEquals": {"AWS:SourceOwner": scope.account}},
    }
    return json.dumps({"Version": "2008-10-17", "Id": "__default_policy_ID", "Statement": [statement]})


def _settle_subscriptions(sns: Any, arn: str, before: Json, after: Json) -> None:
    old, new = before.get("Subscription", []), after.get("Subscription", [])
    for one in new:
        if one not in old:
            sns.subscribe(TopicArn=arn, **one)
    gone = [one for one in old if one not in new]
    if not gone:
        return
    for page in sns.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=arn):
        for found in page["Subscriptions"]:
            if picked(found, "Endpoint", "Protocol") in gone:
                sns.unsubscribe(SubscriptionArn=found["SubscriptionArn"])


TYPES: tuple[ResourceType, ...] = (Topic(), Subscription(), TopicPolicy())
