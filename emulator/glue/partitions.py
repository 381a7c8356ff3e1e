"""Operations on partitions, one by one and in batches."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from moto.glue.models import FakePartition, FakeTable

from emulator.catalog.glue import current_facts
from emulator.glue.errors import AlreadyExists, EntityNotFound, GlueError, InvalidInput
from emulator.glue.expressions import predicate
from emulator.glue.requests import Json, page
from emulator.glue.statistics import Statistics
from emulator.glue.store import Store, in_map_order, partition_key, seconds

PAGE = 1000


class Partitions:
    """Partitions of the tables of one account and region."""

    def __init__(self, store: Store, statistics: Statistics) -> None:
        self._store = store
        self._statistics = statistics

    def create(self, parameters: Json) -> Json:
        """CreatePartition."""
        _create(self._store.table(parameters), parameters["PartitionInput"])
        return {}

    def create_batch(self, parameters: Json) -> Json:
        """BatchCreatePartition: those that can be created are."""
        table = self._store.table(parameters)
        given = parameters["PartitionInputList"]
        return _each(given, lambda item: item.get("Values", []), lambda item: _create(table, item))

    def get(self, parameters: Json) -> Json:
        """GetPartition."""
        table = self._store.table(parameters)
        _check_count(table, parameters["PartitionValues"])
        return {"Partition": self._structure(self._store.partition(parameters))}

    def get_batch(self, parameters: Json) -> Json:
        """BatchGetPartition: those that are there, in the order asked for."""
        known = self._store.table(parameters).partitions
        wanted = [partition_key(item["Values"]) for item in parameters["PartitionsToGet"]]
        found = [self._structure(known[key]) for key in wanted if key in known]
        return {"Partitions": found, "UnprocessedKeys": []}

    def list(self, parameters: Json) -> Json:
        """GetPartitions, by Expression and Segment."""
        table = self._store.table(parameters)
        is_wanted = predicate(parameters.get("Expression"), _keys(table))
        found = [partition for partition in list(table.partitions.values()) if is_wanted(partition.values)]
        if "Segment" in parameters:
            number, total = parameters["Segment"]["SegmentNumber"], parameters["Segment"]["TotalSegments"]
            if number >= total:
                raise InvalidInput(
                    f"Segment number {number} must be less than the total number of segments {total}"
                )
            found = [partition for partition in found if _segment(partition, total) == number]
        shown, more = page(found, parameters, PAGE)
        without = bool(parameters.get("ExcludeColumnSchema"))
        return {"Partitions": [self._structure(partition, without) for partition in shown], **more}

    def update(self, parameters: Json) -> Json:
        """UpdatePartition, which may change its values too."""
        self._update(
            self._store.table(parameters), parameters["PartitionValueList"], parameters["PartitionInput"]
        )
        return {}

    def update_batch(self, parameters: Json) -> Json:
        """BatchUpdatePartition: those that can be updated are."""
        table = self._store.table(parameters)
        return _each(
            parameters["Entries"],
            lambda entry: entry["PartitionValueList"],
            lambda entry: self._update(table, entry["PartitionValueList"], entry["PartitionInput"]),
            "PartitionValueList",
        )

    def delete(self, parameters: Json) -> Json:
        """DeletePartition."""
        _delete(self._store.table(parameters), parameters["PartitionValues"])
        return {}

    def delete_batch(self, parameters: Json) -> Json:
        """BatchDeletePartition: those that are there are deleted."""
        table = self._store.table(parameters)
        return _each(
            parameters["PartitionsToDelete"],
            lambda item: item["Values"],
            lambda item: _delete(table, item["Values"]),
        )

    def _update(self, table: FakeTable, values: Sequence[str], given: Mapping[str, Any]) -> None:
        _check_count(table, given.get("Values", []))
        before = table.partitions.get(partition_key([*values]))
        if before is None:
            raise EntityNotFound("Partition not found.")
        after = partition_key(given["Values"])
        if after != partition_key([*values]) and after in table.partitions:
            raise AlreadyExists("Partition")
        changed: Any = table
        changed.update_partition([*values], {**given})
        self._statistics.keep(before, table.partitions[after])

    def _structure(self, found: FakePartition, without_columns: bool = False) -> Json:
        facts = {name: value for name, value in found.partition_input.items() if value is not None}
        structure: Json = {
            "DatabaseName": found.database_name,
            "TableName": found.table_name,
            "CreationTime": seconds(found.creation_time),
            "CatalogId": self._store.account,
            **facts,
        }
        if facts.get("Parameters"):
            structure["Parameters"] = in_map_order(facts["Parameters"])
        if without_columns and "StorageDescriptor" in facts:
            storage = {name: value for name, value in facts["StorageDescriptor"].items() if name != "Columns"}
            structure["StorageDescriptor"] = storage
        return structure


def _keys(table: FakeTable) -> Sequence[Mapping[str, str]]:
    return current_facts(table)[1].get("PartitionKeys") or ()


def _check_count(table: FakeTable, values: Sequence[str]) -> None:
    if len(values) != len(_keys(table)):
        raise InvalidInput("The number of partition keys do not match the number of partition values")


def _create(table: FakeTable, given: Mapping[str, Any]) -> None:
    values = given.get("Values", [])
    _check_count(table, values)
    if partition_key(values) in table.partitions:
        raise AlreadyExists("Partition")
    table.create_partition({**given})


def _delete(table: FakeTable, values: list[str]) -> None:
    _check_count(table, values)
    if table.partitions.pop(partition_key(values), None) is None:
        raise EntityNotFound("Partition not found.")


def _each(
    items: Sequence[Any],
    values_of: Callable[[Any], Sequence[str]],
    act: Callable[[Any], None],
    name: str = "PartitionValues",
) -> Json:
    """Do it for each item; gives the Errors of those that failed, by their values."""
    errors = []
    for item in items:
        try:
            act(item)
        except GlueError as error:
            errors.append({name: values_of(item), "ErrorDetail": error.detail()})
    return {"Errors": errors}


def _segment(partition: FakePartition, total: int) -> int:
    return zlib.crc32(partition_key(partition.values).encode()) % total
