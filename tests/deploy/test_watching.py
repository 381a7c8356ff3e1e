"""The dashboard and the alarms of deploy/template.yaml: a metric that is misspelt only stays empty."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from cfnlint import decode

from scripts.costs import ALARMS
from scripts.deployment import TEMPLATE

STATES: set[tuple[str, ...]] = {("StateMachineArn",)}
SCHEDULES: set[tuple[str, ...]] = {("ScheduleGroup",)}
PUBLISHED: dict[tuple[str, str], set[tuple[str, ...]]] = {
    ("AWS/States", "ExecutionsSucceeded"): STATES,
    ("AWS/States", "ExecutionsFailed"): STATES,
    ("AWS/States", "ExecutionsAborted"): STATES,
    ("AWS/States", "ExecutionTime"): STATES,
    ("AWS/Scheduler", "InvocationAttemptCount"): SCHEDULES,
    ("AWS/Scheduler", "TargetErrorCount"): SCHEDULES,
    ("AWS/Scheduler", "InvocationDroppedCount"): SCHEDULES,
    ("AWS/Scheduler", "InvocationsFailedToBeSentToDeadLetterCount"): SCHEDULES,
    ("AWS/SQS", "ApproximateNumberOfMessagesVisible"): {("QueueName",)},
    ("AWS/Athena", "TotalExecutionTime"): {("QueryState", "QueryType", "WorkGroup")},
    ("AWS/Athena", "ProcessedBytes"): {("WorkGroup",), ("QueryState", "QueryType", "WorkGroup")},
    ("AWS/Lambda", "Errors"): {("FunctionName",), ()},
    ("AWS/Lambda", "Throttles"): {("FunctionName",), ()},
    ("Wardlake", "PublishedAgeDays"): {("Stage", "Step")},
}
"""What is published, and with which dimensions, from what each service's guide says of CloudWatch."""


@pytest.fixture(scope="module")
def resources() -> dict[str, Any]:
    template, _ = decode.decode_str(TEMPLATE.read_text())
    assert template
    return dict(template["Resources"])


@pytest.fixture(scope="module")
def widgets(resources: dict[str, Any]) -> list[dict[str, Any]]:
    body = json.loads(resources["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"])
    return [{"type": widget["type"], **widget["properties"]} for widget in body["widgets"]]


def spelt_out(metrics: Iterable[list[Any]]) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Namespace, name and dimensions of a widget's metrics: "." is as before, "..." all but the last."""
    before: list[str] = []
    for metric in metrics:
        given = [item for item in metric if isinstance(item, str)]
        if given[0] == "...":
            given = before[: 1 - len(given)] + given[1:]
        names = [old if new == "." else new for new, old in zip(given, [*before, *given], strict=False)]
        before = names
        yield names[0], names[1], dict(zip(names[2::2], names[3::2], strict=True))


def test_each_metric_that_the_dashboard_shows_is_published(widgets: list[dict[str, Any]]) -> None:
    shown = [metric for widget in widgets for metric in spelt_out(widget.get("metrics", []))]
    assert len(shown) > 20
    for namespace, name, dimensions in shown:
        assert tuple(sorted(dimensions)) in PUBLISHED[namespace, name], (namespace, name)


def test_each_metric_that_an_alarm_watches_is_published(resources: dict[str, Any]) -> None:
    for name, resource in resources.items():
        if resource["Type"] == "AWS::CloudWatch::Alarm":
            watched = resource["Properties"]
            dimensions = tuple(sorted(item["Name"] for item in watched["Dimensions"]))
            assert dimensions in PUBLISHED[watched["Namespace"], watched["MetricName"]], name


def test_the_dashboard_shows_every_alarm_and_the_costs_count_them(
    resources: dict[str, Any], widgets: list[dict[str, Any]]
) -> None:
    alarms = {name for name, item in resources.items() if item["Type"] == "AWS::CloudWatch::Alarm"}
    (shown,) = (widget["alarms"] for widget in widgets if widget["type"] == "alarm")
    assert set(shown) == {f"${{{name}.Arn}}" for name in alarms}
    assert len(alarms) == ALARMS


def test_the_dashboard_shows_errors_of_every_function(
    resources: dict[str, Any], widgets: list[dict[str, Any]]
) -> None:
    functions = {name for name, item in resources.items() if item["Type"] == "AWS::Lambda::Function"}
    shown = {
        dimensions["FunctionName"]
        for widget in widgets
        for _, name, dimensions in spelt_out(widget.get("metrics", []))
        if name == "Errors"
    }
    assert shown == {f"${{{name}}}" for name in functions}
