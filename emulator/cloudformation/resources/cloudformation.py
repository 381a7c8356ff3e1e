"""AWS::CloudFormation: the handle that templates use to have nothing in a place where something must be."""

from __future__ import annotations

from emulator.cloudformation.resources.base import FixedType, Json, Made, ResourceType, Scope
from emulator.cloudformation.resources.kinds import Structure


class WaitConditionHandle(FixedType):
    """A handle that nothing waits for."""

    name = "AWS::CloudFormation::WaitConditionHandle"
    properties = Structure({})
    attributes = frozenset({"Id"})

    def create(self, scope: Scope, properties: Json) -> Made:
        """Nothing but a name."""
        name = scope.new_name()
        return Made(name, {"Id": name})

    def delete(self, scope: Scope, physical_id: str, properties: Json) -> None:
        """Nothing was made."""


TYPES: tuple[ResourceType, ...] = (WaitConditionHandle(),)
