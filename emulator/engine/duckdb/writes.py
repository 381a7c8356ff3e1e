"""Writing a query's result to local files, in Hive's folders where it is partitioned."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import duckdb

from emulator.engine.duckdb.buckets import bucket
from emulator.engine.duckdb.line_writes import LINE, line, line_suffix, write_lines
from emulator.engine.duckdb.literals import name, text
from emulator.engine.duckdb.orc_files import orc_codec, write_orc
from emulator.statements.runtime import FileFormat, OutputField, WrittenFile
from emulator.trino.errors import Unsupported, raising
from emulator.trino.types import Type

_BUCKET = "$bucket"
"""The folders of buckets; no column can have this name."""

PARQUET_CODECS = {"SNAPPY": "snappy", "GZIP": "gzip", "ZSTD": "zstd", "NONE": "uncompressed"}


def copy_statement(
    query: str,
    names: Sequence[str],
    fields: Sequence[OutputField],
    partitioned_by: Sequence[OutputField],
    form: FileFormat,
    target: Path,
) -> str:
    """The COPY that writes ``query``, whose columns are ``names``, as ``fields`` and then partition columns.

    Without partitions and buckets ``target`` is the file, else the folder of ``name=value`` folders. Raises
    Unsupported.
    """
    cut = [
        (_cut(name(found), field), field)
        for found, field in zip(names, [*fields, *partitioned_by], strict=True)
    ]
    folders = [name(field.name) for field in partitioned_by]
    buckets = []
    if form.bucketed_by:
        by_name = {field.name: (value, field.type) for value, field in cut}
        hashed = [by_name[column] for column in form.bucketed_by]
        buckets.append(f"{bucket(hashed, form.bucket_count)} AS {name(_BUCKET)}")
        folders.append(name(_BUCKET))
    if form.name not in ("PARQUET", "ORC"):
        # lines are made of this file's one column, see `finished`
        items = [f"{line(cut[: len(fields)], form)} AS {LINE}"]
        cut = cut[len(fields) :]
    else:
        items = []
    items += [f"{_stored(value, field.type)} AS {name(field.name)}" for value, field in cut]
    items += buckets
    options = [*_options(form), "RETURN_STATS"]
    if folders:
        options.append(f"PARTITION_BY ({', '.join(folders)})")
    columns = ", ".join(map(name, names))
    rows = f"SELECT {', '.join(items)} FROM ({query}) AS q({columns})"
    return f"COPY ({rows}) TO {text(str(target))} ({', '.join(options)})"


def _options(form: FileFormat) -> list[str]:
    if form.level is not None and form.name != "PARQUET":
        raise Unsupported(f"compression_level is not supported for format {form.name}")
    if form.name != "PARQUET":
        # refuses what `finished` could not do, before the query runs
        _ = orc_codec(form.compression) if form.name == "ORC" else line_suffix(form.compression)
        return ["FORMAT parquet", "COMPRESSION snappy"]
    codec = PARQUET_CODECS.get(form.compression.upper())
    if codec is None:
        raise Unsupported(f"Writing Parquet with compression {form.compression} is not supported")
    options = ["FORMAT parquet", f"COMPRESSION {codec}"]
    return options if form.level is None else [*options, f"COMPRESSION_LEVEL {form.level}"]


def _cut(expression: str, field: OutputField) -> str:
    """A text without the blanks that its column has no room for; fails where more would be lost."""
    if field.cut_from is None:
        return expression
    length = field.type.args[0]
    failure = raising(
        "INVALID_CAST_ARGUMENT",
        f"Cannot truncate non-space characters when casting from {field.cut_from} to {field.type} on INSERT",
    )
    cut = f"left({expression}, {length})"
    kept = f"rtrim({cut}, ' ')" if field.type.base == "char" else cut
    return (
        f"CASE WHEN length(rtrim({expression}, ' ')) > {length} THEN error({text(failure)}) ELSE {kept} END"
    )


def _stored(expression: str, kind: Type) -> str:
    """A value as it is stored: rows with their fields' names, timestamps in milliseconds."""
    if kind.base == "timestamp":
        return f"{expression}::TIMESTAMP_MS"
    if kind.base == "array" and _differs(kind.element):
        return f"list_transform({expression}, lambda x: {_stored('x', kind.element)})"
    if kind.base == "map" and any(map(_differs, kind.inner)):
        key, value = _stored("x.key", kind.inner[0]), _stored("x.value", kind.inner[1])
        entry = f"struct_pack(key := {key}, value := {value})"
        return f"map_from_entries(list_transform(map_entries({expression}), lambda x: {entry}))"
    if kind.base == "row":
        parts = ", ".join(
            f"{name(field or '')} := {_stored(f'{expression}.f{place}', inner)}"
            for place, (field, inner) in enumerate(zip(kind.names, kind.inner, strict=True))
        )
        return f"CASE WHEN {expression} IS NOT NULL THEN struct_pack({parts}) END"
    return expression


def _differs(kind: Type) -> bool:
    return kind.base in ("timestamp", "row") or any(map(_differs, kind.inner))


def written_files(
    cursor: duckdb.DuckDBPyConnection, partitioned_by: Sequence[OutputField]
) -> tuple[WrittenFile, ...]:
    """The files that a COPY with RETURN_STATS just wrote; those without rows are left out."""
    names = [found[0] for found in cursor.description or ()]
    places = {what: names.index(what) for what in ("filename", "count", "partition_keys")}
    files = []
    for row in cursor.fetchall():
        if row[places["count"]]:
            keys: Mapping[str, str | None] = row[places["partition_keys"]] or {}
            values = tuple(keys[field.name] for field in partitioned_by)
            number = keys.get(_BUCKET)
            found = WrittenFile(Path(row[places["filename"]]), row[places["count"]], values)
            files.append(found if number is None else replace(found, bucket=int(number)))
    return tuple(files)


def finished(
    files: Sequence[WrittenFile], form: FileFormat, check: Callable[[], None]
) -> tuple[WrittenFile, ...]:
    """The files in their own format, made of the Parquet files that the COPY wrote, which they replace.

    ``check`` is called now and then and ends the work by raising.
    """
    if form.name == "PARQUET":
        return tuple(files)
    made = []
    for file in files:
        target = file.path.with_name(f"{file.path.name}.finished")
        if form.name == "ORC":
            write_orc(file.path, target, form.compression, check)
            suffix = ""
        else:
            write_lines(file.path, target, form.compression, check)
            suffix = line_suffix(form.compression)
        file.path.unlink()
        made.append(replace(file, path=target, suffix=suffix))
    return tuple(made)
