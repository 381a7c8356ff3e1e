"""Write the rows of a query: a table for people, CSV or typed JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import TextIO

from scripts.errors import UsageError

Row = Sequence[str | None]
"""The texts of one row, as Athena gives them; None is NULL."""

TABLE_ROWS = 200
"""How many rows a table shows; whoever wants more wants CSV or JSON."""

_WHOLE = {"tinyint", "smallint", "integer", "bigint"}
_FLOATING = {"float", "real", "double"}
_NUMERIC = _WHOLE | _FLOATING | {"decimal"}
_QUOTED_WHEN = frozenset(',"\r\n')


class Format(StrEnum):
    """The forms that rows can be written in."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    JSONL = "jsonl"


@dataclass(frozen=True)
class Column:
    """A result column: its name, its type by Athena's name, and the type's numbers as Athena shows them."""

    name: str
    type: str
    precision: int = 0
    scale: int = 0


def write_csv(columns: Sequence[Column], rows: Iterable[Row], out: TextIO) -> None:
    """Write a header and the rows; NULL is nothing at all, an empty text is two quotes."""
    out.write(_csv_line([column.name for column in columns]))
    for row in rows:
        out.write(_csv_line(row))


def write_json(columns: Sequence[Column], rows: Iterable[Row], out: TextIO) -> None:
    """Write one list of objects, an object a line: numbers, booleans and null as such, all else as text.

    Raises:
        UsageError: two columns have one name, so that an object would lose one of them.
    """
    separator = "["
    for line in _json_objects(columns, rows):
        out.write(f"{separator}\n  {line}")
        separator = ","
    out.write("[]\n" if separator == "[" else "\n]\n")


def write_jsonl(columns: Sequence[Column], rows: Iterable[Row], out: TextIO) -> None:
    """Write an object a line, typed as `write_json` does.

    Raises:
        UsageError: two columns have one name.
    """
    for line in _json_objects(columns, rows):
        out.write(f"{line}\n")


def write_table(columns: Sequence[Column], rows: Iterable[Row]) -> bool:
    """Print a table of the first rows, turned on its side where it would be too wide.

    Returns:
        Whether there are more rows than it shows.
    """
    from scripts.output import fitted, results_width, show

    remaining = iter(rows)
    shown = list(islice(remaining, TABLE_ROWS))
    names = [column.name for column in columns]
    for part in fitted(names, shown, results_width(), numbers_of(columns)):
        show(part.table)
    return next(remaining, None) is not None


def numbers_of(columns: Sequence[Column]) -> list[str]:
    """The names of the columns that hold numbers."""
    return [column.name for column in columns if column.type in _NUMERIC]


def json_value(text: str | None, type_name: str) -> str:
    """A value's JSON, from its text and Athena's name of its type.

    A decimal keeps all its digits. NaN and the infinities have no number in JSON and stay text.
    """
    if text is None:
        return "null"
    if type_name in _WHOLE or type_name in ("boolean", "decimal"):
        return text
    if type_name in _FLOATING and text not in ("NaN", "Infinity", "-Infinity"):
        return text
    return json.dumps(text, ensure_ascii=False)


def _json_objects(columns: Sequence[Column], rows: Iterable[Row]) -> Iterator[str]:
    names = [column.name for column in columns]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise UsageError(
            f"the result has more than one column named {', '.join(twice)}: an object can hold only one",
            hint="name them apart with `as`, or use --format csv",
        )
    keys = [json.dumps(name, ensure_ascii=False) for name in names]
    for row in rows:
        values = (json_value(text, column.type) for text, column in zip(row, columns, strict=True))
        yield "{" + ", ".join(f"{key}: {value}" for key, value in zip(keys, values, strict=True)) + "}"


def _csv_line(row: Row) -> str:
    return ",".join(_csv_cell(text) for text in row) + "\n"


def _csv_cell(text: str | None) -> str:
    if text is None:
        return ""
    if not text or not _QUOTED_WHEN.isdisjoint(text):
        return '"' + text.replace('"', '""') + '"'
    return text
