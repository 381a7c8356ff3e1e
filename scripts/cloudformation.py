"""One CloudFormation stack: its state, its change sets, and what happens while one is executed."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from scripts.errors import CliError, ConfigurationError, ExitCode, UsageError
from scripts.looking import until

if TYPE_CHECKING:
    from types_boto3_cloudformation import CloudFormationClient
    from types_boto3_cloudformation.literals import ChangeSetTypeType
    from types_boto3_cloudformation.type_defs import ParameterTypeDef, StackEventTypeDef, StackTypeDef

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

    def defaults(self, body: str) -> dict[str, str]:
        """The parameters of a template's text with their defaults, "" where one has none.

        Raises:
            ConfigurationError: CloudFormation does not accept the template.
        """
        with _refusals():
            items = self._client.get_template_summary(TemplateBody=body)["Parameters"]
        return {item["ParameterKey"]: item.get("DefaultValue", "") for item in items}

    def propose(self, template: Template, name: str) -> list[Change]:
        """Make a change set under that name; what it would change, nothing if that is nothing.

        Raises:
            UsageError: CloudFormation does not accept the parameters.
            ConfigurationError: it does not accept the template.
        """
        kind: ChangeSetTypeType = "UPDATE" if self.status else "CREATE"
        parameters = self._parameters(template)
        with _refusals():
            self._client.create_change_set(
                StackName=self.name,
                ChangeSetName=name,
                ChangeSetType=kind,
                TemplateBody=template.body,
                Parameters=parameters,
                Capabilities=["CAPABILITY_NAMED_IAM"],
                # what an earlier stack of this name left behind, its buckets and databases, is taken over
                ImportExistingResources=True,
            )
        return until(lambda: self._proposed(name), self._sleep)

    def execute(self, change_set: str, say: Callable[[Event], None]) -> None:
        """Execute a change set to its end, telling each event.

        Raises:
            StackFailed: it was rolled back.
        """
        seen = {event.id for event in self._events()} if self.status else set()
        self._client.execute_change_set(StackName=self.name, ChangeSetName=change_set)
        status, events = self._follow(seen, say)
        if status not in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
            raise StackFailed(self.name, status, [item for item in events if item.is_failure])

    def discard(self, change_set: str) -> None:
        """Leave a proposed change set undone; with it goes a stack that only its proposal has made."""
        self._client.delete_change_set(StackName=self.name, ChangeSetName=change_set)
        if self.status is None:
            self._client.delete_stack(StackName=self.name)

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
            raise StackFailed(self.name, status, [event for event in events if event.is_failure])

    def _parameters(self, template: Template) -> list[ParameterTypeDef]:
        """The template's parameters: as given, or as the stack has them, or else left to their defaults."""
        given = template.parameters
        wanted: list[ParameterTypeDef] = [
            {"ParameterKey": key, "ParameterValue": value} for key, value in given.items()
        ]
        there = self.parameters() if self.status else {}
        kept = (there.keys() & self.defaults(template.body).keys()) - given.keys()
        wanted += [{"ParameterKey": key, "UsePreviousValue": True} for key in sorted(kept)]
        return wanted

    def _proposed(self, change_set: str) -> list[Change] | None:
        """What a change set would change, as soon as it is made."""
        found = self._client.describe_change_set(StackName=self.name, ChangeSetName=change_set)
        if found["Status"] == "CREATE_COMPLETE":
            return self._changes(change_set)
        if found["Status"] == "FAILED":
            return self._refused(change_set, found.get("StatusReason", "no reason was given"))
        return None

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
        raise _template_refused(reason)

    def _follow(self, seen: set[str], say: Callable[[Event], None]) -> tuple[str, list[Event]]:
        """Tell the events not yet seen until the stack rests; its status then, and those events."""
        told: list[Event] = []

        def rests() -> str | None:
            found = self.describe()
            for event in self._events():
                if event.id not in seen:
                    seen.add(event.id)
                    told.append(event)
                    say(event)
            status = found["StackStatus"] if found else "DELETE_COMPLETE"
            return None if status.endswith("IN_PROGRESS") else status

        return until(rests, self._sleep), told

    def _events(self) -> list[Event]:
        """All events, oldest first."""
        pages = self._client.get_paginator("describe_stack_events").paginate(StackName=self.name)
        return [_event(item) for page in pages for item in page["StackEvents"]][::-1]


@contextmanager
def _refusals() -> Iterator[None]:
    """Tell what CloudFormation does not accept as what it is: a parameter, or the template."""
    try:
        yield
    except ClientError as error:
        said = error.response["Error"]
        if said["Code"] != "ValidationError":
            raise
        if said["Message"].startswith("Parameter"):
            raise UsageError(
                f"CloudFormation refuses a parameter: {said['Message']}",
                hint="deploy/template.yaml says under Parameters which there are, and what they may be",
            ) from error
        raise _template_refused(said["Message"]) from error


def _template_refused(reason: str) -> ConfigurationError:
    return ConfigurationError(
        f"CloudFormation refuses the template: {reason}",
        hint="nothing was changed; `make check-template` finds more of what may be wrong with it",
    )


def _event(item: StackEventTypeDef) -> Event:
    return Event(
        item["EventId"],
        item.get("LogicalResourceId", ""),
        item.get("ResourceType", ""),
        item.get("ResourceStatus", ""),
        item.get("ResourceStatusReason", ""),
    )
