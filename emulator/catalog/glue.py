"""The catalog directly on moto's Glue backend of this process: no HTTP, no pagination."""

from __future__ import annotations

import weakref
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from moto.glue.exceptions import (
    DatabaseAlreadyExistsException,
    PartitionAlreadyExistsException,
    PartitionNotFoundException,
    TableAlreadyExistsException,
)
from moto.glue.models import FakeDatabase, FakePartition, FakeTable, GlueBackend

from emulator.catalog.model import (
    EXTERNAL_TABLE,
    AlreadyExists,
    Database,
    DatabaseMissing,
    GlueTable,
    HiveColumn,
    Partition,
    PartitionMissing,
    Storage,
    TableMissing,
)

DEFAULT_DATABASE = "default"


class MotoCatalog:
    """`Catalog` over one moto Glue backend; ``default`` is there from the start, as in Athena."""

    def __init__(self, backend: GlueBackend) -> None:
        self._backend = backend
        self._seen: weakref.WeakKeyDictionary[FakeTable, tuple[int, GlueTable]] = weakref.WeakKeyDictionary()
        self._seen_partitions: weakref.WeakKeyDictionary[FakePartition, tuple[GlueTable, Partition]] = (
            weakref.WeakKeyDictionary()
        )
        if DEFAULT_DATABASE not in backend.databases:
            backend.create_database(DEFAULT_DATABASE, {"Name": DEFAULT_DATABASE})

    def databases(self) -> tuple[Database, ...]:
        """All databases, by name."""
        found = list(self._backend.databases.values())
        return tuple(sorted(map(_database, found), key=lambda database: database.name))

    def database(self, name: str) -> Database | None:
        """The database, or None."""
        found = self._backend.databases.get(name.lower())
        return _database(found) if found else None

    def create_database(self, database_input: Mapping[str, Any]) -> None:
        """Create from a Glue DatabaseInput; raises `AlreadyExists`."""
        name = str(database_input["Name"]).lower()
        try:
            self._backend.create_database(name, dict(database_input))
        except DatabaseAlreadyExistsException as error:
            raise AlreadyExists(f"Database {name}") from error

    def update_database(self, name: str, database_input: Mapping[str, Any]) -> None:
        """Replace what is said of a database; raises `DatabaseMissing`."""
        self._fake_database(name)
        self._backend.update_database(name.lower(), dict(database_input))

    def delete_database(self, name: str) -> None:
        """Delete a database with all its tables; raises `DatabaseMissing`."""
        self._fake_database(name)
        self._backend.delete_database(name.lower())

    def tables(self, database: str) -> tuple[GlueTable, ...]:
        """All tables and views of a database, by name; raises `DatabaseMissing`."""
        found = list(self._fake_database(database).tables.values())
        return tuple(sorted(map(self._view, found), key=lambda table: table.name))

    def table(self, database: str, name: str) -> GlueTable | None:
        """The table or view, or None (also where the database is missing)."""
        known = self._backend.databases.get(database.lower())
        found = known.tables.get(name.lower()) if known else None
        return self._view(found) if found else None

    def create_table(self, database: str, table_input: Mapping[str, Any]) -> None:
        """Create from a Glue TableInput; raises `DatabaseMissing`, `AlreadyExists`."""
        self._fake_database(database)
        name = str(table_input["Name"]).lower()
        try:
            self._backend.create_table(database.lower(), name, dict(table_input))
        except TableAlreadyExistsException as error:
            raise AlreadyExists(f"Table {database}.{name}") from error

    def update_table(self, database: str, table_input: Mapping[str, Any]) -> None:
        """Make a new version of a table from a Glue TableInput; raises `TableMissing`."""
        self._fake_table(database, str(table_input["Name"])).update(dict(table_input))

    def delete_table(self, database: str, name: str) -> None:
        """Delete a table and its partitions from the catalog; raises `TableMissing`."""
        self._fake_table(database, name)
        self._backend.delete_table(database.lower(), name.lower())

    def partitions(self, table: GlueTable) -> tuple[Partition, ...]:
        """All registered partitions; raises `TableMissing`."""
        found = self._fake_table(table.database, table.name).partitions
        return tuple(self._partition(table, partition) for partition in list(found.values()))

    def partition(self, table: GlueTable, values: Sequence[str]) -> Partition | None:
        """The registered partition with these values, or None; raises `TableMissing`."""
        found = self._fake_table(table.database, table.name).partitions.get(str(list(values)))
        return self._partition(table, found) if found else None

    def create_partition(self, table: GlueTable, partition_input: Mapping[str, Any]) -> None:
        """Register a partition; raises `AlreadyExists`, `TableMissing`."""
        with _partition_errors(table, partition_input["Values"]):
            self._fake_table(table.database, table.name).create_partition(dict(partition_input))

    def update_partition(
        self, table: GlueTable, values: Sequence[str], partition_input: Mapping[str, Any]
    ) -> None:
        """Replace a registered partition; raises `PartitionMissing`, `AlreadyExists`, `TableMissing`."""
        found: Any = self._fake_table(table.database, table.name)
        with _partition_errors(table, values):
            found.update_partition(list(values), dict(partition_input))

    def delete_partition(self, table: GlueTable, values: Sequence[str]) -> None:
        """Forget a registered partition; raises `PartitionMissing`, `TableMissing`."""
        found: Any = self._fake_table(table.database, table.name)
        with _partition_errors(table, values):
            found.delete_partition(list(values))

    def _fake_database(self, name: str) -> FakeDatabase:
        found = self._backend.databases.get(name.lower())
        if found is None:
            raise DatabaseMissing(name)
        return found

    def _fake_table(self, database: str, name: str) -> FakeTable:
        known = self._backend.databases.get(database.lower())
        found = known.tables.get(name.lower()) if known else None
        if found is None:
            raise TableMissing(database, name)
        return found

    def _view(self, found: FakeTable) -> GlueTable:
        version, facts = current_facts(found)
        seen = self._seen.get(found)
        if seen is None or seen[0] != version:
            seen = (version, table_of(found.database_name, found.name, facts))
            self._seen[found] = seen
        return seen[1]

    def _partition(self, table: GlueTable, found: FakePartition) -> Partition:
        # moto makes a new object for every change of a partition, and we one for every version of a table
        seen = self._seen_partitions.get(found)
        if seen is None or seen[0] is not table:
            seen = (table, partition_of(table, found.values, found.partition_input))
            self._seen_partitions[found] = seen
        return seen[1]


def current_facts(found: FakeTable) -> tuple[int, Mapping[str, Any]]:
    """The number of a table's current version, as moto counts them, and its TableInput."""
    while True:
        version = found._current_version
        facts: Mapping[str, Any] | None = found.versions.get(str(version))
        if facts is not None:
            return version, facts
        # an update that keeps no archive took this version away meanwhile: look at the one it made


@contextmanager
def _partition_errors(table: GlueTable, values: Sequence[str]) -> Iterator[None]:
    try:
        yield
    except PartitionAlreadyExistsException as error:
        raise AlreadyExists(f"Partition {list(values)} of {table.full_name}") from error
    except PartitionNotFoundException as error:
        raise PartitionMissing(table.database, table.name, values) from error


def _database(found: FakeDatabase) -> Database:
    facts = found.input
    return Database(
        found.name, facts.get("Description"), facts.get("LocationUri"), facts.get("Parameters") or {}
    )


def table_of(database: str, name: str, facts: Mapping[str, Any]) -> GlueTable:
    """A table from its Glue TableInput, or from what GetTable answers."""
    descriptor = facts.get("StorageDescriptor") or {}
    return GlueTable(
        database=database,
        name=name,
        table_type=facts.get("TableType") or EXTERNAL_TABLE,
        description=facts.get("Description"),
        columns=_columns(descriptor.get("Columns")),
        partition_keys=_columns(facts.get("PartitionKeys")),
        storage=_storage(descriptor),
        parameters=facts.get("Parameters") or {},
        view_text=facts.get("ViewOriginalText"),
        raw=facts,
    )


def partition_of(table: GlueTable, values: Sequence[Any], facts: Mapping[str, Any]) -> Partition:
    """A partition of a table from its values and its Glue PartitionInput."""
    descriptor = facts.get("StorageDescriptor") or {}
    # Glue lets a partition leave out what its table says
    own = {**(table.raw.get("StorageDescriptor") or {}), **descriptor}
    columns = _columns(descriptor.get("Columns")) or table.columns
    return Partition(tuple(map(str, values)), _storage(own), columns, facts)


def _columns(columns: Sequence[Mapping[str, Any]] | None) -> tuple[HiveColumn, ...]:
    return tuple(
        HiveColumn(column["Name"].lower(), column.get("Type", "string"), column.get("Comment"))
        for column in columns or ()
    )


def _storage(descriptor: Mapping[str, Any]) -> Storage:
    serde = descriptor.get("SerdeInfo") or {}
    return Storage(
        location=descriptor.get("Location") or "",
        input_format=descriptor.get("InputFormat") or "",
        output_format=descriptor.get("OutputFormat") or "",
        serde=serde.get("SerializationLibrary") or "",
        serde_parameters=serde.get("Parameters") or {},
        bucketed_by=tuple(column.lower() for column in descriptor.get("BucketColumns") or ()),
        bucket_count=descriptor.get("NumberOfBuckets") or 0,
    )
