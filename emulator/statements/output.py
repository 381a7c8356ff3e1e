"""What CTAS, CREATE VIEW and UNLOAD ask of the columns that they write, and the formats they write."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Protocol

from emulator.statements.runtime import FileFormat
from emulator.trino.errors import TrinoError, Unsupported
from emulator.trino.types import UNKNOWN, Type

_UNNAMED = re.compile(r"_col\d+")
_REFUSED = ("AVRO", "ION")
DEFAULT_COMPRESSION = {"PARQUET": "SNAPPY", "ORC": "ZLIB", "TEXTFILE": "GZIP", "JSON": "GZIP", "CSV": "GZIP"}
_MAX_ZSTD_LEVEL = 22
_TABLE_PRECISION = 3


class NamedType(Protocol):
    """A column of a query, by name and type."""

    @property
    def name(self) -> str:
        """The name."""

    @property
    def type(self) -> Type:
        """The type."""


def check_output_columns(columns: Sequence[NamedType]) -> None:
    """Raise TrinoError for a column without name or type, and for two of one name."""
    seen: set[str] = set()
    for place, column in enumerate(columns, start=1):
        name = column.name.lower()
        if _UNNAMED.fullmatch(name) and name == f"_col{place - 1}":
            raise TrinoError("MISSING_COLUMN_NAME", f"Column name not specified at position {place}")
        if name in seen:
            raise TrinoError("DUPLICATE_COLUMN_NAME", f"Column name '{column.name}' specified more than once")
        seen.add(name)
        if column.type == UNKNOWN:
            raise TrinoError("COLUMN_TYPE_UNKNOWN", f"Column type is unknown: {name}")


def check_timestamps(columns: Sequence[NamedType]) -> None:
    """Raise TrinoError for timestamps of another precision than milliseconds: a new table holds no others."""
    for column in columns:
        for kind in _timestamps(column.type):
            if kind.precision != _TABLE_PRECISION:
                raise TrinoError(
                    "NOT_SUPPORTED",
                    f"Incorrect timestamp precision for {kind}; the configured precision is MILLISECONDS; "
                    f"column name: {column.name.lower()}",
                )


def _timestamps(kind: Type) -> Iterator[Type]:
    if kind.base == "timestamp":
        yield kind
    for inner in kind.inner:
        yield from _timestamps(inner)


def output_format(
    name: str, compression: str | None, level: int | None = None, delimiter: str | None = None
) -> FileFormat:
    """The format to write; raises TrinoError for one that does not exist, Unsupported for one we lack.

    Athena writes Parquet with GZIP unless told otherwise. That takes ten times as long as SNAPPY, for files
    that read the same, so SNAPPY is the default here.
    """
    wanted = name.upper()
    if wanted in _REFUSED:
        raise Unsupported(f"Writing format {wanted} is not supported")
    if wanted not in DEFAULT_COMPRESSION or wanted == "CSV":
        raise TrinoError("INVALID_TABLE_PROPERTY", f"Unable to set table property 'format' to '{name}'")
    codec = (compression or DEFAULT_COMPRESSION[wanted]).upper()
    if level is not None and (codec != "ZSTD" or not 1 <= level <= _MAX_ZSTD_LEVEL):
        raise TrinoError(
            "INVALID_TABLE_PROPERTY",
            f"compression_level {level} is not valid: it is for ZSTD, from 1 to {_MAX_ZSTD_LEVEL}",
        )
    if delimiter is not None and (wanted != "TEXTFILE" or len(delimiter) != 1):
        raise TrinoError(
            "INVALID_TABLE_PROPERTY", "field_delimiter must be one character, and is for TEXTFILE only"
        )
    parameters = {"serialization.format": delimiter or "1"}
    if delimiter is not None:
        parameters["field.delim"] = delimiter
    return FileFormat(wanted, codec, level, parameters)
