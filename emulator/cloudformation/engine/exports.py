"""Outputs that stacks export to each other."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from emulator.cloudformation.errors import ValidationError
from emulator.cloudformation.model import Output, Stack, Target
from emulator.cloudformation.plan import attribute_of, evaluate_outputs


class Exports:
    """The exports of an account's stacks in one region."""

    def __init__(self, stacks: Callable[[], list[Stack]]) -> None:
        """stacks: every stack that is not deleted."""
        self._stacks = stacks

    def all(self) -> Iterator[tuple[Stack, Output]]:
        """Every export with the stack that it belongs to."""
        for stack in self._stacks():
            for output in list(stack.outputs):
                if output.export is not None:
                    yield stack, output

    def value(self, name: str) -> str:
        """An export's value; raises `ValidationError` if there is none."""
        for _, output in self.all():
            if output.export == name:
                return output.value
        raise ValidationError(f"No export named {name} found.")

    def importers(self, name: str) -> list[str]:
        """The names of the stacks that use an export."""
        return [stack.name for stack in self._stacks() if name in stack.imports]

    def settle(self, stack: Stack, target: Target) -> None:
        """Give a stack its outputs; raises `ValidationError` if an export is taken or in use otherwise."""
        resources = stack.resources
        outputs = evaluate_outputs(target.environment, lambda reference: attribute_of(resources, reference))
        self._check(stack, outputs)
        stack.outputs = outputs
        stack.imports = frozenset(target.environment.imports_used)

    def in_use(self, stack: Stack) -> str | None:
        """Why a stack cannot be deleted, if it cannot: who uses which of its exports."""
        for output in stack.outputs:
            users = self.importers(output.export) if output.export else []
            if users:
                return f"Cannot delete export {output.export} as it is in use by {' and '.join(users)}"
        return None

    def _check(self, stack: Stack, outputs: list[Output]) -> None:
        for owner, taken in self.all():
            if owner is not stack and any(taken.export == output.export for output in outputs):
                raise ValidationError(
                    f"Export with name {taken.export} is already exported by stack {owner.name}"
                )
        after = {output.export: output.value for output in outputs}
        for output in stack.outputs:
            if output.export is None or after.get(output.export) == output.value:
                continue
            users = self.importers(output.export)
            if users:
                verb = "updated" if output.export in after else "deleted"
                raise ValidationError(
                    f"Export {output.export} cannot be {verb} as it is in use by {' and '.join(users)}"
                )
