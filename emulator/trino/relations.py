"""What a query may name: tables, views and databases, as the language sees the catalog."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from emulator.trino.types import Type


@dataclass(frozen=True)
class QualifiedName:
    """A full name, in lower case."""

    catalog: str
    database: str
    name: str

    def __str__(self) -> str:
        return f"{self.catalog}.{self.database}.{self.name}"


@dataclass(frozen=True)
class Column:
    """A column of a table; `hidden` ones, such as `$path`, are found by name but are not part of `*`.

    `bucketed` ones divide the table's rows among its files.
    """

    name: str
    type: Type
    partition: bool = False
    hidden: bool = False
    bucketed: bool = False


@dataclass(frozen=True)
class Table:
    """A table that can be scanned; `source` is the scan's own handle and means nothing here."""

    name: QualifiedName
    columns: tuple[Column, ...]
    source: object


@dataclass(frozen=True)
class View:
    """A view: its query, the catalog and database its names are resolved in, and its declared columns."""

    name: QualifiedName
    sql: str
    columns: tuple[Column, ...]
    catalog: str
    database: str


class Relations(Protocol):
    """Finds what a query names."""

    def find(self, name: QualifiedName) -> Table | View | None:
        """The table or view of that name, or None."""
        ...

    def has_database(self, catalog: str, database: str) -> bool:
        """Whether the catalog has the database."""
        ...
