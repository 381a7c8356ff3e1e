"""Reading JSON and regular expression tables: each line is a row, decoded once into a local Parquet file."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from emulator.catalog.formats import HIVE_JSON, OPENX_JSON, REGEX
from emulator.engine.duckdb import hive_values as hive
from emulator.engine.duckdb.arrow_types import arrow_type
from emulator.engine.duckdb.arrow_values import column as arrow_column
from emulator.engine.duckdb.files import BuiltScan, FileScan
from emulator.engine.duckdb.json_decoding import BadValue
from emulator.engine.duckdb.json_hive import hive_row
from emulator.engine.duckdb.json_openx import OpenXDecoder, openx_options
from emulator.engine.duckdb.json_text import InvalidJson, read_lenient, read_strict
from emulator.engine.duckdb.literals import by_file, name, texts
from emulator.engine.duckdb.serde_parameters import refuse_timestamp_formats
from emulator.engine.duckdb.text_lines import lines
from emulator.engine.duckdb.text_scan import skipped_lines
from emulator.storage.cache import Lease
from emulator.trino.errors import TrinoError
from emulator.trino.functions.java_regexp import translate
from emulator.trino.functions.regexp_classes import BadPattern
from emulator.trino.relations import Column
from emulator.trino.types import Type

DecodeLine = Callable[[str], Sequence[object]]
"""The values of the columns that a scan reads; raises `InvalidJson`, `BadValue`."""

_BATCH = 20_000
_ROW = "$row"
"""A column of every file, so that it has its rows where no other column is read."""


class LineScan:
    """Builds the selects over files of lines, whose values are decoded into local files."""

    def __init__(self, lease: Lease) -> None:
        self._lease = lease

    def build(self, scan: FileScan) -> BuiltScan:
        """One select over the decoded files; raises TrinoError."""
        skipped = skipped_lines(scan.table)
        stored = [column for column in scan.columns if column.name not in scan.files[0].constants]
        decode = _DECODERS[scan.storage.serde](scan, stored)
        schema = pa.schema([(_ROW, pa.bool_()), *((found.name, arrow_type(found.type)) for found in stored)])
        properties = sorted(scan.storage.serde_parameters.items())
        places = [(column.name, column.type) for column in scan.table.columns]
        form = f"{scan.storage.serde}|{skipped}|{properties}|{places}|{schema.names}"
        paths = []
        for file in scan.files:
            make = partial(_write, uri=file.info.uri, skipped=skipped, decode=decode, schema=schema)
            paths.append(str(self._lease.derived(file.info, form, make)))
        items = [
            f"{by_file([file.constants[found.name] for file in scan.files])} AS {name(found.name)}"
            if found.name in scan.files[0].constants
            else name(found.name)
            for found in scan.columns
        ]
        sql = f"SELECT {', '.join(items) or '1'} FROM read_parquet({texts(paths)}, hive_partitioning = false)"
        return BuiltScan(sql, sum(file.info.size for file in scan.files))


def _write(source: Path, target: Path, uri: str, skipped: int, decode: DecodeLine, schema: pa.Schema) -> None:
    """Write the decoded rows of a file of lines to a Parquet file; raises TrinoError, naming the object."""
    found = itertools.islice(lines(source, uri), skipped, None)
    try:
        with pq.ParquetWriter(target, schema, compression="snappy") as writer:
            for rows in _batches(found, decode):
                columns = list(zip(*rows, strict=True)) if len(schema) > 1 else []
                arrays = [arrow_column([True] * len(rows), pa.bool_())]
                arrays += [
                    arrow_column(values, field.type)
                    for values, field in zip(columns, list(schema)[1:], strict=True)
                ]
                writer.write_table(pa.Table.from_arrays(arrays, schema=schema))
    except InvalidJson as error:
        raise TrinoError(
            "HIVE_CURSOR_ERROR", f"Row is not a valid JSON Object - JSONException: {error} (in {uri})"
        ) from error
    except (BadValue, UnicodeError, OverflowError, OSError, EOFError, pa.ArrowException) as error:
        raise TrinoError("HIVE_BAD_DATA", f"Error reading {uri}: {error}") from error


def _batches(found: Iterator[str], decode: DecodeLine) -> Iterator[list[Sequence[object]]]:
    while rows := [decode(line) for line in itertools.islice(found, _BATCH)]:
        yield rows


def _openx(scan: FileScan, stored: Sequence[Column]) -> DecodeLine:
    options = openx_options(scan.storage.serde_parameters)
    row = OpenXDecoder(options).row(*_wanted(scan, stored))
    nulls = [None] * len(stored)

    def decode(line: str) -> Sequence[object]:
        text = line.strip()
        if not text.startswith(("{", "[")):
            return nulls
        try:
            value = read_lenient(text)
        except InvalidJson:
            if options.ignore_malformed:
                return nulls
            raise
        return row(value)

    return decode


def _hive_json(scan: FileScan, stored: Sequence[Column]) -> DecodeLine:
    refuse_timestamp_formats(scan.storage.serde_parameters)
    row = hive_row(*_wanted(scan, stored))
    return lambda line: row(read_strict(line))


def _regex(scan: FileScan, stored: Sequence[Column]) -> DecodeLine:
    """RegexSerDe: the groups of a pattern that matches the whole line; a line that does not is all NULL."""
    parameters = scan.storage.serde_parameters
    written = parameters.get("input.regex")
    if not written:
        raise TrinoError("HIVE_INVALID_METADATA", "This table does not have serde property 'input.regex'")
    ignoring_case = parameters.get("input.regex.case.insensitive", "false").lower() == "true"
    try:
        pattern = translate(f"(?{'i' if ignoring_case else ''}s){written}").compiled
    except BadPattern as error:
        raise TrinoError("HIVE_INVALID_METADATA", f"input.regex: {error}") from error
    places = {column.name: place for place, column in enumerate(scan.table.columns)}
    parsers = [(places[found.name] + 1, hive.parser(found.type)) for found in stored]
    nulls = [None] * len(stored)

    def decode(line: str) -> Sequence[object]:
        match = pattern.fullmatch(line)
        if match is None:
            return nulls
        groups = (match.group(0), *match.groups())
        values = [(groups[place] if place < len(groups) else None, parse) for place, parse in parsers]
        return [None if text is None else parse(text) for text, parse in values]

    return decode


def _wanted(scan: FileScan, stored: Sequence[Column]) -> tuple[list[str], list[tuple[int, Type]]]:
    names = [column.name for column in scan.table.columns]
    return names, [(names.index(found.name), found.type) for found in stored]


_DECODERS: dict[str, Callable[[FileScan, Sequence[Column]], DecodeLine]] = {
    OPENX_JSON: _openx,
    HIVE_JSON: _hive_json,
    REGEX: _regex,
}
