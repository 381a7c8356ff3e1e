"""The operations that start something: stacks are created, updated and deleted."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from concurrent import futures
from concurrent.futures import Executor, Future
from typing import Any

from emulator.cloudformation.engine.creation import DO_NOTHING, ROLLBACK, create_stack
from emulator.cloudformation.engine.deletion import delete_stack
from emulator.cloudformation.engine.exports import Exports
from emulator.cloudformation.engine.steps import Parts, Steps
from emulator.cloudformation.engine.updating import Undo, Update, roll_back
from emulator.cloudformation.environment import PARTITION, Place
from emulator.cloudformation.errors import AlreadyExists, ValidationError
from emulator.cloudformation.model import Json, Stack, Target
from emulator.cloudformation.plan import make_plan
from emulator.cloudformation.requests import Reader
from emulator.cloudformation.stacks import Stacks

log = logging.getLogger(__name__)

UPDATABLE = (
    "CREATE_COMPLETE",
    "CREATE_FAILED",
    "UPDATE_COMPLETE",
    "UPDATE_FAILED",
    "UPDATE_ROLLBACK_COMPLETE",
    "IMPORT_COMPLETE",
)
_NAME = re.compile("[a-zA-Z][-a-zA-Z0-9]{0,127}")

Work = Future[None]
"""What goes on in a thread of its own."""

USER_INITIATED = "User Initiated"
NO_UPDATES = "No updates are to be performed."
"""AWS's text; clients look for it."""


class Operations:
    """What changes the stacks of one account in one region."""

    def __init__(
        self,
        stacks: Stacks,
        reader: Reader,
        exports: Exports,
        parts: Parts,
        pool: Executor,
        account: str,
        patience: float,
    ) -> None:
        """patience: seconds that an answer may wait for what was started to end."""
        self._stacks, self._reader, self._exports = stacks, reader, exports
        self._parts, self._pool, self._account = parts, pool, account
        self._patience = patience
        self._undos: dict[str, Undo] = {}

    def place(self, name: str) -> Place:
        """Where a new stack of this name will be; raises `ValidationError` for what cannot be a name."""
        if not _NAME.fullmatch(name):
            raise ValidationError(
                f"1 validation error detected: Value '{name}' at 'stackName' failed to satisfy constraint: "
                f"Member must satisfy regular expression pattern: {_NAME.pattern}"
            )
        region = self._reader.region
        stack_id = (
            f"arn:{PARTITION}:cloudformation:{region}:{self._account}:stack/{name}/{self._parts.new_id()}"
        )
        return Place(self._account, region, name, stack_id)

    def create(self, request: Json) -> Json:
        """CreateStack."""
        name = request["StackName"]
        if "OnFailure" in request and "DisableRollback" in request:
            raise ValidationError("You can specify either DisableRollback or OnFailure, but not both.")
        with self._stacks.lock:
            if self._stacks.find(name) is not None:
                raise AlreadyExists(f"Stack [{name}] already exists")
            place = self.place(name)
            target = self._reader.target(request, place, None)
            stack = Stack(place, target, self._parts.clock(), "CREATE_IN_PROGRESS")
            self._stacks.add(stack)
            on_failure = request.get("OnFailure", ROLLBACK)
            work = self.start_creation(
                stack, request, DO_NOTHING if request.get("DisableRollback") else on_failure
            )
        self.wait(work)
        return {"StackId": stack.stack_id}

    def start_creation(self, stack: Stack, request: Json, on_failure: str) -> Work:
        """Make what a stack's target says, in a thread of its own."""
        self._note(stack, request)
        stack.disable_rollback = on_failure == DO_NOTHING
        stack.termination_protection = bool(request.get("EnableTerminationProtection"))
        steps = Steps(stack, self._parts)
        steps.stack_becomes("CREATE_IN_PROGRESS", USER_INITIATED)
        return self._run(lambda: create_stack(steps, self._exports, on_failure))

    def update(self, request: Json) -> Json:
        """UpdateStack."""
        with self._stacks.lock:
            stack = self._stacks.get(request["StackName"])
            self.require_updatable(stack)
            target = self._reader.target(request, stack.place, stack)
            check_types_kept(stack, target)
            if make_plan(stack, target, self._parts.types, Steps(stack, self._parts).taken_over).is_empty:
                raise ValidationError(NO_UPDATES)
            work = self.start_update(stack, target, request)
        self.wait(work)
        return {"StackId": stack.stack_id}

    def require_updatable(self, stack: Stack) -> None:
        """Raises `ValidationError` if a stack cannot be updated in the state that it is in."""
        if stack.status not in UPDATABLE:
            raise ValidationError(
                f"Stack:{stack.stack_id} is in {stack.status} state and can not be updated."
            )

    def start_update(self, stack: Stack, target: Target, request: Json) -> Work:
        """Make a stack what a target says, in a thread of its own."""
        self._note(stack, request)
        stack.updated_at, stack.cancelled = self._parts.clock(), False
        stack.disable_rollback = bool(request.get("DisableRollback"))
        steps = Steps(stack, self._parts)
        steps.stack_becomes("UPDATE_IN_PROGRESS", USER_INITIATED)
        update = Update(steps, self._exports, target, rolls_back=not stack.disable_rollback)
        return self._run(lambda: self._keep(stack, update.run()))

    def cancel(self, request: Json) -> Json:
        """CancelUpdateStack."""
        with self._stacks.lock:
            stack = self._stacks.get(request["StackName"])
            if stack.status != "UPDATE_IN_PROGRESS":
                raise ValidationError(
                    "CancelUpdateStack cannot be called from current stack status: " + stack.status
                )
            stack.cancelled = True
        return {}

    def continue_rollback(self, request: Json) -> Json:
        """ContinueUpdateRollback."""
        with self._stacks.lock:
            stack = self._stacks.get(request["StackName"])
            undo = self._undos.get(stack.stack_id)
            if stack.status != "UPDATE_ROLLBACK_FAILED" or undo is None:
                raise ValidationError(
                    f"Stack:{stack.stack_id} is in {stack.status} state and can not continue rolling back."
                )
            skipped = frozenset(request.get("ResourcesToSkip", []))
            steps = Steps(stack, self._parts)
            steps.stack_becomes("UPDATE_ROLLBACK_IN_PROGRESS", USER_INITIATED)
            work = self._run(lambda: self._keep(stack, roll_back(steps, self._exports, undo, skipped)))
        self.wait(work)
        return {}

    def delete(self, request: Json) -> Json:
        """DeleteStack; nothing happens if there is no such stack."""
        with self._stacks.lock:
            stack = self._stacks.find(request["StackName"])
            if stack is None or stack.is_deleted:
                return {}
            self._require_deletable(stack, request.get("RetainResources", []))
            steps = Steps(stack, self._parts)
            if (users := self._exports.in_use(stack)) is not None:
                steps.stack_becomes(stack.status, f"Delete canceled. {users}")
                return {}
            stack.token = request.get("ClientRequestToken")
            steps.stack_becomes("DELETE_IN_PROGRESS", USER_INITIATED)
            retained = frozenset(request.get("RetainResources", []))
            work = self._run(lambda: delete_stack(steps, retained))
        self.wait(work)
        return {}

    def protect(self, request: Json) -> Json:
        """UpdateTerminationProtection."""
        stack = self._stacks.get(request["StackName"])
        stack.termination_protection = request["EnableTerminationProtection"]
        return {"StackId": stack.stack_id}

    def _require_deletable(self, stack: Stack, retained: list[str]) -> None:
        if stack.termination_protection:
            raise ValidationError(
                f"Stack [{stack.name}] cannot be deleted while TerminationProtection is enabled"
            )
        if stack.status.endswith("_IN_PROGRESS") and stack.status != "REVIEW_IN_PROGRESS":
            raise ValidationError(
                f"Stack:{stack.stack_id} is in {stack.status} state and can not be deleted in this emulator "
                "before that ends"
            )
        if retained and stack.status != "DELETE_FAILED":
            raise ValidationError(
                f"Invalid operation on stack [{stack.stack_id}]. When you delete a stack, specify which "
                "resources to retain only when the stack is in the DELETE_FAILED state."
            )

    def _note(self, stack: Stack, request: Json) -> None:
        stack.token = request.get("ClientRequestToken")
        stack.retain_except_on_create = bool(request.get("RetainExceptOnCreate"))

    def _keep(self, stack: Stack, undo: Undo | None) -> None:
        self._undos.pop(stack.stack_id, None)
        if undo is not None:
            self._undos[stack.stack_id] = undo

    def wait(self, work: Work) -> None:
        """Give what was started a moment to end, as waiters ask at once and then every 30 seconds."""
        futures.wait([work], timeout=self._patience)

    def _run(self, work: Callable[[], Any]) -> Work:
        def logged() -> None:
            try:
                work()
            except Exception:  # nobody waits for the thread's result; the log is where it can be seen
                log.exception("an operation on a stack ended unexpectedly")

        return self._pool.submit(logged)


def on_failure_of(change_set_choice: str | None) -> str:
    """What a failed creation does, as a change set's OnStackFailure says."""
    return ROLLBACK if change_set_choice is None else change_set_choice


def check_types_kept(stack: Stack, target: Target) -> None:
    """Raises `ValidationError` if a resource would become one of another type."""
    wanted = target.environment.resources()
    changed = [
        name
        for name, resource in stack.resources.items()
        if name in wanted and wanted[name].type != resource.definition.type
    ]
    if changed:
        raise ValidationError(
            "Update of resource type is not permitted. The new template modifies resource type of the "
            f"following resources: [{', '.join(changed)}]"
        )
