"""The oracle's reading of what was delivered: which files count, and what their rows say.

Plain Python, written from the domain's rules, with a reader of CSV of its own.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

HEADERS = {
    "spell ID": "spell_id",
    "episode_id": "episode_id",
    "patient_id": "patient_id",
    "Patient Forename": "patient_forename",
    "Patient Surname": "patient_surname",
    "Patient DOB": "patient_dob",
    "Episode Start Date": "episode_start_date",
    "Episode_End_Date": "episode_end_date",
    "ward": "ward_code",
    "Ward Name": "ward_name",
    "consultant": "consultant",
    "dicharge_dttm": "discharge_datetime",
    "last_updated_ts": "last_updated_at",
    "Developer Comment": "developer_comment",
}
REQUIRED_HEADERS = list(HEADERS)[:-1]
CONTENT = [name for name in HEADERS.values() if name != "last_updated_at"]
_NEVER_BLANK = {"spell_id", "episode_id", "patient_id", "episode_start_date", "ward_code", "last_updated_at"}
_FORMATS = {
    "patient_dob": ("%d/%m/%Y", r"\d\d/\d\d/\d\d\d\d"),
    "episode_start_date": ("%d/%m/%Y", r"\d\d/\d\d/\d\d\d\d"),
    "episode_end_date": ("%d/%m/%Y", r"\d\d/\d\d/\d\d\d\d"),
    "discharge_datetime": ("%d/%m/%Y %H:%M:%S", r"\d\d/\d\d/\d\d\d\d \d\d:\d\d:\d\d"),
    "last_updated_at": ("%d/%m/%Y %H:%M", r"\d\d/\d\d/\d\d\d\d \d\d:\d\d"),
}
_BLANKS = " \t\r\n\u00a0"
_ALLOWED_CONTROLS = "\t\r\n"

Value = str | date | datetime | None
Values = dict[str, Value]


class Refused(Exception):
    """A file that cannot be read."""


@dataclass(frozen=True)
class BadValue:
    """A value that stops a build, and where it stands."""

    rule: str
    file: str
    row: int
    column: str
    value: str


@dataclass
class Delivery:
    """One landing; `role` is what it is to the run."""

    day: date
    file: str
    sequence: int
    sha256: str
    role: str = "counts"
    unknown_columns: list[str] = field(default_factory=list)
    records: list[dict[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class SourceRow:
    """One row as silver takes it: typed values, and the hash of all of them but the time of update."""

    values: Values
    content_hash: str


def deliveries_of(landings: Sequence[tuple[str, bytes]], as_of: date) -> list[Delivery]:
    """All deliveries up to as_of with their roles; `landings` are file names and bytes in landing order."""
    days: dict[date, list[Delivery]] = {}
    for file, body in landings:
        day = datetime.strptime(file, "Episodes %d-%m-%Y.csv").date()
        if day <= as_of:
            _deliver(days.setdefault(day, []), day, file, body)
    return [delivery for _, day_deliveries in sorted(days.items()) for delivery in day_deliveries]


def _deliver(before: list[Delivery], day: date, file: str, body: bytes) -> None:
    """Add a landing to those of its day: the last with rows counts, the same bytes again are nothing new."""
    counting = [other for other in before if other.role in ("counts", "refused")][-1:]
    delivery = Delivery(day, file, len(before) + 1, hashlib.sha256(body).hexdigest())
    before.append(delivery)
    if counting and counting[0].sha256 == delivery.sha256:
        delivery.role = "unchanged"
        return
    try:
        names, records = read(body)
    except Refused:
        delivery.role = "refused"
    else:
        delivery.unknown_columns = [name for name in names if name not in HEADERS]
        delivery.records = records
        if not records:
            delivery.role = "empty"
            return
    for other in before[:-1]:
        if other.role == "counts":
            other.role = "superseded"


def read(body: bytes) -> tuple[list[str], list[dict[str, str]]]:
    """A file's header, and its rows by column. Raises Refused."""
    try:
        text = body.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise Refused("not UTF-8") from error
    records = list(_records(text))
    if not records:
        return [], []
    names, *rows = records
    if any(name not in names for name in REQUIRED_HEADERS) or len(set(names)) < len(names):
        raise Refused("a required column is missing, or two have one name")
    if any(len(row) != len(names) for row in rows):
        raise Refused("a row has more or fewer values than the header")
    return names, [dict(zip(names, row, strict=True)) for row in rows]


def _records(text: str) -> Iterator[list[str]]:
    """Records of quoted or plain values; line ends are LF, CR or both."""
    at = 0
    record: list[str] = []
    while at < len(text):
        if text[at] == '"':
            pieces: list[str] = []
            while True:
                close = text.find('"', at + 1)
                if close < 0:
                    raise Refused("a quote never closes")
                pieces.append(text[at + 1 : close])
                at = close + 1
                if text[at : at + 1] != '"':
                    break
            value = '"'.join(pieces)
        else:
            end = re.compile(r"[,\r\n]|$").search(text, at)
            assert end is not None
            value, at = text[at : end.start()], end.start()
        record.append(value)
        if text[at : at + 1] == ",":
            at += 1
            if at == len(text):
                record.append("")
                yield record
                return
            continue
        yield record
        record = []
        at += 2 if text[at : at + 2] == "\r\n" else 1


def bad_values(deliveries: Sequence[Delivery]) -> list[BadValue]:
    """Every value of the deliveries that count which is not exactly in its column's format, in file order."""
    found = []
    for delivery in deliveries:
        if delivery.role != "counts":
            continue
        for number, record in enumerate(delivery.records, 1):
            for header, name in HEADERS.items():
                value = record.get(header, "").strip(_BLANKS)
                rule = _fault(name, value)
                if rule:
                    found.append(BadValue(rule, delivery.file, number, header, value))
    return found


def _fault(name: str, value: str) -> str | None:
    if not value:
        return "blank_value" if name in _NEVER_BLANK else None
    if name in _FORMATS:
        parsed = _parsed(name, value)
        kind = "bad_date" if name.endswith(("_date", "_dob")) else "bad_datetime"
        return None if parsed else kind
    is_clean = all(character >= " " or character in _ALLOWED_CONTROLS for character in value)
    return None if is_clean and "\x7f" not in value else "control_character"


def _parsed(name: str, value: str) -> datetime | None:
    """A value in exactly its column's format, or nothing: strptime alone would take 1/1/2026."""
    layout, shape = _FORMATS[name]
    if not re.fullmatch(shape, value, re.ASCII):
        return None
    try:
        return datetime.strptime(value, layout)
    except ValueError:
        return None


def source_row(record: dict[str, str]) -> SourceRow:
    """A row of a delivery that has no bad values."""
    texts = {name: record.get(header, "").strip(_BLANKS) for header, name in HEADERS.items()}
    values: Values = {}
    for name, text in texts.items():
        parsed = _parsed(name, text) if name in _FORMATS else None
        is_day = parsed is not None and name not in ("discharge_datetime", "last_updated_at")
        values[name] = parsed.date() if parsed and is_day else parsed or text or None
    joined = "\x1f".join(texts[name] for name in CONTENT)
    return SourceRow(values, hashlib.md5(joined.encode(), usedforsecurity=False).hexdigest().upper())
