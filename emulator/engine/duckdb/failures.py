"""What goes wrong beneath a query (a damaged file, a full disk, no memory) as an error of Trino."""

from __future__ import annotations

import errno
import re

import duckdb

from emulator.trino.errors import MARK, TrinoError, from_duckdb

INSUFFICIENT_RESOURCES = "INSUFFICIENT_RESOURCES"

_DAMAGED = re.compile(
    r"Parquet file|decompress|Corrupted file|Out of buffer|Failed to read file|"
    r"don't know what type|TProtocol",
    re.IGNORECASE,
)
_FULL = re.compile(r"No space left on device|max_temp_directory_size", re.IGNORECASE)
_LOCAL_FILE = re.compile(r"""["']?/[^\s"':]+["']?""")


def from_engine(error: duckdb.Error) -> TrinoError:
    """The error of a query that DuckDB could not run to its end."""
    text = str(error)
    if MARK in text:
        return from_duckdb(error)
    first = text.split("\n", 1)[0]
    if _FULL.search(text):
        return _no_space(first)
    if isinstance(error, duckdb.OutOfMemoryException):
        return TrinoError(
            "EXCEEDED_LOCAL_MEMORY_LIMIT",
            f"Query exceeded the emulator's memory limit: {first}",
            kind=INSUFFICIENT_RESOURCES,
        )
    if _DAMAGED.search(first):
        shown = _LOCAL_FILE.sub("a file", first)
        return TrinoError("HIVE_CURSOR_ERROR", f"Failed to read Parquet data: {shown}")
    return from_duckdb(error)


def from_system(error: OSError) -> TrinoError:
    """The error of a statement that failed on the emulator's own disk."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return _no_space(str(error))
    return TrinoError("GENERIC_INTERNAL_ERROR", f"The emulator's disk failed: {error}", kind="INTERNAL_ERROR")


def _no_space(text: str) -> TrinoError:
    return TrinoError(
        "GENERIC_INSUFFICIENT_RESOURCES",
        f"The emulator's disk is full: {_LOCAL_FILE.sub('a file', text)}. "
        "Free some space, or give it another directory by TMPDIR",
        kind=INSUFFICIENT_RESOURCES,
    )
