"""A stage with its functions and state machine, and what a test does with it."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3

from pipeline.context import Context
from pipeline.settings import Settings
from scripts.deployment import DEFINITION
from scripts.packaging import build_package
from tests.pipeline.hospital import Hospital, day
from tests.pipeline.inbox import Inbox, inbox_of

if TYPE_CHECKING:
    from types_boto3_stepfunctions import SFNClient

FUNCTIONS = ("claim", "catalog", "ingest", "plan", "publish", "purge", "notify")
ROLE = "arn:aws:iam::123456789012:role/wardlake"
LAYER = "arn:aws:lambda:eu-west-2:336392948345:layer:AWSSDKPandas-Python312:16"
ENDS_WITHIN_SECONDS = 600


@dataclass(frozen=True)
class Ended:
    """How an execution ended, and every event of it as JSON texts."""

    arn: str
    status: str
    output: dict[str, Any]
    error: str
    cause: str
    history: tuple[str, ...]

    @property
    def entered(self) -> list[str]:
        """The states that were entered, in order."""
        names = (re.search(r'"stateEnteredEventDetails": \{"name": "([^"]+)"', item) for item in self.history)
        return [name[1] for name in names if name]


@dataclass(frozen=True)
class Stage:
    """A hospital whose day is run by a state machine."""

    hospital: Hospital
    states: SFNClient
    machine: str
    inbox: Inbox

    @property
    def context(self) -> Context:
        """The hospital's connection."""
        return self.hospital.context

    @property
    def settings(self) -> Settings:
        """The hospital's settings."""
        return self.context.settings

    def start(self, number: int | None = None, **given: Any) -> str:
        """Start an execution for a day of January, or with any input; its ARN."""
        value = {"as_of": str(day(number)), **given} if number else given
        return self.states.start_execution(stateMachineArn=self.machine, input=json.dumps(value))[
            "executionArn"
        ]

    def end(self, arn: str) -> Ended:
        """Wait for an execution's end."""
        deadline = time.monotonic() + ENDS_WITHIN_SECONDS
        while (found := self.states.describe_execution(executionArn=arn))["status"] == "RUNNING":
            assert time.monotonic() < deadline, f"{arn} does not end"
            time.sleep(0.02)
        pages = self.states.get_paginator("get_execution_history").paginate(executionArn=arn)
        events = (json.dumps(event, default=str) for page in pages for event in page["events"])
        return Ended(
            arn,
            found["status"],
            json.loads(found.get("output") or "{}"),
            found.get("error", ""),
            found.get("cause", ""),
            tuple(events),
        )

    def run(self, number: int | None = None, **given: Any) -> Ended:
        """Start an execution and wait for its end."""
        return self.end(self.start(number, **given))

    def published(self) -> str | None:
        """The run that readers see."""
        return self.hospital.query("select run_id from current_run")[0]["run_id"]


def deployed(session: boto3.Session, hospital: Hospital, **environment: str) -> Stage:
    """Give a hospital its functions, with these variables beside the needed ones, and its state machine."""
    settings = hospital.context.settings
    body = build_package().body
    variables = {"WARDLAKE_STAGE": settings.stage, "WARDLAKE_ACCOUNT": settings.account, **environment}
    given = {"Workgroup": settings.workgroup, "AlertTopicArn": settings.alert_topic_arn}
    functions = session.client("lambda")
    for name in FUNCTIONS:
        made = functions.create_function(
            FunctionName=f"wardlake-{settings.stage}-{name}",
            Runtime="python3.12",
            Handler=f"pipeline.handlers.{name}.handler",
            Role=ROLE,
            Code={"ZipFile": body},
            Timeout=60,
            Environment={"Variables": variables},
            Layers=[LAYER] if name in ("ingest", "plan") else [],
        )
        given[f"{name.capitalize()}FunctionArn"] = made["FunctionArn"]
    definition = re.sub(r"\$\{(\w+)\}", lambda match: given[match[1]], Path(DEFINITION).read_text())
    states = session.client("stepfunctions")
    machine = states.create_state_machine(name=machine_name(settings), definition=definition, roleArn=ROLE)
    return Stage(hospital, states, machine["stateMachineArn"], inbox_of(session, hospital.context))


def machine_name(settings: Settings) -> str:
    """What a stage's state machine is called."""
    return f"wardlake-{settings.stage}-inpatient"


def texts_in(ended: Ended) -> Iterator[str]:
    """Everything that an operator can read of an execution."""
    yield from (ended.error, ended.cause, json.dumps(ended.output), *ended.history)
