"""What is checked before anything is made: names, types, properties, and the leave to make IAM resources."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from emulator.cloudformation.environment import Environment
from emulator.cloudformation.errors import InsufficientCapabilities, ValidationError
from emulator.cloudformation.graph import chosen, dependencies, in_order
from emulator.cloudformation.references import PSEUDO_PARAMETERS, references
from emulator.cloudformation.resources.base import ResourceType
from emulator.cloudformation.template import Template

IAM, NAMED_IAM = "CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"

Types = Mapping[str, ResourceType]


def check_template(template: Template, types: Types) -> None:
    """Refuse what no values could make right; raises `ValidationError`."""
    _check_types(template, types)
    _check_references(template, types)
    for name, resource in template.resources.items():
        unread = types[resource.type].properties.unread(resource.properties, "")
        for path in unread:
            raise ValidationError(
                f"Encountered unsupported property {path.removeprefix('/')} in {resource.type} ({name})"
            )
        if resource.condition is not None and resource.condition not in template.conditions:
            raise ValidationError(
                f"Template format error: Unresolved condition dependency {resource.condition} in the "
                "Resources block of the template"
            )


def check_environment(environment: Environment, types: Types) -> None:
    """Refuse what these values make wrong: circles, and references to resources that are not made."""
    wanted = environment.resources()
    for resource in wanted.values():
        given = chosen(resource.properties, environment.condition)
        used = {reference.name for reference in references(given)}
        absent = (used | set(resource.depends_on)) & (set(environment.template.resources) - set(wanted))
        if absent:
            raise ValidationError(
                f"Template format error: Unresolved resource dependencies [{', '.join(sorted(absent))}] in "
                "the Resources block of the template"
            )
    in_order(dependencies(wanted, environment.condition))


def needed_capability(template: Template, types: Types) -> tuple[str | None, list[str]]:
    """What a request must acknowledge for the template, and the resource types that ask for it."""
    found = [
        resource
        for resource in template.resources.values()
        if resource.type in types and types[resource.type].capability
    ]
    if not found:
        return None, []
    named = any(types[resource.type].named_by in resource.properties for resource in found)
    return NAMED_IAM if named else IAM, sorted({resource.type for resource in found})


def check_capabilities(template: Template, types: Types, given: list[str]) -> None:
    """Raises `InsufficientCapabilities` if the request does not acknowledge what the template makes."""
    needed, _ = needed_capability(template, types)
    if needed and needed not in given and NAMED_IAM not in given:
        raise InsufficientCapabilities(needed)


def _check_types(template: Template, types: Types) -> None:
    unknown = sorted({resource.type for resource in template.resources.values()} - set(types))
    if unknown:
        named = ", ".join(unknown)
        raise ValidationError(
            f"Template format error: Unrecognized resource types: [{named}]. "
            "Unsupported resource type in this emulator"
        )


def _check_references(template: Template, types: Types) -> None:
    for block, values in _values(template):
        unresolved = sorted(
            {
                reference.name
                for value in values
                for reference in references(value)
                if reference.name not in template.resources
                and (reference.attribute is not None or not _is_parameter(template, reference.name))
            }
        )
        if unresolved:
            raise ValidationError(
                f"Template format error: Unresolved resource dependencies [{', '.join(unresolved)}] in the "
                f"{block} block of the template"
            )
        for value in values:
            _check_attributes(template, value, types)
    for resource in template.resources.values():
        absent = [name for name in resource.depends_on if name not in template.resources]
        if absent:
            raise ValidationError(
                f"Template format error: Unresolved resource dependencies [{', '.join(absent)}] in the "
                "Resources block of the template"
            )


def _check_attributes(template: Template, value: object, types: Types) -> None:
    for reference in references(value):
        if not reference.attribute:
            continue
        resource = template.resources[reference.name]
        if reference.attribute not in types[resource.type].attributes:
            raise ValidationError(
                f"Template error: resource {reference.name} does not support attribute type "
                f"{reference.attribute} in Fn::GetAtt"
            )


def _values(template: Template) -> Iterator[tuple[str, list[object]]]:
    yield "Resources", [resource.properties for resource in template.resources.values()]
    yield "Outputs", [[output.value, output.export] for output in template.outputs.values()]


def _is_parameter(template: Template, name: str) -> bool:
    return name in template.parameters or name in PSEUDO_PARAMETERS
