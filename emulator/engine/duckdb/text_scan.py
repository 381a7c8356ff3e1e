"""Reading text tables: LazySimpleSerDe (delimited text) and OpenCSVSerde."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from emulator.catalog.formats import OPEN_CSV
from emulator.catalog.model import GlueTable
from emulator.engine.duckdb.files import BuiltScan, DataFile, FileScan
from emulator.engine.duckdb.literals import by_file, name, texts
from emulator.engine.duckdb.serde_parameters import (
    null_text,
    open_csv_characters,
    refuse_timestamp_formats,
    separators_of,
)
from emulator.engine.duckdb.text_lines import Split, delimited, open_csv, write_fields
from emulator.engine.duckdb.text_types import lazy
from emulator.engine.duckdb.text_types import open_csv as open_csv_value
from emulator.storage.cache import Lease
from emulator.trino.errors import TrinoError, Unsupported
from emulator.trino.relations import Column


class TextScan:
    """Builds the selects over text files, whose fields are split once into local files."""

    def __init__(self, lease: Lease) -> None:
        self._lease = lease

    def build(self, scan: FileScan) -> BuiltScan:
        """One select over the split files; raises TrinoError."""
        skipped = skipped_lines(scan.table)
        split, value = _serde(scan)
        form = f"{scan.storage.serde}|{skipped}|{sorted(scan.storage.serde_parameters.items())}"
        paths = [str(self._fields(file, form, skipped, split)) for file in scan.files]
        places = {column.name: place for place, column in enumerate(scan.table.columns)}
        items = []
        for column in scan.columns:
            if column.name in scan.files[0].constants:
                shown = by_file([file.constants[column.name] for file in scan.files])
            else:
                place = places[column.name]
                shown = value(f"fields[{place + 1}]", column, place)
            items.append(f"{shown} AS {name(column.name)}")
        sql = f"SELECT {', '.join(items) or '1'} FROM read_parquet({texts(paths)}, hive_partitioning = false)"
        return BuiltScan(sql, sum(file.info.size for file in scan.files))

    def _fields(self, file: DataFile, form: str, skipped: int, split: Split) -> Path:
        make = partial(write_fields, uri=file.info.uri, skipped_lines=skipped, split=split)
        return self._lease.derived(file.info, form, make)


_Value = Callable[[str, Column, int], str]


def _serde(scan: FileScan) -> tuple[Split, _Value]:
    if scan.storage.serde == OPEN_CSV:
        return _open_csv(scan)
    return _lazy_simple(scan.storage.serde_parameters, scan.columns)


def _open_csv(scan: FileScan) -> tuple[Split, _Value]:
    separator, quote, escape = open_csv_characters(scan.storage.serde_parameters)
    invalid_is_null = scan.table.parameters.get("use.null.for.invalid.data", "").lower() == "true"

    def value(field: str, column: Column, place: int) -> str:
        return open_csv_value(field, column.type, place, invalid_is_null)

    return open_csv(separator, quote, escape), value


def _lazy_simple(parameters: Mapping[str, str], columns: Sequence[Column]) -> tuple[Split, _Value]:
    refuse_timestamp_formats(parameters)
    separators = separators_of(parameters)
    escape = parameters.get("escape.delim")
    if escape and any(column.type.inner for column in columns):
        raise Unsupported("Reading complex types from text with an escape character is not supported")

    def value(field: str, column: Column, place: int) -> str:
        return lazy(field, column.type, separators)

    return delimited(separators[0], escape[:1] if escape else None, null_text(parameters)), value


def skipped_lines(table: GlueTable) -> int:
    """How many lines at a file's start are no data; raises TrinoError."""
    shown = table.parameters.get("skip.header.line.count", "0")
    if table.parameters.get("skip.footer.line.count", "0") not in ("", "0"):
        raise Unsupported("The table property skip.footer.line.count is not supported")
    try:
        return max(0, int(shown))
    except ValueError as error:
        raise TrinoError(
            "HIVE_INVALID_METADATA", f"Invalid value for skip.header.line.count property: {shown}"
        ) from error
