"""The steps of every operation on a stack: one resource made, changed or deleted, with its events."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from botocore.exceptions import BotoCoreError, ClientError

from emulator.cloudformation.differences import evaluate
from emulator.cloudformation.errors import CloudFormationError
from emulator.cloudformation.model import STACK_TYPE, Event, Json, Resource, Stack, Target
from emulator.cloudformation.parameters import MASK
from emulator.cloudformation.plan import attribute_of
from emulator.cloudformation.resources.base import (
    AlreadyThere,
    Made,
    ResourceType,
    Scope,
    at_path,
    error_code,
    is_gone,
)
from emulator.cloudformation.resources.kinds import InvalidProperty
from emulator.cloudformation.template import ResourceDefinition

log = logging.getLogger(__name__)


class ClientSource(Protocol):
    """boto3 clients by service and region."""

    def client(self, service: str, region: str) -> Any:
        """The client."""


class StepFailed(Exception):
    """A resource could not be made, changed or deleted; its event says why."""

    def __init__(self, logical_id: str) -> None:
        super().__init__(logical_id)
        self.logical_id = logical_id


@dataclass(frozen=True)
class Parts:
    """What operations on stacks work with."""

    clients: ClientSource
    clock: Callable[[], datetime]
    types: Mapping[str, ResourceType]
    new_id: Callable[[], str]
    random: Callable[[int], str]


class Steps:
    """The steps that one operation on one stack takes."""

    def __init__(self, stack: Stack, parts: Parts) -> None:
        self.stack = stack
        self._parts = parts

    def now(self) -> datetime:
        """The emulator's time."""
        return self._parts.clock()

    def kind(self, definition: ResourceDefinition) -> ResourceType:
        """The type of a resource."""
        return self._parts.types[definition.type]

    def stack_becomes(self, status: str, reason: str | None = None) -> None:
        """Give the stack a status, with its event."""
        self._add_event(self.stack.name, self.stack.stack_id, STACK_TYPE, status, reason)
        self.stack.reason = reason
        self.stack.status = status

    def evaluated(self, definition: ResourceDefinition, target: Target) -> Json:
        """A resource's properties as they are to be now; raises `ValidationError`."""
        resources = self.stack.resources
        evaluator = target.environment.evaluator(lambda reference: attribute_of(resources, reference))
        return evaluate(definition, self.kind(definition), evaluator, target.tags)

    def make(self, definition: ResourceDefinition, needs: tuple[str, ...], target: Target) -> Resource:
        """Make a resource and put it into the stack; raises `StepFailed`."""
        resource = Resource(definition, needs, "CREATE_IN_PROGRESS", self.now())
        self.stack.resources[definition.logical_id] = resource
        self._mark(resource, "CREATE_IN_PROGRESS")

        def initiated(physical_id: str) -> None:
            resource.physical_id = physical_id
            self._mark(resource, "CREATE_IN_PROGRESS", "Resource creation Initiated")

        def create() -> Made:
            resource.evaluated = self.evaluated(definition, target)
            kind = self.kind(definition)
            properties = kind.properties.read(resource.evaluated, "")
            scope = self._scope(definition, initiated)
            taken = self.taken_over(definition, target)
            if taken is not None:
                resource.just_made = False  # a rollback leaves what it did not make
                made = kind.update(scope, taken, {}, properties)
            else:
                made = kind.create(scope, properties)
            if resource.physical_id is None:
                initiated(made.physical_id)
            return made

        self._settle(resource, "CREATE", create)
        return resource

    def taken_over(self, definition: ResourceDefinition, target: Target) -> str | None:
        """The physical id of what an import takes over in place of making a resource; None if nothing.

        As on AWS, only what would be retained, and whose name the template says without a function:
        https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/import-resources-automatically.html
        """
        kind = self.kind(definition)
        if not target.imports_existing or definition.deletion_policy == "Delete" or kind.named_by is None:
            return None
        name = at_path(definition.properties, kind.named_by)
        if not isinstance(name, str):
            return None
        return name if kind.exists(self._scope(definition, lambda _: None), name) else None

    def change(
        self, resource: Resource, definition: ResourceDefinition, before: Json, evaluated: Json
    ) -> None:
        """Change a resource in place; raises `StepFailed`, and then it counts as it was.

        before: the properties that it may have by now, of which calls are made only for what differs.
        """
        was = resource.definition, resource.evaluated
        resource.definition, resource.evaluated = definition, evaluated
        self._mark(resource, "UPDATE_IN_PROGRESS")

        def update() -> Made:
            kind = self.kind(definition)
            old, new = kind.properties.read(before, ""), kind.properties.read(evaluated, "")
            scope = self._scope(definition, lambda _: None)
            return kind.update(scope, str(resource.physical_id), old, new)

        try:
            self._settle(resource, "UPDATE", update)
        except StepFailed:
            resource.definition, resource.evaluated = was
            raise

    def announce_replacement(self, resource: Resource) -> None:
        """Say that a resource is going to be replaced."""
        reason = "Requested update requires the creation of a new physical resource; hence creating one."
        self._mark(resource, "UPDATE_IN_PROGRESS", reason)

    def complete_replacement(self, resource: Resource) -> None:
        """Say that a resource has been replaced."""
        self._mark(resource, "UPDATE_COMPLETE")

    def failed(self, resource: Resource, status: str, reason: str) -> StepFailed:
        """Say that a step of a resource has failed; gives the error to raise."""
        self._mark(resource, status, reason)
        return StepFailed(resource.logical_id)

    def delete(self, resource: Resource) -> None:
        """Delete a resource; what is gone already counts as deleted. Raises `StepFailed`."""
        if resource.physical_id is None:
            self._mark(resource, "DELETE_COMPLETE")
            return
        self._mark(resource, "DELETE_IN_PROGRESS")

        def remove() -> None:
            kind = self.kind(resource.definition)
            try:
                properties = kind.properties.read(resource.evaluated, "")
            except InvalidProperty:
                properties = resource.evaluated  # of a resource that could not be made for that reason
            try:
                scope = self._scope(resource.definition, lambda _: None)
                kind.delete(scope, str(resource.physical_id), properties)
            except ClientError as error:
                if not is_gone(error):
                    raise

        self._attempt(resource, "DELETE_FAILED", remove)
        self._mark(resource, "DELETE_COMPLETE")

    def skip_deletion(self, resource: Resource) -> None:
        """Leave a resource where it is, as its policy says."""
        self._mark(resource, "DELETE_SKIPPED")

    def _settle(self, resource: Resource, verb: str, work: Callable[[], Made]) -> None:
        made = self._attempt(resource, f"{verb}_FAILED", work)
        resource.physical_id, resource.attributes = made.physical_id, made.attributes
        self._mark(resource, f"{verb}_COMPLETE")

    def _attempt(self, resource: Resource, failed: str, work: Callable[[], Any]) -> Any:
        try:
            return work()
        except Exception as error:  # whatever it is, the stack must not stay in progress for ever
            if not isinstance(error, _EXPECTED):
                log.exception("%s of %s", failed, resource.logical_id)
            self._mark(resource, failed, self._reason(error))
            raise StepFailed(resource.logical_id) from error

    def _reason(self, error: Exception) -> str:
        if isinstance(error, CloudFormationError):
            return str(error)
        if isinstance(error, InvalidProperty):
            return f"Properties validation failed for resource with message:\n{error}"
        text, code = str(error), "GeneralServiceException"
        if isinstance(error, ClientError):
            status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
            request_id = error.response.get("ResponseMetadata", {}).get("RequestId", self._parts.new_id())
            message = error.response.get("Error", {}).get("Message", "")
            about = f"Error Code: {error_code(error)}, Status Code: {status}, Request ID: {request_id}"
            text = f"{message} ({about})"
            code = "NotFound" if is_gone(error) else "InvalidRequest"
        elif isinstance(error, AlreadyThere):
            code = "AlreadyExists"
        token = self._parts.new_id()
        return (
            f'Resource handler returned message: "{text}" (RequestToken: {token}, HandlerErrorCode: {code})'
        )

    def _scope(self, definition: ResourceDefinition, initiated: Callable[[str], None]) -> Scope:
        place = self.stack.place
        return Scope(
            client=lambda service: self._parts.clients.client(service, place.region),
            account=place.account,
            region=place.region,
            stack_name=place.stack_name,
            stack_id=place.stack_id,
            logical_id=definition.logical_id,
            random=self._parts.random,
            initiated=initiated,
        )

    def _mark(self, resource: Resource, status: str, reason: str | None = None) -> None:
        resource.at = self._add_event(
            resource.logical_id,
            resource.physical_id or "",
            resource.definition.type,
            status,
            reason,
            json.dumps(_masked(resource.evaluated, self._secrets())),
        )
        resource.status, resource.reason = status, reason

    def _secrets(self) -> tuple[str, ...]:
        parameters = self.stack.target.parameters.values()
        return tuple(found.given for found in parameters if found.no_echo and found.given)

    def _add_event(
        self,
        logical_id: str,
        physical_id: str,
        kind: str,
        status: str,
        reason: str | None,
        properties: str | None = None,
    ) -> datetime:
        at, event_id = self.now(), self._parts.new_id()
        if kind != STACK_TYPE:
            event_id = f"{logical_id}-{status}-{event_id}"
        token = self.stack.token
        event = Event(event_id, logical_id, physical_id, kind, status, reason, at, token, properties)
        self.stack.events.append(event)
        return at


_EXPECTED = (ClientError, BotoCoreError, CloudFormationError, InvalidProperty, AlreadyThere)


def _masked(value: Any, secrets: tuple[str, ...]) -> Any:
    if isinstance(value, dict):
        return {name: _masked(item, secrets) for name, item in value.items()}
    if isinstance(value, list):
        return [_masked(item, secrets) for item in value]
    if isinstance(value, str):
        for secret in secrets:
            value = value.replace(secret, MASK)
    return value
