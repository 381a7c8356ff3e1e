from __future__ import annotations

import pytest

from emulator.trino.errors import ParseError, TrinoError, Unsupported
from tests.emulator.lake import Lake

TABLE = (
    "CREATE EXTERNAL TABLE t (a int, b string, c decimal(10,2), d date) PARTITIONED BY (p string) "
    "STORED AS PARQUET LOCATION 's3://lake/t/'"
)


def test_rows_are_written_under_hive_paths_and_partitions_are_registered(lake: Lake) -> None:
    lake.rows(TABLE)
    result = lake.execute(
        "INSERT INTO t VALUES (1, 'x', 1.25, DATE '2026-01-01', 'one'), (2, 'y', 2, NULL, 'two')"
    )
    assert result.update_count == 2
    assert {partition.values for partition in lake.catalog.partitions(lake.table("t"))} == {
        ("one",),
        ("two",),
    }
    assert sorted(key.split("/")[1] for key in lake.keys("t/")) == ["p=one", "p=two"]
    assert sorted(result.manifest or ()) == sorted(f"s3://lake/{key}" for key in lake.keys("t/"))
    assert lake.rows("SELECT * FROM t ORDER BY a") == [
        ("1", "x", "1.25", "2026-01-01", "one"),
        ("2", "y", "2.00", None, "two"),
    ]


def test_columns_that_are_not_named_become_null_and_any_order_is_taken(lake: Lake) -> None:
    lake.rows(TABLE)
    lake.rows("INSERT INTO db.t (p, a) SELECT 'one', 5")
    assert lake.rows("SELECT a, b, p FROM t") == [("5", None, "one")]


def test_a_null_partition_is_hive_s_default_partition(lake: Lake) -> None:
    lake.rows(TABLE)
    lake.rows("INSERT INTO t (a, p) VALUES (1, NULL)")
    assert lake.keys("t/")[0].startswith("t/p=__HIVE_DEFAULT_PARTITION__/")
    assert lake.rows("SELECT a, p FROM t WHERE p IS NULL") == [("1", None)]


def test_a_partition_with_its_own_location_is_written_there(lake: Lake) -> None:
    lake.rows(TABLE)
    lake.rows("ALTER TABLE t ADD PARTITION (p='one') LOCATION 's3://lake/elsewhere/'")
    lake.rows("INSERT INTO t (a, p) VALUES (1, 'one')")
    assert lake.keys("t/") == []
    assert len(lake.keys("elsewhere/")) == 1


def test_no_rows_write_nothing(lake: Lake) -> None:
    lake.rows(TABLE)
    result = lake.execute("INSERT INTO t SELECT 1, 'x', 1, DATE '2026-01-01', 'one' WHERE false")
    assert (result.update_count, lake.keys("t/")) == (0, [])
    assert lake.catalog.partitions(lake.table("t")) == ()


def test_a_failing_query_leaves_nothing_behind(lake: Lake) -> None:
    lake.rows(TABLE)
    with pytest.raises(TrinoError, match="DIVISION_BY_ZERO"):
        lake.rows(
            "INSERT INTO t (a, p) SELECT 10 / (3 - n), 'p' || CAST(n AS varchar) "
            "FROM (VALUES 1, 2, 3) AS x (n)"
        )
    assert lake.keys("t/") == []
    assert lake.catalog.partitions(lake.table("t")) == ()


def test_a_write_into_a_missing_bucket_fails_and_registers_nothing(lake: Lake) -> None:
    lake.rows(TABLE.replace("s3://lake/t/", "s3://no-such-bucket/t/"))
    with pytest.raises(TrinoError, match="HIVE_FILESYSTEM_ERROR"):
        lake.rows("INSERT INTO t (a, p) VALUES (1, 'one')")
    assert lake.catalog.partitions(lake.table("t")) == ()


def test_a_hundred_partitions_are_written_and_one_more_is_refused(lake: Lake) -> None:
    lake.rows(TABLE)
    rows = "SELECT n, CAST(n AS varchar) FROM UNNEST(sequence(1, {})) AS x (n)"
    with pytest.raises(TrinoError, match="HIVE_TOO_MANY_OPEN_PARTITIONS: Exceeded limit of 100"):
        lake.rows("INSERT INTO t (a, p) " + rows.format(101))
    assert lake.keys("t/") == []
    lake.rows("INSERT INTO t (a, p) " + rows.format(100))
    assert len(lake.keys("t/")) == 100


@pytest.mark.only_on("embedded", because="looks at the cause that stopped DuckDB")
def test_far_too_many_partitions_are_refused_without_a_file_for_each(lake: Lake) -> None:
    lake.rows(TABLE)
    with pytest.raises(TrinoError, match="HIVE_TOO_MANY_OPEN_PARTITIONS: Exceeded limit of 100") as raised:
        lake.rows(
            "INSERT INTO t (a, p) SELECT n, CAST(n * 10 + m AS varchar) FROM UNNEST(sequence(1, 10000)) "
            "AS x (n) CROSS JOIN UNNEST(sequence(0, 1)) AS y (m)"
        )
    # DuckDB was interrupted: where files are counted at the end, there is no other error before
    assert raised.value.__cause__ is not None
    assert lake.rows("INSERT INTO t (a, p) VALUES (1, 'one')") == []


@pytest.mark.parametrize(
    ("values", "types"),
    [
        (
            "('1', 'x', 1, NULL, 'p')",
            r"Query: \[varchar\(1\), varchar\(1\), integer, unknown, varchar\(1\)\]",
        ),
        ("(1, 2, 1, NULL, 'p')", "Insert query has mismatched column types"),
        ("(true, 'x', 1, NULL, 'p')", "Insert query has mismatched column types"),
        ("(1, 'x')", "Insert query has mismatched column types"),
    ],
)
def test_values_that_trino_does_not_coerce_are_refused(lake: Lake, values: str, types: str) -> None:
    lake.rows(TABLE)
    with pytest.raises(TrinoError, match=types):
        lake.rows(f"INSERT INTO t VALUES {values}")
    assert lake.keys("t/") == []


def test_unknown_and_repeated_columns_are_refused(lake: Lake) -> None:
    lake.rows(TABLE)
    with pytest.raises(TrinoError, match="Insert column name does not exist in target table: zz"):
        lake.rows("INSERT INTO t (a, zz) VALUES (1, 2)")
    with pytest.raises(TrinoError, match="Insert column name is specified more than once: a"):
        lake.rows("INSERT INTO t (a, a) VALUES (1, 2)")


def test_what_cannot_be_written_is_refused_by_name(lake: Lake) -> None:
    lake.rows("CREATE EXTERNAL TABLE o (a int) STORED AS AVRO LOCATION 's3://lake/o/'")
    with pytest.raises(Unsupported, match=r"Inserting into db.o is not supported: SerDe .*AvroSerDe"):
        lake.rows("INSERT INTO o VALUES (1)")
    lake.rows("CREATE EXTERNAL TABLE q (a string) STORED AS SEQUENCEFILE LOCATION 's3://lake/q/'")
    with pytest.raises(Unsupported, match=r"Inserting into db.q is not supported: .*SequenceFileInputFormat"):
        lake.rows("INSERT INTO q VALUES ('a')")
    lake.rows("CREATE VIEW v AS SELECT 1 AS a")
    with pytest.raises(TrinoError, match=r"'db.v' is a view"):
        lake.rows("INSERT INTO v VALUES (1)")


def test_backticks_are_refused_in_insert(lake: Lake) -> None:
    with pytest.raises(ParseError, match="backquoted identifiers are not supported"):
        lake.engine.check("INSERT INTO `t` VALUES (1)")


def test_parameters_take_the_places_of_question_marks(lake: Lake) -> None:
    lake.rows(TABLE)
    lake.rows("INSERT INTO t (a, b, p) VALUES (?, ?, 'one')", parameters=("7", "'it''s'"))
    assert lake.rows("SELECT a, b FROM t WHERE a = ?", parameters=("7",)) == [("7", "it's")]


def test_nested_values_come_back_as_they_were(lake: Lake) -> None:
    lake.rows(
        "CREATE EXTERNAL TABLE n (l array<int>, m map<string,int>, s struct<x:int,y:struct<z:timestamp>>) "
        "STORED AS PARQUET LOCATION 's3://lake/n/'"
    )
    lake.rows(
        "INSERT INTO n VALUES (ARRAY[1, NULL], MAP(ARRAY['k'], ARRAY[2]), "
        "CAST(ROW(1, ROW(TIMESTAMP '2026-01-01 01:02:03.456')) AS ROW(x integer, y ROW(z timestamp(3))))), "
        "(NULL, NULL, NULL)"
    )
    assert lake.rows("SELECT * FROM n ORDER BY l IS NULL") == [
        ("[1, null]", "{k=2}", "{x=1, y={z=2026-01-01 01:02:03.456}}"),
        (None, None, None),
    ]
    assert lake.rows("SELECT s.y.z FROM n WHERE s.x = 1") == [("2026-01-01 01:02:03.456",)]


def test_the_table_s_compression_is_used(lake: Lake) -> None:
    lake.rows(
        "CREATE EXTERNAL TABLE z (a int) STORED AS PARQUET LOCATION 's3://lake/z/' "
        "TBLPROPERTIES ('parquet.compression'='ZSTD')"
    )
    lake.rows("INSERT INTO z VALUES (1)")
    import pyarrow as pa
    import pyarrow.parquet as pq

    (key,) = lake.keys("z/")
    metadata = pq.read_metadata(pa.BufferReader(lake.objects.read("lake", key)))
    assert metadata.row_group(0).column(0).compression == "ZSTD"


@pytest.mark.parametrize(
    ("column", "value", "stored"),
    [
        ("int", "BIGINT '5'", "5"),
        ("int", "1.5", "2"),
        ("decimal(10,2)", "1.255", "1.26"),
        ("timestamp", "DATE '2024-01-01'", "2024-01-01 00:00:00.000"),
        ("date", "TIMESTAMP '2024-01-01 10:00:00'", "2024-01-01"),
        ("varchar(3)", "'abc   '", "abc"),
        ("varchar(3)", "CAST('ab' AS varchar)", "ab"),
        ("char(3)", "'a'", "a  "),
    ],
)
def test_values_are_cast_to_their_columns_as_trino_does(
    lake: Lake, column: str, value: str, stored: str
) -> None:
    lake.rows(f"CREATE EXTERNAL TABLE k (v {column}) STORED AS PARQUET LOCATION 's3://lake/k/'")
    lake.rows(f"INSERT INTO k SELECT {value}")
    assert lake.rows("SELECT v FROM k") == [(stored,)]


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("int", "BIGINT '5000000000'", "NUMERIC_VALUE_OUT_OF_RANGE"),
        (
            "varchar(3)",
            "'abcdef'",
            "Cannot truncate non-space characters when casting from varchar.6. to varchar.3. on",
        ),
        (
            "char(3)",
            "'abcd'",
            "Cannot truncate non-space characters when casting from varchar.4. to char.3. on INSERT",
        ),
        ("array<varchar(2)>", "ARRAY['abc']", "Insert query has mismatched column types"),
        ("string", "1", "Insert query has mismatched column types"),
    ],
)
def test_values_that_do_not_fit_their_columns_fail_as_in_trino(
    lake: Lake, column: str, value: str, message: str
) -> None:
    lake.rows(f"CREATE EXTERNAL TABLE k (v {column}) STORED AS PARQUET LOCATION 's3://lake/k/'")
    with pytest.raises(TrinoError, match=message):
        lake.rows(f"INSERT INTO k SELECT {value}")
    assert lake.keys("k/") == []
