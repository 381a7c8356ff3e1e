"""Every call of a deployed stage, and every access of Athena for it, is allowed by the role that makes it; no
role may do what none of its mornings does, but for what is listed with its reason. The stage has a key of its
own, whose uses must be allowed too."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest

from tests.deploy.analysts import ANALYST, BEYOND, create_analyst, read_gold
from tests.deploy.bad_mornings import live_bad_mornings
from tests.deploy.called import ACCOUNT, REGION, needs_of
from tests.deploy.iam import Grant, Need, grants_in, grants_of, lacking
from tests.deploy.keys import Key, key_of
from tests.deploy.recording import clients_of, recorded, start_recording
from tests.deploy.unseen import unseen
from tests.scripts.conftest import CommandLine, own_emulator

ROLES = (
    *("claim", "catalog", "ingest", "plan", "publish", "purge", "notify", "watchdog"),
    *("inpatient", "schedule"),
)
DAYS = 3


@pytest.fixture(scope="module")
def wardlake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CommandLine]:
    """The command line with an emulator of its own, whose calls no other test makes."""
    with own_emulator(tmp_path_factory.mktemp("permissions")) as command:
        yield command


@pytest.fixture(scope="module")
def calls(wardlake: CommandLine) -> list[dict[str, Any]]:
    """What is called on good mornings, when an analyst reads gold after them, and on bad mornings."""
    said = wardlake("deploy", "--parameter", "KeepRuns=1", "--parameter", "CustomerKey=yes")
    assert said.code == 0, said.err
    made = wardlake("synth", "--days", str(DAYS + 2), "--episodes", "25", "--seed", "7", "--land")
    assert made.code == 0, made.err
    create_analyst(clients_of(wardlake)("iam"))
    start_recording(wardlake)
    said = wardlake("clock", "advance", f"{DAYS}d")
    assert said.code == 0, said.err
    read_gold(clients_of(wardlake, ANALYST))
    live_bad_mornings(wardlake)
    return recorded(wardlake)


@dataclass(frozen=True)
class Role:
    """What a role may do, and what it was seen to need."""

    grants: list[Grant]
    needs: list[Need]


@dataclass(frozen=True)
class Stage:
    """A deployed stage whose calls were recorded."""

    wardlake: CommandLine
    key: Key
    workgroup_of: Callable[[str], str]

    def role(self, name: str, calls: Iterable[dict[str, Any]]) -> Role:
        """A role and what its calls need, the key's uses among it."""
        made = [need for call in calls if call["role"] == name for need in needs_of(call, self.workgroup_of)]
        return Role(grants_of(clients_of(self.wardlake)("iam"), name), [*made, *self.key.needs(made)])

    def doing(self, role: str, act: Callable[[Any], None]) -> Role:
        """A role that does something by clients of its own."""
        start_recording(self.wardlake)
        act(clients_of(self.wardlake, role))
        return self.role(role, recorded(self.wardlake))


@pytest.fixture(scope="module")
def stage(wardlake: CommandLine, calls: list[dict[str, Any]]) -> Stage:
    clients = clients_of(wardlake)
    athena = clients("athena")

    @cache
    def workgroup_of(query_id: str) -> str:
        found = athena.get_query_execution(QueryExecutionId=query_id)
        return str(found["QueryExecution"]["WorkGroup"])

    return Stage(wardlake, key_of(clients, "dev"), workgroup_of)


@pytest.fixture(scope="module")
def roles(stage: Stage, calls: list[dict[str, Any]]) -> dict[str, Role]:
    """Each role of the stage by its short name, and an analyst's, after what was recorded."""
    found = {role: stage.role(f"wardlake-dev-{role}", calls) for role in ROLES}
    return found | {"analysts": stage.role(ANALYST, calls)}


def test_every_call_was_made_by_a_role_of_the_stage_an_analyst_or_the_operator(
    calls: list[dict[str, Any]],
) -> None:
    assert {call["role"] for call in calls} == {None, ANALYST, *(f"wardlake-dev-{role}" for role in ROLES)}
    assert {call["role"] for call in calls if call["via"] == "athena"} == {"wardlake-dev-inpatient", ANALYST}


@pytest.mark.parametrize("role", [*ROLES, "analysts"])
def test_a_role_may_do_all_that_it_does(roles: dict[str, Role], role: str) -> None:
    assert roles[role].needs
    assert lacking(roles[role].needs, roles[role].grants) == set()


@pytest.mark.parametrize("role", [*ROLES, "analysts"])
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


@pytest.mark.parametrize("what", BEYOND)
def test_an_analyst_may_not(stage: Stage, what: str) -> None:
    tried = stage.doing(ANALYST, BEYOND[what])
    assert tried.needs
    assert lacking(tried.needs, tried.grants)


def test_all_that_holds_data_or_tells_of_it_is_encrypted_with_the_stages_key(stage: Stage) -> None:
    assert {arn.rpartition(":")[2] for arn in stage.key.encrypted} == {
        *(f"wardlake-dev-{kind}-{ACCOUNT}" for kind in ("source", "lake", "artifacts")),
        "wardlake-dev-alerts",
        "wardlake-dev-dead-letters",
    }


def test_the_key_serves_the_account_its_alarms_and_its_logs_and_nobody_else(stage: Stage) -> None:
    clients = clients_of(stage.wardlake)
    document = json.loads(clients("kms").get_key_policy(KeyId=stage.key.arn, PolicyName="default")["Policy"])

    def allows(principal: dict[str, str], action: str, **context: str) -> bool:
        need = Need(action, stage.key.arn, {name.replace("_", ":"): value for name, value in context.items()})
        return any(grant.allows(need) for grant in grants_in(document, principal))

    assert allows({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "kms:Decrypt")
    assert not allows({"AWS": "arn:aws:iam::999999999999:root"}, "kms:Decrypt")
    alarms = {"Service": "cloudwatch.amazonaws.com"}
    assert allows(alarms, "kms:GenerateDataKey", aws_SourceAccount=ACCOUNT)
    assert not allows(alarms, "kms:GenerateDataKey", aws_SourceAccount="999999999999")
    for group in clients("logs").describe_log_groups()["logGroups"]:
        need = Need(
            "kms:GenerateDataKey",
            stage.key.arn,
            {"kms:EncryptionContext:aws:logs:arn": group["arn"].removesuffix(":*")},
        )
        logs = {"Service": f"logs.{REGION}.amazonaws.com"}
        assert any(grant.allows(need) for grant in grants_in(document, logs)), group["logGroupName"]
