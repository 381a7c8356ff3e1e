"""Rows as lines of text: the DuckDB expressions of what Hive's serdes write, and the files of such lines.

The rules are those of Trino's writers of LazySimpleSerDe, Hive's JsonSerDe and OpenCSVSerde.
"""

from __future__ import annotations

import bz2
import gzip
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO, cast

import pyarrow as pa
import pyarrow.parquet as pq

from emulator.engine.duckdb.literals import text
from emulator.engine.duckdb.serde_parameters import null_text, open_csv_characters, separators_of
from emulator.statements.runtime import FileFormat, OutputField
from emulator.trino.emission.temporal import stamp_text
from emulator.trino.errors import Unsupported, raising
from emulator.trino.types import Type

LINE = "line"
"""The one column of the Parquet file that lines are made of."""

LINE_SUFFIXES = {"GZIP": ".gz", "BZIP2": ".bz2", "ZSTD": ".zst", "NONE": ""}
_MILLISECONDS = 3


def line(fields: Sequence[tuple[str, OutputField]], form: FileFormat) -> str:
    """The line of a row whose fields' values are the expressions; raises Unsupported."""
    if form.name == "JSON":
        return _json_object([(field.name, value, field.type) for value, field in fields])
    if form.name == "CSV":
        return _csv(fields, form.serde_parameters)
    return _delimited(fields, form.serde_parameters)


def line_suffix(compression: str) -> str:
    """The ending by which readers know the compression; raises Unsupported."""
    if compression not in LINE_SUFFIXES:
        raise Unsupported(f"Writing text with compression {compression} is not supported")
    return LINE_SUFFIXES[compression]


def write_lines(source: Path, target: Path, compression: str, check: Callable[[], None]) -> None:
    """Write the lines in a Parquet file as text; ``check`` is called now and then and may raise."""
    with _open(target, compression) as file:
        for batch in pq.ParquetFile(source).iter_batches(columns=[LINE]):
            check()
            lines = batch.column(0).to_pylist()
            file.write(("\n".join(lines) + "\n").encode())


def _open(target: Path, compression: str) -> BinaryIO:
    if compression == "GZIP":
        return cast(BinaryIO, gzip.open(target, "wb", compresslevel=6))
    if compression == "ZSTD":
        return cast(BinaryIO, pa.CompressedOutputStream(str(target), "zstd"))
    return cast(BinaryIO, bz2.open(target, "wb")) if compression == "BZIP2" else target.open("wb")


def _text(value: str, kind: Type) -> str:
    """A scalar as Hive writes it; NULL stays NULL."""
    if kind.base in ("real", "double"):
        return f"trino_{kind.base}_text({value})"
    if kind.base == "date":
        return f"trino_date_text({value})"
    if kind.base == "timestamp":
        return f"rtrim(rtrim({stamp_text(value, _MILLISECONDS)}, '0'), '.')"
    if kind.is_text:
        return value
    return f"CAST({value} AS VARCHAR)"


def _delimited(fields: Sequence[tuple[str, OutputField]], parameters: Mapping[str, str]) -> str:
    separators = separators_of(parameters)
    if parameters.get("escape.delim"):
        raise Unsupported("Writing text with an escape character is not supported")
    null = text(null_text(parameters))
    shown = (f"coalesce({_lazy(value, field.type, separators, 1, null)}, {null})" for value, field in fields)
    return f" || {text(separators[0])} || ".join(shown)


def _lazy(value: str, kind: Type, separators: str, level: int, null: str) -> str:
    if kind.base == "varbinary":
        return f"to_base64({value})"
    if not kind.inner:
        return _text(value, kind)
    needed = level + (kind.base == "map")
    if needed >= len(separators):
        raise Unsupported("Text that is nested deeper than its separators is not supported")

    def inner(found: str, of: Type) -> str:
        return f"coalesce({_lazy(found, of, separators, needed + 1, null)}, {null})"

    separator, entry = text(separators[level]), f"x{level}"
    if kind.base == "array":
        return _joined(f"list_transform({value}, lambda {entry}: {inner(entry, kind.element)})", separator)
    if kind.base == "map":
        pair = (
            f"{inner(f'{entry}.key', kind.inner[0])} || {text(separators[needed])} || "
            f"{inner(f'{entry}.value', kind.inner[1])}"
        )
        return _joined(f"list_transform(map_entries({value}), lambda {entry}: {pair})", separator)
    parts = [inner(f"({value}).f{place}", of) for place, of in enumerate(kind.inner)]
    return f"CASE WHEN {value} IS NOT NULL THEN {f' || {separator} || '.join(parts)} END"


def _joined(items: str, separator: str) -> str:
    return f"array_to_string({items}, {separator})"


def _json_object(fields: Sequence[tuple[str, str, Type]]) -> str:
    parts = " || ',' || ".join(
        f"{text(f'{_json_name(found)}:')} || {_json(value, kind)}" for found, value, kind in fields
    )
    return f"'{{' || {parts} || '}}'"


def _json_name(name: str) -> str:
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _json(value: str, kind: Type, level: int = 1) -> str:
    return f"coalesce({_json_not_null(value, kind, level)}, 'null')"


def _json_not_null(value: str, kind: Type, level: int) -> str:
    entry = f"x{level}"
    if kind.base == "array":
        items = _joined(
            f"list_transform({value}, lambda {entry}: {_json(entry, kind.element, level + 1)})", "','"
        )
        return f"'[' || {items} || ']'"
    if kind.base == "map":
        key = f"CAST(to_json({_text(f'{entry}.key', kind.inner[0])}) AS VARCHAR)"
        pair = f"{key} || ':' || {_json(f'{entry}.value', kind.inner[1], level + 1)}"
        entries = f"list_transform(map_entries({value}), lambda {entry}: {pair})"
        return f"'{{' || {_joined(entries, chr(39) + ',' + chr(39))} || '}}'"
    if kind.base == "row":
        fields = [
            (str(found), f"({value}).f{place}", inner)
            for place, (found, inner) in enumerate(zip(kind.names, kind.inner, strict=True))
        ]
        return f"CASE WHEN {value} IS NOT NULL THEN {_json_object(fields)} END"
    if kind.is_integer or kind.base in ("decimal", "boolean"):
        return _text(value, kind)
    if kind.base in ("real", "double"):
        number = _text(value, kind)
        what = "Invalid value to Insert Real: {}" if kind.base == "real" else "Invalid value to Insert: {}"
        failure = raising("HIVE_UNSERIALIZABLE_JSON_VALUE", what).split("{}")
        refused = f"error({text(failure[0])} || {number} || {text(failure[1])})"
        return f"CASE WHEN {value} IS NULL OR isfinite({value}) THEN {number} ELSE {refused} END"
    if kind.base == "varbinary":
        raise Unsupported("Writing varbinary as JSON is not supported: Hive's JsonSerDe corrupts it")
    shown = f"rpad({value}, {kind.args[0]}, ' ')" if kind.base == "char" else _text(value, kind)
    return f"CAST(to_json({shown}) AS VARCHAR)"


def _csv(fields: Sequence[tuple[str, OutputField]], parameters: Mapping[str, str]) -> str:
    """OpenCSVSerde: every field quoted but NULL, which is empty.

    Its writer doubles quotes where no escape character is set, and leaves the backslashes alone that its
    reader then takes for escapes: texts with backslashes do not come back. So it is with Trino.
    """
    separator, quote, escape = open_csv_characters({"escapeChar": '"', **parameters})
    parts = []
    for value, _ in fields:
        escaped = f"replace({value}, {text(escape)}, {text(escape * 2)})"
        if quote != escape:
            escaped = f"replace({escaped}, {text(quote)}, {text(escape + quote)})"
        parts.append(f"coalesce({text(quote)} || {escaped} || {text(quote)}, '')")
    return f" || {text(separator)} || ".join(parts)
