"""Reading text tables: LazySimpleSerDe (delimited text) and OpenCSVSerde."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from emulator.catalog.formats import OPEN_CSV
from emulator.catalog.model import GlueTable
from emulator.engine.duckdb.files import BuiltScan, DataFile, FileScan
from emulator.engine.duckdb.literals import by_file, name, texts
from emulator.engine.duckdb.text_lines import Split, delimited, open_csv, write_fields
from emulator.engine.duckdb.text_types import lazy
from emulator.engine.duckdb.text_types import open_csv as open_csv_value
from emulator.storage.cache import Lease
from emulator.trino.errors import TrinoError, Unsupported
from emulator.trino.relations import Column

_DEFAULT_SEPARATORS = "\x01\x02\x03\x04\x05\x06\x07\x08"


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
    parameters = scan.storage.serde_parameters
    separator, quote, escape = (
        _character(parameters, key, default)
        for key, default in (("separatorChar", ","), ("quoteChar", '"'), ("escapeChar", "\\"))
    )
    invalid_is_null = scan.table.parameters.get("use.null.for.invalid.data", "").lower() == "true"

    def value(field: str, column: Column, place: int) -> str:
        return open_csv_value(field, column.type, place, invalid_is_null)

    return open_csv(separator, quote, escape), value


def _character(parameters: Mapping[str, str], key: str, default: str) -> str:
    """The first character of a property; opencsv's default if it is empty."""
    return parameters.get(key, default)[:1] or default


def _lazy_simple(parameters: Mapping[str, str], columns: Sequence[Column]) -> tuple[Split, _Value]:
    delimiter = _separator(parameters.get("field.delim") or parameters.get("serialization.format"), "\x01")
    collection = _separator(parameters.get("collection.delim") or parameters.get("colelction.delim"), "\x02")
    separators = delimiter + collection + _separator(parameters.get("mapkey.delim"), "\x03")
    separators += _DEFAULT_SEPARATORS[3:]
    escape = parameters.get("escape.delim")
    if escape and any(column.type.inner for column in columns):
        raise Unsupported("Reading complex types from text with an escape character is not supported")
    null_text = parameters.get("serialization.null.format", "\\N")

    def value(field: str, column: Column, place: int) -> str:
        return lazy(field, column.type, separators)

    return delimited(delimiter, escape[:1] if escape else None, null_text), value


def _separator(value: str | None, default: str) -> str:
    """A separator: a character, or its number (``"9"`` is a tab), as Hive reads its properties."""
    if not value:
        return default
    if value.isdecimal() and int(value) < 128:
        return chr(int(value))
    return value[0]


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
