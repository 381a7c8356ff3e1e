"""The front door of the language: a parsed query and the catalog in, DuckDB's text and the result's columns out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from emulator.trino.relations import Table
from emulator.trino.types import Type


@dataclass(frozen=True)
class Session:
    """What a query sees of its surroundings. `now` is the query's start, in UTC; the session's zone is UTC."""

    catalog: str
    database: str
    now: datetime
    query_id: str
    user: str = "wardlake"


@dataclass(frozen=True)
class OutputColumn:
    """A column of the result; columns without a name are `_col0`, `_col1`, ... by their place."""

    name: str
    type: Type


@dataclass(frozen=True)
class Scan:
    """One table's reading in a query.

    `token` stands in the text for the select that the engine builds. `columns` are the ones used.
    `partition_filter` is a DuckDB condition over the quoted partition columns that every row that matters
    meets (it stays in the query as well), or None.
    """

    token: str
    table: Table
    columns: tuple[str, ...]
    partition_filter: str | None


@dataclass(frozen=True)
class CompiledQuery:
    """A query ready to run: the result's columns, the scans to fill in, and the text with their tokens."""

    columns: tuple[OutputColumn, ...]
    scans: tuple[Scan, ...]
    template: str

    def sql(self, scans: Mapping[str, str]) -> str:
        """DuckDB's text, each scan token replaced by the select given for it, in parentheses.

        A select gives each used column under its lower-case name in the physical type of its Trino type.
        """
        text = self.template
        for scan in self.scans:
            text = text.replace(scan.token, f"({scans[scan.token]})")
        return text
