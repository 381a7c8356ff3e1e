"""Reads a template's text: YAML with CloudFormation's short intrinsics (``!Ref``, ``!Sub``, …), or JSON."""

from __future__ import annotations

from typing import Any

import yaml

from emulator.cloudformation.errors import ValidationError

SHORT_FORMS = (
    "And",
    "Base64",
    "Cidr",
    "Equals",
    "FindInMap",
    "ForEach",
    "GetAtt",
    "GetAZs",
    "If",
    "ImportValue",
    "Join",
    "Length",
    "Not",
    "Or",
    "Select",
    "Split",
    "Sub",
    "ToJsonString",
    "Transform",
)
"""Functions that may be written as a tag; ``!Ref`` and ``!Condition`` have no ``Fn::`` in their long form."""


def read_text(text: str) -> dict[str, Any]:
    """The template's object; JSON is read as the YAML that it is. Raises `ValidationError`."""
    try:
        value = yaml.load(text, Loader=_Loader)  # a SafeLoader
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f" (line {mark.line + 1}, column {mark.column + 1})" if mark else ""
        raise ValidationError(
            f"Template format error: YAML not well-formed.{where} {error.problem}"
        ) from error
    except yaml.YAMLError as error:
        raise ValidationError(f"Template format error: YAML not well-formed. {error}") from error
    if not isinstance(value, dict):
        raise ValidationError("Template format error: unsupported structure.")
    return value


class _Loader(yaml.SafeLoader):
    """YAML as CloudFormation reads it: dates stay texts, keys are texts and come once."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        self.flatten_mapping(node)
        found: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            key = self.construct_object(key_node, deep=True)
            name = key if isinstance(key, str) else key_node.value
            if name in found:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {name} comes twice", key_node.start_mark
                )
            found[name] = self.construct_object(value_node, deep=True)
        return found


def _construct_mapping(loader: _Loader, node: yaml.MappingNode) -> dict[Any, Any]:
    return loader.construct_mapping(node)


def _construct_text(loader: _Loader, node: yaml.ScalarNode) -> Any:
    return loader.construct_scalar(node)


def _construct_tag(loader: _Loader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    if suffix not in ("Ref", "Condition", *SHORT_FORMS):
        raise yaml.constructor.ConstructorError(None, None, f"unknown tag !{suffix}", node.start_mark)
    name = suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}"
    if isinstance(node, yaml.ScalarNode):
        value: Any = loader.construct_scalar(node)
        if suffix == "GetAtt":
            value = value.split(".", 1)
        return {name: value}
    if isinstance(node, yaml.SequenceNode):
        return {name: loader.construct_sequence(node, deep=True)}
    if isinstance(node, yaml.MappingNode):
        return {name: loader.construct_mapping(node, deep=True)}
    raise yaml.constructor.ConstructorError(None, None, f"!{suffix} has no value", node.start_mark)


_Loader.add_constructor("tag:yaml.org,2002:map", _construct_mapping)
_Loader.add_constructor("tag:yaml.org,2002:timestamp", _construct_text)
_Loader.add_multi_constructor("!", _construct_tag)
