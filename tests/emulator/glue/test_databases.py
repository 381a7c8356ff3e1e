"""Databases, and what holds for every operation: names, catalogs, constraints, what is passed on."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from tests.emulator.glue.conftest import MakeTable

if TYPE_CHECKING:
    from types_boto3_glue.client import GlueClient

ACCOUNT = "123456789012"


def code_of(error: pytest.ExceptionInfo[ClientError]) -> str:
    """The code of an error answer."""
    return error.value.response["Error"]["Code"]


def test_a_database_is_kept_and_found_in_lower_case(glue: GlueClient) -> None:
    name = f"Hospital_{uuid.uuid4().hex[:8]}"
    glue.create_database(
        DatabaseInput={
            "Name": name,
            "Description": "wards",
            "LocationUri": "s3://bucket/db/",
            "Parameters": {"a": "1"},
        }
    )
    found = glue.get_database(Name=name.upper())["Database"]
    assert found["Name"] == name.lower()
    assert (found["Description"], found["LocationUri"], found["Parameters"]) == (
        "wards", "s3://bucket/db/", {"a": "1"},
    )  # fmt: skip
    assert found["CatalogId"] == ACCOUNT
    with pytest.raises(glue.exceptions.AlreadyExistsException, match="Database already exists"):
        glue.create_database(DatabaseInput={"Name": name.lower()})


def test_tables_of_a_new_database_are_everyone_s_unless_it_says_otherwise(glue: GlueClient) -> None:
    names = [f"db_{uuid.uuid4().hex[:8]}" for _ in range(2)]
    glue.create_database(DatabaseInput={"Name": names[0]})
    glue.create_database(DatabaseInput={"Name": names[1], "CreateTableDefaultPermissions": []})
    given = [glue.get_database(Name=name)["Database"]["CreateTableDefaultPermissions"] for name in names]
    assert given[0] == [
        {"Principal": {"DataLakePrincipalIdentifier": "IAM_ALLOWED_PRINCIPALS"}, "Permissions": ["ALL"]}
    ]
    assert given[1] == []


def test_databases_come_in_pages_by_name(glue: GlueClient, database: str) -> None:
    pages = glue.get_paginator("get_databases").paginate(CatalogId=ACCOUNT, PaginationConfig={"PageSize": 1})
    names = [found["Name"] for page in pages for found in page["DatabaseList"]]
    assert database in names
    assert names == sorted(names)
    only_names = glue.get_databases(AttributesToGet=["NAME"])["DatabaseList"]
    assert {frozenset(found) for found in only_names} == {frozenset({"Name"})}


def test_an_update_replaces_what_is_said_of_a_database_but_not_its_name(
    glue: GlueClient, database: str
) -> None:
    glue.update_database(Name=database, DatabaseInput={"Name": database, "Description": "new"})
    assert glue.get_database(Name=database)["Database"]["Description"] == "new"
    with pytest.raises(glue.exceptions.InvalidInputException, match="cannot be renamed"):
        glue.update_database(Name=database, DatabaseInput={"Name": f"{database}2"})


def test_a_deleted_database_is_gone_with_its_tables(
    glue: GlueClient, database: str, make_table: MakeTable
) -> None:
    make_table("t")
    glue.delete_database(Name=database)
    with pytest.raises(glue.exceptions.EntityNotFoundException, match=f"Database {database} not found"):
        glue.get_table(DatabaseName=database, Name="t")
    with pytest.raises(glue.exceptions.EntityNotFoundException):
        glue.delete_database(Name=database)


@pytest.mark.parametrize(
    ("catalog", "code"), [("999999999999", "AccessDeniedException"), ("other", "EntityNotFoundException")]
)
def test_other_catalogs_than_the_account_s_are_refused(
    glue: GlueClient, database: str, catalog: str, code: str
) -> None:
    assert glue.get_database(CatalogId=ACCOUNT, Name=database)
    with pytest.raises(ClientError) as refused:
        glue.get_database(CatalogId=catalog, Name=database)
    assert code_of(refused) == code


def test_broken_constraints_are_told_as_glue_tells_them(glue: GlueClient, database: str) -> None:
    columns: Any = [{"Name": "ok", "Type": "int"}, {"Name": "id", "Type": "array<\nint>"}]
    with pytest.raises(ClientError) as refused:
        glue.create_table(
            DatabaseName=database, TableInput={"Name": "t", "StorageDescriptor": {"Columns": columns}}
        )
    assert code_of(refused) == "ValidationException"
    message = refused.value.response["Error"]["Message"]
    assert message.startswith("1 validation error detected: Value 'array<\nint>' at ")
    assert "at 'table.storageDescriptor.columns.2.member.type' failed to satisfy constraint" in message
    with pytest.raises(ClientError) as missing:
        glue.get_database()  # type: ignore[call-arg]
    assert "Value null at 'name'" in missing.value.response["Error"]["Message"]


def test_a_value_of_another_type_is_a_serialization_error(glue: GlueClient, database: str) -> None:
    with pytest.raises(ClientError) as refused:
        glue.get_database(Name=["a"])  # type: ignore[arg-type]
    assert code_of(refused) == "SerializationException"


def test_what_is_not_the_catalog_s_is_answered_all_the_same(glue: GlueClient) -> None:
    assert glue.list_crawlers()["CrawlerNames"] == []


def test_an_operation_that_nobody_has_is_refused_by_name(glue: GlueClient) -> None:
    with pytest.raises(ClientError) as refused:
        glue.get_blueprint(Name="b")
    assert code_of(refused) == "NotImplementedException"
    assert "get_blueprint" in refused.value.response["Error"]["Message"]


def test_a_resource_link_is_refused_by_name(glue: GlueClient) -> None:
    link: Any = {"CatalogId": ACCOUNT, "DatabaseName": "elsewhere"}
    with pytest.raises(ClientError, match="resource links are not emulated"):
        glue.create_database(DatabaseInput={"Name": "link", "TargetDatabase": link})
