"""Stacks of the emulator in this process, spoken to with boto3."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from emulator.clients import Clients
from tests.emulator.fake_engine import FakeEngine

if TYPE_CHECKING:
    from types_boto3_cloudformation.client import CloudFormationClient
    from types_boto3_cloudformation.literals import CapabilityType

REGION = "eu-west-2"
IAM: list[CapabilityType] = ["CAPABILITY_NAMED_IAM"]

TRUST = (
    "{Version: 2012-10-17, Statement: [{Effect: Allow, Principal: {Service: %s}, Action: 'sts:AssumeRole'}]}"
)
"""The trust of a service in a role, with ``%s`` for the service."""


@dataclass
class Cloud:
    """CloudFormation's client, and shorthands for what every test does with it."""

    endpoint: str
    clients: Clients
    made: list[str] = field(default_factory=list)

    @property
    def cf(self) -> CloudFormationClient:
        """CloudFormation's client."""
        found: CloudFormationClient = self.client("cloudformation")
        return found

    def client(self, service: str, region: str = REGION) -> Any:
        """A client of a service of this emulator."""
        return self.clients.client(service, region)

    def create(self, template: str, name: str = "", **parameters: str) -> str:
        """Create a stack and wait for its end; gives its name."""
        name = name or f"s{uuid.uuid4().hex[:10]}"
        self.made.append(name)
        self.cf.create_stack(
            StackName=name, TemplateBody=template, Parameters=given(parameters), Capabilities=IAM
        )
        self.settled(name)
        return name

    def update(self, name: str, template: str, **parameters: str) -> str:
        """Update a stack and wait for its end; gives its status."""
        self.cf.update_stack(
            StackName=name, TemplateBody=template, Parameters=given(parameters), Capabilities=IAM
        )
        return self.settled(name)

    def changed(self, before: str, after: str) -> str:
        """A stack that was created with some resources and updated to others under the same names."""
        name = self.create(f"Resources:\n{before}")
        assert self.status(name) == "CREATE_COMPLETE", self.reasons(name, "CREATE_FAILED")
        made = {one: self.physical_id(name, one) for one in self.statuses(name)}
        assert self.update(name, f"Resources:\n{after}") == "UPDATE_COMPLETE", self.reasons(
            name, "UPDATE_FAILED"
        )
        assert {one: self.physical_id(name, one) for one in self.statuses(name)} == made
        return name

    def delete(self, name: str) -> str:
        """Delete a stack and wait for its end; gives its status."""
        stack_id = self.stack(name)["StackId"]
        self.cf.delete_stack(StackName=name)
        return self.settled(stack_id)

    def settled(self, name: str) -> str:
        """The status of a stack when nothing goes on any more."""
        while (status := self.status(name)).endswith("_IN_PROGRESS"):
            time.sleep(0.01)
        return status

    def status(self, name: str) -> str:
        """A stack's status."""
        return str(self.stack(name)["StackStatus"])

    def stack(self, name: str) -> Mapping[str, Any]:
        """A stack's description."""
        return self.cf.describe_stacks(StackName=name)["Stacks"][0]

    def outputs(self, name: str) -> dict[str, str]:
        """A stack's outputs."""
        return {output["OutputKey"]: output["OutputValue"] for output in self.stack(name).get("Outputs", [])}

    def physical_id(self, name: str, logical_id: str) -> str:
        """What a resource is called."""
        detail = self.cf.describe_stack_resource(StackName=name, LogicalResourceId=logical_id)
        return detail["StackResourceDetail"]["PhysicalResourceId"]

    def statuses(self, name: str) -> dict[str, str]:
        """The status of every resource of a stack."""
        found = self.cf.list_stack_resources(StackName=name)["StackResourceSummaries"]
        return {one["LogicalResourceId"]: one["ResourceStatus"] for one in found}

    def events(self, name: str) -> list[tuple[str, str]]:
        """What happened to a stack, the first first: logical id (the stack's own name too) and status."""
        found = self.cf.describe_stack_events(StackName=name)["StackEvents"][::-1]
        return [(one["LogicalResourceId"], one["ResourceStatus"]) for one in found]

    def reasons(self, name: str, status: str) -> list[str]:
        """Why events had this status."""
        found = self.cf.describe_stack_events(StackName=name)["StackEvents"]
        return [one.get("ResourceStatusReason", "") for one in found if one["ResourceStatus"] == status]

    def refusal(self, template: str, **parameters: str) -> str:
        """The text with which a template is refused before anything is made."""
        name = f"s{uuid.uuid4().hex[:10]}"
        with pytest.raises(ClientError) as error:
            self.cf.create_stack(
                StackName=name, TemplateBody=template, Parameters=given(parameters), Capabilities=IAM
            )
        with pytest.raises(ClientError, match="does not exist"):
            self.cf.describe_stacks(StackName=name)
        return error.value.response["Error"]["Message"]


def gone(call: Callable[..., Any], **parameters: Any) -> bool:
    """Whether a service says that something does not exist."""
    try:
        call(**parameters)
    except ClientError:
        return True
    return False


def given(parameters: Mapping[str, str]) -> Any:
    """Parameters as requests have them."""
    return [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()]


@pytest.fixture(scope="session")
def clients(fake_server: tuple[str, FakeEngine]) -> Clients:
    """Clients of an emulator in this process, made once for all tests as that takes its time."""
    return Clients(lambda: fake_server[0])


@pytest.fixture
def cloud(fake_server: tuple[str, FakeEngine], clients: Clients) -> Iterator[Cloud]:
    """The CloudFormation of an emulator in this process; what a test leaves is deleted."""
    endpoint, _ = fake_server
    cloud = Cloud(endpoint, clients)
    yield cloud
    for name in cloud.made[::-1]:
        cloud.cf.delete_stack(StackName=name)
