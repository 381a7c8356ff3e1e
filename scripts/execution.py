"""Start the deployed state machine and follow its execution, step by step."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from pipeline.context import Context, Progress, StepEvent
from pipeline.manifest import Manifest, list_runs
from pipeline.run import RunOptions
from scripts.aws import endpoint_of, open_session
from scripts.errors import CliError, ExitCode
from scripts.explain import code_of
from scripts.looking import until
from scripts.output import warn
from scripts.settings import CliSettings

if TYPE_CHECKING:
    from types_boto3_athena import AthenaClient
    from types_boto3_stepfunctions import SFNClient
    from types_boto3_stepfunctions.type_defs import HistoryEventTypeDef


@dataclass(frozen=True)
class Ended:
    """How an execution ended: SUCCEEDED with its output, or FAILED, TIMED_OUT or ABORTED with error and
    cause."""

    arn: str
    status: str
    output: Mapping[str, Any]
    error: str
    cause: str


@dataclass(frozen=True)
class StateMachine:
    """A deployed state machine."""

    client: SFNClient
    athena: AthenaClient
    arn: str


def find_state_machine(settings: CliSettings, context: Context) -> StateMachine | None:
    """The stage's state machine; None where none is deployed."""
    client = open_session(settings).client("stepfunctions", endpoint_url=endpoint_of(settings))
    names = context.settings
    arn = f"arn:aws:states:{names.region}:{names.account}:stateMachine:wardlake-{names.stage}-inpatient"
    try:
        client.describe_state_machine(stateMachineArn=arn)
    except ClientError as error:
        if error.response["Error"]["Code"] == "StateMachineDoesNotExist":
            return None
        raise
    return StateMachine(client, context.athena, arn)


def run_deployed(
    machine: StateMachine, context: Context, as_of: date, options: RunOptions, progress: Progress
) -> Manifest:
    """Run one day by the state machine, and follow it to its end; the run's record.

    Raises:
        CliError: it was stopped, with the exit code of its cause, or another run has the day.
    """
    event = {"as_of": as_of, "accept_vanished": options.accept_vanished, "publish": options.publish}
    arn = start(machine, f"{as_of}-{context.now():%Y%m%dT%H%M%SZ}-{context.token()}", event)
    try:
        ended = follow(machine, arn, progress)
    except KeyboardInterrupt:
        # following ends with this process, the execution does not: it may publish yet
        warn(
            f"no longer following, but the execution goes on; `wardlake runs` shows how it ends, "
            f"`aws stepfunctions stop-execution --execution-arn {arn}` ends it"
        )
        raise
    manifest = next((run for run in list_runs(context) if run.owner == arn), None)
    if ended.status == "SUCCEEDED" and manifest:
        return manifest
    if ended.status == "SUCCEEDED":
        raise CliError(f"the run of {as_of} is claimed by another execution", ExitCode.BUSY)
    if manifest is None:
        raise CliError(f"execution {arn} {ended.status}: {ended.error}: {ended.cause}", ExitCode.UNEXPECTED)
    raise CliError(
        manifest.error or f"{ended.error}: {ended.cause}",
        code_of(manifest.error_kind),
        hint=f"`wardlake show {manifest.run_id}` lists its steps and findings",
    )


def start(machine: StateMachine, name: str, event: Mapping[str, object]) -> str:
    """Start an execution of that name; its ARN."""
    answer = machine.client.start_execution(
        stateMachineArn=machine.arn, name=name, input=json.dumps(event, default=str)
    )
    return answer["executionArn"]


def follow(
    machine: StateMachine, arn: str, progress: Progress, sleep: Callable[[float], None] = time.sleep
) -> Ended:
    """Tell the steps of an execution as they begin and end, until it has ended."""
    teller = _Teller(machine, arn, progress)

    def has_ended() -> Ended | None:
        # asked for before its events, so that the events of an execution that has ended are all there
        found = machine.client.describe_execution(executionArn=arn)
        teller.tell()
        if found["status"] == "RUNNING":
            return None
        output = json.loads(found.get("output") or "{}")
        return Ended(arn, found["status"], output, found.get("error", ""), found.get("cause", ""))

    return until(has_ended, sleep)


class _Teller:
    """Turns the history of one execution into the steps of its outermost states."""

    def __init__(self, machine: StateMachine, arn: str, progress: Progress) -> None:
        self._machine = machine
        self._arn = arn
        self._progress = progress
        definition = machine.client.describe_state_machine_for_execution(executionArn=arn)["definition"]
        self._states = json.loads(definition)["States"]
        self._told = 0
        self._entered: dict[str, datetime] = {}
        self._rows = 0
        self._bytes = 0

    def tell(self) -> None:
        """Tell what is new in the history."""
        for event in self._new_events():
            self._told = event["id"]
            if name := event.get("stateEnteredEventDetails", {}).get("name"):
                self._enter(name, event)
            elif name := event.get("stateExitedEventDetails", {}).get("name"):
                self._exit(name, event)
            elif output := event.get("taskSucceededEventDetails", {}).get("output"):
                self._count(json.loads(output))

    def _new_events(self) -> Iterator[HistoryEventTypeDef]:
        pages = self._machine.client.get_paginator("get_execution_history").paginate(executionArn=self._arn)
        for page in pages:
            yield from (event for event in page["events"] if event["id"] > self._told)

    def _enter(self, name: str, event: HistoryEventTypeDef) -> None:
        if self._is_step(name):
            self._entered[name] = event["timestamp"]
            self._rows = self._bytes = 0
            self._progress(StepEvent(name))

    def _exit(self, name: str, event: HistoryEventTypeDef) -> None:
        if name in self._entered:
            seconds = (event["timestamp"] - self._entered.pop(name)).total_seconds()
            self._progress(StepEvent(name, seconds, rows=self._rows, bytes_scanned=self._bytes))

    def _count(self, output: Mapping[str, Any]) -> None:
        """Add what a query of the step under way has read and written."""
        query = output.get("QueryExecution")
        if not isinstance(query, Mapping):
            return
        self._bytes += query.get("Statistics", {}).get("DataScannedInBytes", 0)
        if query.get("SubstatementType") == "INSERT":
            answer = self._machine.athena.get_query_results(QueryExecutionId=query["QueryExecutionId"])
            self._rows += answer["UpdateCount"]

    def _is_step(self, name: str) -> bool:
        """Whether a state is one of the outermost ones and does something."""
        return self._states.get(name, {}).get("Type") in ("Task", "Map", "Parallel")
