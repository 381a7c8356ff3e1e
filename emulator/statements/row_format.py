"""ROW FORMAT and STORED AS of a table: which reader and writer, and with which parameters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from emulator.catalog.formats import FORMATS, OPENX_JSON, OPENX_OUTPUT, Format
from emulator.statements.syntax import hive_properties, string
from emulator.statements.tokens import TokenStream
from emulator.trino.errors import ParseError

_DELIMITED = (
    (("FIELDS", "TERMINATED", "BY"), "field.delim"),
    (("ESCAPED", "BY"), "escape.delim"),
    (("COLLECTION", "ITEMS", "TERMINATED", "BY"), "collection.delim"),
    (("MAP", "KEYS", "TERMINATED", "BY"), "mapkey.delim"),
    (("LINES", "TERMINATED", "BY"), "line.delim"),
    (("NULL", "DEFINED", "AS"), "serialization.null.format"),
)


@dataclass(frozen=True)
class RowFormat:
    """A table's reader and writer and the serde's parameters, as Glue keeps them."""

    storage: Format
    parameters: Mapping[str, str]


def parse_row_format(tokens: TokenStream) -> RowFormat:
    """``[ROW FORMAT …] [WITH SERDEPROPERTIES (…)] [STORED AS …]``, each may be left out."""
    serde: str | None = None
    parameters: dict[str, str] = {}
    if tokens.accept("ROW", "FORMAT"):
        if tokens.accept("SERDE"):
            serde = string(tokens)
        elif tokens.accept("DELIMITED"):
            parameters = _parse_delimited(tokens)
        else:
            tokens.fail("'SERDE'", "'DELIMITED'")
    if tokens.accept("WITH", "SERDEPROPERTIES"):
        parameters |= hive_properties(tokens)
    storage = _parse_stored_as(tokens) if tokens.accept("STORED", "AS") else _default_storage(serde)
    if serde is not None:
        storage = replace(storage, serde=serde)
    parameters.setdefault("serialization.format", parameters.get("field.delim", "1"))
    return RowFormat(storage, parameters)


def _default_storage(serde: str | None) -> Format:
    text = FORMATS["TEXTFILE"]
    return replace(text, output_format=OPENX_OUTPUT) if serde == OPENX_JSON else text


def _parse_delimited(tokens: TokenStream) -> dict[str, str]:
    parameters: dict[str, str] = {}
    for words, key in _DELIMITED:
        if tokens.accept(*words):
            parameters[key] = string(tokens)
    if parameters.get("line.delim", "\n") != "\n":
        raise ParseError("LINES TERMINATED BY only supports newline '\\n' right now", tokens.position())
    return parameters


def _parse_stored_as(tokens: TokenStream) -> Format:
    if tokens.accept("INPUTFORMAT"):
        input_format = string(tokens)
        tokens.expect("OUTPUTFORMAT")
        serde = FORMATS["TEXTFILE"].serde
        known = [found for found in FORMATS.values() if found.input_format == input_format]
        if known:
            serde = known[0].serde
        return Format("custom", input_format, string(tokens), serde)
    found = FORMATS.get(tokens.token.upper)
    if found is None or found.name == "JSON":
        tokens.fail(*(f"'{name}'" for name in FORMATS if name != "JSON"), "'INPUTFORMAT'")
    tokens.next()
    return found
