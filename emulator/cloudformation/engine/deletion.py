"""Deletion: of a whole stack, and of resources that an operation leaves behind."""

from __future__ import annotations

from collections.abc import Iterable

from emulator.cloudformation.engine.steps import StepFailed, Steps
from emulator.cloudformation.model import Resource, Stack

FINISHED = ("DELETE_COMPLETE", "DELETE_SKIPPED")


def delete_stack(steps: Steps, retained: frozenset[str]) -> None:
    """Delete a stack that is in DELETE_IN_PROGRESS, save the resources that the request names."""
    stack = steps.stack
    left = [resource for resource in stack.resources.values() if resource.status not in FINISHED]
    failed = delete_resources(steps, left, retained, stack.retain_except_on_create)
    if failed:
        steps.stack_becomes("DELETE_FAILED", _failed_text(failed))
        return
    forget_stack(steps)


def forget_stack(steps: Steps) -> None:
    """Say that nothing of a stack is left."""
    stack = steps.stack
    stack.deleted_at = steps.now()
    stack.outputs, stack.imports = [], frozenset()
    stack.change_sets.clear()
    steps.stack_becomes("DELETE_COMPLETE")


def delete_resources(
    steps: Steps,
    resources: Iterable[Resource],
    retained: frozenset[str] = frozenset(),
    retain_except_on_create: bool = False,
) -> list[str]:
    """Delete resources, each before what it needs, as their policies say; gives the names of failed ones.

    What a failed one needs is not tried, as AWS leaves it.
    """
    failed: list[str] = []
    kept: set[str] = set()
    for resource in deletion_order(list(resources)):
        if resource.logical_id in retained or _is_kept(resource, retain_except_on_create):
            steps.skip_deletion(resource)
            continue
        if resource.logical_id in kept:
            kept.update(resource.needs)
            continue
        try:
            steps.delete(resource)
        except StepFailed:
            failed.append(resource.logical_id)
            kept.update(resource.needs)
    return failed


def deletion_order(resources: list[Resource]) -> list[Resource]:
    """Resources, each before those that it needs, the last made first."""
    ordered: list[Resource] = []
    waiting = resources[::-1]
    while waiting:
        needed = {name for resource in waiting for name in resource.needs if name != resource.logical_id}
        ready = [resource for resource in waiting if resource.logical_id not in needed]
        ready = ready or waiting  # circles between an old and a new template's resources
        ordered.extend(ready)
        waiting = [resource for resource in waiting if not any(resource is other for other in ready)]
    return ordered


def delete_after_update(steps: Steps, removed: list[Resource], replaced: list[Resource]) -> None:
    """Delete what an update has made superfluous; what cannot be deleted is left, and its event says so."""
    delete_resources(steps, removed)
    for resource in deletion_order(replaced):
        if resource.definition.update_replace_policy == "Retain":
            steps.skip_deletion(resource)
            continue
        try:
            steps.delete(resource)
        except StepFailed:
            continue


def drop(stack: Stack, resources: Iterable[Resource]) -> None:
    """Take resources out of a stack's list, unless others have come in their place."""
    for resource in resources:
        if stack.resources.get(resource.logical_id) is resource:
            del stack.resources[resource.logical_id]


def _is_kept(resource: Resource, retain_except_on_create: bool) -> bool:
    policy = resource.definition.deletion_policy
    if policy == "Delete" or resource.physical_id is None:
        return False
    return not (resource.just_made and (retain_except_on_create or policy == "RetainExceptOnCreate"))


def _failed_text(failed: list[str]) -> str:
    return f"The following resource(s) failed to delete: [{', '.join(failed)}]. "
