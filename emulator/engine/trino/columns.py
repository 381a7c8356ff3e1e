"""The columns of Trino's results: its type signatures as `Type`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from emulator.trino.types import VARCHAR, Type, row

Signature = Mapping[str, Any]
"""``{"rawType": "array", "arguments": [{"kind": "TYPE", "value": {…}}]}``."""

_UNBOUNDED = 2_147_483_647
"""The length that Trino's signature of an unbounded varchar names."""


@dataclass(frozen=True)
class TrinoColumn:
    """A column of a result, by Trino's name and type."""

    name: str
    type: Type


def columns_of(columns: Sequence[Mapping[str, Any]]) -> tuple[TrinoColumn, ...]:
    """The columns of a reply of Trino's (``[{"name": …, "type": …, "typeSignature": {…}}]``)."""
    return tuple(TrinoColumn(column["name"], type_of(column["typeSignature"])) for column in columns)


def type_of(signature: Signature) -> Type:
    """The type of a signature; a type that only Trino has keeps its name, in lower case."""
    base, arguments = str(signature["rawType"]).lower(), signature["arguments"]
    if base == "row":
        return row(*(_field(argument["value"]) for argument in arguments))
    if base == "varchar" and arguments[0]["value"] == _UNBOUNDED:
        return VARCHAR
    return Type(
        base,
        args=tuple(argument["value"] for argument in arguments if argument["kind"] == "LONG"),
        inner=tuple(type_of(argument["value"]) for argument in arguments if argument["kind"] == "TYPE"),
    )


def _field(value: Mapping[str, Any]) -> tuple[str | None, Type]:
    name = value.get("fieldName")
    return (name["name"] if name else None), type_of(value["typeSignature"])
