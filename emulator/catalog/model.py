"""Glue's databases, tables and partitions as values, and what a catalog can be asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

CATALOG = "awsdatacatalog"
"""The name under which queries know the Glue catalog, in lower case."""

EXTERNAL_TABLE = "EXTERNAL_TABLE"
VIRTUAL_VIEW = "VIRTUAL_VIEW"


class CatalogError(Exception):
    """Something about the catalog's objects went wrong; the message names the object."""


class DatabaseMissing(CatalogError):
    """There is no such database."""

    def __init__(self, database: str) -> None:
        super().__init__(f"Database {database} not found")
        self.database = database


class TableMissing(CatalogError):
    """There is no such table."""

    def __init__(self, database: str, table: str) -> None:
        super().__init__(f"Table {database}.{table} not found")
        self.database = database
        self.table = table


class AlreadyExists(CatalogError):
    """A database, table or partition of that name is there already."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} already exists")
        self.what = what


class PartitionMissing(CatalogError):
    """There is no partition with these values."""

    def __init__(self, database: str, table: str, values: Sequence[str]) -> None:
        super().__init__(f"Partition {list(values)} of {database}.{table} not found")
        self.values = tuple(values)


@dataclass(frozen=True)
class HiveColumn:
    """A column as Glue keeps it: the name in lower case, the Hive type's text and a comment."""

    name: str
    type: str
    comment: str | None = None


@dataclass(frozen=True)
class Database:
    """A Glue database."""

    name: str
    description: str | None
    location: str | None
    parameters: Mapping[str, str]


@dataclass(frozen=True)
class Storage:
    """Where and how data is kept: a Glue StorageDescriptor without its columns."""

    location: str
    input_format: str
    output_format: str
    serde: str
    serde_parameters: Mapping[str, str]
    bucketed_by: tuple[str, ...]
    bucket_count: int


@dataclass(frozen=True)
class GlueTable:
    """A Glue table or view. ``raw`` is its TableInput, from which an update is made."""

    database: str
    name: str
    table_type: str
    description: str | None
    columns: tuple[HiveColumn, ...]
    partition_keys: tuple[HiveColumn, ...]
    storage: Storage
    parameters: Mapping[str, str]
    view_text: str | None
    raw: Mapping[str, Any]

    @property
    def is_view(self) -> bool:
        """Whether this is a view and holds no data."""
        return self.table_type == VIRTUAL_VIEW

    @property
    def full_name(self) -> str:
        """The name with its database."""
        return f"{self.database}.{self.name}"


@dataclass(frozen=True)
class Partition:
    """A registered partition: its values as text, in the order of the table's keys, and its own storage."""

    values: tuple[str, ...]
    storage: Storage
    columns: tuple[HiveColumn, ...]
    raw: Mapping[str, Any]

    @property
    def location(self) -> str:
        """Where its files are."""
        return self.storage.location


class Catalog(Protocol):
    """The Glue catalog of one account and region. Names are taken in any case and kept in lower case."""

    def databases(self) -> tuple[Database, ...]:
        """All databases, by name."""

    def database(self, name: str) -> Database | None:
        """The database, or None."""

    def create_database(self, database_input: Mapping[str, Any]) -> None:
        """Create from a Glue DatabaseInput; raises `AlreadyExists`."""

    def update_database(self, name: str, database_input: Mapping[str, Any]) -> None:
        """Replace what is said of a database; raises `DatabaseMissing`."""

    def delete_database(self, name: str) -> None:
        """Delete a database with all its tables; raises `DatabaseMissing`."""

    def tables(self, database: str) -> tuple[GlueTable, ...]:
        """All tables and views of a database, by name; raises `DatabaseMissing`."""

    def table(self, database: str, name: str) -> GlueTable | None:
        """The table or view, or None (also where the database is missing)."""

    def create_table(self, database: str, table_input: Mapping[str, Any]) -> None:
        """Create from a Glue TableInput; raises `DatabaseMissing`, `AlreadyExists`."""

    def update_table(self, database: str, table_input: Mapping[str, Any]) -> None:
        """Make a new version of a table from a Glue TableInput; raises `TableMissing`."""

    def delete_table(self, database: str, name: str) -> None:
        """Delete a table and its partitions from the catalog; raises `TableMissing`."""

    def partitions(self, table: GlueTable) -> tuple[Partition, ...]:
        """All registered partitions; raises `TableMissing`."""

    def partition(self, table: GlueTable, values: Sequence[str]) -> Partition | None:
        """The registered partition with these values, or None; raises `TableMissing`."""

    def create_partition(self, table: GlueTable, partition_input: Mapping[str, Any]) -> None:
        """Register a partition; raises `AlreadyExists`, `TableMissing`."""

    def update_partition(
        self, table: GlueTable, values: Sequence[str], partition_input: Mapping[str, Any]
    ) -> None:
        """Replace a registered partition; raises `PartitionMissing`, `AlreadyExists`, `TableMissing`."""

    def delete_partition(self, table: GlueTable, values: Sequence[str]) -> None:
        """Forget a registered partition; raises `PartitionMissing`, `TableMissing`."""
