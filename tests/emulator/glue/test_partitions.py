"""Partitions: registered, found in pages and segments, changed and forgotten, one by one and in batches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.emulator.glue.conftest import Find, MakeTable, add_partitions

if TYPE_CHECKING:
    from types_boto3_glue.client import GlueClient

FIRST = ["2025", "2025-12-31", "A1"]
UNKNOWN = ["2099", "2099-01-01", "Z9"]


def test_pages_of_partitions_hold_each_of_them_once(glue: GlueClient, database: str, stays: str) -> None:
    pages = glue.get_paginator("get_partitions").paginate(
        DatabaseName=database, TableName=stays, PaginationConfig={"PageSize": 3}
    )
    sizes, seen = [], []
    for page in pages:
        sizes.append(len(page["Partitions"]))
        seen += [partition["Values"] for partition in page["Partitions"]]
    assert sizes == [3, 1]
    assert len({tuple(values) for values in seen}) == 4


def test_a_token_of_someone_else_is_refused(glue: GlueClient, find: Find) -> None:
    with pytest.raises(glue.exceptions.InvalidInputException):
        find("", NextToken="made up")


def test_segments_share_the_partitions_out(glue: GlueClient, database: str, make_table: MakeTable) -> None:
    table = make_table("many", {"year": "int"})
    add_partitions(glue, database, table, [[str(year)] for year in range(40)])
    segments = [
        glue.get_partitions(
            DatabaseName=database, TableName=table, Segment={"SegmentNumber": number, "TotalSegments": 3}
        )["Partitions"]
        for number in range(3)
    ]
    assert all(segments)
    years = [int(partition["Values"][0]) for segment in segments for partition in segment]
    assert sorted(years) == list(range(40))
    with pytest.raises(glue.exceptions.InvalidInputException):
        glue.get_partitions(
            DatabaseName=database, TableName=table, Segment={"SegmentNumber": 3, "TotalSegments": 3}
        )


def test_partitions_can_be_had_without_their_columns(glue: GlueClient, database: str, stays: str) -> None:
    answer = glue.get_partitions(DatabaseName=database, TableName=stays, ExcludeColumnSchema=True)
    storage = answer["Partitions"][0]["StorageDescriptor"]
    assert "Columns" not in storage
    assert storage["Location"] == "s3://bucket/stays/2025/2025-12-31/A1/"
    whole = glue.get_partition(DatabaseName=database, TableName=stays, PartitionValues=FIRST)
    assert whole["Partition"]["StorageDescriptor"]["Columns"] == [{"Name": "id", "Type": "int"}]


def test_a_batch_gives_those_that_are_there(glue: GlueClient, database: str, stays: str) -> None:
    answer = glue.batch_get_partition(
        DatabaseName=database, TableName=stays, PartitionsToGet=[{"Values": UNKNOWN}, {"Values": FIRST}]
    )
    assert [partition["Values"] for partition in answer["Partitions"]] == [FIRST]
    assert answer["UnprocessedKeys"] == []


def test_batches_do_what_they_can_and_name_the_rest(glue: GlueClient, database: str, stays: str) -> None:
    made = glue.batch_create_partition(
        DatabaseName=database, TableName=stays, PartitionInputList=[{"Values": FIRST}, {"Values": UNKNOWN}]
    )
    changed = glue.batch_update_partition(
        DatabaseName=database,
        TableName=stays,
        Entries=[
            {"PartitionValueList": UNKNOWN, "PartitionInput": {"Values": UNKNOWN, "Parameters": {"a": "1"}}},
            {"PartitionValueList": ["1", "2", "3"], "PartitionInput": {"Values": ["1", "2", "3"]}},
        ],
    )
    gone = glue.batch_delete_partition(
        DatabaseName=database, TableName=stays, PartitionsToDelete=[{"Values": UNKNOWN}, {"Values": UNKNOWN}]
    )
    assert failures(made["Errors"]) == [(FIRST, "AlreadyExistsException", "Partition already exists.")]
    assert [
        (error["PartitionValueList"], error["ErrorDetail"]["ErrorCode"]) for error in changed["Errors"]
    ] == [(["1", "2", "3"], "EntityNotFoundException")]
    assert [code for _, code, _ in failures(gone["Errors"])] == ["EntityNotFoundException"]


def test_an_update_can_change_a_partition_s_values(glue: GlueClient, database: str, find: Find) -> None:
    glue.update_partition(
        DatabaseName=database,
        TableName="stays",
        PartitionValueList=FIRST,
        PartitionInput={"Values": UNKNOWN},
    )
    assert find("year = 2025") == []
    assert find("year = 2099") == [UNKNOWN]
    with pytest.raises(glue.exceptions.AlreadyExistsException):
        glue.update_partition(
            DatabaseName=database,
            TableName="stays",
            PartitionValueList=UNKNOWN,
            PartitionInput={"Values": ["2026", "2026-01-01", "A1"]},
        )
    assert find("year = 2099") == [UNKNOWN]


@pytest.mark.parametrize("values", [["2026"], [*FIRST, "more"]])
def test_values_must_be_as_many_as_the_keys(
    glue: GlueClient, database: str, stays: str, values: list[str]
) -> None:
    where: Any = {"DatabaseName": database, "TableName": stays}
    message = "The number of partition keys do not match the number of partition values"
    with pytest.raises(glue.exceptions.InvalidInputException, match=message):
        glue.create_partition(**where, PartitionInput={"Values": values})
    with pytest.raises(glue.exceptions.InvalidInputException, match=message):
        glue.get_partition(**where, PartitionValues=values)
    with pytest.raises(glue.exceptions.InvalidInputException, match=message):
        glue.delete_partition(**where, PartitionValues=values)


def test_a_missing_partition_is_not_found(glue: GlueClient, database: str, stays: str) -> None:
    with pytest.raises(glue.exceptions.EntityNotFoundException, match="Cannot find partition"):
        glue.get_partition(DatabaseName=database, TableName=stays, PartitionValues=UNKNOWN)
    with pytest.raises(glue.exceptions.EntityNotFoundException):
        glue.delete_partition(DatabaseName=database, TableName=stays, PartitionValues=UNKNOWN)


def failures(errors: Any) -> list[tuple[list[str], str, str]]:
    """A batch's errors: values, code, message."""
    return [
        (error["PartitionValues"], error["ErrorDetail"]["ErrorCode"], error["ErrorDetail"]["ErrorMessage"])
        for error in errors
    ]
