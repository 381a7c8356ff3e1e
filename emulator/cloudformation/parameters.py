"""The values that a template's parameters take, checked as CloudFormation checks them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from emulator.cloudformation.errors import ValidationError
from emulator.cloudformation.template import ParameterDefinition

MASK = "****"
"""What is shown for a parameter with NoEcho."""

_SSM = re.compile(r"AWS::SSM::Parameter::Value<(String|List<String>|CommaDelimitedList)>")
_AWS_TYPE = re.compile(r"AWS::[A-Za-z0-9]+(::[A-Za-z0-9]+)+")


@dataclass(frozen=True)
class Parameter:
    """A parameter's value: as given, and as Ref gives it (a list for list types)."""

    name: str
    given: str
    value: Any
    no_echo: bool = False
    resolved: str | None = None

    @property
    def shown(self) -> str:
        """The value as descriptions may show it."""
        return MASK if self.no_echo else self.given


def read_parameters(
    definitions: Mapping[str, ParameterDefinition],
    given: list[dict[str, Any]],
    previous: Mapping[str, Parameter],
    stored: Callable[[str], str],
) -> dict[str, Parameter]:
    """Every parameter of a template with its value.

    given: ParameterKey with ParameterValue or UsePreviousValue. stored: the value of an SSM parameter.
    Raises `ValidationError` for a missing, unknown or not allowed value.
    """
    asked = {entry["ParameterKey"]: entry for entry in given}
    unknown = [name for name in asked if name not in definitions]
    if unknown:
        raise ValidationError(f"Parameters: [{', '.join(unknown)}] do not exist in the template")
    texts: dict[str, str] = {}
    missing: list[str] = []
    for name, definition in definitions.items():
        text = _text(definition, asked.get(name), previous)
        if text is None:
            missing.append(name)
        else:
            texts[name] = text
    if missing:
        raise ValidationError(f"Parameters: [{', '.join(missing)}] must have values")
    return {name: _parameter(definitions[name], text, stored) for name, text in texts.items()}


def _text(
    definition: ParameterDefinition, entry: Mapping[str, Any] | None, previous: Mapping[str, Parameter]
) -> str | None:
    if entry is None:
        default = definition.members.get("Default")
        if default is None:
            return None
        return ",".join(map(str, default)) if isinstance(default, list) else _scalar(default)
    if entry.get("UsePreviousValue"):
        if "ParameterValue" in entry:
            raise ValidationError(
                f"Invalid input for parameter key {definition.name}. Cannot specify usePreviousValue as true "
                "and non empty value for a parameter"
            )
        before = previous.get(definition.name)
        return before.given if before else None
    value = entry.get("ParameterValue")
    return None if value is None else str(value)


def _scalar(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _parameter(definition: ParameterDefinition, text: str, stored: Callable[[str], str]) -> Parameter:
    if match := _SSM.fullmatch(definition.type):
        resolved = stored(text)
        value: Any = resolved if match.group(1) == "String" else resolved.split(",")
        return Parameter(definition.name, text, value, definition.no_echo, resolved)
    items = _items(definition, text)
    for item in items:
        _check(definition, item)
    is_list = definition.type == "CommaDelimitedList" or definition.type.startswith("List<")
    return Parameter(definition.name, text, items if is_list else text, definition.no_echo)


def _items(definition: ParameterDefinition, text: str) -> list[str]:
    kind = definition.type
    if kind in ("String", "Number"):
        return [text]
    if kind == "CommaDelimitedList" or (kind.startswith("List<") and kind.endswith(">")):
        inner = kind[5:-1] if kind.startswith("List<") else "String"
        if inner in ("Number", "String") or _AWS_TYPE.fullmatch(inner):
            return [item.strip() for item in text.split(",")]
    elif _AWS_TYPE.fullmatch(kind) and not kind.startswith("AWS::SSM::"):
        return [text]
    raise ValidationError(
        f"Template format error: the type {kind} of the parameter {definition.name} is not supported"
    )


def _check(definition: ParameterDefinition, item: str) -> None:
    members, name = definition.members, definition.name
    allowed = members.get("AllowedValues")
    if allowed is not None and item not in map(_scalar, allowed):
        _refuse(definition, f"Parameter '{name}' must be one of AllowedValues")
    if "Number" in definition.type:
        _check_number(definition, item)
        return
    pattern = members.get("AllowedPattern")
    if pattern is not None and re.fullmatch(str(pattern), item) is None:
        _refuse(definition, f"Parameter '{name}' must match pattern {pattern}")
    if len(item) < int(members.get("MinLength", 0)):
        _refuse(
            definition,
            f"Parameter '{name}' must contain at least {members['MinLength']} characters",
        )
    if "MaxLength" in members and len(item) > int(members["MaxLength"]):
        _refuse(
            definition,
            f"Parameter '{name}' must contain at most {members['MaxLength']} characters",
        )


def _check_number(definition: ParameterDefinition, item: str) -> None:
    members, name = definition.members, definition.name
    try:
        number = float(item)
    except ValueError as error:
        raise ValidationError(f"Parameter '{name}' must be a number") from error
    if "MinValue" in members and number < float(members["MinValue"]):
        _refuse(definition, f"Parameter '{name}' must be a number not less than {members['MinValue']}")
    if "MaxValue" in members and number > float(members["MaxValue"]):
        _refuse(definition, f"Parameter '{name}' must be a number not greater than {members['MaxValue']}")


def _refuse(definition: ParameterDefinition, reason: str) -> None:
    described = definition.members.get("ConstraintDescription")
    if described:
        reason = f"Parameter {definition.name} failed to satisfy constraint: {described}"
    raise ValidationError(reason)
