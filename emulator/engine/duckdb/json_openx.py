"""JSON as values of columns, as the OpenX JSON SerDe reads it: what cannot be read is NULL.

The rules are those of Trino's reader of it; the options are those of
https://docs.aws.amazon.com/athena/latest/ug/openx-json-serde.html.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal

from emulator.engine.duckdb import hive_values as hive
from emulator.engine.duckdb.json_decoding import (
    BadValue,
    Decode,
    DecodeRow,
    Places,
    described,
    distinct,
    scalar_text,
)
from emulator.engine.duckdb.json_text import Bare, Json, parse_long, shown
from emulator.engine.duckdb.serde_parameters import refuse_timestamp_formats
from emulator.trino.types import BIGINT, Type

_OFFSET = re.compile(r"(.*?)(?:[zZ]|([+-])(\d{2}):?(\d{2}))", re.DOTALL)
_DECIMAL = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,4})?")
_MILLISECONDS_LENGTH = 13


@dataclass(frozen=True)
class OpenXOptions:
    """The serde's properties. ``mapping``: the JSON name by the column's name."""

    ignore_malformed: bool
    dots_in_keys: bool
    case_insensitive: bool
    mapping: Mapping[str, str]

    def key(self, name: str) -> str:
        """A JSON name as it is compared."""
        return name.lower() if self.case_insensitive else name


def openx_options(parameters: Mapping[str, str]) -> OpenXOptions:
    """The options of a table; raises Unsupported for those that are not emulated."""
    refuse_timestamp_formats(parameters)

    def flag(name: str, default: str) -> bool:
        return parameters.get(name, default).lower() == "true"

    start = "mapping."
    return OpenXOptions(
        flag("ignore.malformed.json", "false"),
        flag("dots.in.keys", "false"),
        flag("case.insensitive", "true"),
        {key.removeprefix(start): value for key, value in parameters.items() if key.startswith(start)},
    )


class OpenXDecoder:
    """`Decode` by type, for the OpenX JSON SerDe."""

    def __init__(self, options: OpenXOptions) -> None:
        self._options = options

    def of(self, kind: Type) -> Decode:
        """What decodes values of a type; NULL stays NULL. Raises Unsupported."""
        decode = self._not_null(kind)
        return lambda value: None if value is None else decode(value)

    def _not_null(self, kind: Type) -> Decode:
        if kind.base == "array":
            return self._array(kind)
        if kind.base == "map":
            return self._map(kind)
        if kind.base == "row":
            return self._row(kind)
        if kind.is_text and not kind.args:
            return lambda value: value if type(value) is str else shown(value)
        if kind.is_text:
            return lambda value: hive.cut(shown(value), kind)
        if kind.base == "varbinary":
            return _openx_binary
        parse = _openx_scalar(kind)
        return lambda value: parse(value if isinstance(value, str) else scalar_text(value, kind))

    def _array(self, kind: Type) -> Decode:
        item = self.of(kind.element)

        def decode(value: Json) -> object:
            if value == "":
                return None
            return [item(found) for found in (value if isinstance(value, list) else [value])]

        return decode

    def _map(self, kind: Type) -> Decode:
        key_of, value_of = self.of(kind.inner[0]), self.of(kind.inner[1])

        def decode(value: Json) -> object:
            if _is_blank(value):
                return None
            if not isinstance(value, dict):
                raise BadValue(f"{described(value)} can not be coerced to a MAP")
            fields = self.fields(value).values()
            return distinct((key_of(name), value_of(found)) for name, found in fields)

        return decode

    def _row(self, kind: Type) -> Decode:
        names = [str(name) for name in kind.names]
        decode_fields = self.row(names, [(place, inner) for place, inner in enumerate(kind.inner)])
        return lambda value: {f"f{place}": found for place, found in enumerate(decode_fields(value))}

    def row(self, names: list[str], wanted: list[tuple[int, Type]]) -> DecodeRow:
        """What decodes an object, or an array by place, into the ``wanted`` places of ``names``."""
        decoders = [(place, names[place].lower(), self.of(kind)) for place, kind in wanted]
        fields = [field for _, _, field in decoders]

        def find(value: Mapping[str, Json]) -> list[str | None]:
            found = self.fields(value)
            return [self._name(found, name) for _, name, _ in decoders]

        places = Places(find)

        def decode(value: Json) -> list[object]:
            if _is_blank(value):
                return [None] * len(decoders)
            if isinstance(value, list):
                return [field(value[place] if place < len(value) else None) for place, _, field in decoders]
            if not isinstance(value, dict):
                raise BadValue(f"{described(value)} can not be coerced to a ROW")
            named = zip(places.of(value), fields, strict=True)
            return [None if name is None else field(value[name]) for name, field in named]

        return decode

    def fields(self, value: Mapping[str, Json]) -> dict[str, tuple[str, Json]]:
        """An object's names and values by the name to compare; the last of equal ones counts."""
        found: dict[str, tuple[str, Json]] = {}
        for name, item in value.items():
            key = self._options.key(name)
            found.pop(key, None)
            found[key] = (name, item)
        return found

    def _name(self, fields: Mapping[str, tuple[str, Json]], name: str) -> str | None:
        found = fields.get(self._options.key(self._options.mapping.get(name, name)))
        if found is None and self._options.dots_in_keys and "_" in name:
            dotted = (item for key, item in fields.items() if "." in key and key.replace(".", "_") == name)
            found = next(dotted, None)
        return found[0] if found else None


def _openx_scalar(kind: Type) -> Callable[[str], object]:
    if kind.is_integer:
        return lambda text: _openx_whole(text, kind)
    if kind.base == "date":
        return _openx_date
    if kind.base == "timestamp":
        return openx_timestamp
    return hive.parser(kind)


def _openx_whole(text: str, kind: Type) -> int | None:
    if text.isdecimal() and text.isascii() and text[0] != "0":
        return hive.fitting(int(text), kind)
    value = parse_long(text)
    if value is None and _DECIMAL.fullmatch(text):
        value = int(Decimal(text).to_integral_value(ROUND_DOWN))
    return None if value is None else hive.fitting(value, kind)


def _openx_date(text: str) -> int | None:
    days = hive.date(text)
    return parse_long(text) if days is None else days


def openx_timestamp(text: str) -> int | None:
    """A timestamp with or without offset, seconds since 1970 (a decimal), or milliseconds (13 digits)."""
    if text.find(":") > 0:
        found = _OFFSET.fullmatch(text)
        if not found:
            return hive.timestamp(text)
        moment = hive.timestamp(found.group(1)) if "T" in text.upper() else None
        if moment is None:
            return None
        minutes = int(found.group(3) or 0) * 60 + int(found.group(4) or 0)
        return moment - (-1 if found.group(2) == "-" else 1) * minutes * 60_000_000
    if "." in text:
        if not _DECIMAL.fullmatch(text):
            return None
        return int((Decimal(text) * 1000).to_integral_value(ROUND_DOWN)) * 1000
    value = hive.whole(text, BIGINT)
    if value is None:
        return None
    return value * (1000 if len(text) >= _MILLISECONDS_LENGTH else 1_000_000)


def _openx_binary(value: Json) -> bytes:
    if not isinstance(value, str) or isinstance(value, Bare):
        raise BadValue(f"{described(value)} can not be coerced to a VARBINARY")
    try:
        return base64.b64decode(value, validate=True)
    except binascii.Error as error:
        raise BadValue(f"Not in base 64: {value}") from error


def _is_blank(value: Json) -> bool:
    return isinstance(value, str) and not value.strip()
