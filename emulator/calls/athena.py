"""What Athena's accesses to S3 and Glue are, on behalf of who started the statement.

The emulator's engine reads and writes without HTTP, and keeps copies of what it read. These wrappers record
what Athena would call: for a listing also a read of each object that it found.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from emulator.calls.record import Calls
from emulator.catalog.model import Catalog, Database, GlueTable, Partition
from emulator.storage.objects import ObjectInfo, ObjectStore


class RecordedObjects:
    """An `ObjectStore` whose uses are recorded as calls to S3."""

    def __init__(self, store: ObjectStore, calls: Calls) -> None:
        self._store = store
        self._calls = calls

    def has_bucket(self, bucket: str) -> bool:
        """Whether the bucket exists."""
        self._calls.of_athena_to_s3("GET", f"/{bucket}", "location=")
        return self._store.has_bucket(bucket)

    def stat(self, bucket: str, key: str) -> ObjectInfo | None:
        """The object's facts, None if there is none; raises `NoSuchBucket`."""
        self._calls.of_athena_to_s3("HEAD", f"/{bucket}/{key}")
        return self._store.stat(bucket, key)

    def list(self, bucket: str, prefix: str) -> Iterator[ObjectInfo]:
        """All objects whose key starts with ``prefix``, in key order; raises `NoSuchBucket`."""
        query = urlencode({"list-type": "2", "prefix": prefix})
        self._calls.of_athena_to_s3("GET", f"/{bucket}", query)
        for info in self._store.list(bucket, prefix):
            self._calls.of_athena_to_s3("GET", f"/{bucket}/{info.key}")
            yield info

    def read(self, bucket: str, key: str) -> bytes:
        """The object's content; raises `NoSuchKey`, `NoSuchBucket`."""
        self._calls.of_athena_to_s3("GET", f"/{bucket}/{key}")
        return self._store.read(bucket, key)

    def download(self, info: ObjectInfo, target: Path) -> None:
        """Write the content of exactly this version of the object to a file; raises `NoSuchKey`."""
        self._calls.of_athena_to_s3("GET", f"/{info.bucket}/{info.key}")
        self._store.download(info, target)

    def put_bytes(self, bucket: str, key: str, body: bytes) -> ObjectInfo:
        """Create or replace an object; raises `NoSuchBucket`."""
        self._calls.of_athena_to_s3("PUT", f"/{bucket}/{key}")
        return self._store.put_bytes(bucket, key, body)

    def put_file(self, bucket: str, key: str, path: Path) -> ObjectInfo:
        """Create or replace an object from a local file; raises `NoSuchBucket`."""
        self._calls.of_athena_to_s3("PUT", f"/{bucket}/{key}")
        return self._store.put_file(bucket, key, path)

    def delete(self, bucket: str, keys: Sequence[str]) -> None:
        """Delete objects; a key that is not there is no error. Raises `NoSuchBucket`."""
        for key in keys:
            self._calls.of_athena_to_s3("DELETE", f"/{bucket}/{key}")
        self._store.delete(bucket, keys)


class RecordedCatalog:
    """A `Catalog` whose uses are recorded as calls to Glue."""

    def __init__(self, catalog: Catalog, calls: Calls) -> None:
        self._catalog = catalog
        self._calls = calls

    def databases(self) -> tuple[Database, ...]:
        """All databases, by name."""
        self._note("GetDatabases")
        return self._catalog.databases()

    def database(self, name: str) -> Database | None:
        """The database, or None."""
        self._note("GetDatabase", Name=name.lower())
        return self._catalog.database(name)

    def create_database(self, database_input: Mapping[str, Any]) -> None:
        """Create from a Glue DatabaseInput; raises `AlreadyExists`."""
        self._note("CreateDatabase", DatabaseInput={"Name": database_input["Name"]})
        self._catalog.create_database(database_input)

    def update_database(self, name: str, database_input: Mapping[str, Any]) -> None:
        """Replace what is said of a database; raises `DatabaseMissing`."""
        self._note("UpdateDatabase", Name=name.lower())
        self._catalog.update_database(name, database_input)

    def delete_database(self, name: str) -> None:
        """Delete a database with all its tables; raises `DatabaseMissing`."""
        self._note("DeleteDatabase", Name=name.lower())
        self._catalog.delete_database(name)

    def tables(self, database: str) -> tuple[GlueTable, ...]:
        """All tables and views of a database, by name; raises `DatabaseMissing`."""
        self._note("GetTables", DatabaseName=database.lower())
        return self._catalog.tables(database)

    def table(self, database: str, name: str) -> GlueTable | None:
        """The table or view, or None (also where the database is missing)."""
        self._note("GetTable", DatabaseName=database.lower(), Name=name.lower())
        return self._catalog.table(database, name)

    def create_table(self, database: str, table_input: Mapping[str, Any]) -> None:
        """Create from a Glue TableInput; raises `DatabaseMissing`, `AlreadyExists`."""
        self._note("CreateTable", DatabaseName=database.lower(), TableInput={"Name": table_input["Name"]})
        self._catalog.create_table(database, table_input)

    def update_table(self, database: str, table_input: Mapping[str, Any]) -> None:
        """Make a new version of a table from a Glue TableInput; raises `TableMissing`."""
        self._note("UpdateTable", DatabaseName=database.lower(), TableInput={"Name": table_input["Name"]})
        self._catalog.update_table(database, table_input)

    def delete_table(self, database: str, name: str) -> None:
        """Delete a table and its partitions from the catalog; raises `TableMissing`."""
        self._note("DeleteTable", DatabaseName=database.lower(), Name=name.lower())
        self._catalog.delete_table(database, name)

    def partitions(self, table: GlueTable) -> tuple[Partition, ...]:
        """All registered partitions; raises `TableMissing`."""
        self._of_partitions("GetPartitions", table)
        return self._catalog.partitions(table)

    def partition(self, table: GlueTable, values: Sequence[str]) -> Partition | None:
        """The registered partition with these values, or None; raises `TableMissing`."""
        self._of_partitions("GetPartition", table)
        return self._catalog.partition(table, values)

    def create_partition(self, table: GlueTable, partition_input: Mapping[str, Any]) -> None:
        """Register a partition; raises `AlreadyExists`, `TableMissing`."""
        self._of_partitions("BatchCreatePartition", table)
        self._catalog.create_partition(table, partition_input)

    def update_partition(
        self, table: GlueTable, values: Sequence[str], partition_input: Mapping[str, Any]
    ) -> None:
        """Replace a registered partition; raises `PartitionMissing`, `AlreadyExists`, `TableMissing`."""
        self._of_partitions("UpdatePartition", table)
        self._catalog.update_partition(table, values, partition_input)

    def delete_partition(self, table: GlueTable, values: Sequence[str]) -> None:
        """Forget a registered partition; raises `PartitionMissing`, `TableMissing`."""
        self._of_partitions("DeletePartition", table)
        self._catalog.delete_partition(table, values)

    def _of_partitions(self, operation: str, table: GlueTable) -> None:
        self._note(operation, DatabaseName=table.database, TableName=table.name)

    def _note(self, operation: str, **named: object) -> None:
        if self._calls.on:
            self._calls.of_athena("glue", operation, json.dumps(named))
