"""Evaluates a template's functions: Ref, Fn::Sub, Fn::If and their kin."""

from __future__ import annotations

import base64
import ipaddress
import itertools
import re
from collections.abc import Callable, Mapping
from typing import Any

from emulator.cloudformation.errors import ValidationError
from emulator.cloudformation.references import (
    Reference,
    attribute_reference,
    is_function,
    sub_arguments,
)

UNKNOWN = "{{changeSet:KNOWN_AFTER_APPLY}}"
"""What a change set says instead of a value that only making the resources will tell (AWS's own text)."""

_DYNAMIC = re.compile(r"\{\{resolve:[^}]*\}\}")
_SUB = re.compile(r"\$\{(!?)([^{}]*)\}")


class _NoValue:
    """AWS::NoValue: the member is left out."""


NO_VALUE = _NoValue()

Lookup = Callable[[Reference], Any]
"""The value of a parameter, pseudo parameter, resource or attribute; raises `ValidationError`."""


def is_unknown(value: Any) -> bool:
    """Whether a value holds a part that is known only after the resources are made."""
    if isinstance(value, str):
        return UNKNOWN in value
    if isinstance(value, dict):
        return any(map(is_unknown, value.values()))
    return isinstance(value, list) and any(map(is_unknown, value))


class Evaluator:
    """The values of a template's functions, given what names stand for."""

    def __init__(
        self,
        lookup: Lookup,
        condition: Callable[[str], bool],
        mappings: Mapping[str, Mapping[str, Mapping[str, Any]]],
        imported: Callable[[str], str],
    ) -> None:
        """lookup: what Ref and GetAtt give; condition: by name; imported: an export's value by its name."""
        self._lookup = lookup
        self._condition = condition
        self._mappings = mappings
        self._imported = imported
        self._functions: dict[str, Callable[[Any], Any]] = {
            "Ref": lambda name: lookup(Reference(str(name))),
            "Fn::GetAtt": self._get_att,
            "Fn::Sub": self._sub,
            "Fn::Join": self._join,
            "Fn::If": self._if,
            "Fn::FindInMap": self._find_in_map,
            "Fn::Select": self._select,
            "Fn::Split": self._split,
            "Fn::ImportValue": lambda value: self._imported(self._text(value, "Fn::ImportValue")),
            "Fn::Base64": self._base64,
            "Fn::Cidr": self._cidr,
            "Fn::Equals": self._equals,
            "Fn::And": lambda values: all(map(self.truth, self._several(values, "Fn::And", 2, 10))),
            "Fn::Or": lambda values: any(map(self.truth, self._several(values, "Fn::Or", 2, 10))),
            "Fn::Not": lambda values: not self.truth(self._several(values, "Fn::Not", 1, 1)[0]),
        }

    def value(self, given: Any) -> Any:
        """A template's value with its functions evaluated; `NO_VALUE` for AWS::NoValue itself."""
        if isinstance(given, list):
            items = (self.value(item) for item in given)
            return [item for item in items if item is not NO_VALUE]
        if isinstance(given, str) and (found := _DYNAMIC.search(given)):
            raise ValidationError(f"The dynamic reference {found.group()} is not supported by this emulator")
        if not isinstance(given, dict):
            return given
        if is_function(given):
            return self._call(*next(iter(given.items())))
        evaluated = ((name, self.value(item)) for name, item in given.items())
        return {name: item for name, item in evaluated if item is not NO_VALUE}

    def truth(self, given: Any) -> bool:
        """A condition's value: a condition function, or ``{"Condition": name}``."""
        if isinstance(given, dict) and list(given) == ["Condition"]:
            return self._condition(str(given["Condition"]))
        value = self.value(given)
        if isinstance(value, bool):
            return value
        if value in ("true", "false"):
            return bool(value == "true")
        raise ValidationError(
            "Template format error: Conditions can only be boolean operations on parameters and other "
            "conditions"
        )

    def _call(self, name: str, argument: Any) -> Any:
        if name not in self._functions:
            raise ValidationError(f"Template error: the function {name} is not supported by this emulator")
        return self._functions[name](argument)

    def _get_att(self, argument: Any) -> Any:
        reference = attribute_reference(argument)
        if not reference.attribute:
            reference = Reference(reference.name, self._text(argument[1], "Fn::GetAtt"))
        return self._lookup(reference)

    def _sub(self, argument: Any) -> str:
        text, names = sub_arguments(argument)

        def replaced(match: re.Match[str]) -> str:
            literal, name = match.group(1), match.group(2).strip()
            if literal:
                return "${" + match.group(2) + "}"
            if name in names:
                return self._text(names[name], "Fn::Sub")
            resource, dot, attribute = name.partition(".")
            return _as_text(self._lookup(Reference(resource, attribute if dot else None)), "Fn::Sub")

        return _SUB.sub(replaced, text)

    def _join(self, argument: Any) -> str:
        delimiter, values = self._pair(argument, "Fn::Join")
        if not isinstance(delimiter, str) or not isinstance(values, list):
            raise ValidationError(
                "Template error: every Fn::Join object requires two parameters, "
                "(1) a string delimiter and (2) a list of strings to be joined or a function that returns one"
            )
        return delimiter.join(_as_text(value, "Fn::Join") for value in values)

    def _if(self, argument: Any) -> Any:
        if not isinstance(argument, list) or len(argument) != 3:
            raise ValidationError("Template error: Fn::If requires a list argument with three parameters")
        return self.value(argument[1] if self._condition(str(argument[0])) else argument[2])

    def _find_in_map(self, argument: Any) -> Any:
        if not isinstance(argument, list) or len(argument) != 3:
            raise ValidationError(
                "Template error: every Fn::FindInMap object requires three parameters, the map name, "
                "map key and the attribute for return value"
            )
        name, top, second = (self._text(part, "Fn::FindInMap") for part in argument)
        if name not in self._mappings:
            raise ValidationError(f"Template error: Mapping named '{name}' is not present in the template.")
        try:
            return self._mappings[name][top][second]
        except KeyError as error:
            raise ValidationError(
                f"Template error: Unable to get mapping for {name}::{top}::{second}"
            ) from error

    def _select(self, argument: Any) -> Any:
        index, values = self._pair(argument, "Fn::Select")
        if is_unknown(values):
            return UNKNOWN
        if not isinstance(values, list) or not str(index).isdigit():
            raise ValidationError(
                "Template error: Fn::Select requires a list argument with two elements: an integer index "
                "and a list"
            )
        if int(index) >= len(values):
            raise ValidationError(
                f"Template error: Fn::Select cannot select nonexistent value at index {index}"
            )
        return values[int(index)]

    def _split(self, argument: Any) -> Any:
        delimiter, text = self._pair(argument, "Fn::Split")
        if is_unknown(text):
            return UNKNOWN
        if not isinstance(delimiter, str) or not delimiter or not isinstance(text, str):
            raise ValidationError(
                "Template error: every Fn::Split object requires two parameters, (1) a string delimiter and "
                "(2) a string to be split or a function that returns a string to be split"
            )
        return text.split(delimiter)

    def _base64(self, argument: Any) -> str:
        text = self._text(argument, "Fn::Base64")
        return UNKNOWN if is_unknown(text) else base64.b64encode(text.encode()).decode()

    def _cidr(self, argument: Any) -> Any:
        parts = [self.value(part) for part in self._several(argument, "Fn::Cidr", 2, 3)]
        if is_unknown(parts):
            return UNKNOWN
        network = ipaddress.ip_network(str(parts[0]))
        bits = int(parts[2]) if len(parts) == 3 else 32 - network.prefixlen
        prefix = network.max_prefixlen - bits
        wanted = int(parts[1])
        subnets = [str(found) for found in itertools.islice(network.subnets(new_prefix=prefix), wanted)]
        if len(subnets) < wanted:
            raise ValidationError(
                f"Template error: Fn::Cidr: {network} has not {wanted} blocks of {bits} bits"
            )
        return subnets

    def _equals(self, argument: Any) -> bool:
        first, second = (self.value(part) for part in self._several(argument, "Fn::Equals", 2, 2))
        return bool(plain(first) == plain(second))

    def _pair(self, argument: Any, name: str) -> tuple[Any, Any]:
        first, second = self._several(argument, name, 2, 2)
        return self.value(first), self.value(second)

    def _several(self, argument: Any, name: str, least: int, most: int) -> list[Any]:
        if not isinstance(argument, list) or not least <= len(argument) <= most:
            wanted = str(least) if least == most else f"{least} to {most}"
            raise ValidationError(f"Template error: {name} needs a list of {wanted} parameters")
        return argument

    def _text(self, argument: Any, name: str) -> str:
        return _as_text(self.value(argument), name)


def _as_text(value: Any, function: str) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float):
        return str(value)
    if isinstance(value, list) and function == "Fn::Sub":
        return ",".join(map(str, value))
    raise ValidationError(f"Template error: {function} needs texts, not {type(value).__name__}")


def plain(value: Any) -> Any:
    """A value with its numbers and booleans as texts, as templates may write them either way."""
    if isinstance(value, dict):
        return {str(name): plain(item) for name, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if value is None else str(value)
