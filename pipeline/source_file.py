"""Read a source file strictly: every byte of it is either understood exactly or refused by place.

Accepted: UTF-8 with or without a byte-order mark; LF, CRLF or CR line ends; quoted commas, quotes and line
breaks; columns in any order; columns that the contract does not know; blank lines at the very end.
"""

import csv
import difflib
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath

from pipeline.contract import FILE_NAME, LINEAGE, PARTITION, SOURCE_COLUMNS
from pipeline.errors import Finding

_NAME = re.compile(r"Episodes ([0-9]{2})-([0-9]{2})-([0-9]{4})\.csv")
_RESERVED = {name.lower() for name in (*LINEAGE, PARTITION, *(column.header for column in SOURCE_COLUMNS))}


class FileRefused(Exception):
    """A file that cannot be taken, and the first place that shows why."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(str(finding))
        self.finding = finding


@dataclass(frozen=True)
class Header:
    """A file's columns: as written, as stored in bronze, and those of them that the contract does not
    know."""

    written: tuple[str, ...]
    stored: tuple[str, ...]
    unknown: tuple[str, ...]


def snapshot_date_of(key: str) -> date:
    """The day in a landing key's file name, wherever under landing/ it lies.

    Raises FileRefused when the name is not exactly `Episodes DD-MM-YYYY.csv` with a real day.
    """
    name = PurePosixPath(key).name
    match = _NAME.fullmatch(name)
    try:
        if match:
            day, month, year = (int(part) for part in match.groups())
            return date(year, month, day)
    except ValueError:
        pass
    hint = f"name it {FILE_NAME!r} after the day of the snapshot"
    raise FileRefused(Finding("unexpected_file_name", file=name, value=name, hint=hint))


def read_rows(body: bytes, file: str) -> tuple[Header | None, Iterator[list[str]]]:
    """The header, and the data rows as they are read.

    The header is None for a file without any text. Raises FileRefused for the header at once, and for a row
    when the iterator comes to it.
    """
    records = _records(_decoded(body, file), file)
    first = next(records, None)
    if first is None:
        return None, iter(())
    header = _checked_header(first, file)
    return header, _checked_rows(records, header.written, file)


def _decoded(body: bytes, file: str) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileRefused(_undecodable(body, error, file)) from None


def _undecodable(body: bytes, error: UnicodeDecodeError, file: str) -> Finding:
    """The first value with a byte that is not UTF-8."""
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        return Finding("not_utf8", file=file, hint="the file is UTF-16; export it as UTF-8")
    hint = f"byte 0x{body[error.start]:02x} is not UTF-8 (Latin-1 or Windows-1252?); export the file as UTF-8"
    marked = csv.reader(io.StringIO(body.decode("utf-8-sig", "surrogateescape"), newline=""))
    names: list[str] = []
    try:
        for number, row in enumerate(marked):
            names = names or row
            for position, value in enumerate(row):
                raw = value.encode("utf-8", "surrogateescape")
                shown = raw.decode("utf-8", "backslashreplace")
                if raw.decode("utf-8", "replace") != value:
                    column = names[position] if number and position < len(names) else None
                    return Finding("not_utf8", file, number or None, column, shown, hint)
    except csv.Error:
        pass
    return Finding("not_utf8", file=file, hint=hint)


def _records(text: str, file: str) -> Iterator[list[str]]:
    """Every record; the header is the first. Blank lines may only end the file."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    number = 0
    blank_at: int | None = None
    try:
        for record in reader:
            if not record:
                blank_at = number if blank_at is None else blank_at
            elif blank_at is not None:
                hint = "a blank line in the middle of the file; was it cut and joined?"
                raise FileRefused(Finding("blank_line", file=file, row=blank_at or None, hint=hint))
            else:
                yield record
                number += 1
    except csv.Error as error:
        raise FileRefused(_unreadable(error, file, number)) from None


def _unreadable(error: csv.Error, file: str, number: int) -> Finding:
    message = str(error)
    if "unexpected end of data" in message or "field larger" in message:
        hint = "a quote opens in this row and never closes; is the file cut off?"
        return Finding("unterminated_quote", file=file, row=number or None, hint=hint)
    hint = f"{message}; write a quote inside a quoted value as two"
    return Finding("malformed_quotes", file=file, row=number or None, hint=hint)


def _checked_header(written: Sequence[str], file: str) -> Header:
    known = {column.header for column in SOURCE_COLUMNS}
    unknown = [name for name in written if name not in known]
    for column in SOURCE_COLUMNS:
        if column.header not in written and not column.is_optional:
            near = _nearest(column.header, unknown or list(written))
            hint = f"the nearest header in the file is {near!r}"
            raise FileRefused(Finding("missing_column", file=file, column=column.header, hint=hint))
    twin = next((name for name, count in Counter(written).items() if name and count > 1), None)
    if twin:
        hint = "two columns have this name; remove or rename one"
        raise FileRefused(Finding("duplicate_column", file=file, column=twin, hint=hint))
    stored = tuple(
        name if name in known else _stored_name(name, position) for position, name in enumerate(written, 1)
    )
    return Header(tuple(written), stored, tuple(name for name in stored if name not in known))


def _stored_name(name: str, position: int) -> str:
    """An unknown column's own name, unless it is empty or would hide a column of the table."""
    return f"{name} (column {position})".strip() if not name or name.lower() in _RESERVED else name


def _nearest(wanted: str, headers: Sequence[str]) -> str:
    folded = {header.lower(): header for header in headers}
    near = difflib.get_close_matches(wanted.lower(), list(folded), n=1, cutoff=0.0)
    return folded[near[0]] if near else ""


def _checked_rows(records: Iterator[list[str]], header: Sequence[str], file: str) -> Iterator[list[str]]:
    width = len(header)
    for number, record in enumerate(records, 1):
        if len(record) != width:
            raise FileRefused(_ragged(record, header, file, number))
        yield record


def _ragged(record: Sequence[str], header: Sequence[str], file: str, number: int) -> Finding:
    hint = f"the row has {len(record)} values and the header {len(header)} columns"
    if len(record) < len(header):
        return Finding("ragged_row", file, number, header[len(record)], None, f"{hint}; is the file cut off?")
    extra = record[len(header)]
    return Finding("ragged_row", file, number, None, extra, f"{hint}; is a comma in a value without quotes?")
