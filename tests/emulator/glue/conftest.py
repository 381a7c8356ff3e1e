"""A Glue client on an emulator in this process, and databases and tables of a test's own."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.config import Config

from tests.emulator.fake_engine import FakeEngine

if TYPE_CHECKING:
    from types_boto3_glue.client import GlueClient

REGION = "eu-west-2"
KEYS = {"year": "int", "day": "date", "ward": "string"}

MakeTable = Callable[..., str]
Find = Callable[..., list[list[str]]]


@pytest.fixture(scope="session")
def glue(fake_server: tuple[str, FakeEngine]) -> GlueClient:
    """The client; what the emulator is to check itself is not checked by boto3 first."""
    config = Config(parameter_validation=False, retries={"total_max_attempts": 1})
    return boto3.client(
        "glue",
        endpoint_url=fake_server[0],
        region_name=REGION,
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=config,
    )


@pytest.fixture
def database(glue: GlueClient) -> str:
    """A new database."""
    name = f"db_{uuid.uuid4().hex[:12]}"
    glue.create_database(DatabaseInput={"Name": name})
    return name


@pytest.fixture
def make_table(glue: GlueClient, database: str) -> MakeTable:
    """Makes a table by name and partition keys (name to type); further arguments go into its TableInput."""

    def make(name: str, keys: dict[str, str] | None = None, **more: Any) -> str:
        table: Any = {
            "Name": name,
            "TableType": "EXTERNAL_TABLE",
            "StorageDescriptor": {
                "Columns": [{"Name": "id", "Type": "int"}],
                "Location": f"s3://bucket/{name}/",
            },
            "PartitionKeys": [{"Name": key, "Type": kind} for key, kind in (keys or {}).items()],
            **more,
        }
        glue.create_table(DatabaseName=database, TableInput=table)
        return name

    return make


@pytest.fixture
def stays(glue: GlueClient, database: str, make_table: MakeTable) -> str:
    """A table with a few partitions by year, day and ward."""
    table = make_table("stays", KEYS)
    add_partitions(
        glue,
        database,
        table,
        [
            ["2025", "2025-12-31", "A1"],
            ["2026", "2026-01-01", "A1"],
            ["2026", "2026-01-02", "B2"],
            ["2026", "2026-01-02", "St. O'Neil"],
        ],
    )
    return table


@pytest.fixture
def find(glue: GlueClient, database: str, stays: str) -> Find:
    """Gives the values of the partitions that an expression finds."""

    def values(expression: str, **more: Any) -> list[list[str]]:
        answer = glue.get_partitions(DatabaseName=database, TableName=stays, Expression=expression, **more)
        return [partition["Values"] for partition in answer["Partitions"]]

    return values


def add_partitions(glue: GlueClient, database: str, table: str, values: Sequence[Sequence[str]]) -> None:
    """Register partitions; fails if one of them is refused."""
    partitions: Any = [
        {
            "Values": [*each],
            "StorageDescriptor": {
                "Columns": [{"Name": "id", "Type": "int"}],
                "Location": f"s3://bucket/{table}/{'/'.join(each)}/",
            },
        }
        for each in values
    ]
    answer = glue.batch_create_partition(
        DatabaseName=database, TableName=table, PartitionInputList=partitions
    )
    assert answer["Errors"] == []
