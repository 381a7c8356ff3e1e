"""The operations on change sets."""

from __future__ import annotations

from emulator.cloudformation import descriptions
from emulator.cloudformation.changesets import NO_CHANGES, ChangeSet
from emulator.cloudformation.engine.steps import Parts, Steps
from emulator.cloudformation.environment import PARTITION
from emulator.cloudformation.errors import (
    AlreadyExists,
    ChangeSetNotFound,
    InvalidChangeSetStatus,
    NotEmulated,
    ValidationError,
)
from emulator.cloudformation.model import Json, Stack, Target
from emulator.cloudformation.operations import USER_INITIATED, Operations, check_types_kept, on_failure_of
from emulator.cloudformation.pages import page
from emulator.cloudformation.plan import make_plan
from emulator.cloudformation.requests import Reader
from emulator.cloudformation.stacks import Stacks

CREATE, UPDATE = "CREATE", "UPDATE"


class ChangeSetOperations:
    """What can be done with change sets of one account's stacks in one region."""

    def __init__(self, stacks: Stacks, reader: Reader, operations: Operations, parts: Parts) -> None:
        self._stacks, self._reader, self._operations, self._parts = stacks, reader, operations, parts

    def create(self, request: Json) -> Json:
        """CreateChangeSet; it is worked out before the call returns."""
        kind = request.get("ChangeSetType", UPDATE)
        if kind not in (CREATE, UPDATE):
            raise NotEmulated(f"The change set type {kind} is not supported by this emulator")
        name = request["ChangeSetName"]
        with self._stacks.lock:
            stack = self._stacks.find(request["StackName"])
            self._check(stack, request["StackName"], kind)
            before = stack.change_sets.get(name) if stack is not None else None
            # one that can no longer be executed makes room: the AWS command line names them by the second,
            # and here two of its deployments fit into one
            if before is not None and before.is_available:
                raise AlreadyExists(f"ChangeSet [{name}] already exists")
            place = stack.place if stack is not None else self._operations.place(request["StackName"])
            target = self._reader.target(request, place, stack if kind == UPDATE else None)
            if stack is None:
                stack = Stack(place, target, self._parts.clock(), "REVIEW_IN_PROGRESS")
                self._stacks.add(stack)
                Steps(stack, self._parts).stack_becomes("REVIEW_IN_PROGRESS", USER_INITIATED)
            check_types_kept(stack, target)
            change_set = self._made(request, stack, target, kind)
            stack.change_sets[name] = change_set
        return {"Id": change_set.change_set_id, "StackId": stack.stack_id}

    def describe(self, request: Json) -> Json:
        """DescribeChangeSet."""
        stack, found = self._stacks.change_set(request["ChangeSetName"], request.get("StackName"))
        described = descriptions.change_set(stack, found, bool(request.get("IncludePropertyValues")))
        changes, more = page(described["Changes"], request)
        return {**described, "Changes": changes, **more}

    def list(self, request: Json) -> Json:
        """ListChangeSets."""
        stack = self._stacks.get(request["StackName"])
        found, more = page(list(stack.change_sets.values()), request)
        return {"Summaries": [descriptions.change_set_summary(stack, one) for one in found], **more}

    def delete(self, request: Json) -> Json:
        """DeleteChangeSet; nothing happens if there is no such change set."""
        with self._stacks.lock:
            try:
                stack, found = self._stacks.change_set(request["ChangeSetName"], request.get("StackName"))
            except ChangeSetNotFound:
                return {}
            if found.execution_status == "EXECUTE_IN_PROGRESS":
                raise InvalidChangeSetStatus(
                    f"ChangeSet [{found.change_set_id}] cannot be deleted in its current execution status of "
                    f"[{found.execution_status}]"
                )
            del stack.change_sets[found.name]
        return {}

    def execute(self, request: Json) -> Json:
        """ExecuteChangeSet; the stack's other change sets are thrown away, as they no longer fit."""
        with self._stacks.lock:
            stack, found = self._stacks.change_set(request["ChangeSetName"], request.get("StackName"))
            if not found.is_available:
                raise InvalidChangeSetStatus(
                    f"ChangeSet [{found.change_set_id}] cannot be executed in its current status of "
                    f"[{found.status}]"
                )
            if found.type == UPDATE:
                self._operations.require_updatable(stack)
            stack.change_sets = {found.name: found}
            stack.change_set_id = found.change_set_id
            found.execution_status = "EXECUTE_COMPLETE"
            if found.type == CREATE:
                stack.target = found.target
                choice = "DO_NOTHING" if request.get("DisableRollback") else found.on_stack_failure
                work = self._operations.start_creation(stack, request, on_failure_of(choice))
            else:
                stays = found.on_stack_failure == "DO_NOTHING" or request.get("DisableRollback")
                request = {**request, "DisableRollback": stays}
                work = self._operations.start_update(stack, found.target, request)
        self._operations.wait(work)
        return {}

    def _check(self, stack: Stack | None, name: str, kind: str) -> None:
        """Raises `ValidationError` if a change set of this type cannot be made for the stack."""
        if kind == CREATE:
            if stack is not None and stack.status != "REVIEW_IN_PROGRESS":
                raise ValidationError(
                    f"Stack [{name}] already exists and cannot be created again with the changeSet [{name}]."
                )
        elif stack is None:
            raise ValidationError(f"Stack [{name}] does not exist")
        else:
            self._operations.require_updatable(stack)

    def _made(self, request: Json, stack: Stack, target: Target, kind: str) -> ChangeSet:
        place, name = stack.place, request["ChangeSetName"]
        where = f"arn:{PARTITION}:cloudformation:{place.region}:{place.account}"
        arn = f"{where}:changeSet/{name}/{self._parts.new_id()}"
        change_set = ChangeSet(
            change_set_id=arn,
            name=name,
            type=kind,
            target=target,
            plan=make_plan(stack, target, self._parts.types, Steps(stack, self._parts).taken_over),
            created_at=self._parts.clock(),
            description=request.get("Description"),
            on_stack_failure=request.get("OnStackFailure"),
        )
        if kind == UPDATE and change_set.plan.is_empty:
            change_set.status, change_set.execution_status = "FAILED", "UNAVAILABLE"
            change_set.reason = NO_CHANGES
        return change_set
