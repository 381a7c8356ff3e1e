"""Creation of a stack, and its rollback."""

from __future__ import annotations

from emulator.cloudformation.engine.deletion import delete_resources, forget_stack
from emulator.cloudformation.engine.exports import Exports
from emulator.cloudformation.engine.steps import StepFailed, Steps
from emulator.cloudformation.errors import ValidationError
from emulator.cloudformation.graph import dependencies, in_order

DO_NOTHING, ROLLBACK, DELETE = "DO_NOTHING", "ROLLBACK", "DELETE"


def create_stack(steps: Steps, exports: Exports, on_failure: str) -> None:
    """Make the resources of a stack that is in CREATE_IN_PROGRESS.

    on_failure: `DO_NOTHING`, `ROLLBACK` or `DELETE`.
    """
    stack = steps.stack
    environment = stack.target.environment
    try:
        wanted = environment.resources()
        needs = dependencies(wanted, environment.condition)
        for name in in_order(needs):
            steps.make(wanted[name], needs[name], stack.target)
        exports.settle(stack, stack.target)
    except StepFailed as failure:
        reason = f"The following resource(s) failed to create: [{failure.logical_id}]. "
    except ValidationError as error:
        reason = f"{error}. "
    else:
        for resource in stack.resources.values():
            resource.just_made = False
        steps.stack_becomes("CREATE_COMPLETE")
        return
    _end_failed(steps, on_failure, reason)


def _end_failed(steps: Steps, on_failure: str, reason: str) -> None:
    stack = steps.stack
    if on_failure == DO_NOTHING:
        steps.stack_becomes("CREATE_FAILED", reason)
        return
    verb = {ROLLBACK: "ROLLBACK", DELETE: "DELETE"}[on_failure]
    steps.stack_becomes(f"{verb}_IN_PROGRESS", f"{reason}{verb.title()} requested by user.")
    failed = delete_resources(
        steps, stack.resources.values(), retain_except_on_create=stack.retain_except_on_create
    )
    if failed:
        text = f"The following resource(s) failed to delete: [{', '.join(failed)}]. "
        steps.stack_becomes(f"{verb}_FAILED", text)
    elif on_failure == DELETE:
        forget_stack(steps)
    else:
        steps.stack_becomes("ROLLBACK_COMPLETE")
