from __future__ import annotations

import pytest

from emulator.catalog.java_maps import hash_map_order
from emulator.trino.errors import TrinoError, Unsupported
from tests.emulator.lake import STARTED, Lake

TABLE = (
    "CREATE EXTERNAL TABLE t (`a b` int COMMENT 'it''s', c decimal(10,2)) COMMENT 'all' "
    "PARTITIONED BY (p string, day date) STORED AS PARQUET LOCATION 's3://lake/t/' TBLPROPERTIES ('k'='v')"
)


def test_tables_and_views_are_shown_by_name_and_pattern(lake: Lake) -> None:
    lake.rows(TABLE)
    lake.rows("CREATE VIEW a_view AS SELECT 1 AS n")
    assert lake.rows("SHOW TABLES") == [("a_view",), ("t",)]
    assert lake.rows("SHOW TABLES IN `db` 'a*|x*'") == [("a_view",)]
    assert lake.rows("SHOW VIEWS IN db LIKE '*'") == [("a_view",)]
    with pytest.raises(TrinoError, match="Schema 'nowhere' does not exist"):
        lake.rows("SHOW TABLES IN nowhere")


def test_columns_are_padded_to_twenty(lake: Lake) -> None:
    lake.rows(TABLE)
    shown = [("a b".ljust(20),), ("c".ljust(20),), ("p".ljust(20),), ("day".ljust(20),)]
    assert lake.rows("SHOW COLUMNS IN t") == shown
    assert lake.rows("SHOW COLUMNS FROM t IN db", database="default") == shown
    result = lake.execute("SHOW COLUMNS IN db.t")
    assert [(column.name, column.shown_type) for column in result.columns] == [("field", "string")]
    assert (result.statement_type, result.text) == ("UTILITY", True)


def test_describe_repeats_the_partition_columns(lake: Lake) -> None:
    lake.rows(TABLE)
    assert lake.rows("DESCRIBE `t`;") == [
        ("a b".ljust(20), "int".ljust(20), "it's".ljust(20)),
        ("c".ljust(20), "decimal(10,2)".ljust(20), " " * 20),
        ("p".ljust(20), "string".ljust(20), " " * 20),
        ("day".ljust(20), "date".ljust(20), " " * 20),
        ("", " ", " "),
        ("# Partition Information", " ", " "),
        ("# col_name".ljust(20), "data_type".ljust(20), "comment".ljust(20)),
        ("", " ", " "),
        ("p".ljust(20), "string".ljust(20), " " * 20),
        ("day".ljust(20), "date".ljust(20), " " * 20),
    ]


@pytest.mark.parametrize(
    "sql", ["DESCRIBE EXTENDED t", "DESCRIBE FORMATTED t", "DESCRIBE t PARTITION (p='x')"]
)
def test_other_ways_to_describe_are_refused_by_name(lake: Lake, sql: str) -> None:
    lake.rows(TABLE)
    with pytest.raises(Unsupported, match="DESCRIBE"):
        lake.rows(sql)


def test_partitions_are_shown_as_paths(lake: Lake) -> None:
    lake.rows(TABLE)
    lake.rows("ALTER TABLE t ADD PARTITION (p='b', day='2026-01-01') PARTITION (p='a/x', day='2026-01-02')")
    assert lake.rows("SHOW PARTITIONS t") == [("p=a%2Fx/day=2026-01-02",), ("p=b/day=2026-01-01",)]
    assert lake.rows("SHOW PARTITIONS t PARTITION (p='b')") == [("p=b/day=2026-01-01",)]


def test_projected_partitions_are_not_shown(lake: Lake) -> None:
    lake.rows(
        "CREATE EXTERNAL TABLE j (a int) PARTITIONED BY (p int) STORED AS PARQUET LOCATION 's3://lake/j/' "
        "TBLPROPERTIES ('projection.enabled'='true', 'projection.p.type'='integer', "
        "'projection.p.range'='1,9')"
    )
    assert lake.rows("SHOW PARTITIONS j") == []
    lake.rows("ALTER TABLE j ADD PARTITION (p=3)")
    assert lake.rows("SHOW PARTITIONS j") == [("p=3",)]


def test_properties_are_shown_all_or_one(lake: Lake) -> None:
    lake.rows(TABLE)
    assert ("k", "v") in lake.rows("SHOW TBLPROPERTIES t")
    assert lake.rows("SHOW TBLPROPERTIES t ('k')") == [("k", "v")]
    ((_, missing),) = lake.rows("SHOW TBLPROPERTIES t('zz')")
    assert missing == "Table db.t does not have property: zz"


@pytest.mark.only_on("embedded", because="the time of the statement is known before")
def test_show_create_table_gives_a_statement_that_makes_the_same_table(lake: Lake) -> None:
    lake.rows(TABLE)
    made = lake.table("t").raw
    text = "\n".join(str(line) for (line,) in lake.rows("SHOW CREATE TABLE t"))
    assert text == (
        "CREATE EXTERNAL TABLE `t`(\n"
        "  `a b` int COMMENT 'it\\'s', \n"
        "  `c` decimal(10,2))\n"
        "COMMENT 'all'\n"
        "PARTITIONED BY ( \n"
        "  `p` string, \n"
        "  `day` date)\n"
        "ROW FORMAT SERDE \n"
        "  'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe' \n"
        "STORED AS INPUTFORMAT \n"
        "  'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat' \n"
        "OUTPUTFORMAT \n"
        "  'org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat'\n"
        "LOCATION\n"
        "  's3://lake/t'\n"
        "TBLPROPERTIES (\n"
        f"  'transient_lastDdlTime'='{int(STARTED.timestamp())}', \n"
        "  'k'='v')"
    )
    lake.rows("DROP TABLE t")
    lake.rows(text)
    assert lake.table("t").raw == made


def test_properties_come_in_the_order_of_a_java_hash_map() -> None:
    keys = ["compressionType", "classification", "projection.enabled", "typeOfData"]
    assert sorted(hash_map_order(keys)) == sorted(keys)
    # the hash codes of Java: "Aa" and "BB" are the known pair with one hash (2112)
    assert hash_map_order(["BB", "Aa", "b", "a"]) == ["BB", "Aa", "a", "b"]


def test_show_create_view_gives_its_text(lake: Lake) -> None:
    lake.rows("CREATE VIEW v AS SELECT 1 AS n,\n  2 AS m")
    assert lake.rows("SHOW CREATE VIEW v") == [("CREATE VIEW db.v AS",), ("SELECT 1 AS n,",), ("  2 AS m",)]
    lake.rows(TABLE)
    with pytest.raises(TrinoError, match=r"'db.t' is a table, not a view"):
        lake.rows("SHOW CREATE VIEW t")


@pytest.mark.only_on("embedded", because="elsewhere others have databases too")
def test_the_information_schema_lists_the_catalog(lake: Lake) -> None:
    lake.rows(TABLE)
    lake.rows("CREATE VIEW v AS SELECT 1 AS n")
    assert lake.rows("SELECT table_name, table_type FROM information_schema.tables ORDER BY 1") == [
        ("t", "BASE TABLE"),
        ("v", "VIEW"),
    ]
    assert lake.rows(
        "SELECT column_name, ordinal_position, data_type, comment, extra_info "
        "FROM information_schema.columns WHERE table_schema = 'db' AND table_name = 't' "
        "ORDER BY ordinal_position"
    ) == [
        ("a b", "1", "integer", "it's", None),
        ("c", "2", "decimal(10,2)", None, None),
        ("p", "3", "varchar", None, "partition key"),
        ("day", "4", "date", None, "partition key"),
    ]
    assert lake.rows("SELECT schema_name FROM information_schema.schemata ORDER BY 1") == [
        ("db",),
        ("default",),
        ("information_schema",),
    ]
    assert lake.rows("SELECT view_definition FROM information_schema.views") == [("SELECT 1 AS n",)]


def test_prepared_statements_are_kept_run_and_forgotten(lake: Lake) -> None:
    lake.rows('PREPARE "add" FROM SELECT CAST(? AS integer) + CAST(? AS integer) AS n')
    assert lake.rows('EXECUTE "add" USING 1, (2 + 3)') == [("6",)]
    assert lake.rows("EXECUTE add", parameters=("4", "5")) == [("9",)]
    lake.rows("DEALLOCATE PREPARE add")
    with pytest.raises(TrinoError, match="Prepared statement not found: add"):
        lake.rows("EXECUTE add USING 1, 2")


def test_explain_shows_a_plan_and_runs_nothing(lake: Lake) -> None:
    result = lake.execute("EXPLAIN (FORMAT TEXT) SELECT 1 / 0")
    assert [column.name for column in result.columns] == ["Query Plan"]
    assert (result.statement_type, result.substatement_type, result.text) == ("DML", "EXPLAIN", True)
    assert len(list(result.rows)) > 1


def test_explain_says_whether_a_query_is_valid(lake: Lake) -> None:
    assert lake.rows("EXPLAIN (TYPE VALIDATE) SELECT 1") == [("true",)]
    with pytest.raises(TrinoError, match="Column 'gone' cannot be resolved"):
        lake.rows("EXPLAIN (TYPE VALIDATE) SELECT gone")


TRINO_HAS_MORE_PLANS = pytest.mark.only_on("embedded", because="Trino shows these plans")


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        pytest.param(
            "EXPLAIN ANALYZE SELECT 1", "EXPLAIN ANALYZE is not supported", marks=TRINO_HAS_MORE_PLANS
        ),
        pytest.param(
            "EXPLAIN (TYPE IO, FORMAT JSON) SELECT 1",
            r"EXPLAIN \(TYPE IO\) is not supported",
            marks=TRINO_HAS_MORE_PLANS,
        ),
        ("EXPLAIN INSERT INTO t VALUES (1)", "EXPLAIN of anything but a query is not supported"),
    ],
)
def test_other_plans_are_refused_by_name(lake: Lake, sql: str, reason: str) -> None:
    with pytest.raises(Unsupported, match=reason):
        lake.rows(sql)


def test_show_create_table_is_as_clients_compare_it(lake: Lake) -> None:
    """The text that awswrangler's tests expect of a table that awswrangler made."""
    package = "org.apache.hadoop.hive.ql.io.parquet"
    lake.catalog.create_table(
        "db",
        {
            "Name": "w",
            "TableType": "EXTERNAL_TABLE",
            "PartitionKeys": [{"Name": "col2", "Type": "date"}],
            "Parameters": {
                "classification": "parquet",
                "compressionType": "none",
                "typeOfData": "file",
                "projection.enabled": "false",
            },
            "StorageDescriptor": {
                "Columns": [{"Name": "c0", "Type": "int"}],
                "Location": "s3://lake/w/",
                "InputFormat": f"{package}.MapredParquetInputFormat",
                "OutputFormat": f"{package}.MapredParquetOutputFormat",
                "SerdeInfo": {
                    "SerializationLibrary": f"{package}.serde.ParquetHiveSerDe",
                    "Parameters": {"serialization.format": "1"},
                },
                "NumberOfBuckets": -1,
            },
        },
    )
    assert [line for (line,) in lake.rows("SHOW CREATE TABLE w")] == [
        "CREATE EXTERNAL TABLE `w`(",
        "  `c0` int)",
        "PARTITIONED BY ( ",
        "  `col2` date)",
        "ROW FORMAT SERDE ",
        f"  '{package}.serde.ParquetHiveSerDe' ",
        "STORED AS INPUTFORMAT ",
        f"  '{package}.MapredParquetInputFormat' ",
        "OUTPUTFORMAT ",
        f"  '{package}.MapredParquetOutputFormat'",
        "LOCATION",
        "  's3://lake/w/'",
        "TBLPROPERTIES (",
        "  'compressionType'='none', ",
        "  'classification'='parquet', ",
        "  'projection.enabled'='false', ",
        "  'typeOfData'='file')",
    ]
