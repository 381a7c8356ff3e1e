"""AWS::SSM: parameters."""

from __future__ import annotations

from emulator.cloudformation.resources.base import (
    Json,
    Made,
    ResourceType,
    Scope,
    settle_tags,
)
from emulator.cloudformation.resources.kinds import TAG_MAP, TEXT, Structure


class Parameter(ResourceType):
    """A parameter of type String or StringList; CloudFormation makes no SecureString."""

    name = "AWS::SSM::Parameter"
    properties = Structure(
        {
            "AllowedPattern": TEXT,
            "DataType": TEXT,
            "Description": TEXT,
            "Name": TEXT,
            "Tags": TAG_MAP,
            "Tier": TEXT,
            "Type": TEXT,
            "Value": TEXT,
        },
        required=("Type", "Value"),
    )
    replaced_by = frozenset({"Name"})
    named_by = "Name"
    attributes = frozenset({"Type", "Value"})

    def create(self, scope: Scope, properties: Json) -> Made:
        """PutParameter, which fails if there is one of this name."""
        name = properties.get("Name") or scope.new_name()
        more = {"Tags": tags} if (tags := _tags(properties)) else {}
        scope.client("ssm").put_parameter(**{**properties, "Name": name, **more})
        return _parameter(name, properties)

    def update(self, scope: Scope, physical_id: str, before: Json, after: Json) -> Made:
        """PutParameter over the existing one, and its tags."""
        ssm = scope.client("ssm")
        given = {name: value for name, value in after.items() if name != "Tags"}
        ssm.put_parameter(**{**given, "Name": physical_id, "Overwrite": True})
        where = {"ResourceType": "Parameter", "ResourceId": physical_id}
        settle_tags(
            {"Tags": _tags(before)},
            {"Tags": _tags(after)},
            lambda keys: ssm.remove_tags_from_resource(**where, TagKeys=keys),
            lambda tags: ssm.add_tags_to_resource(**where, Tags=tags),
        )
        return _parameter(physical_id, after)

    def delete(self, scope: Scope, physical_id: str, properties: Json) -> None:
        """DeleteParameter."""
        scope.client("ssm").delete_parameter(Name=physical_id)


def _tags(properties: Json) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in properties.get("Tags", {}).items()]


def _parameter(name: str, properties: Json) -> Made:
    return Made(name, {"Type": properties["Type"], "Value": properties["Value"]})


TYPES: tuple[ResourceType, ...] = (Parameter(),)
