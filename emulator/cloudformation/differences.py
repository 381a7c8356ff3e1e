"""What differs between two evaluations of a resource's properties, and whether that replaces the resource."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emulator.cloudformation.intrinsics import Evaluator, plain
from emulator.cloudformation.resources.base import ResourceType, at_path
from emulator.cloudformation.resources.kinds import TAG_MAP, TAGS
from emulator.cloudformation.template import ResourceDefinition

Json = dict[str, Any]


def evaluate(
    definition: ResourceDefinition, kind: ResourceType, evaluator: Evaluator, tags: Mapping[str, str]
) -> Json:
    """A resource's properties with functions evaluated and the stack's tags among its own."""
    properties: Json = evaluator.value(definition.properties)
    tags_kind = kind.properties.members.get("Tags")
    if not tags:
        return properties
    own = properties.get("Tags")
    if tags_kind is TAGS and isinstance(own, list | None):
        listed = own or []
        named = {tag.get("Key") for tag in listed}
        more = [{"Key": key, "Value": value} for key, value in tags.items() if key not in named]
        return {**properties, "Tags": [*listed, *more]}
    if tags_kind is TAG_MAP and isinstance(own, dict | None):
        return {**properties, "Tags": {**tags, **(own or {})}}
    return properties


def changed_properties(before: Json, after: Json) -> list[str]:
    """The names of properties whose values differ, however numbers and booleans are written."""
    names = [*before, *(name for name in after if name not in before)]
    return [name for name in names if plain(before.get(name)) != plain(after.get(name))]


def replacing_paths(kind: ResourceType, before: Json, after: Json) -> list[str]:
    """The paths of changed properties that need a new resource."""
    return sorted(
        path for path in kind.replaced_by if plain(at_path(before, path)) != plain(at_path(after, path))
    )


def changed_attributes(before: ResourceDefinition, after: ResourceDefinition) -> list[str]:
    """Which of a resource's members beside its properties differ, as change sets name them."""
    pairs = {
        "Metadata": (before.metadata, after.metadata),
        "DeletionPolicy": (before.deletion_policy, after.deletion_policy),
        "UpdateReplacePolicy": (before.update_replace_policy, after.update_replace_policy),
    }
    return [name for name, (one, other) in pairs.items() if plain(one) != plain(other)]
