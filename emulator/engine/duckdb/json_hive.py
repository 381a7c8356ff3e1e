"""JSON as values of columns, as Hive's JSON SerDe reads it: what cannot be read fails.

The rules are those of Trino's reader of it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from emulator.engine.duckdb import hive_values as hive
from emulator.engine.duckdb.json_decoding import BadValue, Decode, DecodeRow, Places, distinct, scalar_text
from emulator.engine.duckdb.json_text import Bare, Json
from emulator.trino.types import INTEGER_WIDTHS, Type

_COLUMN_OF_PLACE = re.compile(r"_col([0-9]+)")


def hive_decoder(kind: Type) -> Decode:
    """What decodes values of a type for Hive's JSON SerDe; NULL stays NULL. Raises Unsupported."""
    decode = _hive_not_null(kind)
    return lambda value: None if value is None else decode(value)


def _hive_not_null(kind: Type) -> Decode:
    if kind.base == "array":
        return _hive_array(kind)
    if kind.base == "map":
        return _hive_map(kind)
    if kind.base == "row":
        decode_fields = hive_row([str(name) for name in kind.names], list(enumerate(kind.inner)))
        return lambda value: {f"f{place}": found for place, found in enumerate(decode_fields(value))}
    if kind.is_integer or kind.base in ("real", "double"):
        return lambda value: _hive_number(value, kind)
    if kind.base == "varbinary":
        return lambda value: scalar_text(value, kind).encode()
    parse = hive.parser(kind)
    may_be_null = kind.base == "decimal"

    def decode(value: Json) -> object:
        found = parse(scalar_text(value, kind))
        if found is None and not may_be_null:
            raise BadValue(f"{value} can not be coerced to {str(kind).upper()}")
        return found

    return decode


def _hive_number(value: Json, kind: Type) -> int | float:
    if not isinstance(value, Bare) or value in ("true", "false"):
        raise BadValue(f"{value} is not a number: {str(kind).upper()}")
    if not kind.is_integer:
        return float(value)
    number = hive.floating(value) if any(mark in value for mark in ".eE") else int(value)
    bits = INTEGER_WIDTHS[kind.base]
    # Jackson takes a byte for what it is unsigned, too
    highest = 256 if bits == 8 else 1 << (bits - 1)
    if number is None or not -(1 << (bits - 1)) <= number < highest:
        raise BadValue(f"{value} is out of range of {str(kind).upper()}")
    found = int(number)
    return found - 256 if bits == 8 and found > 127 else found


def _hive_array(kind: Type) -> Decode:
    item = hive_decoder(kind.element)

    def decode(value: Json) -> object:
        if not isinstance(value, list):
            raise BadValue("start of array expected")
        return [item(found) for found in value]

    return decode


def _hive_map(kind: Type) -> Decode:
    key_type = kind.inner[0]
    parse = hive.parser(key_type) if key_type.base != "varbinary" else str.encode
    value_of = hive_decoder(kind.inner[1])

    def key_of(name: str) -> object:
        found = parse(name)
        if found is None and key_type.base != "decimal":
            raise BadValue(f"{name} can not be coerced to {str(key_type).upper()}")
        return found

    def decode(value: Json) -> object:
        if not isinstance(value, dict):
            raise BadValue("start of object expected")
        return distinct((key_of(name), value_of(found)) for name, found in value.items())

    return decode


def hive_row(names: list[str], wanted: list[tuple[int, Type]]) -> DecodeRow:
    """What decodes an object into the ``wanted`` places of ``names``, of any case."""
    places = {name.lower(): place for place, name in enumerate(names)}
    decoders = [hive_decoder(kind) for _, kind in wanted]

    def place_of(name: str) -> int | None:
        found = places.get(name.lower())
        numbered = _COLUMN_OF_PLACE.fullmatch(name) if found is None else None
        return int(numbered.group(1)) if numbered else found

    def find(value: Mapping[str, Json]) -> list[str | None]:
        found = {place_of(name): name for name in value}
        return [found.get(place) for place, _ in wanted]

    names_of = Places(find).of

    def decode(value: Json) -> list[object]:
        if not isinstance(value, dict):
            raise BadValue("start of object expected")
        named = zip(names_of(value), decoders, strict=True)
        return [None if name is None else field(value[name]) for name, field in named]

    return decode
