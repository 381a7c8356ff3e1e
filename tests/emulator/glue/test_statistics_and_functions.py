"""What Trino's Glue metastore keeps beside tables: column statistics and user-defined functions."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from tests.emulator.glue.conftest import MakeTable

if TYPE_CHECKING:
    from types_boto3_glue.client import GlueClient

FIRST = ["2025", "2025-12-31", "A1"]
ANALYZED = datetime(2026, 1, 1, tzinfo=UTC)


def statistics(column: str, largest: int) -> dict[str, Any]:
    """Statistics of a column of numbers, with a decimal's least value for its bytes."""
    long = {"MinimumValue": 1, "MaximumValue": largest, "NumberOfNulls": 0, "NumberOfDistinctValues": 7}
    return {
        "ColumnName": column,
        "ColumnType": "int",
        "AnalyzedTime": ANALYZED,
        "StatisticsData": {"Type": "LONG", "LongColumnStatisticsData": long},
    }


def test_a_table_s_statistics_are_kept_changed_and_deleted(
    glue: GlueClient, database: str, make_table: MakeTable
) -> None:
    where = {"DatabaseName": database, "TableName": make_table("t")}
    given: Any = [statistics("id", 9), statistics("other", 9)]
    assert glue.update_column_statistics_for_table(**where, ColumnStatisticsList=given)["Errors"] == []
    glue.update_column_statistics_for_table(
        **where,
        ColumnStatisticsList=[statistics("id", 10)],  # type: ignore[list-item]
    )
    answer = glue.get_column_statistics_for_table(**where, ColumnNames=["id", "other", "missing"])
    assert answer["ColumnStatisticsList"] == [statistics("id", 10), statistics("other", 9)]
    assert [(error["ColumnName"], error["Error"]["ErrorCode"]) for error in answer["Errors"]] == [
        ("missing", "EntityNotFoundException")
    ]
    for _ in range(2):  # to delete what is not there succeeds
        glue.delete_column_statistics_for_table(**where, ColumnName="id")
    left = glue.get_column_statistics_for_table(**where, ColumnNames=["id", "other"])
    assert [each["ColumnName"] for each in left["ColumnStatisticsList"]] == ["other"]


def test_a_decimal_s_bytes_and_a_day_come_back_as_they_were_given(
    glue: GlueClient, database: str, make_table: MakeTable
) -> None:
    where = {"DatabaseName": database, "TableName": make_table("t")}
    decimal = {"MinimumValue": {"UnscaledValue": b"\x01\xff", "Scale": 2}, "NumberOfNulls": 0,
               "NumberOfDistinctValues": 1}  # fmt: skip
    day = {"MinimumValue": ANALYZED, "NumberOfNulls": 0, "NumberOfDistinctValues": 1}
    given: Any = [
        {
            **statistics("price", 1),
            "StatisticsData": {"Type": kind.upper(), f"{kind}ColumnStatisticsData": data},
        }
        | {"ColumnName": kind.lower()}
        for kind, data in (("Decimal", decimal), ("Date", day))
    ]
    glue.update_column_statistics_for_table(**where, ColumnStatisticsList=given)
    answer = glue.get_column_statistics_for_table(**where, ColumnNames=["decimal", "date"])
    assert answer["ColumnStatisticsList"] == given


def test_a_partition_s_statistics_outlive_its_update_and_not_its_deletion(
    glue: GlueClient, database: str, stays: str
) -> None:
    where = {"DatabaseName": database, "TableName": stays}
    one: Any = {**where, "PartitionValues": FIRST}
    given: Any = [statistics("id", 10)]
    assert glue.update_column_statistics_for_partition(**one, ColumnStatisticsList=given)["Errors"] == []
    glue.update_partition(
        **where, PartitionValueList=FIRST, PartitionInput={"Values": FIRST, "Parameters": {"numRows": "3"}}
    )
    found = glue.get_column_statistics_for_partition(**one, ColumnNames=["id"])
    assert found["ColumnStatisticsList"] == [statistics("id", 10)]
    glue.delete_partition(**one)
    with pytest.raises(glue.exceptions.EntityNotFoundException):
        glue.get_column_statistics_for_partition(**one, ColumnNames=["id"])
    glue.create_partition(**where, PartitionInput={"Values": FIRST})
    assert glue.get_column_statistics_for_partition(**one, ColumnNames=["id"])["ColumnStatisticsList"] == []


def test_a_new_table_of_the_same_name_has_no_statistics(
    glue: GlueClient, database: str, make_table: MakeTable
) -> None:
    where = {"DatabaseName": database, "TableName": make_table("t")}
    given: Any = [statistics("id", 10)]
    glue.update_column_statistics_for_table(**where, ColumnStatisticsList=given)
    glue.delete_table(DatabaseName=database, Name="t")
    make_table("t")
    assert glue.get_column_statistics_for_table(**where, ColumnNames=["id"])["ColumnStatisticsList"] == []


def test_functions_are_kept_by_name_found_by_pattern_and_deleted(glue: GlueClient, database: str) -> None:
    for name in ("trino__Add__1", "trino__sub__1", "other"):
        glue.create_user_defined_function(
            DatabaseName=database,
            FunctionInput={"FunctionName": name, "ClassName": "TrinoFunction", "OwnerType": "USER"},
        )

    def found(pattern: str) -> list[str]:
        answer = glue.get_user_defined_functions(DatabaseName=database, Pattern=pattern)
        return [each["FunctionName"] for each in answer["UserDefinedFunctions"]]

    assert found("trino__.*") == ["trino__add__1", "trino__sub__1"]
    assert found("trino__add__*") == ["trino__add__1"]
    assert found(r"trino__\Qadd\E__.*") == ["trino__add__1"]
    assert found(r"\Qtrino__.*\E") == []
    assert found("*") == ["other", "trino__add__1", "trino__sub__1"]
    where = {"DatabaseName": database, "FunctionName": "other"}
    glue.update_user_defined_function(**where, FunctionInput={"FunctionName": "other", "ClassName": "New"})
    changed = glue.get_user_defined_function(**where)["UserDefinedFunction"]
    assert (changed["ClassName"], changed["DatabaseName"]) == ("New", database)
    with pytest.raises(glue.exceptions.AlreadyExistsException):
        glue.create_user_defined_function(DatabaseName=database, FunctionInput={"FunctionName": "OTHER"})
    glue.delete_user_defined_function(**where)
    with pytest.raises(glue.exceptions.EntityNotFoundException):
        glue.get_user_defined_function(**where)
