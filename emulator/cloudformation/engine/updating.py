"""Update of a stack: resources made, changed in place or replaced, and all of it taken back on failure."""

from __future__ import annotations

from dataclasses import dataclass, field

from emulator.cloudformation.differences import changed_attributes, changed_properties, replacing_paths
from emulator.cloudformation.engine.deletion import delete_after_update, drop
from emulator.cloudformation.engine.exports import Exports
from emulator.cloudformation.engine.steps import StepFailed, Steps
from emulator.cloudformation.errors import ValidationError
from emulator.cloudformation.graph import dependencies, in_order
from emulator.cloudformation.model import Json, Resource, Target
from emulator.cloudformation.plan import is_standing
from emulator.cloudformation.resources.base import at_path
from emulator.cloudformation.template import ResourceDefinition


@dataclass(frozen=True)
class Earlier:
    """A resource as it was before it was changed in place."""

    resource: Resource
    definition: ResourceDefinition
    needs: tuple[str, ...]
    evaluated: Json
    attempted: Json
    """What it was to become, and may be in part even if that failed."""


@dataclass
class Undo:
    """What takes an update back: who was changed, made, or stepped back for a replacement."""

    target: Target
    changed: list[Earlier] = field(default_factory=list)
    made: list[Resource] = field(default_factory=list)
    replaced: list[Resource] = field(default_factory=list)


class Cancelled(Exception):
    """The user has cancelled the update."""


class Update:
    """One update of one stack, from UPDATE_IN_PROGRESS to its end."""

    def __init__(self, steps: Steps, exports: Exports, target: Target, rolls_back: bool) -> None:
        self._steps, self._exports, self._target = steps, exports, target
        self._rolls_back = rolls_back
        self._undo = Undo(steps.stack.target)

    def run(self) -> Undo | None:
        """Make the stack what the target says; gives what is left to take back if even that fails."""
        stack, steps = self._steps.stack, self._steps
        stack.target = self._target
        try:
            wanted = self._apply()
            self._exports.settle(stack, self._target)
        except Cancelled:
            reason = "User initiated stack update cancellation"
        except StepFailed as failure:
            reason = f"The following resource(s) failed to update: [{failure.logical_id}]. "
            made = [resource.logical_id for resource in self._undo.made if resource.status == "CREATE_FAILED"]
            if made:
                reason = f"The following resource(s) failed to create: [{', '.join(made)}]. "
        except ValidationError as error:
            reason = f"{error}. "
        else:
            self._clean_up(wanted)
            return None
        if self._rolls_back:
            steps.stack_becomes("UPDATE_ROLLBACK_IN_PROGRESS", reason)
            return roll_back(steps, self._exports, self._undo, frozenset())
        steps.stack_becomes("UPDATE_FAILED", reason)
        return None

    def _apply(self) -> dict[str, ResourceDefinition]:
        environment = self._target.environment
        wanted = environment.resources()
        needs = dependencies(wanted, environment.condition)
        for name in in_order(needs):
            if self._steps.stack.cancelled:
                raise Cancelled
            self._apply_one(wanted[name], needs[name])
        return wanted

    def _apply_one(self, definition: ResourceDefinition, needs: tuple[str, ...]) -> None:
        steps = self._steps
        resource = steps.stack.resources.get(definition.logical_id)
        if resource is None or not is_standing(resource):
            if resource is not None and resource.physical_id and resource.status == "CREATE_FAILED":
                steps.delete(resource)
            self._make(definition, needs)
            return
        evaluated = self._evaluated(resource, definition)
        kind = steps.kind(definition)
        if replacing_paths(kind, resource.evaluated, evaluated):
            self._replace(resource, definition, needs, evaluated)
            return
        earlier = Earlier(resource, resource.definition, resource.needs, resource.evaluated, evaluated)
        resource.needs = needs
        if changed_properties(resource.evaluated, evaluated):
            self._undo.changed.append(earlier)
            steps.change(resource, definition, resource.evaluated, evaluated)
        elif changed_attributes(resource.definition, definition):
            self._undo.changed.append(earlier)
            resource.definition = definition

    def _evaluated(self, resource: Resource, definition: ResourceDefinition) -> Json:
        try:
            return self._steps.evaluated(definition, self._target)
        except ValidationError as error:
            raise self._steps.failed(resource, "UPDATE_FAILED", str(error)) from error

    def _make(self, definition: ResourceDefinition, needs: tuple[str, ...]) -> None:
        try:
            self._steps.make(definition, needs, self._target)
        finally:
            self._undo.made.append(self._steps.stack.resources[definition.logical_id])

    def _replace(
        self, old: Resource, definition: ResourceDefinition, needs: tuple[str, ...], evaluated: Json
    ) -> None:
        """Make a new resource; the old one goes when all else is done."""
        named_by = self._steps.kind(definition).named_by
        name = at_path(evaluated, named_by) if named_by else None
        if named_by and name is not None and name == at_path(old.evaluated, named_by):
            raise self._steps.failed(
                old,
                "UPDATE_FAILED",
                "CloudFormation cannot update a stack when a custom-named resource requires replacing. "
                f"Rename {name} and update the stack again.",
            )
        self._steps.announce_replacement(old)
        self._undo.replaced.append(old)
        self._make(definition, needs)
        self._steps.complete_replacement(self._steps.stack.resources[definition.logical_id])

    def _clean_up(self, wanted: dict[str, ResourceDefinition]) -> None:
        stack = self._steps.stack
        self._steps.stack_becomes("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS")
        removed = [resource for name, resource in stack.resources.items() if name not in wanted]
        for resource in stack.resources.values():
            resource.just_made = False
        delete_after_update(self._steps, removed, self._undo.replaced)
        drop(stack, removed)
        self._steps.stack_becomes("UPDATE_COMPLETE")


def roll_back(steps: Steps, exports: Exports, undo: Undo, skipped: frozenset[str]) -> Undo | None:
    """Take back a failed update of a stack in UPDATE_ROLLBACK_IN_PROGRESS; gives what could not be.

    skipped: resources to leave as they are (ContinueUpdateRollback).
    """
    stack = steps.stack
    stack.target = undo.target
    failed: list[str] = []
    for old in undo.replaced:
        stack.resources[old.logical_id] = old
        steps.complete_replacement(old)
    for earlier in undo.changed[::-1]:
        if earlier.resource.logical_id in skipped:
            continue
        try:
            _restore(steps, earlier)
        except StepFailed as failure:
            failed.append(failure.logical_id)
    if failed:
        steps.stack_becomes(
            "UPDATE_ROLLBACK_FAILED", f"The following resource(s) failed to update: [{', '.join(failed)}]. "
        )
        undo.replaced.clear()
        return undo
    exports.settle(stack, undo.target)
    steps.stack_becomes("UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS")
    delete_after_update(steps, undo.made, [])
    drop(stack, undo.made)
    steps.stack_becomes("UPDATE_ROLLBACK_COMPLETE")
    return None


def _restore(steps: Steps, earlier: Earlier) -> None:
    resource = earlier.resource
    resource.needs = earlier.needs
    if changed_properties(earlier.attempted, earlier.evaluated):
        steps.change(resource, earlier.definition, earlier.attempted, earlier.evaluated)
    else:
        resource.definition = earlier.definition
