"""moto's Glue of one region as the Data Catalog's operations see it: found by name, or an error of Glue."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from moto.glue.models import FakeDatabase, FakePartition, FakeTable, GlueBackend

from emulator.catalog.java_maps import hash_map_order
from emulator.glue.errors import EntityNotFound, database_missing, table_missing
from emulator.glue.requests import Json


class Store:
    """Databases, tables and partitions by name, in any case."""

    def __init__(self, backend: GlueBackend) -> None:
        self.backend = backend
        self.account: str = backend.account_id
        self.region: str = backend.region_name

    def databases(self) -> list[FakeDatabase]:
        """All databases, by name."""
        return sorted(self.backend.databases.values(), key=lambda database: database.name)

    def database(self, name: str) -> FakeDatabase:
        """The database; raises `EntityNotFound`."""
        found = self.backend.databases.get(name.lower())
        if found is None:
            raise database_missing(name)
        return found

    def tables(self, database: str) -> list[FakeTable]:
        """A database's tables, by name; raises `EntityNotFound`."""
        return sorted(self.database(database).tables.values(), key=lambda table: table.name)

    def table(self, parameters: Json, name: str = "TableName") -> FakeTable:
        """The table that a request names by its DatabaseName and `name`; raises `EntityNotFound`."""
        found = self.database(parameters["DatabaseName"]).tables.get(parameters[name].lower())
        if found is None:
            raise table_missing(parameters[name])
        return found

    def partition(self, parameters: Json) -> FakePartition:
        """The partition that a request names by its PartitionValues; raises `EntityNotFound`."""
        found = self.table(parameters).partitions.get(partition_key(parameters["PartitionValues"]))
        if found is None:
            raise EntityNotFound("Cannot find partition.")
        return found


def partition_key(values: list[str]) -> str:
    """The key of a partition's values among moto's partitions."""
    return str(values)


def in_map_order(parameters: Mapping[str, Any]) -> Json:
    """Parameters in the order in which Glue gives them back; awswrangler prints them as they come."""
    return {name: parameters[name] for name in hash_map_order(list(parameters))}


def seconds(moment: Any) -> float:
    """A time as the wire has it. moto keeps UTC without saying so; what clients gave is seconds already."""
    if isinstance(moment, datetime):
        return round((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp(), 3)
    return float(moment)
