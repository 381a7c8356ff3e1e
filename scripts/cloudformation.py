"""One CloudFormation stack: its state, its change sets, and what happens while one is executed."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from scripts.errors import CliError, ExitCode

if TYPE_CHECKING:
    from types_boto3_cloudformation import CloudFormationClient
    from types_boto3_cloudformation.literals import ChangeSetTypeType
    from types_boto3_cloudformation.type_defs import ParameterTypeDef, StackEventTypeDef, StackTypeDef

FIRST_LOOK_SECONDS = 0.02
LONGEST_LOOK_SECONDS = 3.0
_NO_CHANGES = ("didn't contain changes", "No updates are to be performed")


@dataclass(frozen=True)
class Template:
    """What is to be deployed: a template's text and its parameters."""

    body: str
    parameters: Mapping[str, str]


@dataclass(frozen=True)
class Change:
    """One change of a resource; replacement is True, False, Conditional or nothing."""

    action: str
    logical_id: str
    type: str
    replacement: str


@dataclass(frozen=True)
class Event:
    """One thing that happened to a resource."""

    id: str
    logical_id: str
    type: str
    status: str
    reason: str

    @property
    def is_failure(self) -> bool:
        """Whether it says that something went wrong, and not only that this was stopped with it."""
        return self.status.endswith("FAILED") and "cancelled" not in self.reason


class StackFailed(CliError):
    """A stack did not come to the state that was asked for."""

    def __init__(self, name: str, status: str, failures: list[Event]) -> None:
        lines = "".join(f"\n  {event.logical_id} ({event.type}): {event.reason}" for event in failures)
        super().__init__(
            f"stack {name} ended as {status}{lines}",
            ExitCode.UNEXPECTED,
            hint="what was there before is as it was; mend the cause and deploy again",
        )


class Stack:
    """A stack by its name, through a CloudFormation client; sleep waits so many seconds."""

    def __init__(
        self, client: CloudFormationClient, name: str, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._client = client
        self.name = name
        self._sleep = sleep

    def describe(self) -> StackTypeDef | None:
        """The stack as CloudFormation has it; None when there is none."""
        try:
            return self._client.describe_stacks(StackName=self.name)["Stacks"][0]
        except ClientError as error:
            if "does not exist" in error.response["Error"]["Message"]:
                return None
            raise

    @property
    def status(self) -> str | None:
        """Its status; None when there is none, or only a change set that was never executed."""
        found = self.describe()
        return found["StackStatus"] if found and found["StackStatus"] != "REVIEW_IN_PROGRESS" else None

    def outputs(self) -> dict[str, str]:
        """Its outputs by key."""
        found = self.describe()
        items = found.get("Outputs", []) if found else []
        return {item["OutputKey"]: item["OutputValue"] for item in items}

    def parameters(self) -> dict[str, str]:
        """The values that its parameters have; none when there is no stack."""
        found = self.describe()
        items = found.get("Parameters", []) if found else []
        return {item["ParameterKey"]: item["ParameterValue"] for item in items}

    def propose(self, template: Template, name: str) -> list[Change]:
        """Make a change set under that name; what it would change, nothing if that is nothing.

        Raises:
            CliError: CloudFormation does not accept the template or the parameters.
        """
        kind: ChangeSetTypeType = "UPDATE" if self.status else "CREATE"
        self._client.create_change_set(
            StackName=self.name,
            ChangeSetName=name,
            ChangeSetType=kind,
            TemplateBody=template.body,
            Parameters=self._parameters(template),
            Capabilities=["CAPABILITY_NAMED_IAM"],
            # what an earlier stack of this name left behind, its buckets and databases, is taken over
            ImportExistingResources=True,
        )
        for _ in self._looks():
            found = self._client.describe_change_set(StackName=self.name, ChangeSetName=name)
            if found["Status"] == "CREATE_COMPLETE":
                return self._changes(name)
            if found["Status"] == "FAILED":
                return self._refused(name, found.get("StatusReason", "no reason was given"))
        raise AssertionError("unreachable: looking never ends")

    def execute(self, change_set: str, say: Callable[[Event], None]) -> None:
        """Execute a change set to its end, telling each event.

        Raises:
            StackFailed: it was rolled back.
        """
        seen = {event.id for event in self._events()} if self.status else set()
        self._client.execute_change_set(StackName=self.name, ChangeSetName=change_set)
        status, events = self._follow(seen, say)
        if status not in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
            raise StackFailed(self.name, status or "deleted", [item for item in events if item.is_failure])

    def delete(self, say: Callable[[Event], None]) -> None:
        """Delete the stack, telling each event; what it retains stays.

        Raises:
            StackFailed: something could not be deleted.
        """
        found = self.describe()
        if found is None:
            return
        by_id = Stack(self._client, found["StackId"], self._sleep)  # a deleted stack is found by its id only
        seen = {event.id for event in by_id._events()}
        self._client.delete_stack(StackName=self.name)
        status, events = by_id._follow(seen, say)
        if status != "DELETE_COMPLETE":
            raise StackFailed(self.name, status or "unknown", [event for event in events if event.is_failure])

    def _parameters(self, template: Template) -> list[ParameterTypeDef]:
        """The template's parameters: as given, or as the stack has them, or else left to their defaults."""
        given = template.parameters
        wanted: list[ParameterTypeDef] = [
            {"ParameterKey": key, "ParameterValue": value} for key, value in given.items()
        ]
        found = self.describe() if self.status else None
        known = self._client.get_template_summary(TemplateBody=template.body)["Parameters"]
        there = {item["ParameterKey"] for item in (found.get("Parameters", []) if found else [])}
        kept = there & {item["ParameterKey"] for item in known} - given.keys()
        wanted += [{"ParameterKey": key, "UsePreviousValue": True} for key in sorted(kept)]
        return wanted

    def _changes(self, change_set: str) -> list[Change]:
        pages = self._client.get_paginator("describe_change_set")
        changes = []
        for page in pages.paginate(StackName=self.name, ChangeSetName=change_set):
            for item in page["Changes"]:
                one = item["ResourceChange"]
                changes.append(
                    Change(
                        one["Action"],
                        one["LogicalResourceId"],
                        one["ResourceType"],
                        one.get("Replacement", ""),
                    )
                )
        return changes

    def _refused(self, change_set: str, reason: str) -> list[Change]:
        self._client.delete_change_set(StackName=self.name, ChangeSetName=change_set)
        if any(text in reason for text in _NO_CHANGES):
            return []
        raise CliError(f"CloudFormation refuses the template: {reason}", ExitCode.CONFIGURATION)

    def _follow(self, seen: set[str], say: Callable[[Event], None]) -> tuple[str | None, list[Event]]:
        """Tell the events not yet seen until the stack rests; its status then, and those events."""
        told: list[Event] = []
        for _ in self._looks():
            found = self.describe()
            for event in self._events():
                if event.id not in seen:
                    seen.add(event.id)
                    told.append(event)
                    say(event)
            status = found["StackStatus"] if found else None
            if status is None or not status.endswith("IN_PROGRESS"):
                return status, told
        raise AssertionError("unreachable: looking never ends")

    def _events(self) -> list[Event]:
        """All events, oldest first."""
        pages = self._client.get_paginator("describe_stack_events").paginate(StackName=self.name)
        return [_event(item) for page in pages for item in page["StackEvents"]][::-1]

    def _looks(self) -> Iterator[None]:
        wait = FIRST_LOOK_SECONDS
        while True:
            yield
            self._sleep(wait)
            wait = min(wait * 1.5, LONGEST_LOOK_SECONDS)


def _event(item: StackEventTypeDef) -> Event:
    return Event(
        item["EventId"],
        item.get("LogicalResourceId", ""),
        item.get("ResourceType", ""),
        item.get("ResourceStatus", ""),
        item.get("ResourceStatusReason", ""),
    )
