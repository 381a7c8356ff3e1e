"""SearchTables: text and properties of tables, over all databases."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from emulator.glue.errors import InvalidInput
from emulator.glue.requests import Json, page
from emulator.glue.store import Store
from emulator.glue.tables import Tables

PAGE = 100

_COMPARATORS: Mapping[str, Callable[[float, float], bool]] = {
    "EQUALS": operator.eq,
    "GREATER_THAN": operator.gt,
    "LESS_THAN": operator.lt,
    "GREATER_THAN_EQUALS": operator.ge,
    "LESS_THAN_EQUALS": operator.le,
}
_TIMES = ("CreateTime", "UpdateTime", "LastAccessTime", "LastAnalyzedTime")
_TEXTS = ("Name", "DatabaseName", "Description", "Owner", "TableType", "CatalogId")
_BETWEEN_WORDS = re.compile(r"[^A-Za-z0-9]+")


class Search:
    """The search over one account and region."""

    def __init__(self, store: Store, tables: Tables) -> None:
        self._store = store
        self._tables = tables

    def run(self, parameters: Json) -> Json:
        """SearchTables: SearchText (a value in quotes exactly), Filters, SortCriteria."""
        foreign = parameters.get("ResourceShareType") == "FOREIGN"
        found = [] if foreign else [*self._all()]
        if parameters.get("SearchText"):
            found = [table for table in found if _has_text(table, parameters["SearchText"])]
        for wanted in parameters.get("Filters", ()):
            found = [table for table in found if _passes(table, wanted)]
        for criterion in parameters.get("SortCriteria", ()):
            found = _sorted(found, criterion)
        shown, more = page(found, parameters, PAGE)
        return {"TableList": [*shown], **more}

    def _all(self) -> Iterator[Json]:
        for database in self._store.databases():
            for table in self._store.tables(database.name):
                yield self._tables.structure(table)


def _has_text(table: Json, text: str) -> bool:
    """Whether a value of the table holds the text; in quotes, whether it is the text."""
    exact = re.fullmatch(r"(['\"])(.*)\1", text)
    if exact:
        return any(value == exact[2] for value in _texts(table))
    return any(text.lower() in value.lower() for value in _texts(table))


def _texts(part: Any) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    elif isinstance(part, Mapping):
        for name, inner in part.items():
            yield name
            yield from _texts(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from _texts(inner)


def _passes(table: Json, wanted: Mapping[str, str]) -> bool:
    """Whether a table has the property: a time by its comparator, a text by one of its words or whole."""
    key, value = wanted.get("Key", ""), wanted.get("Value", "")
    if key in _TIMES:
        compare = _COMPARATORS[wanted.get("Comparator", "EQUALS")]
        return key in table and compare(table[key], _moment(value))
    if key not in _TEXTS:
        raise InvalidInput(f"Invalid filter key: {key}. Known are {', '.join((*_TEXTS, *_TIMES))}")
    text = str(table.get(key, "")).lower()
    return value.lower() in (text, *_BETWEEN_WORDS.split(text))


def _moment(text: str) -> float:
    try:
        return datetime.fromisoformat(text).timestamp()
    except ValueError as error:
        raise InvalidInput(f"{text!r} is not a time like 2026-01-31T08:00:00Z") from error


def _sorted(found: Sequence[Json], criterion: Mapping[str, str]) -> list[Json]:
    field = criterion.get("FieldName", "Name")
    if field not in (*_TEXTS, *_TIMES):
        raise InvalidInput(f"Invalid sort field: {field}. Known are {', '.join((*_TEXTS, *_TIMES))}")
    missing = 0 if field in _TIMES else ""
    return sorted(found, key=lambda row: row.get(field, missing), reverse=criterion.get("Sort") == "DESC")
