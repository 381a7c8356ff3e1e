"""The errors of the language, with Trino's names and texts."""

from __future__ import annotations

import re
from typing import NamedTuple

USER_ERROR = "USER_ERROR"
INTERNAL_ERROR = "INTERNAL_ERROR"


class Position(NamedTuple):
    """Where in the statement's text something is: line and column, both from 1."""

    line: int
    column: int

    def __str__(self) -> str:
        return f"line {self.line}:{self.column}"


class TrinoError(Exception):
    """A statement that fails as it does in Trino: error name, Trino's text and the error's type."""

    def __init__(self, name: str, message: str, at: Position | None = None, kind: str = USER_ERROR) -> None:
        self.name = name
        self.message = f"{at}: {message}" if at else message
        self.type = kind
        super().__init__(f"{name}: {self.message}")


class ParseError(TrinoError):
    """Text that Trino's grammar does not accept; Athena refuses it when the query is started."""

    def __init__(self, message: str, at: Position | None = None) -> None:
        super().__init__("SYNTAX_ERROR", message, at)


class Unsupported(TrinoError):
    """Something that Trino may do and this emulator does not: refused by name, never approximated."""

    def __init__(self, message: str, at: Position | None = None) -> None:
        super().__init__("NOT_SUPPORTED", message, at)


MARK = "!trino:"
"""Begins the messages that our own expressions raise inside DuckDB: `!trino:NAME:text!end`."""

END_MARK = "!end"
_OURS = re.compile(re.escape(MARK) + r"([A-Z_]+):(.*?)" + re.escape(END_MARK), re.DOTALL)
_NATIVE = (
    (
        r"to type DECIMAL\((?!38,)|(date|time|timestamp) field value out of range|zone displacement",
        "INVALID_CAST_ARGUMENT",
    ),
    (
        r"Overflow in|out of range|Out of Range|can't be cast because the value is out of range",
        "NUMERIC_VALUE_OUT_OF_RANGE",
    ),
    (r"More than one row returned by a subquery", "SUBQUERY_MULTIPLE_ROWS"),
    (r"Could not convert|Conversion Error|Failed to cast", "INVALID_CAST_ARGUMENT"),
    (r"division by zero|Division by zero", "DIVISION_BY_ZERO"),
)


def raising(name: str, message: str) -> str:
    """The text that an expression raises inside DuckDB so that `from_duckdb` gives this error."""
    return f"{MARK}{name}:{message}{END_MARK}"


def from_duckdb(exc: BaseException) -> TrinoError:
    """The Trino error that a DuckDB exception at run time stands for.

    Our own expressions raise marked messages; DuckDB's own overflow, conversion and cardinality errors are
    recognised by their text; anything else is an internal error of this emulator, with DuckDB's text.
    """
    text = str(exc)
    found = _OURS.search(text)
    if found:
        return TrinoError(found.group(1), found.group(2).strip())
    first = text.split("\n", 1)[0]
    for pattern, name in _NATIVE:
        if re.search(pattern, first):
            message = "Scalar sub-query has returned multiple rows" if name.startswith("SUBQ") else first
            return TrinoError(name, message)
    return TrinoError("GENERIC_INTERNAL_ERROR", first, kind=INTERNAL_ERROR)
