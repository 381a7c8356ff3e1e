"""What an update would do, worked out without doing it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from emulator.cloudformation.differences import (
    changed_attributes,
    changed_properties,
    evaluate,
    replacing_paths,
)
from emulator.cloudformation.environment import Environment
from emulator.cloudformation.errors import ValidationError
from emulator.cloudformation.graph import dependencies, in_order
from emulator.cloudformation.intrinsics import UNKNOWN, is_unknown
from emulator.cloudformation.model import Json, Output, Resource, Stack, Target
from emulator.cloudformation.references import Reference, references
from emulator.cloudformation.resources.base import ResourceType, at_path
from emulator.cloudformation.template import ResourceDefinition


@dataclass(frozen=True)
class Detail:
    """One difference of a resource: its member, the property in it, and what causes it."""

    attribute: str
    name: str | None
    recreation: str
    evaluation: str
    source: str
    cause: str | None = None
    before: Any = None
    after: Any = None


@dataclass(frozen=True)
class ResourceChange:
    """What would happen to one resource."""

    action: str
    logical_id: str
    type: str
    physical_id: str | None = None
    replacement: str | None = None
    policy_action: str | None = None
    details: tuple[Detail, ...] = ()


@dataclass(frozen=True)
class Plan:
    """What would happen to a stack."""

    resources: tuple[ResourceChange, ...]
    is_empty: bool


def is_standing(resource: Resource | None) -> bool:
    """Whether a resource exists as its template says, so that it can be changed instead of made."""
    return (
        resource is not None
        and resource.physical_id is not None
        and resource.status not in ("CREATE_FAILED", "DELETE_COMPLETE", "DELETE_SKIPPED")
    )


TakenOver = Callable[[ResourceDefinition, Target], str | None]


def make_plan(stack: Stack, target: Target, types: Mapping[str, ResourceType], taken_over: TakenOver) -> Plan:
    """The changes that would make a stack what `target` says.

    taken_over: of a resource that the stack has not, the physical id of what an import would take over.
    """
    return _Planner(stack, target, types, taken_over).plan()


class _Planner:
    def __init__(
        self, stack: Stack, target: Target, types: Mapping[str, ResourceType], taken_over: TakenOver
    ) -> None:
        self._stack, self._target, self._types = stack, target, types
        self._taken_over = taken_over
        self._uncertain: set[str] = set()
        self._evaluator = target.environment.evaluator(self._attribute)
        self._environment: Environment = target.environment

    def plan(self) -> Plan:
        wanted = self._environment.resources()
        changes: list[ResourceChange] = []
        for name in in_order(dependencies(wanted, self._environment.condition)):
            standing = self._stack.resources.get(name)
            if standing is not None and is_standing(standing):
                change = self._modification(standing, wanted[name])
            else:
                self._uncertain.add(name)
                change = self._addition(wanted[name])
            if change:
                changes.append(change)
        changes.extend(
            _removal(resource)
            for name, resource in self._stack.resources.items()
            if name not in wanted and is_standing(resource)
        )
        has_failed = self._stack.status.endswith("_FAILED")
        return Plan(tuple(changes), not (changes or has_failed or self._differs_outside()))

    def _differs_outside(self) -> bool:
        """Whether outputs, tags or notifications differ."""
        before, after = self._stack.target, self._target
        return self._stack.outputs != evaluate_outputs(self._environment, self._attribute) or dict(
            before.tags
        ) != dict(after.tags)

    def _attribute(self, reference: Reference) -> Any:
        if reference.name in self._uncertain:
            return UNKNOWN
        return attribute_of(self._stack.resources, reference)

    def _addition(self, definition: ResourceDefinition) -> ResourceChange:
        kind = self._types[definition.type]
        evaluate(definition, kind, self._evaluator, self._target.tags)  # refuses what the type does not take
        taken = self._taken_over(definition, self._target)
        action = "Add" if taken is None else "Import"
        return ResourceChange(action, definition.logical_id, definition.type, taken)

    def _modification(self, standing: Resource, definition: ResourceDefinition) -> ResourceChange | None:
        kind = self._types[definition.type]
        before, after = standing.evaluated, evaluate(definition, kind, self._evaluator, self._target.tags)
        names = changed_properties(before, after)
        replacing = replacing_paths(kind, before, after)
        details = [self._detail(kind, definition, name, before, after, replacing) for name in names]
        details += [
            Detail(name, None, "Never", "Static", "DirectModification")
            for name in changed_attributes(standing.definition, definition)
        ]
        if not details:
            return None
        sure = any(not is_unknown(at_path(after, path)) for path in replacing)
        replacement = "True" if sure else "Conditional" if replacing else "False"
        if replacing:
            self._uncertain.add(standing.logical_id)
        return ResourceChange(
            action="Modify",
            logical_id=standing.logical_id,
            type=definition.type,
            physical_id=standing.physical_id,
            replacement=replacement,
            policy_action=_replacing_policy(standing, definition) if replacing else None,
            details=tuple(details),
        )

    def _detail(
        self,
        kind: ResourceType,
        definition: ResourceDefinition,
        name: str,
        before: Json,
        after: Json,
        replacing: list[str],
    ) -> Detail:
        unknown = is_unknown(after.get(name))
        replaces = any(path.split("/")[0] == name for path in replacing)
        source, cause = self._source(definition.properties.get(name))
        return Detail(
            attribute="Tags" if name == "Tags" else "Properties",
            name=None if name == "Tags" else name,
            recreation=("Conditionally" if unknown else "Always") if replaces else "Never",
            evaluation="Dynamic" if unknown else "Static",
            source=source,
            cause=cause,
            before=before.get(name),
            after=after.get(name),
        )

    def _source(self, given: Any) -> tuple[str, str | None]:
        """What makes a property differ: a resource to come, a parameter's new value, or the template."""
        previous = self._stack.target.parameters
        for reference in references(given):
            if reference.name in self._uncertain:
                if reference.attribute is None:
                    return "ResourceReference", reference.name
                return "ResourceAttribute", f"{reference.name}.{reference.attribute}"
        for reference in references(given):
            now = self._target.parameters.get(reference.name)
            then = previous.get(reference.name)
            if now is not None and then is not None and now.value != then.value:
                return "ParameterReference", reference.name
        return "DirectModification", None


def evaluate_outputs(environment: Environment, attribute: Any) -> list[Output]:
    """The outputs whose condition holds, with their values."""
    evaluator = environment.evaluator(attribute)
    found: list[Output] = []
    for name, output in environment.template.outputs.items():
        if output.condition is not None and not environment.condition(output.condition):
            continue
        value = evaluator.value(output.value)
        if isinstance(value, dict | list):
            raise ValidationError(
                f"Template format error: Output {name} is malformed. The Value field of every Outputs member "
                "must evaluate to a String."
            )
        export = evaluator.value(output.export)
        shown = str(value).lower() if isinstance(value, bool) else str(value)
        found.append(Output(name, shown, output.description, export))
    return found


def attribute_of(resources: Mapping[str, Resource], reference: Reference) -> Any:
    """What Ref or GetAtt gives for a resource that exists."""
    resource = resources.get(reference.name)
    if resource is None:
        raise ValidationError(
            f"Template format error: Unresolved resource dependencies [{reference.name}] in the Resources "
            "block of the template"
        )
    if reference.attribute is None:
        return resource.physical_id
    if reference.attribute not in resource.attributes:
        raise ValidationError(
            f"Attribute '{reference.attribute}' does not exist on the resource {reference.name}"
        )
    return resource.attributes[reference.attribute]


def _removal(resource: Resource) -> ResourceChange:
    retained = resource.definition.deletion_policy != "Delete"
    return ResourceChange(
        action="Remove",
        logical_id=resource.logical_id,
        type=resource.definition.type,
        physical_id=resource.physical_id,
        policy_action="Retain" if retained else "Delete",
    )


def _replacing_policy(standing: Resource, definition: ResourceDefinition) -> str:
    retained = definition.update_replace_policy == "Retain"
    return "ReplaceAndRetain" if retained else "ReplaceAndDelete"
