"""Glue as Trino's metastore: views in the form that its Hive connector takes for views."""

from __future__ import annotations

from typing import TYPE_CHECKING

import boto3
import pytest

from emulator.glue.metastore import PATH
from tests.emulator.fake_engine import FakeEngine
from tests.emulator.glue.conftest import REGION, MakeTable

if TYPE_CHECKING:
    from types_boto3_glue.client import GlueClient


@pytest.fixture(scope="module")
def metastore(fake_server: tuple[str, FakeEngine]) -> GlueClient:
    return boto3.client(
        "glue",
        endpoint_url=f"{fake_server[0]}{PATH}",
        region_name=REGION,
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )


def test_a_view_with_a_description_and_without_owner_and_serde_is_one_that_trino_reads(
    glue: GlueClient, metastore: GlueClient, database: str
) -> None:
    glue.create_table(
        DatabaseName=database,
        TableInput={
            "Name": "wards",
            "Description": "One row per ward",
            "TableType": "VIRTUAL_VIEW",
            "ViewOriginalText": "/* Presto View: e30= */",
            "Parameters": {"presto_view": "true", "comment": "Wards of the trust"},
            "StorageDescriptor": {"Columns": [{"Name": "ward", "Type": "string"}]},
        },
    )
    (listed,) = metastore.get_tables(DatabaseName=database)["TableList"]
    for view in (metastore.get_table(DatabaseName=database, Name="wards")["Table"], listed):
        assert "Description" not in view
        assert view["Parameters"] == {"presto_view": "true", "comment": "Presto View"}
        assert view["Owner"] == "hadoop"
        assert view["StorageDescriptor"]["SerdeInfo"] == {}
        assert view["StorageDescriptor"]["Columns"] == [{"Name": "ward", "Type": "string"}]
    made = glue.get_table(DatabaseName=database, Name="wards")["Table"]
    assert (made["Description"], made["Parameters"]["comment"]) == ("One row per ward", "Wards of the trust")


def test_an_owner_of_a_view_stays(glue: GlueClient, metastore: GlueClient, database: str) -> None:
    glue.create_table(
        DatabaseName=database,
        TableInput={
            "Name": "wards",
            "Owner": "ada",
            "TableType": "VIRTUAL_VIEW",
            "Parameters": {"presto_view": "true"},
        },
    )
    assert metastore.get_table(DatabaseName=database, Name="wards")["Table"]["Owner"] == "ada"


def test_tables_and_refusals_are_glues_own(
    glue: GlueClient, metastore: GlueClient, database: str, make_table: MakeTable
) -> None:
    make_table("stays", Description="Stays")
    asked = [client.get_table(DatabaseName=database, Name="stays")["Table"] for client in (glue, metastore)]
    assert asked[0] == asked[1]
    with pytest.raises(metastore.exceptions.EntityNotFoundException, match="Table gone not found"):
        metastore.get_table(DatabaseName=database, Name="gone")
    metastore.delete_table(DatabaseName=database, Name="stays")
    assert glue.get_tables(DatabaseName=database)["TableList"] == []
