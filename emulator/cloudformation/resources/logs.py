"""AWS::Logs: log groups and metric filters."""

from __future__ import annotations

from typing import Any

from emulator.cloudformation.resources.base import (
    AlreadyThere,
    Json,
    Made,
    ResourceType,
    Scope,
    picked,
    renamed,
    settle_tags,
    tag_map,
)
from emulator.cloudformation.resources.kinds import INTEGER, NUMBER, TAGS, TEXT, ListOf, Structure

_TRANSFORMATION = Structure(
    {
        "DefaultValue": NUMBER,
        "Dimensions": ListOf(Structure({"Key": TEXT, "Value": TEXT})),
        "MetricName": TEXT,
        "MetricNamespace": TEXT,
        "MetricValue": TEXT,
        "Unit": TEXT,
    },
    required=("MetricName", "MetricNamespace", "MetricValue"),
)


class LogGroup(ResourceType):
    """A log group."""

    name = "AWS::Logs::LogGroup"
    properties = Structure(
        {
            "KmsKeyId": TEXT,
            "LogGroupClass": TEXT,
            "LogGroupName": TEXT,
            "RetentionInDays": INTEGER,
            "Tags": TAGS,
        }
    )
    replaced_by = frozenset({"LogGroupName"})
    named_by = "LogGroupName"
    attributes = frozenset({"Arn"})

    def create(self, scope: Scope, properties: Json) -> Made:
        """CreateLogGroup, then its retention."""
        logs = scope.client("logs")
        name = properties.get("LogGroupName") or scope.new_name(512)
        more = renamed(properties, {"KmsKeyId": "kmsKeyId", "LogGroupClass": "logGroupClass"})
        if tags := tag_map(properties.get("Tags")):
            more["tags"] = tags
        logs.create_log_group(logGroupName=name, **more)
        scope.initiated(name)
        _settle_retention(logs, name, {}, properties)
        return _log_group(scope, name)

    def update(self, scope: Scope, physical_id: str, before: Json, after: Json) -> Made:
        """One call for each part that differs."""
        logs = scope.client("logs")
        _settle_retention(logs, physical_id, before, after)
        if before.get("KmsKeyId") != after.get("KmsKeyId"):
            if "KmsKeyId" in after:
                logs.associate_kms_key(logGroupName=physical_id, kmsKeyId=after["KmsKeyId"])
            else:
                logs.disassociate_kms_key(logGroupName=physical_id)
        arn = scope.arn("logs", f"log-group:{physical_id}")
        settle_tags(
            before,
            after,
            lambda keys: logs.untag_resource(resourceArn=arn, tagKeys=keys),
            lambda tags: logs.tag_resource(resourceArn=arn, tags=tag_map(tags)),
        )
        return _log_group(scope, physical_id)

    def delete(self, scope: Scope, physical_id: str, properties: Json) -> None:
        """DeleteLogGroup."""
        scope.client("logs").delete_log_group(logGroupName=physical_id)


class MetricFilter(ResourceType):
    """A filter that counts log events into a metric."""

    name = "AWS::Logs::MetricFilter"
    properties = Structure(
        {
            "FilterName": TEXT,
            "FilterPattern": TEXT,
            "LogGroupName": TEXT,
            "MetricTransformations": ListOf(_TRANSFORMATION),
        },
        required=("FilterPattern", "LogGroupName", "MetricTransformations"),
    )
    replaced_by = frozenset({"FilterName", "LogGroupName"})
    named_by = "FilterName"

    def create(self, scope: Scope, properties: Json) -> Made:
        """PutMetricFilter; fails if the log group has one of this name."""
        logs = scope.client("logs")
        name = properties.get("FilterName") or scope.new_name(512)
        group = properties["LogGroupName"]
        found = logs.describe_metric_filters(logGroupName=group, filterNamePrefix=name)["metricFilters"]
        if any(one["filterName"] == name for one in found):
            raise AlreadyThere(f"{group}|{name}")
        _put_filter(logs, name, properties)
        return Made(name)

    def update(self, scope: Scope, physical_id: str, before: Json, after: Json) -> Made:
        """DeleteMetricFilter, PutMetricFilter: where moto holds filters, putting alone would add a second."""
        logs = scope.client("logs")
        logs.delete_metric_filter(logGroupName=after["LogGroupName"], filterName=physical_id)
        _put_filter(logs, physical_id, after)
        return Made(physical_id)

    def delete(self, scope: Scope, physical_id: str, properties: Json) -> None:
        """DeleteMetricFilter."""
        scope.client("logs").delete_metric_filter(
            logGroupName=properties["LogGroupName"], filterName=physical_id
        )


def _log_group(scope: Scope, name: str) -> Made:
    return Made(name, {"Arn": scope.arn("logs", f"log-group:{name}:*")})


def _settle_retention(logs: Any, name: str, before: Json, after: Json) -> None:
    if before.get("RetentionInDays") == after.get("RetentionInDays"):
        return
    if "RetentionInDays" in after:
        logs.put_retention_policy(logGroupName=name, retentionInDays=after["RetentionInDays"])
    else:
        logs.delete_retention_policy(logGroupName=name)


def _put_filter(logs: Any, name: str, properties: Json) -> None:
    transformations = []
    for one in properties["MetricTransformations"]:
        names = {key: key[:1].lower() + key[1:] for key in one if key != "Dimensions"}
        found = renamed(picked(one, *names), names)
        if "Dimensions" in one:
            found["dimensions"] = tag_map(one["Dimensions"])
        transformations.append(found)
    logs.put_metric_filter(
        logGroupName=properties["LogGroupName"],
        filterName=name,
        filterPattern=properties["FilterPattern"],
        metricTransformations=transformations,
    )


TYPES: tuple[ResourceType, ...] = (LogGroup(), MetricFilter())
