from __future__ import annotations

import pytest

from emulator.trino.errors import ParseError, TrinoError, Unsupported
from tests.emulator.lake import STARTED, Lake

PARQUET = "org.apache.hadoop.hive.ql.io.parquet"


@pytest.mark.only_on("embedded", because="compares all of a TableInput, with its time")
def test_a_parquet_table_is_in_glue_as_athena_writes_it(lake: Lake) -> None:
    lake.rows(
        "CREATE EXTERNAL TABLE db.visits (`spell id` string COMMENT 'the key', days int, "
        "parts array<struct<a:int,`b`:decimal(10, 2)>>)\n"
        "COMMENT 'one row per visit' PARTITIONED BY (run_id string COMMENT 'the run') STORED AS PARQUET\n"
        "LOCATION 's3://lake/gold/visits/' TBLPROPERTIES ('parquet.compress'='SNAPPY', \"k\"=\"it's\")"
    )
    assert lake.table("visits").raw == {
        "Name": "visits",
        "Owner": "hadoop",
        "Retention": 0,
        "TableType": "EXTERNAL_TABLE",
        "Parameters": {
            "EXTERNAL": "TRUE",
            "parquet.compress": "SNAPPY",
            "k": "it's",
            "comment": "one row per visit",
            "transient_lastDdlTime": str(int(STARTED.timestamp())),
        },
        "PartitionKeys": [{"Name": "run_id", "Type": "string", "Comment": "the run"}],
        "StorageDescriptor": {
            "Columns": [
                {"Name": "spell id", "Type": "string", "Comment": "the key"},
                {"Name": "days", "Type": "int"},
                {"Name": "parts", "Type": "array<struct<a:int,b:decimal(10,2)>>"},
            ],
            "Location": "s3://lake/gold/visits",
            "InputFormat": f"{PARQUET}.MapredParquetInputFormat",
            "OutputFormat": f"{PARQUET}.MapredParquetOutputFormat",
            "Compressed": False,
            "NumberOfBuckets": -1,
            "SerdeInfo": {
                "SerializationLibrary": f"{PARQUET}.serde.ParquetHiveSerDe",
                "Parameters": {"serialization.format": "1"},
            },
            "BucketColumns": [],
            "SortColumns": [],
            "Parameters": {},
            "StoredAsSubDirectories": False,
        },
    }


def test_delimiters_become_parameters_of_the_serde(lake: Lake) -> None:
    lake.rows(
        "CREATE EXTERNAL TABLE t (a int) ROW FORMAT DELIMITED FIELDS TERMINATED BY '\\t' ESCAPED BY '\\\\' "
        "COLLECTION ITEMS TERMINATED BY '\\002' MAP KEYS TERMINATED BY '\\003' LINES TERMINATED BY '\\n' "
        "NULL DEFINED AS 'nix' STORED AS TEXTFILE LOCATION 's3://lake/t'"
    )
    storage = lake.table("t").storage
    assert storage.serde == "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"
    assert storage.serde_parameters == {
        "field.delim": "\t",
        "serialization.format": "\t",
        "escape.delim": "\\",
        "collection.delim": "\x02",
        "mapkey.delim": "\x03",
        "line.delim": "\n",
        "serialization.null.format": "nix",
    }


def test_a_serde_and_formats_are_taken_by_their_class_names(lake: Lake) -> None:
    lake.rows(
        "CREATE EXTERNAL TABLE t (a string) ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.OpenCSVSerde' "
        "WITH SERDEPROPERTIES ('separatorChar'='|') "
        "STORED AS INPUTFORMAT 'org.apache.hadoop.mapred.TextInputFormat' "
        "OUTPUTFORMAT 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat' LOCATION 's3://lake/t/'"
    )
    storage = lake.table("t").storage
    assert storage.serde == "org.apache.hadoop.hive.serde2.OpenCSVSerde"
    assert storage.serde_parameters["separatorChar"] == "|"
    assert storage.output_format == "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat"


@pytest.mark.parametrize(
    ("serde", "output"),
    [
        ("org.openx.data.jsonserde.JsonSerDe", "IgnoreKeyTextOutputFormat"),
        ("org.apache.hadoop.hive.serde2.OpenCSVSerde", "HiveIgnoreKeyTextOutputFormat"),
    ],
)
def test_a_serde_alone_brings_its_file_format(lake: Lake, serde: str, output: str) -> None:
    lake.rows(f"CREATE EXTERNAL TABLE t (a string) ROW FORMAT SERDE '{serde}' LOCATION 's3://lake/t/'")
    storage = lake.table("t").storage
    assert storage.input_format == "org.apache.hadoop.mapred.TextInputFormat"
    assert storage.output_format == f"org.apache.hadoop.hive.ql.io.{output}"


def test_buckets_are_kept(lake: Lake) -> None:
    lake.rows(
        "CREATE EXTERNAL TABLE t (a int, b int) CLUSTERED BY (a) INTO 4 BUCKETS LOCATION 's3://lake/t/'"
    )
    assert (lake.table("t").storage.bucketed_by, lake.table("t").storage.bucket_count) == (("a",), 4)


def test_creating_a_table_twice_fails_unless_it_may_exist(lake: Lake) -> None:
    sql = "CREATE EXTERNAL TABLE {} t (a int) LOCATION 's3://lake/t/'"
    lake.rows(sql.format(""))
    lake.rows(sql.format("IF NOT EXISTS"))
    with pytest.raises(TrinoError, match=r"Table 'db.t' already exists"):
        lake.rows(sql.format(""))


def test_a_table_is_dropped_and_its_data_stays(lake: Lake) -> None:
    lake.put("t/x", b"1\n")
    lake.rows("CREATE EXTERNAL TABLE t (a int) LOCATION 's3://lake/t/'")
    lake.rows("DROP TABLE `db`.`t`;")
    assert lake.catalog.table("db", "t") is None
    assert lake.keys() == ["t/x"]
    lake.rows("DROP TABLE IF EXISTS t")
    with pytest.raises(TrinoError, match="TABLE_NOT_FOUND"):
        lake.rows("DROP TABLE t")


def test_a_column_of_two_places_is_refused(lake: Lake) -> None:
    with pytest.raises(TrinoError, match="Column name 'a' specified more than once"):
        lake.rows("CREATE EXTERNAL TABLE t (a int) PARTITIONED BY (a string) LOCATION 's3://lake/t/'")


@pytest.mark.parametrize("location", ["/tmp/data", "file:///tmp/data", "s3://", "lake/t"])
def test_a_location_outside_of_s3_is_refused(lake: Lake, location: str) -> None:
    with pytest.raises(TrinoError, match="The location must be"):
        lake.rows(f"CREATE EXTERNAL TABLE t (a int) LOCATION '{location}'")


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("CREATE EXTERNAL TABLE \"t\" (a int) LOCATION 's3://lake/t'", "line 1:23: mismatched input '\"t\"'"),
        ("CREATE EXTERNAL TABLE t (a int)", "line 1:32: LOCATION is required"),
        ("CREATE EXTERNAL TABLE t (date date) LOCATION 's3://b/'", "line 1:26: mismatched input 'date'"),
        (
            "CREATE EXTERNAL TABLE t (a tint) LOCATION 's3://b/'",
            "line 1:28: cannot recognize the data type 'tint'",
        ),
        ("CREATE EXTERNAL TABLE t (a int LOCATION 's3://b/'", "line 1:32: mismatched input 'LOCATION'"),
        (
            "CREATE EXTERNAL TABLE t (a int) STORED AS PAPER LOCATION 's3://b/'",
            "line 1:43: mismatched input 'PAPER'",
        ),
        ("DROP TABLE a.b.c.d", "line 1:19: mismatched input '<EOF>'"),
    ],
)
def test_ddl_that_athena_would_not_parse_is_refused_at_its_place(lake: Lake, sql: str, message: str) -> None:
    with pytest.raises(ParseError) as refused:
        lake.engine.check(sql)
    assert refused.value.message.startswith(message)


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE TABLE t (a int) LOCATION 's3://lake/t/' TBLPROPERTIES ('table_type'='ICEBERG')",
        "DELETE FROM t WHERE a = 1",
        "UPDATE t SET a = 1",
        "MERGE INTO t USING s ON t.a = s.a WHEN MATCHED THEN DELETE",
        "OPTIMIZE t REWRITE DATA USING BIN_PACK",
        "VACUUM t",
        "ALTER TABLE t RENAME TO u",
        "ALTER TABLE t DROP COLUMN a",
    ],
)
def test_statements_for_iceberg_tables_fail_by_name(lake: Lake, sql: str) -> None:
    with pytest.raises(Unsupported, match="Iceberg"):
        lake.rows(sql)


def test_columns_are_added_replaced_and_changed(lake: Lake) -> None:
    lake.rows("CREATE EXTERNAL TABLE t (a int, b string) LOCATION 's3://lake/t/'")
    lake.rows("ALTER TABLE t ADD COLUMNS (c array<int> COMMENT 'new')")
    lake.rows("ALTER TABLE t CHANGE COLUMN b bb string COMMENT 'renamed'")
    assert [(c.name, c.type, c.comment) for c in lake.table("t").columns] == [
        ("a", "int", None),
        ("bb", "string", "renamed"),
        ("c", "array<int>", "new"),
    ]
    lake.rows("ALTER TABLE t REPLACE COLUMNS (z bigint)")
    assert [column.name for column in lake.table("t").columns] == ["z"]
    with pytest.raises(TrinoError, match="Duplicate column name: z"):
        lake.rows("ALTER TABLE t ADD COLUMNS (z int)")
    with pytest.raises(TrinoError, match="Column 'a' does not exist"):
        lake.rows("ALTER TABLE t CHANGE a b int")


def test_location_and_properties_are_set(lake: Lake) -> None:
    lake.rows("CREATE EXTERNAL TABLE t (a int) LOCATION 's3://lake/t/' TBLPROPERTIES ('x'='1')")
    lake.rows("ALTER TABLE t SET LOCATION 's3://lake/elsewhere/'")
    lake.rows("ALTER TABLE t SET TBLPROPERTIES ('y'='2')")
    table = lake.table("t")
    assert table.storage.location == "s3://lake/elsewhere"
    assert (table.parameters["x"], table.parameters["y"]) == ("1", "2")
