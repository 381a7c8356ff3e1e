"""Data catalogs and the metadata of databases and tables."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import boto3
import pytest
from botocore.exceptions import ClientError

from tests.emulator.athena.test_executions import refused
from tests.emulator.conftest import FakeAthena
from tests.emulator.fake_engine import rows_of

TEXT_SERDE = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"


@pytest.fixture
def database(fake: FakeAthena) -> Iterator[str]:
    """A database with a table ``sales`` and a view ``totals``."""
    name = f"db_{uuid.uuid4().hex}"
    glue = boto3.client(
        "glue",
        endpoint_url=fake.endpoint,
        region_name="eu-west-2",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    glue.create_database(DatabaseInput={"Name": name, "Description": "sales data"})
    descriptor = {
        "Columns": [{"Name": "id", "Type": "int", "Comment": "the key"}, {"Name": "name", "Type": "string"}],
        "Location": "s3://lake/sales/",
        "InputFormat": "org.apache.hadoop.mapred.TextInputFormat",
        "OutputFormat": "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
        "SerdeInfo": {"SerializationLibrary": TEXT_SERDE, "Parameters": {"field.delim": ","}},
    }
    glue.create_table(
        DatabaseName=name,
        TableInput={
            "Name": "sales",
            "Description": "all\n  sales",
            "TableType": "EXTERNAL_TABLE",
            "StorageDescriptor": descriptor,  # type: ignore[typeddict-item]
            "PartitionKeys": [{"Name": "day", "Type": "date"}],
            "Parameters": {"EXTERNAL": "TRUE"},
        },
    )
    glue.create_table(DatabaseName=name, TableInput={"Name": "totals", "TableType": "VIRTUAL_VIEW"})
    yield name
    glue.delete_database(Name=name)


def test_glue_is_the_catalog_that_is_there(fake: FakeAthena) -> None:
    assert fake.athena.get_data_catalog(Name="awsdatacatalog")["DataCatalog"] == {
        "Name": "AwsDataCatalog",
        "Type": "GLUE",
        "Status": "CREATE_COMPLETE",
        "Parameters": {"catalog-id": "123456789012"},
    }
    listed = fake.athena.list_data_catalogs()["DataCatalogsSummary"]
    assert [catalog["CatalogName"] for catalog in listed] == ["AwsDataCatalog"]


def test_databases_are_shown_with_default_among_them(fake: FakeAthena, database: str) -> None:
    listed = fake.athena.list_databases(CatalogName="AwsDataCatalog")["DatabaseList"]
    assert {"default", database} <= {found["Name"] for found in listed}
    found = fake.athena.get_database(CatalogName="AwsDataCatalog", DatabaseName=database)["Database"]
    assert found["Description"] == "sales data"


def test_a_table_is_described_in_the_words_of_athena(fake: FakeAthena, database: str) -> None:
    found = fake.athena.get_table_metadata(
        CatalogName="AwsDataCatalog", DatabaseName=database, TableName="sales"
    )["TableMetadata"]
    assert found["TableType"] == "EXTERNAL_TABLE"
    assert found["Columns"] == [
        {"Name": "id", "Type": "int", "Comment": "the key"},
        {"Name": "name", "Type": "string"},
    ]
    assert found["PartitionKeys"] == [{"Name": "day", "Type": "date"}]
    assert found["Parameters"] == {
        "EXTERNAL": "TRUE",
        "comment": "all sales",
        "location": "s3://lake/sales",
        "inputformat": "org.apache.hadoop.mapred.TextInputFormat",
        "outputformat": "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
        "serde.serialization.lib": TEXT_SERDE,
        "serde.param.field.delim": ",",
    }


def test_tables_are_listed_by_a_pattern_of_their_names(fake: FakeAthena, database: str) -> None:
    answer = fake.athena.list_table_metadata(CatalogName="AwsDataCatalog", DatabaseName=database)
    listed = answer["TableMetadataList"]
    assert [(table["Name"], table["TableType"]) for table in listed] == [
        ("sales", "EXTERNAL_TABLE"),
        ("totals", "VIRTUAL_VIEW"),
    ]


@pytest.mark.parametrize("expression", ["tot.*", "tot*", "*tal*", "TOTALS", "x|totals"])
def test_a_pattern_is_a_regular_expression_or_has_stars(
    fake: FakeAthena, database: str, expression: str
) -> None:
    some = fake.athena.list_table_metadata(
        CatalogName="AwsDataCatalog", DatabaseName=database, Expression=expression
    )
    assert [table["Name"] for table in some["TableMetadataList"]] == ["totals"]


def test_what_is_missing_is_a_metadata_error_that_names_glues_code(fake: FakeAthena, database: str) -> None:
    for call in (
        lambda: fake.athena.get_table_metadata(
            CatalogName="AwsDataCatalog", DatabaseName=database, TableName="nope"
        ),
        lambda: fake.athena.get_database(CatalogName="AwsDataCatalog", DatabaseName="nope"),
        lambda: fake.athena.list_table_metadata(CatalogName="AwsDataCatalog", DatabaseName="nope"),
    ):
        with pytest.raises(ClientError) as error:
            call()
        code, text, _ = refused(error)
        assert code == "MetadataException"
        assert "Error Code: EntityNotFoundException" in text


def test_another_name_for_glue_is_a_catalog_that_queries_can_use(fake: FakeAthena) -> None:
    name = f"lake{uuid.uuid4().hex}"
    fake.athena.create_data_catalog(Name=name, Type="GLUE", Parameters={"catalog-id": "123456789012"})
    sql = fake.engine.teach("select 1", lambda _: rows_of(("1",)))
    fake.run(sql, QueryExecutionContext={"Catalog": name})
    assert fake.engine.contexts[-1].catalog == "awsdatacatalog"
    fake.athena.delete_data_catalog(Name=name)
    fake.run(sql, QueryExecutionContext={"Catalog": name})
    assert fake.engine.contexts[-1].catalog == name


def test_catalogs_that_are_not_emulated_are_refused_by_name(fake: FakeAthena) -> None:
    with pytest.raises(ClientError) as error:
        fake.athena.create_data_catalog(Name="fed", Type="LAMBDA", Parameters={"function": "arn"})
    assert "type LAMBDA" in refused(error)[1]
    with pytest.raises(ClientError) as error:
        fake.athena.list_databases(CatalogName="nope")
    assert refused(error)[1:] == ("DataCatalog nope was not found", "DATACATALOG_NOT_FOUND")
