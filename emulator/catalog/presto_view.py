"""Views as Athena keeps them in Glue: ``/* Presto View: <base64 of JSON> */``.

The JSON holds the view's query, the catalog and schema that its names are resolved in, and its columns with
Trino's types, as Trino's Hive connector writes it.
"""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass

from emulator.trino.relations import Column
from emulator.trino.types import Type, parse_trino

PREFIX = "/* Presto View: "
SUFFIX = " */"
EXPANDED_TEXT = "/* Presto View */"


class NotAPrestoView(ValueError):
    """The text of a Glue view is not of Athena's form."""


@dataclass(frozen=True)
class PrestoView:
    """What a view is: its query, where its names are resolved, and its columns."""

    sql: str
    catalog: str
    schema: str
    columns: tuple[Column, ...]


def encode(view: PrestoView) -> str:
    """The text for a Glue table's ViewOriginalText."""
    definition = {
        "originalSql": view.sql,
        "catalog": view.catalog,
        "schema": view.schema,
        "columns": [{"name": column.name, "type": str(column.type)} for column in view.columns],
    }
    text = json.dumps(definition, separators=(",", ":"), ensure_ascii=False)
    return f"{PREFIX}{base64.b64encode(text.encode()).decode()}{SUFFIX}"


def decode(text: str) -> PrestoView:
    """The view in a Glue table's ViewOriginalText; raises `NotAPrestoView`."""
    if not (text.startswith(PREFIX) and text.endswith(SUFFIX)):
        raise NotAPrestoView("the view's text does not begin with '/* Presto View: '")
    try:
        found = json.loads(base64.b64decode(text[len(PREFIX) : -len(SUFFIX)], validate=True))
        return PrestoView(
            sql=found["originalSql"],
            catalog=found["catalog"].lower(),
            schema=found["schema"],
            columns=tuple(Column(column["name"], _type(column["type"])) for column in found["columns"]),
        )
    except (binascii.Error, UnicodeDecodeError, json.JSONDecodeError, KeyError, TypeError) as error:
        raise NotAPrestoView(f"the view's definition cannot be read: {error!r}") from error


def _type(text: str) -> Type:
    try:
        return parse_trino(text)
    except ValueError as error:
        raise NotAPrestoView(f"a column of the view has the type {text}: {error}") from error
