"""Values of partition keys: text in the catalog, compared by the type that the table declares for the key."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

_TIMESTAMP = re.compile(r"(\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?")


@dataclass(frozen=True)
class KeyType:
    """A kind of partition key. word: how the service's messages call it."""

    word: str
    read: Callable[[str], Any]
    """The value of a text, for comparisons; raises ValueError that says what the text is not."""


def key_type(declared: str) -> KeyType | None:
    """The kind of a key by its Hive type (``int``, ``varchar(10)``); None for one without comparisons."""
    return _TYPES.get(declared.partition("(")[0].strip().lower())


def _integer(text: str) -> int:
    if not re.fullmatch(r"[+-]?\d+", text):
        raise ValueError(f'"{text}" is not an integer.')
    return int(text)


def _decimal(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation as error:
        raise ValueError(f"{text} is not a decimal.") from error


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"{text} is not a date.") from error


def _timestamp(text: str) -> tuple[datetime, int]:
    """The second and the nanoseconds after it."""
    found = _TIMESTAMP.fullmatch(text)
    wrong = f"Timestamp format must be yyyy-mm-dd hh:mm:ss[.fffffffff] {text} is not a timestamp."
    if found is None:
        raise ValueError(wrong)
    try:
        return datetime.fromisoformat(found[1]), int((found[2] or "").ljust(9, "0"))
    except ValueError as error:
        raise ValueError(wrong) from error


_TEXT = KeyType("String", str)
_INTEGER = KeyType("Integral", _integer)
_TYPES: Mapping[str, KeyType] = {
    **dict.fromkeys(("string", "char", "varchar"), _TEXT),
    **dict.fromkeys(("tinyint", "smallint", "int", "integer", "bigint", "long"), _INTEGER),
    "decimal": KeyType("Decimal", _decimal),
    "date": KeyType("Date", _date),
    "timestamp": KeyType("Timestamp", _timestamp),
}
TEXT = _TEXT.word
