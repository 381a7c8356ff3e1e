"""What CTAS, CREATE VIEW and UNLOAD ask of the columns that they write, and the formats they write."""

from __future__ import annotations

import re
from collections.abc import Sequence

from emulator.statements.runtime import FileFormat
from emulator.trino.compiler import OutputColumn
from emulator.trino.errors import TrinoError, Unsupported
from emulator.trino.types import UNKNOWN

_UNNAMED = re.compile(r"_col\d+")


def check_output_columns(columns: Sequence[OutputColumn]) -> None:
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
            raise TrinoError("COLUMN_TYPE_UNKNOWN", f"Column type is unknown at position {place}")


def output_format(name: str, compression: str, delimiter: str = "\x01") -> FileFormat:
    """The format to write; raises TrinoError for one that does not exist, Unsupported for one we lack."""
    wanted = name.upper()
    if wanted in ("ORC", "AVRO", "JSON", "TEXTFILE", "ION"):
        raise Unsupported(f"Writing format {wanted} is not supported")
    if wanted != "PARQUET":
        raise TrinoError("INVALID_TABLE_PROPERTY", f"Unable to set table property 'format' to '{name}'")
    return FileFormat(wanted, compression, delimiter)
