"""What the resource types declare, compared with AWS's own schemas, which cfn-lint ships."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from emulator.cloudformation.resources.base import ResourceType
from emulator.cloudformation.resources.kinds import (
    BOOLEAN,
    INTEGER,
    JSON_OBJECT,
    JSON_TEXT,
    NUMBER,
    TEXT,
    Kind,
    ListOf,
    MapOf,
    Structure,
)
from emulator.cloudformation.resources.registry import TYPES

SCHEMAS = Path(str(files("cfnlint"))) / "data" / "schemas"
PROVIDER = json.loads((SCHEMAS / "providers" / "eu-west-2.json").read_text())

NOT_IN_THE_SCHEMA = {
    ("AWS::SNS::Topic", "TopicName"),
    ("AWS::SQS::Queue", "QueueName"),
    ("AWS::SSM::Parameter", "Type"),
    ("AWS::SSM::Parameter", "Value"),
}
"""Attributes that Fn::GetAtt gives by the documentation of the type, which the schema names otherwise."""

REPLACED_THOUGH_THE_SCHEMA_DOES_NOT_SAY = {
    "AWS::Events::Rule": {"EventBusName"},
    "AWS::Glue::Database": {"CatalogId", "DatabaseInput/Name"},
    "AWS::IAM::Policy": {"PolicyName"},
    "AWS::KMS::Key": {"KeySpec", "KeyUsage", "MultiRegion"},
    "AWS::Scheduler::Schedule": {"GroupName"},
}
"""Which properties replace such resources by the documentation, or cannot be changed in place."""

SCALARS: dict[Kind, str] = {
    TEXT: "string",
    INTEGER: "integer",
    NUMBER: "number",
    BOOLEAN: "boolean",
    JSON_TEXT: "object",
    JSON_OBJECT: "object",
}
"""The schema's type of each; whole numbers are also numbers and texts in some schemas."""

KINDS = sorted(TYPES.values(), key=lambda kind: kind.name)


def schema_of(kind: ResourceType) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((SCHEMAS / "resources" / f"{PROVIDER[kind.name]}.json").read_text())
    return found


def resolved(schema: dict[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in part:
        part = schema["definitions"][part["$ref"].rpartition("/")[2]]
    return part


def differences(schema: dict[str, Any], part: dict[str, Any], kind: Kind, path: str) -> Iterator[str]:
    """Where a declared kind is not what the schema says."""
    part = resolved(schema, part)
    said = part.get("type")
    types = set(said if isinstance(said, list) else [said])
    if isinstance(kind, Structure):
        known = part.get("properties", {})
        for name, member in kind.members.items():
            if name in known:
                yield from differences(schema, known[name], member, f"{path}/{name}")
            else:
                yield f"{path}/{name}: not in the schema"
        missing = set(part.get("required", [])) - set(kind.members)
        yield from (f"{path}/{name}: required and not read" for name in sorted(missing))
    elif isinstance(kind, ListOf):
        if "array" not in types:
            yield f"{path}: no list"
        else:
            yield from differences(schema, part["items"], kind.item, path)
    else:
        wanted = "object" if isinstance(kind, MapOf) else SCALARS[kind]
        if not types & ({wanted, None} | ({"number", "string"} if kind is INTEGER else set())):
            yield f"{path}: {wanted} read, {said} in the schema"


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_properties_are_those_of_the_schema(kind: ResourceType) -> None:
    schema = schema_of(kind)
    assert list(differences(schema, schema, kind.properties, "")) == []


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_the_properties_that_replace_are_those_of_the_schema(kind: ResourceType) -> None:
    schema = schema_of(kind)
    said = {path.removeprefix("/properties/") for path in schema.get("createOnlyProperties", [])}
    readable = {path for path in said if path.split("/")[0] in kind.properties.members}
    assert kind.replaced_by == readable | REPLACED_THOUGH_THE_SCHEMA_DOES_NOT_SAY.get(kind.name, set())


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_attributes_are_those_of_the_schema(kind: ResourceType) -> None:
    said = {path.removeprefix("/properties/") for path in schema_of(kind).get("readOnlyProperties", [])}
    assert {name for name in kind.attributes if (kind.name, name) not in NOT_IN_THE_SCHEMA} <= said


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_what_the_schema_requires_is_required(kind: ResourceType) -> None:
    assert set(schema_of(kind).get("required", [])) <= set(kind.properties.required)
