"""The stacks of one account in one region, found by name or ARN."""

from __future__ import annotations

import threading

from emulator.cloudformation.changesets import ChangeSet
from emulator.cloudformation.errors import ChangeSetNotFound, ValidationError
from emulator.cloudformation.model import Stack


class Stacks:
    """Every stack, the deleted ones too: those are found by their ARN alone."""

    def __init__(self) -> None:
        self._by_id: dict[str, Stack] = {}
        self.lock = threading.RLock()
        """Held while a stack's status is looked at and changed, so that operations do not overlap."""

    def add(self, stack: Stack) -> None:
        """Take in a new stack."""
        with self.lock:
            self._by_id[stack.stack_id] = stack

    def remove(self, stack: Stack) -> None:
        """Forget a stack that never had anything."""
        with self.lock:
            self._by_id.pop(stack.stack_id, None)

    def all(self) -> list[Stack]:
        """Every stack, the newest first."""
        with self.lock:
            return list(self._by_id.values())[::-1]

    def living(self) -> list[Stack]:
        """Every stack that is not deleted."""
        return [stack for stack in self.all() if not stack.is_deleted]

    def find(self, name: str) -> Stack | None:
        """The living stack of this name, or the stack with this ARN."""
        by_id = self._by_id.get(name)
        if by_id is not None:
            return by_id
        return next((stack for stack in self.living() if stack.name == name), None)

    def get(self, name: str, message: str = "Stack [{}] does not exist") -> Stack:
        """The same; raises `ValidationError` if there is none. message: with ``{}`` for the name."""
        found = self.find(name)
        if found is None:
            raise ValidationError(message.format(name))
        return found

    def change_set(self, name: str, stack_name: str | None) -> tuple[Stack, ChangeSet]:
        """A change set by its ARN, or by its name and its stack's; raises `ChangeSetNotFound`."""
        if name.startswith("arn:"):
            stacks = self.living()
        elif stack_name is None:
            raise ValidationError("StackName must be specified if ChangeSetName is not specified as an ARN.")
        else:
            stacks = [self.get(stack_name)]
        for stack in stacks:
            for found in list(stack.change_sets.values()):
                if name in (found.name, found.change_set_id):
                    return stack, found
        raise ChangeSetNotFound(name)
