"""Names and constants in DuckDB's text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def name(text: str) -> str:
    """A quoted name."""
    return '"' + text.replace('"', '""') + '"'


def text(value: str | None) -> str:
    """A text constant, or NULL."""
    return "NULL" if value is None else "'" + value.replace("'", "''") + "'"


def texts(values: Iterable[str]) -> str:
    """A list of text constants."""
    return f"[{', '.join(map(text, values))}]"


def by_file(constants: Sequence[str]) -> str:
    """One constant for each file of a scan, in the files' order, as an expression over ``file_index``."""
    if len(set(constants)) == 1:
        return constants[0]
    return f"[{', '.join(constants)}][file_index::BIGINT + 1]"
