"""What a template's value refers to, found without evaluating it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from emulator.cloudformation.errors import ValidationError

PSEUDO_PARAMETERS = (
    "AWS::AccountId",
    "AWS::NoValue",
    "AWS::NotificationARNs",
    "AWS::Partition",
    "AWS::Region",
    "AWS::StackId",
    "AWS::StackName",
    "AWS::URLSuffix",
)

_PLACEHOLDER = re.compile(r"\$\{([^!{}][^{}]*|)\}")


@dataclass(frozen=True)
class Reference:
    """A parameter, pseudo parameter or resource that a value needs; `attribute` only for GetAtt."""

    name: str
    attribute: str | None = None


def is_function(value: Any) -> bool:
    """Whether a template's value is an intrinsic function instead of an object."""
    if not isinstance(value, dict) or len(value) != 1:
        return False
    (name,) = value
    return isinstance(name, str) and (name == "Ref" or name.startswith("Fn::"))


def references(value: Any) -> Iterator[Reference]:
    """Every reference of a value, at any depth, both branches of Fn::If included."""
    if isinstance(value, list):
        for item in value:
            yield from references(item)
    elif isinstance(value, dict):
        if is_function(value):
            yield from _of_function(*next(iter(value.items())))
        else:
            for item in value.values():
                yield from references(item)


def _of_function(name: str, argument: Any) -> Iterator[Reference]:
    if name == "Ref":
        yield Reference(str(argument))
    elif name == "Fn::GetAtt":
        yield attribute_reference(argument)
        if isinstance(argument, list):
            yield from references(argument[1:])
    elif name == "Fn::Sub":
        text, names = sub_arguments(argument)
        yield from (found for found in placeholders(text) if found.name not in names or found.attribute)
        yield from references(list(names.values()))
    else:
        yield from references(argument)


def attribute_reference(argument: Any) -> Reference:
    """The reference of Fn::GetAtt; raises `ValidationError` unless it names a resource and an attribute."""
    parts = argument.split(".", 1) if isinstance(argument, str) else argument
    if not isinstance(parts, list) or len(parts) != 2 or not isinstance(parts[0], str):
        raise ValidationError(
            "Template error: every Fn::GetAtt object requires two non-empty parameters, "
            "the resource name and the resource attribute"
        )
    return Reference(parts[0], parts[1] if isinstance(parts[1], str) else "")


def sub_arguments(argument: Any) -> tuple[str, dict[str, Any]]:
    """The text and the names of Fn::Sub; raises `ValidationError` if it has another form."""
    if isinstance(argument, str):
        return argument, {}
    if (
        isinstance(argument, list)
        and len(argument) == 2
        and isinstance(argument[0], str)
        and isinstance(argument[1], dict)
    ):
        return argument[0], argument[1]
    raise ValidationError(
        "Template error: One or more Fn::Sub intrinsic functions don't specify expected arguments. "
        "Specify a string as first argument, and an optional second argument to specify a mapping of values "
        "to replace in the string"
    )


def placeholders(text: str) -> Iterator[Reference]:
    """What ``${…}`` in a text of Fn::Sub names; ``${!…}`` is literal."""
    for match in _PLACEHOLDER.finditer(text):
        name, dot, attribute = match.group(1).strip().partition(".")
        yield Reference(name, attribute if dot else None)
