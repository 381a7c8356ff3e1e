"""Every call of a deployed stage, and every access of Athena for it, is allowed by the role that makes it; no
role may do what none of its mornings does, but for what is listed here with its reason."""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

import boto3
import pytest

from scripts.landing import snapshots_in
from tests.conftest import free_port
from tests.deploy.called import needs_of
from tests.deploy.faults import Faults
from tests.deploy.iam import Grant, Need, grants_of
from tests.deploy.stage import ENDS_WITHIN_SECONDS
from tests.scripts.conftest import CommandLine

ATHENA = "AWS's own list of what Athena asks for; the emulator's Athena has no need of it"
DELIVERS = "Step Functions sets up the delivery of the execution log with the machine's role"
RESULTS = "GetQueryResults reads the result in S3 on behalf of its caller; the emulator's has it in memory"
ABSENT = "S3 tells that a record is not there only to who may list: else the reason would be a refusal"
STOPPED = "asked of a run whose execution was stopped by hand"
OWN_END = "a function that fails notes that in its run's record"

DELIVERY_CALLS = (
    *("CreateLogDelivery", "GetLogDelivery", "UpdateLogDelivery", "DeleteLogDelivery", "ListLogDeliveries"),
    *("PutResourcePolicy", "DescribeResourcePolicies", "DescribeLogGroups"),
)

UNSEEN: dict[str, dict[tuple[str, str], str]] = {
    "purge": {("WhetherAnOwnerStillRuns", "states:DescribeExecution"): STOPPED},
    "publish": {("Results", "s3:GetObject"): RESULTS, ("RunsOnRecord", "s3:ListBucket"): ABSENT},
    "notify": {
        ("Results", "s3:GetObject"): RESULTS,
        ("Queries", "athena:GetQueryResults"): "the rows of a check that stopped a run",
    },
    "ingest": {
        ("Runs", "s3:GetObject"): OWN_END,
        ("Runs", "s3:PutObject"): OWN_END,
        ("Quarantine", "s3:GetObject"): "deliveries that an operator has put into quarantine",
    },
    "plan": {
        ("Quarantine", "s3:GetObject"): "deliveries that an operator has put into quarantine",
        ("Alerts", "sns:Publish"): "with OnMissingSource=continue, a day without a snapshot is told",
    },
    "catalog": {
        ("Statements", "s3:GetObject"): OWN_END,
        ("RunsOnRecord", "s3:ListBucket"): ABSENT,
        ("Tables", "glue:UpdateTable"): "a release that changes a view, or gives a table new columns",
        ("Tables", "glue:CreateDatabase"): "a database that somebody has deleted is made again",
    },
    "inpatient": {
        ("Queries", "athena:StopQueryExecution"): "an execution that is stopped stops its query",
        ("Queries", "athena:GetDataCatalog"): ATHENA,
        ("CatalogForAthena", "glue:GetDatabases"): ATHENA,
        ("CatalogForAthena", "glue:GetTables"): ATHENA,
        ("CatalogForAthena", "glue:BatchGetPartition"): ATHENA,
        ("PartitionsForAthena", "glue:CreatePartition"): ATHENA,
        ("WriteForAthena", "s3:AbortMultipartUpload"): ATHENA,
        ("WriteForAthena", "s3:ListMultipartUploadParts"): ATHENA,
        ("BucketsForAthena", "s3:ListBucketMultipartUploads"): ATHENA,
        **{("LogDelivery", f"logs:{call}"): DELIVERS for call in DELIVERY_CALLS},
    },
}
"""What roles may do and the recorded mornings do not show: statement and action, and why it is granted."""


def unseen(role: str) -> dict[tuple[str, str], str]:
    """The listed exceptions of a role; each function's role has those of its log."""
    log = "Lambda itself writes the log with the function's role"
    logs = {("Log", action): log for action in ("logs:CreateLogStream", "logs:PutLogEvents")}
    return UNSEEN.get(role, {}) | (logs if role not in ("inpatient", "schedule") else {})


ROLES = (
    *("claim", "catalog", "ingest", "plan", "publish", "purge", "notify", "watchdog"),
    *("inpatient", "schedule"),
)


@pytest.fixture(scope="module")
def wardlake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CommandLine]:
    """The command line with an emulator of its own, whose calls no other test makes."""
    endpoint = f"http://127.0.0.1:{free_port()}"
    command = CommandLine(tmp_path_factory.mktemp("permissions"), {"WARDLAKE_ENDPOINT_URL": endpoint})
    assert command("up").code == 0
    yield command
    command("down")


def clients_of(wardlake: CommandLine) -> Any:
    """boto3's clients of the emulator by their service."""
    made = boto3.Session(aws_access_key_id="test", aws_secret_access_key="test", region_name="eu-west-2")
    endpoint = wardlake.environment["WARDLAKE_ENDPOINT_URL"]
    return lambda service: made.client(service, endpoint_url=endpoint)


def recording(wardlake: CommandLine, method: str) -> list[dict[str, Any]]:
    url = f"{wardlake.environment['WARDLAKE_ENDPOINT_URL']}/_wardlake/calls"
    with urllib.request.urlopen(urllib.request.Request(url, method=method), timeout=30) as reply:
        return list(json.loads(reply.read())["calls"])


DAYS = 3


@pytest.fixture(scope="module")
def calls(wardlake: CommandLine) -> list[dict[str, Any]]:
    """What is called on good mornings and on bad ones."""
    assert wardlake("deploy", "--parameter", "KeepRuns=1").code == 0
    made = wardlake("synth", "--days", str(DAYS + 2), "--episodes", "25", "--seed", "7", "--land")
    assert made.code == 0, made.err
    recording(wardlake, "POST")
    said = wardlake("clock", "advance", f"{DAYS}d")
    assert said.code == 0, said.err
    live_bad_mornings(wardlake)
    return recording(wardlake, "DELETE")


def live_bad_mornings(wardlake: CommandLine) -> None:
    """Engines that die, a report that fails, a start that is refused, days with a broken file or none."""
    faults = Faults(wardlake.environment["WARDLAKE_ENDPOINT_URL"])
    faults.add(engine="kill", query=r"insert into \w+\.fact_spell_runs")
    assert "FAILED" in wardlake("clock", "advance", "1d").err
    faults.add(service="lambda", path=".*-notify/.*", error="AccessDeniedException", status=403, times=9)
    faults.add(engine="kill", query="faulty_values")
    assert "FAILED" in wardlake("clock", "advance", "1d").err
    faults.clear()
    faults.add(service="states", operation="StartExecution", error="AccessDeniedException", status=403)
    wardlake("clock", "advance", "1d")
    faults.clear()
    last = snapshots_in(wardlake.folder / "data" / "synthetic")[-1].day
    for days in (1, 2):
        broken = wardlake.folder / f"Episodes {last + timedelta(days=days):%d-%m-%Y}.csv"
        broken.write_text("this,is,no,extract\n")
        assert wardlake("land", str(broken)).code == 0
    assert "FAILED" in wardlake("clock", "advance", "1d").err
    live_a_first_morning_twice(wardlake, last - timedelta(days=1))


def live_a_first_morning_twice(wardlake: CommandLine, day: date) -> None:
    """Start a day by hand, two executions at once, where nobody has made the tables yet: as first on AWS."""
    clients = clients_of(wardlake)
    glue, states = clients("glue"), clients("stepfunctions")
    for level in ("bronze", "silver", "gold"):
        for table in glue.get_tables(DatabaseName=f"wardlake_dev_{level}")["TableList"]:
            glue.delete_table(DatabaseName=f"wardlake_dev_{level}", Name=table["Name"])
    machine = states.list_state_machines()["stateMachines"][0]["stateMachineArn"]
    started = [
        states.start_execution(stateMachineArn=machine, input=json.dumps({"as_of": str(day)}))
        for _ in range(2)
    ]
    deadline = time.monotonic() + ENDS_WITHIN_SECONDS
    while any(
        states.describe_execution(executionArn=one["executionArn"])["status"] == "RUNNING" for one in started
    ):
        assert time.monotonic() < deadline
        time.sleep(0.05)


@dataclass(frozen=True)
class Role:
    """What a role may do, and what it was seen to need."""

    grants: list[Grant]
    needs: list[Need]


@pytest.fixture(scope="module")
def roles(wardlake: CommandLine, calls: list[dict[str, Any]]) -> dict[str, Role]:
    """Each role of the stage by its short name, after the recorded mornings."""
    clients = clients_of(wardlake)
    iam, athena = clients("iam"), clients("athena")

    @cache
    def workgroup_of(query_id: str) -> str:
        found = athena.get_query_execution(QueryExecutionId=query_id)
        return str(found["QueryExecution"]["WorkGroup"])

    found = {}
    for role in ROLES:
        name = f"wardlake-dev-{role}"
        needs = [need for call in calls if call["role"] == name for need in needs_of(call, workgroup_of)]
        found[role] = Role(grants_of(iam, name), needs)
    return found


def test_every_call_was_made_by_a_role_of_the_stage_or_by_the_operator(calls: list[dict[str, Any]]) -> None:
    assert {call["role"] for call in calls} == {None, *(f"wardlake-dev-{role}" for role in ROLES)}
    assert {call["role"] for call in calls if call["via"] == "athena"} == {"wardlake-dev-inpatient"}


@pytest.mark.parametrize("role", ROLES)
def test_a_role_may_do_all_that_it_does(roles: dict[str, Role], role: str) -> None:
    lacking = {
        str(need) for need in roles[role].needs if not any(grant.allows(need) for grant in roles[role].grants)
    }
    assert roles[role].needs
    assert lacking == set()


@pytest.mark.parametrize("role", ROLES)
def test_a_role_may_do_nothing_that_it_does_not_do_but_what_is_listed(
    roles: dict[str, Role], role: str
) -> None:
    used, given = set(), set()
    for grant in roles[role].grants:
        given.add((grant.sid, grant.action))
        if any(grant.allows(need) for need in roles[role].needs):
            used.add((grant.sid, grant.action))
    assert given - used <= unseen(role).keys()
    assert unseen(role).keys() <= given  # nothing is excused that is not granted
