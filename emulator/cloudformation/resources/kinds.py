"""Kinds of property values: what a resource type reads, checked before and converted after evaluation."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from emulator.cloudformation.references import is_function


class InvalidProperty(Exception):
    """A property's value, known only after evaluation, does not fit; the text says which and why."""


class Kind(Protocol):
    """What a property's value may be."""

    def unread(self, given: Any, path: str) -> Iterator[str]:
        """The paths in a template's value (functions not evaluated) that would not be read."""

    def read(self, value: Any, path: str) -> Any:
        """An evaluated value in the type that AWS's API takes; raises `InvalidProperty`."""


def plain_forms(given: Any) -> Iterator[Any]:
    """What a template's value can be seen to be: itself, or branches of Fn::If; other functions hide it."""
    if not is_function(given):
        yield given
    elif isinstance(branches := given.get("Fn::If"), list):
        for branch in branches[1:]:
            yield from plain_forms(branch)


class _Scalar:
    def unread(self, given: Any, path: str) -> Iterator[str]:
        return iter(())


class Text(_Scalar):
    """A text; numbers and booleans are written out."""

    def read(self, value: Any, path: str) -> str:
        """The text."""
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, str | int | float):
            return str(value)
        raise InvalidProperty(f"{path}: expected type: String, found: {_found(value)}")


class Integer(_Scalar):
    """A whole number, or a text that holds one."""

    def read(self, value: Any, path: str) -> int:
        """The number."""
        try:
            if isinstance(value, str) or (isinstance(value, int | float) and not isinstance(value, bool)):
                return int(value)
        except ValueError:
            pass
        raise InvalidProperty(f"{path}: expected type: Integer, found: {_found(value)}")


class Number(_Scalar):
    """A number, or a text that holds one."""

    def read(self, value: Any, path: str) -> float:
        """The number."""
        try:
            if isinstance(value, str) or (isinstance(value, int | float) and not isinstance(value, bool)):
                return float(value)
        except ValueError:
            pass
        raise InvalidProperty(f"{path}: expected type: Number, found: {_found(value)}")


class Boolean(_Scalar):
    """true or false, or their texts."""

    def read(self, value: Any, path: str) -> bool:
        """The truth."""
        if isinstance(value, bool):
            return value
        if str(value).lower() in ("true", "false"):
            return str(value).lower() == "true"
        raise InvalidProperty(f"{path}: expected type: Boolean, found: {_found(value)}")


class JsonText(_Scalar):
    """A JSON document as an object or as a text; read as a text."""

    def read(self, value: Any, path: str) -> str:
        """The document's text."""
        if isinstance(value, str):
            return value
        if isinstance(value, dict):
            return json.dumps(value)
        raise InvalidProperty(f"{path}: expected type: JSONObject, found: {_found(value)}")


class JsonObject(_Scalar):
    """An object of the user's own, or its text; read as an object."""

    def read(self, value: Any, path: str) -> dict[str, Any]:
        """The object."""
        if isinstance(value, str):
            try:
                value = json.loads(value)
            except ValueError as error:
                raise InvalidProperty(f"{path}: no JSON: {error}") from error
        if isinstance(value, dict):
            return value
        raise InvalidProperty(f"{path}: expected type: JSONObject, found: {_found(value)}")


class ListOf:
    """A list of one kind."""

    def __init__(self, item: Kind) -> None:
        self.item = item

    def unread(self, given: Any, path: str) -> Iterator[str]:
        """See `Kind`."""
        for form in plain_forms(given):
            for index, item in enumerate(form if isinstance(form, list) else [form]):
                yield from self.item.unread(item, f"{path}/{index}")

    def read(self, value: Any, path: str) -> list[Any]:
        """The list; a value that is none counts as a list of one, as CloudFormation takes it."""
        items = value if isinstance(value, list) else [value]
        return [self.item.read(item, f"{path}/{index}") for index, item in enumerate(items)]


class MapOf:
    """An object with names of the user's own and values of one kind."""

    def __init__(self, item: Kind) -> None:
        self.item = item

    def unread(self, given: Any, path: str) -> Iterator[str]:
        """See `Kind`."""
        for form in plain_forms(given):
            for name, item in form.items() if isinstance(form, dict) else ():
                yield from self.item.unread(item, f"{path}/{name}")

    def read(self, value: Any, path: str) -> dict[str, Any]:
        """The object."""
        if not isinstance(value, dict):
            raise InvalidProperty(f"{path}: expected type: JSONObject, found: {_found(value)}")
        return {str(name): self.item.read(item, f"{path}/{name}") for name, item in value.items()}


class Structure:
    """An object with known names."""

    def __init__(self, members: Mapping[str, Kind], required: tuple[str, ...] = ()) -> None:
        self.members = members
        self.required = required

    def unread(self, given: Any, path: str) -> Iterator[str]:
        """See `Kind`."""
        for form in plain_forms(given):
            for name, item in form.items() if isinstance(form, dict) else ():
                if name in self.members:
                    yield from self.members[name].unread(item, f"{path}/{name}")
                else:
                    yield f"{path}/{name}"

    def read(self, value: Any, path: str) -> dict[str, Any]:
        """The object, without members that are null."""
        if not isinstance(value, dict):
            raise InvalidProperty(f"{path or '#'}: expected type: JSONObject, found: {_found(value)}")
        for name in self.required:
            if value.get(name) is None:
                raise InvalidProperty(f"#{path}: required key [{name}] not found")
        for name in value:
            if name not in self.members:
                raise InvalidProperty(f"#{path}: extraneous key [{name}] is not permitted")
        return {
            name: self.members[name].read(item, f"{path}/{name}")
            for name, item in value.items()
            if item is not None
        }


def _found(value: Any) -> str:
    names = {dict: "JSONObject", list: "JSONArray", str: "String", bool: "Boolean", type(None): "Null"}
    return names.get(type(value), "Number")


TEXT, INTEGER, NUMBER, BOOLEAN = Text(), Integer(), Number(), Boolean()
JSON_TEXT, JSON_OBJECT = JsonText(), JsonObject()
TEXTS = ListOf(TEXT)
TAGS = ListOf(Structure({"Key": TEXT, "Value": TEXT}, required=("Key", "Value")))
"""Tags as most types have them."""

TAG_MAP = MapOf(TEXT)
"""Tags as some types have them: an object."""
