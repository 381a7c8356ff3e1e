"""A stack and what it consists of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from emulator.cloudformation.environment import Environment, Place
from emulator.cloudformation.parameters import Parameter
from emulator.cloudformation.template import ResourceDefinition, Template

if TYPE_CHECKING:
    from emulator.cloudformation.changesets import ChangeSet

STACK_TYPE = "AWS::CloudFormation::Stack"

Json = dict[str, Any]


@dataclass(frozen=True)
class Event:
    """Something that happened to a stack or to one of its resources."""

    event_id: str
    logical_id: str
    physical_id: str
    type: str
    status: str
    reason: str | None
    at: datetime
    token: str | None
    properties: str | None = None


@dataclass
class Resource:
    """A resource of a stack; `evaluated` are the properties it was last made or changed with."""

    definition: ResourceDefinition
    needs: tuple[str, ...]
    status: str
    at: datetime
    reason: str | None = None
    physical_id: str | None = None
    attributes: Mapping[str, Any] = field(default_factory=dict)
    evaluated: Json = field(default_factory=dict)
    just_made: bool = True
    """Whether the operation that made it has not ended well yet (RetainExceptOnCreate)."""

    @property
    def logical_id(self) -> str:
        """Its name in the template."""
        return self.definition.logical_id


@dataclass(frozen=True)
class Target:
    """What a stack is, or is to become."""

    environment: Environment
    tags: Mapping[str, str]
    capabilities: tuple[str, ...]
    role_arn: str | None = None
    imports_existing: bool = False
    """Whether what is there under a chosen name, and would be retained, is taken over instead of made."""

    @property
    def template(self) -> Template:
        """The template."""
        return self.environment.template

    @property
    def parameters(self) -> Mapping[str, Parameter]:
        """Every parameter with its value."""
        return self.environment.parameters


@dataclass(frozen=True)
class Output:
    """An output with its value."""

    name: str
    value: str
    description: str | None
    export: str | None


@dataclass
class Stack:
    """A stack: its state, its resources and its history."""

    place: Place
    target: Target
    created_at: datetime
    status: str
    reason: str | None = None
    updated_at: datetime | None = None
    deleted_at: datetime | None = None
    disable_rollback: bool = False
    retain_except_on_create: bool = False
    termination_protection: bool = False
    token: str | None = None
    change_set_id: str | None = None
    resources: dict[str, Resource] = field(default_factory=dict)
    outputs: list[Output] = field(default_factory=list)
    imports: frozenset[str] = frozenset()
    """Names of other stacks' exports that it uses."""
    events: list[Event] = field(default_factory=list)
    change_sets: dict[str, ChangeSet] = field(default_factory=dict)
    cancelled: bool = False
    """Whether the update under way is to stop and to be rolled back."""

    @property
    def name(self) -> str:
        """Its name."""
        return self.place.stack_name

    @property
    def stack_id(self) -> str:
        """Its ARN."""
        return self.place.stack_id

    @property
    def is_deleted(self) -> bool:
        """Whether it is gone, and found by its ARN alone."""
        return self.status == "DELETE_COMPLETE"
