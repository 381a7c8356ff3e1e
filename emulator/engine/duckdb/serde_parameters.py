"""The parameters of the text SerDes, read once for their readers and their writers."""

from __future__ import annotations

from collections.abc import Mapping

from emulator.trino.errors import Unsupported

_DEFAULT_SEPARATORS = "\x01\x02\x03\x04\x05\x06\x07\x08"


def separators_of(parameters: Mapping[str, str]) -> str:
    """LazySimpleSerDe's separators by nesting level, the fields' first."""
    fields = _separator(parameters.get("field.delim") or parameters.get("serialization.format"), "\x01")
    items = _separator(parameters.get("collection.delim") or parameters.get("colelction.delim"), "\x02")
    keys = _separator(parameters.get("mapkey.delim"), "\x03")
    return fields + items + keys + _DEFAULT_SEPARATORS[3:]


def null_text(parameters: Mapping[str, str]) -> str:
    """What LazySimpleSerDe has in NULL's place."""
    return parameters.get("serialization.null.format", "\\N")


def refuse_timestamp_formats(parameters: Mapping[str, str]) -> None:
    """Raises Unsupported for ``timestamp.formats``, which LazySimpleSerDe and the JSON SerDes follow."""
    if parameters.get("timestamp.formats"):
        raise Unsupported("The SerDe property timestamp.formats is not supported")


def open_csv_characters(parameters: Mapping[str, str]) -> tuple[str, str, str]:
    """OpenCSVSerde's separator, quote and escape: the first character of each, opencsv's default if empty."""
    defaults = (("separatorChar", ","), ("quoteChar", '"'), ("escapeChar", "\\"))
    separator, quote, escape = (parameters.get(key, default)[:1] or default for key, default in defaults)
    return separator, quote, escape


def _separator(value: str | None, default: str) -> str:
    """A separator: a character, or its number (``"9"`` is a tab), as Hive reads its properties."""
    if not value:
        return default
    if value.isdecimal() and int(value) < 128:
        return chr(int(value))
    return value[0]
