"""AWS::CloudWatch: alarms and dashboards."""

from __future__ import annotations

from emulator.cloudformation.resources.base import (
    AlreadyThere,
    Json,
    Made,
    ResourceType,
    Scope,
    settle_tags,
)
from emulator.cloudformation.resources.kinds import (
    BOOLEAN,
    INTEGER,
    NUMBER,
    TAGS,
    TEXT,
    TEXTS,
    ListOf,
    Structure,
)

_DIMENSIONS = ListOf(Structure({"Name": TEXT, "Value": TEXT}, required=("Name", "Value")))
_QUERY = Structure(
    {
        "AccountId": TEXT,
        "Expression": TEXT,
        "Id": TEXT,
        "Label": TEXT,
        "MetricStat": Structure(
            {
                "Metric": Structure({"Dimensions": _DIMENSIONS, "MetricName": TEXT, "Namespace": TEXT}),
                "Period": INTEGER,
                "Stat": TEXT,
                "Unit": TEXT,
            }
        ),
        "Period": INTEGER,
        "ReturnData": BOOLEAN,
    },
    required=("Id",),
)


class Alarm(ResourceType):
    """An alarm of one metric, or of an expression of several."""

    name = "AWS::CloudWatch::Alarm"
    properties = Structure(
        {
            "ActionsEnabled": BOOLEAN,
            "AlarmActions": TEXTS,
            "AlarmDescription": TEXT,
            "AlarmName": TEXT,
            "InsufficientDataActions": TEXTS,
            "OKActions": TEXTS,
            "Tags": TAGS,
            "ComparisonOperator": TEXT,
            "DatapointsToAlarm": INTEGER,
            "Dimensions": _DIMENSIONS,
            "EvaluateLowSampleCountPercentile": TEXT,
            "EvaluationPeriods": INTEGER,
            "ExtendedStatistic": TEXT,
            "MetricName": TEXT,
            "Metrics": ListOf(_QUERY),
            "Namespace": TEXT,
            "Period": INTEGER,
            "Statistic": TEXT,
            "Threshold": NUMBER,
            "ThresholdMetricId": TEXT,
            "TreatMissingData": TEXT,
            "Unit": TEXT,
        },
        required=("ComparisonOperator", "EvaluationPeriods"),
    )
    replaced_by = frozenset({"AlarmName"})
    named_by = "AlarmName"
    attributes = frozenset({"Arn"})

    def create(self, scope: Scope, properties: Json) -> Made:
        """PutMetricAlarm; fails if there is an alarm of this name."""
        name = _free_name(scope, properties)
        scope.client("cloudwatch").put_metric_alarm(**{**properties, "AlarmName": name})
        return _alarm(scope, name)

    def update(self, scope: Scope, physical_id: str, before: Json, after: Json) -> Made:
        """PutMetricAlarm, which forgets what it is not told, and its tags."""
        given = {name: value for name, value in after.items() if name != "Tags"}
        scope.client("cloudwatch").put_metric_alarm(**{**given, "AlarmName": physical_id})
        _settle_tags(scope, physical_id, before, after)
        return _alarm(scope, physical_id)

    def delete(self, scope: Scope, physical_id: str, properties: Json) -> None:
        """DeleteAlarms."""
        scope.client("cloudwatch").delete_alarms(AlarmNames=[physical_id])


class Dashboard(ResourceType):
    """A dashboard."""

    name = "AWS::CloudWatch::Dashboard"
    properties = Structure({"DashboardBody": TEXT, "DashboardName": TEXT}, required=("DashboardBody",))
    replaced_by = frozenset({"DashboardName"})
    named_by = "DashboardName"

    def create(self, scope: Scope, properties: Json) -> Made:
        """PutDashboard; fails if there is one of this name."""
        cloudwatch = scope.client("cloudwatch")
        name = properties.get("DashboardName") or scope.new_name()
        # not by GetDashboard: LocalStack's error for a missing one says that the request is wrong
        listed = cloudwatch.list_dashboards(DashboardNamePrefix=name)["DashboardEntries"]
        if any(entry["DashboardName"] == name for entry in listed):
            raise AlreadyThere(name)
        cloudwatch.put_dashboard(DashboardName=name, DashboardBody=properties["DashboardBody"])
        return Made(name)

    def update(self, scope: Scope, physical_id: str, before: Json, after: Json) -> Made:
        """PutDashboard."""
        scope.client("cloudwatch").put_dashboard(
            DashboardName=physical_id, DashboardBody=after["DashboardBody"]
        )
        return Made(physical_id)

    def delete(self, scope: Scope, physical_id: str, properties: Json) -> None:
        """DeleteDashboards."""
        scope.client("cloudwatch").delete_dashboards(DashboardNames=[physical_id])


def _free_name(scope: Scope, properties: Json) -> str:
    """The alarm's name; raises `AlreadyThere`, as putting it would change the existing alarm."""
    name: str = properties.get("AlarmName") or scope.new_name()
    found = scope.client("cloudwatch").describe_alarms(
        AlarmNames=[name], AlarmTypes=["MetricAlarm", "CompositeAlarm"]
    )
    if found.get("MetricAlarms") or found.get("CompositeAlarms"):
        raise AlreadyThere(name)
    return name


def _alarm(scope: Scope, name: str) -> Made:
    return Made(name, {"Arn": scope.arn("cloudwatch", f"alarm:{name}")})


def _settle_tags(scope: Scope, name: str, before: Json, after: Json) -> None:
    cloudwatch, arn = scope.client("cloudwatch"), scope.arn("cloudwatch", f"alarm:{name}")
    settle_tags(
        before,
        after,
        lambda keys: cloudwatch.untag_resource(ResourceARN=arn, TagKeys=keys),
        lambda tags: cloudwatch.tag_resource(ResourceARN=arn, Tags=tags),
    )


TYPES: tuple[ResourceType, ...] = (Alarm(), Dashboard())
