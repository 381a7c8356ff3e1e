"""Tables: how they are kept and given back, found by pattern and by search, and their versions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from tests.emulator.glue.conftest import MakeTable

if TYPE_CHECKING:
    from types_boto3_glue.client import GlueClient
    from types_boto3_glue.type_defs import TableTypeDef


def table(glue: GlueClient, database: str, name: str) -> TableTypeDef:
    """A table as GetTable gives it."""
    return glue.get_table(DatabaseName=database, Name=name)["Table"]


def names(glue: GlueClient, database: str, expression: str) -> list[str]:
    """The names of the tables that a pattern finds."""
    found = glue.get_tables(DatabaseName=database, Expression=expression)["TableList"]
    return [each["Name"] for each in found]


def versions(glue: GlueClient, database: str, name: str) -> list[str]:
    """The VersionIds of a table."""
    found = glue.get_table_versions(DatabaseName=database, TableName=name)["TableVersions"]
    return [each["VersionId"] for each in found]


def test_a_table_is_kept_and_found_in_lower_case(
    glue: GlueClient, database: str, make_table: MakeTable
) -> None:
    make_table("Stays")
    assert table(glue, database.upper(), "STAYS")["Name"] == "stays"
    with pytest.raises(glue.exceptions.AlreadyExistsException, match="Table already exists"):
        make_table("STAYS")
    glue.delete_table(DatabaseName=database, Name="staYs")
    with pytest.raises(glue.exceptions.EntityNotFoundException, match="Table stays not found"):
        table(glue, database, "stays")


def test_a_table_can_be_sent_back_as_it_was_given(
    glue: GlueClient, database: str, make_table: MakeTable
) -> None:
    make_table("t", Parameters={})
    found = table(glue, database, "t")
    assert all(value != "" for value in found.values())
    assert (found["Retention"], found["CatalogId"], found["VersionId"]) == (0, "123456789012", "0")
    assert found["CreateTime"] == found["UpdateTime"]
    assert found["StorageDescriptor"]["NumberOfBuckets"] == 0
    assert found["StorageDescriptor"]["Columns"] == [{"Name": "id", "Type": "int"}]


def test_parameters_come_in_the_order_of_java_s_hash_map(
    glue: GlueClient, database: str, make_table: MakeTable
) -> None:
    given = ["classification", "compressionType", "typeOfData", "projection.enabled"]
    make_table("t", Parameters=dict.fromkeys(given, "x"))
    assert [*table(glue, database, "t")["Parameters"]] == [
        "compressionType", "classification", "projection.enabled", "typeOfData",
    ]  # fmt: skip


def test_a_column_keeps_its_comment_and_parameters(
    glue: GlueClient, database: str, make_table: MakeTable
) -> None:
    columns = [{"Name": "id", "Type": "int", "Comment": "key", "Parameters": {"trino_type_id": "integer"}}]
    make_table("t", StorageDescriptor={"Columns": columns})
    assert table(glue, database, "t")["StorageDescriptor"]["Columns"] == columns


@pytest.mark.parametrize(
    ("expression", "found"),
    [
        ("ward*", ["ward_stays", "wards"]),
        ("*stays", ["stays", "ward_stays"]),
        ("*ard_*", ["ward_stays"]),
        ("w*s", ["ward_stays", "wards"]),
        ("WARDS", ["wards"]),
        ("ward", []),
        ("ward.*", ["ward_stays", "wards"]),
        ("stays|wards", ["stays", "wards"]),
        ("[sw].*s", ["stays", "ward_stays", "wards"]),
    ],
)
def test_a_pattern_finds_whole_names_with_stars_or_as_a_regular_expression(
    glue: GlueClient, database: str, make_table: MakeTable, expression: str, found: list[str]
) -> None:
    for name in ("wards", "stays", "ward_stays"):
        make_table(name)
    assert names(glue, database, expression) == found


def test_a_wrong_pattern_is_refused(glue: GlueClient, database: str) -> None:
    with pytest.raises(glue.exceptions.InvalidInputException, match="Invalid pattern"):
        names(glue, database, "[a")


def test_tables_come_in_pages_by_name(glue: GlueClient, database: str, make_table: MakeTable) -> None:
    for name in "cab":
        make_table(name)
    pages = glue.get_paginator("get_tables").paginate(DatabaseName=database, PaginationConfig={"PageSize": 2})
    assert [[found["Name"] for found in page["TableList"]] for page in pages] == [["a", "b"], ["c"]]
    kinds = glue.get_tables(DatabaseName=database, AttributesToGet=["TABLE_TYPE"])["TableList"]
    assert kinds[0] == {"Name": "a", "TableType": "EXTERNAL_TABLE"}


def test_each_update_is_a_version_and_the_newest_comes_first(
    glue: GlueClient, database: str, make_table: MakeTable
) -> None:
    make_table("t", Description="first")
    glue.update_table(DatabaseName=database, TableInput={"Name": "T", "Description": "second"})
    assert versions(glue, database, "t") == ["1", "0"]
    assert table(glue, database, "t")["VersionId"] == "1"
    old = glue.get_table_version(DatabaseName=database, TableName="t", VersionId="0")["TableVersion"]
    assert old["Table"]["Description"] == "first"
    current = glue.get_table_version(DatabaseName=database, TableName="t")["TableVersion"]
    assert current["Table"]["Description"] == "second"


def test_an_update_without_archive_takes_the_place_of_the_version_before(
    glue: GlueClient, database: str, make_table: MakeTable
) -> None:
    make_table("t")
    glue.update_table(DatabaseName=database, TableInput={"Name": "t"}, SkipArchive=True)
    assert versions(glue, database, "t") == ["1"]


def test_an_update_of_a_version_that_is_not_current_is_refused(
    glue: GlueClient, database: str, make_table: MakeTable
) -> None:
    make_table("t")
    for description, version in (("second", "0"), ("late", "0")):
        given: Any = {"Name": "t", "Description": description}
        if description == "second":
            glue.update_table(DatabaseName=database, TableInput=given, VersionId=version)
            continue
        with pytest.raises(glue.exceptions.ConcurrentModificationException, match="concurrent modif"):
            glue.update_table(DatabaseName=database, TableInput=given, VersionId=version)
    assert table(glue, database, "t")["Description"] == "second"


def test_old_versions_can_be_deleted_and_the_current_one_cannot(
    glue: GlueClient, database: str, make_table: MakeTable
) -> None:
    make_table("t")
    for _ in range(3):
        glue.update_table(DatabaseName=database, TableInput={"Name": "t"})
    glue.delete_table_version(DatabaseName=database, TableName="t", VersionId="0")
    answer = glue.batch_delete_table_version(
        DatabaseName=database, TableName="t", VersionIds=["1", "3", "9", "x"]
    )
    assert versions(glue, database, "t") == ["3", "2"]
    assert [(error["VersionId"], error["ErrorDetail"]["ErrorCode"]) for error in answer["Errors"]] == [
        ("3", "InvalidInputException"), ("9", "EntityNotFoundException"), ("x", "InvalidInputException"),
    ]  # fmt: skip


def test_a_batch_deletes_the_tables_that_are_there(
    glue: GlueClient, database: str, make_table: MakeTable
) -> None:
    make_table("t")
    answer = glue.batch_delete_table(DatabaseName=database, TablesToDelete=["t", "missing"])
    assert [error["TableName"] for error in answer["Errors"]] == ["missing"]
    assert names(glue, database, "*") == []


def test_tables_are_searched_by_their_text(glue: GlueClient, database: str, make_table: MakeTable) -> None:
    make_table("admissions", Description=f"stays of {database}", Parameters={"classification": "parquet"})
    make_table("wards", Description="places")

    def found(**wanted: Any) -> list[str]:
        mine: Any = {"Key": "DatabaseName", "Value": database}
        answer = glue.search_tables(Filters=[mine, *wanted.pop("Filters", [])], **wanted)
        return [each["Name"] for each in answer["TableList"]]

    assert found() == ["admissions", "wards"]
    assert found(SearchText="PARQUET") == ["admissions"]
    assert found(SearchText="'parquet'") == ["admissions"]
    assert found(SearchText="'parq'") == []
    assert found(SearchText="place") == ["wards"]
    assert found(Filters=[{"Key": "Description", "Value": "stays"}]) == ["admissions"]
    assert found(Filters=[{"Key": "Name", "Value": "ward"}]) == []
    assert found(SortCriteria=[{"FieldName": "Name", "Sort": "DESC"}]) == ["wards", "admissions"]
    past = {"Key": "CreateTime", "Value": "2001-01-01T00:00:00Z", "Comparator": "LESS_THAN"}
    assert found(Filters=[past]) == []
    assert found(Filters=[{**past, "Comparator": "GREATER_THAN"}]) == ["admissions", "wards"]
    with pytest.raises(glue.exceptions.InvalidInputException, match="Invalid filter key"):
        found(Filters=[{"Key": "Shape", "Value": "round"}])


def test_an_iceberg_table_is_refused_by_name(glue: GlueClient, database: str) -> None:
    with pytest.raises(ClientError, match="Iceberg tables are not emulated"):
        glue.create_table(
            DatabaseName=database,
            TableInput={"Name": "t"},
            OpenTableFormatInput={"IcebergInput": {"MetadataOperation": "CREATE"}},
        )
