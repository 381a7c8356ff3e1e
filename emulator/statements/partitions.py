"""ALTER TABLE … PARTITION and MSCK REPAIR TABLE: what Glue knows of a table's partitions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from emulator.catalog.model import AlreadyExists, GlueTable, PartitionMissing
from emulator.catalog.partitions import bucket_and_prefix, partition_path, values_of_path
from emulator.engine.base import DDL, StatementResult
from emulator.statements.runtime import Surroundings
from emulator.statements.syntax import Name, partition_values, qualified, string
from emulator.statements.tables import directory
from emulator.statements.tokens import TokenStream
from emulator.storage.objects import NoSuchBucket
from emulator.trino.errors import TrinoError


@dataclass(frozen=True)
class NewPartition:
    """A partition to add: its values by key, and its location if it is not the usual one."""

    values: Mapping[str, str]
    location: str | None


@dataclass(frozen=True)
class AddPartitions:
    """``ALTER TABLE t ADD [IF NOT EXISTS] PARTITION (…) [LOCATION '…'] …``."""

    table: Name
    if_not_exists: bool
    partitions: tuple[NewPartition, ...]
    statement_type: str = DDL
    substatement_type: str | None = "ALTER_TABLE_ADD_PARTITION"

    def run(self, runtime: Surroundings) -> StatementResult:
        """Register all of them, or none; raises TrinoError."""
        table = runtime.table(self.table)
        added = [(ordered_values(table, new.values), new.location) for new in self.partitions]
        for values, _ in added:
            if not self.if_not_exists and runtime.catalog.partition(table, values) is not None:
                raise _exists(table, values)
        for values, location in added:
            try:
                runtime.catalog.create_partition(table, partition_input(table, values, location))
            except AlreadyExists as error:
                if not self.if_not_exists:
                    raise _exists(table, values) from error
        return StatementResult(DDL, self.substatement_type, text=True)


@dataclass(frozen=True)
class DropPartitions:
    """``ALTER TABLE t DROP [IF EXISTS] PARTITION (…), PARTITION (…)``; the data stays."""

    table: Name
    if_exists: bool
    partitions: tuple[Mapping[str, str], ...]
    statement_type: str = DDL
    substatement_type: str | None = "ALTER_TABLE_DROP_PARTITION"

    def run(self, runtime: Surroundings) -> StatementResult:
        """Forget them; raises TrinoError if one is missing."""
        table = runtime.table(self.table)
        dropped: list[tuple[str, ...]] = []
        for wanted in self.partitions:
            matches = matching_partitions(runtime, table, wanted)
            if not matches and not self.if_exists:
                raise TrinoError("PARTITION_NOT_FOUND", f"Partition not found: {_shown(wanted)}")
            dropped.extend(matches)
        for values in dict.fromkeys(dropped):
            try:
                runtime.catalog.delete_partition(table, values)
            except PartitionMissing:
                # another statement dropped it since it was looked up: what was asked for is so
                continue
        return StatementResult(DDL, self.substatement_type, text=True)


@dataclass(frozen=True)
class RenamePartition:
    """``ALTER TABLE t PARTITION (…) RENAME TO PARTITION (…)``; the location stays."""

    table: Name
    values: Mapping[str, str]
    new_values: Mapping[str, str]
    statement_type: str = DDL
    substatement_type: str | None = "ALTER_TABLE_RENAME_PARTITION"

    def run(self, runtime: Surroundings) -> StatementResult:
        """Change its values in Glue; raises TrinoError."""
        table = runtime.table(self.table)
        old, new = ordered_values(table, self.values), ordered_values(table, self.new_values)
        facts = _partition_facts(runtime, table, old)
        try:
            runtime.catalog.update_partition(table, old, {**facts, "Values": list(new)})
        except AlreadyExists as error:
            raise _exists(table, new) from error
        return StatementResult(DDL, self.substatement_type, text=True)


@dataclass(frozen=True)
class SetPartitionLocation:
    """``ALTER TABLE t PARTITION (…) SET LOCATION '…'``."""

    table: Name
    values: Mapping[str, str]
    location: str
    statement_type: str = DDL
    substatement_type: str | None = "ALTER_TABLE_SET_LOCATION"

    def run(self, runtime: Surroundings) -> StatementResult:
        """Change its location in Glue; raises TrinoError."""
        table = runtime.table(self.table)
        values = ordered_values(table, self.values)
        facts = _partition_facts(runtime, table, values)
        descriptor = {**(facts.get("StorageDescriptor") or {}), "Location": directory(self.location)}
        runtime.catalog.update_partition(table, values, {**facts, "StorageDescriptor": descriptor})
        return StatementResult(DDL, self.substatement_type, text=True)


@dataclass(frozen=True)
class RepairTable:
    """``MSCK REPAIR TABLE t``: registers the Hive-style folders under the table's location."""

    table: Name
    statement_type: str = DDL
    substatement_type: str | None = "MSCK_REPAIR"

    def run(self, runtime: Surroundings) -> StatementResult:
        """Add what is not registered, and say so, as Athena does; what is gone stays registered."""
        table = runtime.table(self.table)
        if not table.partition_keys:
            raise TrinoError("INVALID_TABLE_PROPERTY", f"Table {table.full_name} is not a partitioned table")
        known = {partition.values for partition in runtime.catalog.partitions(table)}
        names = [key.name for key in table.partition_keys]
        found = [values for values in _folders(runtime, table, names) if values not in known]
        lines = []
        if found:
            shown = "\t".join(f"{table.name}:{partition_path(names, values)}" for values in found)
            lines.append((f"Partitions not in metastore:\t{shown}",))
        for values in found:
            path = partition_path(names, values)
            runtime.catalog.create_partition(table, partition_input(table, values, None))
            lines.append((f"Repair: Added partition to metastore {table.name}:{path}",))
        return StatementResult(DDL, self.substatement_type, rows=iter(lines), text=True)


def _folders(runtime: Surroundings, table: GlueTable, names: Sequence[str]) -> list[tuple[str, ...]]:
    bucket, prefix = bucket_and_prefix(table.storage.location)
    try:
        keys = [info.key[len(prefix) :] for info in runtime.objects.list(bucket, prefix)]
    except NoSuchBucket as error:
        raise TrinoError("HIVE_FILESYSTEM_ERROR", str(error)) from error
    folders = (key.rpartition("/")[0] for key in keys if "/" in key)
    found = (values_of_path(folder, names) for folder in folders)
    return list(dict.fromkeys(values for values in found if values is not None))


def ordered_values(table: GlueTable, values: Mapping[str, str]) -> tuple[str, ...]:
    """A partition's values in the order of the table's keys; raises TrinoError unless all are there."""
    names = [key.name for key in table.partition_keys]
    if not names:
        raise TrinoError("INVALID_TABLE_PROPERTY", f"Table {table.full_name} is not a partitioned table")
    if set(values) != set(names):
        raise TrinoError(
            "INVALID_PARTITION_VALUE",
            f"Partition spec ({_shown(values)}) does not name the partition columns of {table.full_name}: "
            f"{', '.join(names)}",
        )
    return tuple(values[name] for name in names)


def matching_partitions(
    runtime: Surroundings, table: GlueTable, wanted: Mapping[str, str]
) -> list[tuple[str, ...]]:
    """The registered partitions that have the given values; raises TrinoError for an unknown key."""
    names = [key.name for key in table.partition_keys]
    for name in wanted:
        if name not in names:
            raise TrinoError(
                "COLUMN_NOT_FOUND", f"Column '{name}' is not a partition column of {table.full_name}"
            )
    places = {names.index(name): value for name, value in wanted.items()}
    return [
        partition.values
        for partition in runtime.catalog.partitions(table)
        if all(partition.values[place] == value for place, value in places.items())
    ]


def partition_input(table: GlueTable, values: Sequence[str], location: str | None) -> dict[str, Any]:
    """The Glue PartitionInput of a new partition, which takes its storage from the table."""
    if location is None:
        names = [key.name for key in table.partition_keys]
        location = f"{table.storage.location.rstrip('/')}/{partition_path(names, values)}"
    descriptor = dict(table.raw.get("StorageDescriptor") or {})
    descriptor["Location"] = directory(location)
    return {"Values": list(values), "StorageDescriptor": descriptor, "Parameters": {}}


def _partition_facts(runtime: Surroundings, table: GlueTable, values: Sequence[str]) -> Mapping[str, Any]:
    found = runtime.catalog.partition(table, values)
    if found is None:
        raise TrinoError("PARTITION_NOT_FOUND", f"Partition not found: {list(values)} of {table.full_name}")
    return found.raw


def _exists(table: GlueTable, values: Sequence[str]) -> TrinoError:
    names = [key.name for key in table.partition_keys]
    return TrinoError(
        "ALREADY_EXISTS", f"Partition already exists: {table.full_name} {partition_path(names, values)}"
    )


def _shown(values: Mapping[str, str]) -> str:
    return ", ".join(f"{name}={value}" for name, value in values.items())


def parse_add(tokens: TokenStream, table: Name) -> AddPartitions:
    """After ``ALTER TABLE t ADD``."""
    if_not_exists = tokens.accept("IF", "NOT", "EXISTS")
    added = []
    while tokens.looks_at("PARTITION"):
        values = partition_values(tokens)
        added.append(NewPartition(values, string(tokens) if tokens.accept("LOCATION") else None))
        tokens.accept(",")
    tokens.end()
    return AddPartitions(table, if_not_exists, tuple(added))


def parse_drop(tokens: TokenStream, table: Name) -> DropPartitions:
    """After ``ALTER TABLE t DROP``."""
    if_exists = tokens.accept("IF", "EXISTS")
    dropped = [partition_values(tokens)]
    while tokens.accept(","):
        dropped.append(partition_values(tokens))
    tokens.end()
    return DropPartitions(table, if_exists, tuple(dropped))


def parse_change(tokens: TokenStream, table: Name) -> RenamePartition | SetPartitionLocation:
    """After ``ALTER TABLE t``, where ``PARTITION`` comes."""
    values = partition_values(tokens)
    if tokens.accept("SET", "LOCATION"):
        location = string(tokens)
        tokens.end()
        return SetPartitionLocation(table, values, location)
    tokens.expect("RENAME", "TO")
    renamed = partition_values(tokens)
    tokens.end()
    return RenamePartition(table, values, renamed)


def parse_repair(tokens: TokenStream) -> RepairTable:
    """After ``MSCK REPAIR TABLE``."""
    table = qualified(tokens)
    tokens.end()
    return RepairTable(table)
