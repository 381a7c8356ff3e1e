"""A compiled expression, and the DuckDB text of literals, casts and failures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from emulator.trino import types as t
from emulator.trino.errors import raising
from emulator.trino.physical import duckdb_type


@dataclass(frozen=True)
class Constant:
    """A value known at compile time, as Python holds it."""

    value: Any


@dataclass(frozen=True)
class Value:
    """DuckDB text of an expression, its Trino type, and its value where that is a literal."""

    sql: str
    type: t.Type
    constant: Constant | None = None

    @property
    def literal(self) -> Any:
        """The constant's value, or None if there is none (or it is NULL)."""
        return self.constant.value if self.constant else None


def text(value: str) -> str:
    """A text literal."""
    if "\0" in value:
        parts = (f"'{part}'" for part in value.replace("'", "''").split("\0"))
        return "(" + " || chr(0) || ".join(parts) + ")"
    return "'" + value.replace("'", "''") + "'"


def name(identifier: str) -> str:
    """A quoted identifier."""
    return '"' + identifier.replace('"', '""') + '"'


def cast(sql: str, kind: t.Type) -> str:
    """DuckDB's own cast to a type's physical form."""
    return f"CAST({sql} AS {duckdb_type(kind)})"


def decimal_text(sql: str, kind: t.Type) -> str:
    """A decimal's text; DuckDB leaves the zero before the point out where there is no digit for it."""
    if kind.precision > kind.scale:
        return cast(sql, t.VARCHAR)
    if kind.precision < t.MAX_DECIMAL:
        return cast(cast(sql, t.decimal(kind.precision + 1, kind.scale)), t.VARCHAR)
    return f"regexp_replace({cast(sql, t.VARCHAR)}, '^(-?)\\.', '\\10.')"


def bind(name: str, sql: str, body: str) -> str:
    """`body`, in which `name` stands for the value of `sql`, evaluated once."""
    return f"list_transform([{sql}], lambda {name}: {body})[1]"


def null(kind: t.Type) -> Value:
    """A typed NULL."""
    return Value(cast("NULL", kind), kind, Constant(None))


def fail(error: str, message: str, kind: t.Type) -> str:
    """An expression of a type that raises a Trino error when it is evaluated; for THEN and ELSE branches.

    DuckDB's error() counts as volatile, which TRY does not take, so a text that is no number is cast to one:
    a conversion error, raised for the rows of its branch only, whose message carries the text.
    """
    return failing(text(raising(error, message)), kind)


def failing(message_sql: str, kind: t.Type) -> str:
    """As `fail`, the marked message itself being an expression."""
    raised = f"CAST({message_sql} AS INTEGER)"
    if kind == t.INTEGER:
        return raised
    if duckdb_type(kind) == "VARCHAR":
        return f"CAST({raised} AS VARCHAR)"
    return cast(f"CAST({raised} AS VARCHAR)", kind)


def unless(bad: str, error: str, message: str, good: str, kind: t.Type) -> str:
    """`good`, but a Trino error where `bad` holds."""
    return f"CASE WHEN {bad} THEN {fail(error, message, kind)} ELSE {good} END"


def integer(value: int, kind: t.Type) -> Value:
    """An integer literal of a type."""
    return Value(cast(str(value), kind), kind, Constant(value))


def string(value: str, kind: t.Type | None = None) -> Value:
    """A text literal, of type varchar(its length) unless told."""
    return Value(text(value), kind or t.varchar(len(value)), Constant(value))


def boolean(value: bool) -> Value:
    """TRUE or FALSE."""
    return Value("TRUE" if value else "FALSE", t.BOOLEAN, Constant(value))
