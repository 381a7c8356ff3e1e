"""What a statement is, and what it is given to run with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from emulator.catalog.model import CATALOG, Catalog, Database, GlueTable
from emulator.engine.base import ExecutionContext, Row, StatementResult
from emulator.statements.syntax import Name
from emulator.storage.cache import ObjectCache
from emulator.storage.objects import ObjectStore
from emulator.trino.compiler import CompiledQuery
from emulator.trino.errors import TrinoError
from emulator.trino.syntax.expressions import Expression
from emulator.trino.syntax.queries import Query
from emulator.trino.types import Type


@dataclass(frozen=True)
class Selection:
    """A running query: its rows as they come, and the bytes it reads."""

    rows: Iterator[Row]
    scanned: int


@dataclass(frozen=True)
class OutputField:
    """A column of files to write: its name and type in the files.

    ``cut_from`` is the type of values that may be longer than the column's texts: they lose blanks at their
    end, and the write fails if they would lose more.
    """

    name: str
    type: Type
    cut_from: Type | None = None


@dataclass(frozen=True)
class FileFormat:
    """How files are written: ``PARQUET``, ``TEXTFILE``, ``JSON`` or ``CSV``, and their compression.

    ``level`` is ZSTD's; ``serde_parameters`` say what separates a text's fields. Rows go to ``bucket_count``
    files by their values of ``bucketed_by``, if there are buckets.
    """

    name: str
    compression: str
    level: int | None = None
    serde_parameters: Mapping[str, str] = field(default_factory=dict)
    bucketed_by: tuple[str, ...] = ()
    bucket_count: int = 0


@dataclass(frozen=True)
class WrittenFile:
    """A local file that a query wrote: its rows and its partition's values, if it is partitioned.

    ``suffix`` ends its object's key, as readers of text tell a compression by it.
    """

    path: Path
    rows: int
    partition: tuple[str | None, ...]
    suffix: str = ""
    bucket: int | None = None


@dataclass(frozen=True)
class Written:
    """All files that a query wrote in a directory of their own, and the bytes that it read."""

    files: tuple[WrittenFile, ...]
    scanned: int


class Queries(Protocol):
    """Runs queries for the statements that hold one."""

    def compile(self, query: Query, parameters: Sequence[Expression] = ()) -> CompiledQuery:
        """Analyse a query against the catalog; raises TrinoError."""

    def select(self, query: CompiledQuery) -> Selection:
        """Start a query; raises TrinoError."""

    def write(
        self,
        query: CompiledQuery,
        fields: Sequence[OutputField],
        partitioned_by: Sequence[OutputField],
        form: FileFormat,
        directory: Path,
    ) -> Written:
        """Write a query's result to files in a local directory; the partition columns are its last."""

    def plan(self, query: CompiledQuery) -> str:
        """The query's plan as text."""

    def scratch(self) -> Path:
        """A new private directory, for the caller to remove."""


@dataclass(frozen=True)
class Surroundings:
    """The catalog and the objects of one execution: all that statements need which hold no query."""

    catalog: Catalog
    objects: ObjectStore
    context: ExecutionContext

    def place(self, name: Name) -> tuple[str, str]:
        """The database and name that a name means; raises TrinoError for another catalog than Glue's."""
        catalog = (name.catalog or self.context.catalog or CATALOG).lower()
        if catalog != CATALOG:
            raise TrinoError("CATALOG_NOT_FOUND", f"Catalog '{catalog}' does not exist")
        return (name.database or self.context.database or "default").lower(), name.name.lower()

    def database(self, name: str) -> Database:
        """The database; raises TrinoError if there is none."""
        found = self.catalog.database(name)
        if found is None:
            raise TrinoError("SCHEMA_NOT_FOUND", f"Schema '{name.lower()}' does not exist")
        return found

    def table(self, name: Name) -> GlueTable:
        """The table, not a view; raises TrinoError if there is none."""
        found = self.relation(name)
        if found.is_view:
            raise TrinoError("NOT_SUPPORTED", f"'{found.full_name}' is a view, not a table")
        return found

    def relation(self, name: Name) -> GlueTable:
        """The table or view; raises TrinoError if there is none."""
        database, table = self.place(name)
        self.database(database)
        found = self.catalog.table(database, table)
        if found is None:
            raise TrinoError("TABLE_NOT_FOUND", f"Table '{CATALOG}.{database}.{table}' does not exist")
        return found


@dataclass(frozen=True)
class Runtime(Surroundings):
    """What statements need that hold a query for the embedded engine."""

    cache: ObjectCache
    queries: Queries


class CatalogStatement(Protocol):
    """A parsed statement that needs no query engine: Hive's DDL and the like, the same on every engine."""

    @property
    def statement_type(self) -> str:
        """``DDL``, ``DML`` or ``UTILITY``."""

    @property
    def substatement_type(self) -> str | None:
        """What GetQueryExecution shows as SubstatementType."""

    def run(self, runtime: Surroundings) -> StatementResult:
        """Do it; raises TrinoError and `Cancelled`."""


class Statement(Protocol):
    """A parsed statement of the embedded engine, which knows how to run."""

    @property
    def statement_type(self) -> str:
        """``DDL``, ``DML`` or ``UTILITY``."""

    @property
    def substatement_type(self) -> str | None:
        """What GetQueryExecution shows as SubstatementType."""

    def run(self, runtime: Runtime) -> StatementResult:
        """Do it; raises TrinoError and `Cancelled`."""
