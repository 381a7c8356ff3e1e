"""deploy/inpatient.asl.json as text: what every state must have, and what none may."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser

from pipeline.ddl import read_tables
from pipeline.settings import SQL_ROOT
from scripts.deployment import DEFINITION

TEXT = DEFINITION.read_text(encoding="utf-8")
MACHINE: dict[str, Any] = json.loads(TEXT)
STATES: dict[str, dict[str, Any]] = MACHINE["States"]

SUBSTITUTIONS = {
    "ClaimFunctionArn",
    "CatalogFunctionArn",
    "IngestFunctionArn",
    "PlanFunctionArn",
    "PublishFunctionArn",
    "PurgeFunctionArn",
    "NotifyFunctionArn",
    "Workgroup",
    "AlertTopicArn",
}

WORTH_REPEATING = {
    "lambda": {
        "Lambda.ServiceException",
        "Lambda.AWSLambdaException",
        "Lambda.SdkClientException",
        "Lambda.TooManyRequestsException",
    },
    "athena": {"Athena.TooManyRequestsException", "Athena.InternalServerException"},
    "aws-sdk": {"S3.SdkClientException", "S3.S3Exception"},
    "sns": {"SNS.InternalErrorException", "SNS.ThrottledException"},
}
"""A start that was throttled or that the service failed, by the service: none of them is a failed query."""

FAILURE_PATH = ["Report failure", "Alert without a report", "Failed"]


def all_states(states: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, state in states.items():
        yield name, state
        if "ItemProcessor" in state:
            yield from all_states(state["ItemProcessor"]["States"])


TASKS = {name: state for name, state in all_states(STATES) if state["Type"] == "Task"}
STEPS = {name: state for name, state in STATES.items() if state["Type"] in ("Task", "Map")}


def test_the_language_accepts_it() -> None:
    AmazonStateLanguageParser.parse(TEXT)
    assert MACHINE["QueryLanguage"] == "JSONata"


def test_every_state_has_a_name_of_its_own() -> None:
    names = [name for name, _ in all_states(STATES)]
    assert len(names) == len(set(names))
    assert max(map(len, names)) <= 80


def test_it_names_no_table() -> None:
    names = {name for table in read_tables(SQL_ROOT) for name in (table.name, table.stored_name)}
    assert not names & set(re.findall(r"\w+", TEXT))


def test_it_is_given_these_names_and_no_others() -> None:
    assert set(re.findall(r"\$\{(\w+)\}", TEXT)) == SUBSTITUTIONS


@pytest.mark.parametrize("name", sorted(set(STEPS) - set(FAILURE_PATH) - {"Purge"}))
def test_a_failure_of_any_step_is_reported(name: str) -> None:
    (catch,) = STEPS[name]["Catch"]
    assert catch["ErrorEquals"] == ["States.ALL"]
    assert catch["Next"] == "Report failure"
    failure = catch["Assign"]["failure"]
    assert failure["step"]
    assert failure["error"] == "{% $states.errorOutput %}"


def test_a_purge_that_fails_does_not_undo_the_day() -> None:
    (catch,) = STATES["Purge"]["Catch"]
    assert (catch["Next"], list(catch["Assign"])) == ("Report success", ["purge_failure"])


def test_the_failure_path_ends_in_one_readable_failure() -> None:
    report, alert, failed = (STATES[name] for name in FAILURE_PATH)
    assert (report["Next"], report["Catch"][0]["Next"]) == ("Failed", "Alert without a report")
    assert (alert["Next"], alert["Catch"][0]["Next"]) == ("Failed", "Failed")
    assert failed == {"Type": "Fail", "Error": "{% $report.error %}", "Cause": "{% $report.cause %}"}
    assert [name for name, state in all_states(STATES) if state["Type"] == "Fail"] == ["Failed"]


@pytest.mark.parametrize("name", sorted(TASKS))
def test_a_task_is_bounded_and_repeats_only_what_never_began(name: str) -> None:
    task = TASKS[name]
    assert 0 < task["TimeoutSeconds"] <= 1800
    (retry,) = task["Retry"]
    service = task["Resource"].split(":::")[1].split(":")[0]
    assert set(retry["ErrorEquals"]) == WORTH_REPEATING[service]
    assert retry["JitterStrategy"] == "FULL"
    assert retry["MaxDelaySeconds"] <= 30


def test_what_a_check_found_is_read_as_far_as_its_sum_and_no_further() -> None:
    reads = [task for task in TASKS.values() if task["Resource"].endswith("athena:getQueryResults")]
    assert len(reads) == 4
    assert {task["Arguments"]["MaxResults"] for task in reads} == {2}, "the header and the row that sums up"
