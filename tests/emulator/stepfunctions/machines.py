"""State machines for the tests: made from a few states, run to their end, with their history."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types_boto3_stepfunctions.client import SFNClient

ROLE = "arn:aws:iam::123456789012:role/machines"
WAITS_SECONDS = 60

State = dict[str, Any]


def jsonata(states: dict[str, State], **more: Any) -> State:
    """A JSONata definition that starts at the first of the states."""
    return {"QueryLanguage": "JSONata", "StartAt": next(iter(states)), "States": states, **more}


def jsonpath(states: dict[str, State], **more: Any) -> State:
    """A JSONPath definition that starts at the first of the states."""
    return {"StartAt": next(iter(states)), "States": states, **more}


@dataclass(frozen=True)
class Ended:
    """An execution that has ended; output as JSON's value."""

    arn: str
    status: str
    output: Any
    error: str | None
    cause: str | None
    description: dict[str, Any]


@dataclass
class Machines:
    """Makes state machines with names of their own, and runs them."""

    client: SFNClient
    made: list[str] = field(default_factory=list)

    def make(self, definition: State | str, **more: Any) -> str:
        """Make one; gives its ARN."""
        text = definition if isinstance(definition, str) else json.dumps(definition)
        name = f"machine-{uuid.uuid4().hex[:12]}"
        answer = self.client.create_state_machine(name=name, definition=text, roleArn=ROLE, **more)
        self.made.append(answer["stateMachineArn"])
        return answer["stateMachineArn"]

    def start(self, arn: str, given: Any = None, **more: Any) -> str:
        """Start an execution; gives its ARN."""
        text = json.dumps({} if given is None else given)
        return self.client.start_execution(stateMachineArn=arn, input=text, **more)["executionArn"]

    def end_of(self, arn: str) -> Ended:
        """Wait for the end of an execution."""
        wait_until(lambda: self.client.describe_execution(executionArn=arn)["status"] != "RUNNING")
        found: dict[str, Any] = dict(self.client.describe_execution(executionArn=arn))
        output = json.loads(found["output"]) if "output" in found else None
        return Ended(arn, found["status"], output, found.get("error"), found.get("cause"), found)

    def run(self, definition: State | str, given: Any = None) -> Ended:
        """Make a state machine, or take one by its ARN, and run it once."""
        is_arn = isinstance(definition, str) and definition.startswith("arn:")
        return self.end_of(self.start(str(definition) if is_arn else self.make(definition), given))

    def events(self, arn: str, **more: Any) -> list[dict[str, Any]]:
        """The history of an execution."""
        return [
            dict(event) for event in self.client.get_execution_history(executionArn=arn, **more)["events"]
        ]

    def kinds(self, arn: str) -> list[str]:
        """The types of an execution's events."""
        return [event["type"] for event in self.events(arn)]

    def delete_all(self) -> None:
        """Delete what was made."""
        for arn in self.made:
            self.client.delete_state_machine(stateMachineArn=arn)


def wait_until(condition: Callable[[], bool]) -> None:
    """Wait for a condition; fails when it does not come."""
    end = time.monotonic() + WAITS_SECONDS
    while not condition():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.002)
