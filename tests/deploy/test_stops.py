"""What stops a run on purpose is told by the state machine as by the direct walk, and no value of the data is
in anything that operators read but the findings."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest

from pipeline.manifest import read_findings, read_manifest
from scripts.packaging import ROOT, build_package
from tests.deploy.stage import FUNCTIONS, Ended, Stage, deployed, texts_in
from tests.pipeline.hospital import HEADERS, Cells, Hospital, episode, extract

SECRET = "Featherstonehaugh"

OF_ONE_RUN = ("run_id", "execution", "where", "query_id")
"""What the alerts of two runs may differ in."""


def active(count: int) -> list[Cells]:
    return [episode(f"E{number}", f"S{number}", f"P{number}", surname=SECRET) for number in range(count)]


def nothing(stage: Stage, number: int) -> None:
    pass


def empty(stage: Stage, number: int) -> None:
    stage.hospital.deliver(number)


def refused(stage: Stage, number: int) -> None:
    cut = extract(active(3), [header for header in HEADERS if header != "ward"])
    stage.hospital.deliver_bytes(f"Episodes {number:02}-01-2026.csv", cut)


def bad_values(stage: Stage, number: int) -> None:
    stage.hospital.deliver(number, *active(50), episode("E99", surname=SECRET, dob=f"born {SECRET}"))


def vanished(stage: Stage, number: int) -> None:
    stage.hospital.deliver(number, *active(5))


CASES: dict[str, tuple[Callable[[Stage, int], None], str, str]] = {
    "nothing-delivered": (nothing, "missing_snapshot", "SourceMissing"),
    "no-rows": (empty, "empty_source", "SourceEmpty"),
    "a-column-missing": (refused, "refused_source", "SourceRefused"),
    "a-bad-date": (bad_values, "bad_values", "BadValues"),
    "most-rows-gone": (vanished, "vanished_rows", "VanishedRows"),
}


@dataclass
class Days:
    """The days of January, each used once: a day that is stopped stops later ones, so they are lived
    backwards, after the first, which is the one to compare with.
    """

    left: list[int]


@pytest.fixture(scope="module")
def days() -> Days:
    return Days(list(range(2, 20)))


@pytest.fixture(scope="module")
def stage(aws_session: boto3.Session, new_hospital: Callable[[], Hospital]) -> Stage:
    """A stage with one morning of fifty active episodes behind it."""
    stage = deployed(aws_session, new_hospital())
    stage.hospital.deliver(1, *active(50))
    first = stage.run(1)
    assert first.status == "SUCCEEDED", first.cause
    return stage


@pytest.mark.parametrize("case", CASES)
def test_a_stop_is_told_as_the_direct_walk_tells_it(
    stage: Stage, aws_session: boto3.Session, days: Days, case: str
) -> None:
    deliver, kind, error = CASES[case]
    number, published = days.left.pop(), stage.published()
    deliver(stage, number)
    ended = stage.run(number)
    (alert,) = stage.inbox()
    stopped = stage.hospital.stopped(number)
    (walked,) = stage.inbox()
    assert (ended.status, ended.error, alert["kind"]) == ("FAILED", error, kind)
    assert not_told(aws_session, stage, ended, SECRET)
    assert without_ids(alert) == without_ids(walked)
    assert (alert["published"], stage.published()) == (published, published)
    assert read_findings(stage.context, alert["run_id"]) == stopped.findings
    ours, theirs = (read_manifest(stage.context, item["run_id"]) for item in (alert, walked))
    for name in ("status", "failed_step", "error_kind", "error", "findings", "inputs"):
        assert getattr(ours, name) == getattr(theirs, name), name
    assert [step.name for step in ours.steps] == [step.name for step in theirs.steps]
    assert {item.name for item in ours.statements} == {item.name for item in theirs.statements}


def without_ids(alert: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in alert.items() if name not in OF_ONE_RUN}


def not_told(session: boto3.Session, stage: Stage, ended: Ended, secret: str) -> bool:
    """Whether a value of the data is in nothing of an execution, nor in any log of the functions."""
    return not any(secret in text for text in (*texts_in(ended), *log_lines(session, stage)))


def log_lines(session: boto3.Session, stage: Stage) -> Iterator[str]:
    """What the functions of a stage have logged."""
    logs = session.client("logs")
    for name in FUNCTIONS:
        group = f"/aws/lambda/wardlake-{stage.settings.stage}-{name}"
        lines = [
            event["message"]
            for page in logs.get_paginator("filter_log_events").paginate(logGroupName=group)
            for event in page["events"]
        ]
        assert lines
        yield from lines


@pytest.fixture
def broken_sql(stage: Stage, aws_session: boto3.Session, tmp_path: Path) -> Iterator[Path]:
    """The statements of a stage's plan with a fault in one: no ward is built."""
    for folder in ("pipeline", "sql"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    ward = tmp_path / "sql" / "gold" / "dim_ward.sql"
    ward.write_text(ward.read_text().replace("where recency = 1", "where recency = 9"))
    functions, name = aws_session.client("lambda"), f"wardlake-{stage.settings.stage}-plan"
    functions.update_function_code(FunctionName=name, ZipFile=build_package(tmp_path).body)
    yield tmp_path / "sql"
    functions.update_function_code(FunctionName=name, ZipFile=build_package().body)


def test_a_failed_audit_is_told_with_its_count_and_its_rows_only_in_the_findings(
    stage: Stage, aws_session: boto3.Session, days: Days, broken_sql: Path
) -> None:
    number, published = days.left.pop(), stage.published()
    stage.hospital.deliver(number, *active(50), episode("E98", "S98", "P98", ward="WPRIVATE"))
    ended = stage.run(number)
    (alert,) = stage.inbox()
    stopped = stage.hospital.with_settings(sql_root=broken_sql).stopped(number)
    (walked,) = stage.inbox()
    assert (ended.error, alert["kind"], alert["step"]) == ("AuditFailed", "failed_audit", "audit gold")
    assert without_ids(alert) == without_ids(walked)
    assert alert["query_id"] in ended.cause
    assert stage.published() == published
    findings = read_findings(stage.context, alert["run_id"])
    assert findings == stopped.findings
    assert "WPRIVATE" in {finding.value for finding in findings}
    assert not_told(aws_session, stage, ended, "WPRIVATE")


def test_a_missing_snapshot_is_told_and_the_run_goes_on_where_the_settings_say_so(
    aws_session: boto3.Session, stage: Stage, days: Days
) -> None:
    name, number = f"wardlake-{stage.settings.stage}-plan", days.left.pop()
    functions = aws_session.client("lambda")
    before = functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
    going_on = before | {"WARDLAKE_ON_MISSING_SOURCE": "continue"}
    functions.update_function_configuration(FunctionName=name, Environment={"Variables": going_on})
    ended = stage.run(number)
    functions.update_function_configuration(FunctionName=name, Environment={"Variables": before})
    assert ended.output["outcome"] == "published"
    assert [alert["kind"] for alert in stage.inbox()] == ["missing_snapshot"]


def test_many_vanished_rows_are_accepted_when_the_operator_says_so(stage: Stage, days: Days) -> None:
    number = days.left.pop()
    vanished(stage, number)
    ended = stage.run(number, accept_vanished=True)
    guard = read_manifest(stage.context, ended.output["run_id"]).guard
    assert guard and (guard.active, guard.vanished, guard.is_accepted) == (50, 45, True)
