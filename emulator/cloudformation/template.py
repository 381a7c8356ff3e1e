"""A template's parts as values, and how they are taken from its object."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from emulator.cloudformation.errors import ValidationError
from emulator.cloudformation.yaml_reader import read_text

Json = dict[str, Any]

MOST_BYTES = 51_200
"""A template body's length on AWS; from S3 it may be `MOST_STORED_BYTES`."""

MOST_STORED_BYTES = 1_000_000

_SECTIONS = (
    "AWSTemplateFormatVersion",
    "Description",
    "Metadata",
    "Parameters",
    "Mappings",
    "Conditions",
    "Rules",
    "Resources",
    "Outputs",
    "Transform",
    "Hooks",
)
_RESOURCE_MEMBERS = (
    "Type",
    "Properties",
    "DependsOn",
    "Condition",
    "DeletionPolicy",
    "UpdateReplacePolicy",
    "Metadata",
    "Description",
    "CreationPolicy",
    "UpdatePolicy",
)
_DELETION_POLICIES = ("Delete", "Retain", "RetainExceptOnCreate")
_REPLACE_POLICIES = ("Delete", "Retain")


@dataclass(frozen=True)
class ParameterDefinition:
    """A parameter as the template declares it."""

    name: str
    type: str
    members: Json

    @property
    def no_echo(self) -> bool:
        """Whether its value must not be shown."""
        return str(self.members.get("NoEcho", "false")).lower() == "true"


@dataclass(frozen=True)
class ResourceDefinition:
    """A resource as the template declares it; `properties` still hold functions."""

    logical_id: str
    type: str
    properties: Json
    depends_on: tuple[str, ...] = ()
    condition: str | None = None
    deletion_policy: str = "Delete"
    update_replace_policy: str = "Delete"
    metadata: Json | None = None
    description: str | None = None


@dataclass(frozen=True)
class OutputDefinition:
    """An output as the template declares it; `value` and `export` still hold functions."""

    name: str
    value: Any
    description: str | None = None
    export: Any = None
    condition: str | None = None


@dataclass(frozen=True)
class Template:
    """A template that was read; its functions are not evaluated yet."""

    text: str
    version: str | None
    description: str | None
    metadata: Json | None
    parameters: Mapping[str, ParameterDefinition]
    mappings: Mapping[str, Mapping[str, Mapping[str, Any]]]
    conditions: Mapping[str, Any]
    rules: Mapping[str, Json]
    resources: Mapping[str, ResourceDefinition]
    outputs: Mapping[str, OutputDefinition]


def read_template(text: str) -> Template:
    """Read a template; raises `ValidationError` for what is no template or asks for what is not supported."""
    whole = read_text(text)
    unknown = [name for name in whole if name not in _SECTIONS]
    if unknown:
        raise ValidationError(f"Invalid template property or properties [{', '.join(map(str, unknown))}]")
    for name in ("Transform", "Hooks"):
        if whole.get(name):
            raise ValidationError(f"{name} {_named(whole[name])} is not supported by this emulator")
    version = _version(whole)
    resources = _section(whole, "Resources")
    if not resources:
        raise ValidationError("Template format error: At least one Resources member must be defined.")
    return Template(
        text=text,
        version=version,
        description=_text(whole.get("Description"), "Description"),
        metadata=_section(whole, "Metadata") or None,
        parameters={name: _parameter(name, value) for name, value in _section(whole, "Parameters").items()},
        mappings=_section(whole, "Mappings"),
        conditions=_section(whole, "Conditions"),
        rules={name: _object(value, f"/Rules/{name}") for name, value in _section(whole, "Rules").items()},
        resources={name: _resource(name, value) for name, value in resources.items()},
        outputs={name: _output(name, value) for name, value in _section(whole, "Outputs").items()},
    )


def _version(whole: Json) -> str | None:
    version = whole.get("AWSTemplateFormatVersion")
    if version not in (None, "2010-09-09"):
        raise ValidationError(
            f"Template format error: {version} is not a supported value for AWSTemplateFormatVersion."
        )
    return None if version is None else str(version)


def _parameter(name: str, value: Any) -> ParameterDefinition:
    members = _object(value, f"/Parameters/{name}")
    if "Type" not in members:
        raise ValidationError(
            f"Template format error: [/Parameters/{name}] Every Parameters object must contain a Type member."
        )
    return ParameterDefinition(name, str(members["Type"]), members)


def _resource(name: str, value: Any) -> ResourceDefinition:
    where = f"/Resources/{name}"
    if name.startswith("Fn::"):
        raise ValidationError(f"{name} in Resources is not supported by this emulator")
    if not name.isalnum():
        raise ValidationError(f"Template format error: Resource name {name} is non alphanumeric.")
    members = _object(value, where)
    if not isinstance(members.get("Type"), str):
        raise ValidationError(
            f"Template format error: [{where}] Every Resources object must contain a Type member."
        )
    _refuse_members(name, members)
    policies = [
        _policy(name, members, member, allowed)
        for member, allowed in (
            ("DeletionPolicy", _DELETION_POLICIES),
            ("UpdateReplacePolicy", _REPLACE_POLICIES),
        )
    ]
    depends_on = members.get("DependsOn", [])
    return ResourceDefinition(
        logical_id=name,
        type=members["Type"],
        properties=_object(members.get("Properties") or {}, f"{where}/Properties"),
        depends_on=tuple([depends_on] if isinstance(depends_on, str) else depends_on),
        condition=_text(members.get("Condition"), f"{where}/Condition"),
        deletion_policy=policies[0],
        update_replace_policy=policies[1],
        metadata=members.get("Metadata"),
        description=_text(members.get("Description"), f"{where}/Description"),
    )


def _refuse_members(name: str, members: Json) -> None:
    for member in members:
        if member not in _RESOURCE_MEMBERS:
            raise ValidationError(f"Invalid template resource property '{member}'")
    for member in ("CreationPolicy", "UpdatePolicy"):
        if members.get(member):
            raise ValidationError(f"{member} of {name} is not supported by this emulator")


def _policy(name: str, members: Json, member: str, allowed: tuple[str, ...]) -> str:
    value = members.get(member, "Delete")
    if value == "Snapshot":
        raise ValidationError(f"{member} Snapshot of {name} is not supported by this emulator")
    if value not in allowed:
        raise ValidationError(
            f"Template error: {member} of {name} must be one of {', '.join(allowed)}, not {_named(value)}"
        )
    return str(value)


def _output(name: str, value: Any) -> OutputDefinition:
    where = f"/Outputs/{name}"
    members = _object(value, where)
    if "Value" not in members:
        raise ValidationError(
            f"Template format error: [{where}] Every Outputs member must contain a Value object"
        )
    for member in members:
        if member not in ("Value", "Description", "Export", "Condition"):
            raise ValidationError(f"Invalid template output property '{member}'")
    export = members.get("Export")
    if export is not None and (not isinstance(export, dict) or list(export) != ["Name"]):
        raise ValidationError(
            f"Template format error: [{where}/Export] Export needs a Name, and nothing else."
        )
    return OutputDefinition(
        name=name,
        value=members["Value"],
        description=_text(members.get("Description"), f"{where}/Description"),
        export=export["Name"] if export else None,
        condition=_text(members.get("Condition"), f"{where}/Condition"),
    )


def _section(whole: Json, name: str) -> Json:
    return _object(whole.get(name) or {}, f"/{name}")


def _object(value: Any, where: str) -> Json:
    if not isinstance(value, dict):
        raise ValidationError(f"Template format error: [{where}] must be an object.")
    return value


def _text(value: Any, where: str) -> str | None:
    if value is not None and not isinstance(value, str):
        raise ValidationError(f"Template format error: [{where}] must be a string.")
    return value


def _named(value: Any) -> str:
    if isinstance(value, Iterable) and not isinstance(value, str | dict):
        return ", ".join(map(_named, value))
    return str(value.get("Name", value)) if isinstance(value, dict) else str(value)
