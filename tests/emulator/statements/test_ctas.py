from __future__ import annotations

import pytest

from emulator.trino.errors import TrinoError, Unsupported
from tests.emulator.lake import Lake


@pytest.mark.only_on("embedded", because="the query's id is known before")
def test_a_table_is_made_under_the_results_when_no_location_is_named(lake: Lake) -> None:
    result = lake.execute("CREATE TABLE c AS SELECT 1 AS a, 'x' AS b")
    (key,) = lake.keys(bucket="results")
    assert key.startswith("out/tables/00000000-0000-4000-8000-")
    assert lake.table("c").storage.location == f"s3://results/{key.rpartition('/')[0]}"
    assert (result.update_count, result.manifest) == (1, (f"s3://results/{key}",))
    columns = [(column.name, column.type) for column in lake.table("c").columns]
    assert columns == [("a", "int"), ("b", "varchar(1)")]
    assert lake.rows("SELECT * FROM c") == [("1", "x")]


def test_partitions_come_from_the_last_columns(lake: Lake) -> None:
    lake.rows(
        "CREATE TABLE db.c WITH (format = 'PARQUET', write_compression = 'ZSTD', "
        "partitioned_by = ARRAY['p', 'q'], external_location = 's3://lake/c/') "
        "AS SELECT n, n % 2 AS p, 'x' AS q FROM (VALUES 1, 2, 3) AS t (n)"
    )
    assert [key.name for key in lake.table("c").partition_keys] == ["p", "q"]
    assert lake.rows("SELECT n, p, q FROM c WHERE p = 1 ORDER BY n") == [("1", "1", "x"), ("3", "1", "x")]
    assert lake.rows('SELECT p, q FROM "c$partitions" ORDER BY p') == [("0", "x"), ("1", "x")]


@pytest.mark.parametrize("where", ["external_location = 's3://lake/c/'", "external_location = 's3://lake/c'"])
def test_the_target_must_be_empty(lake: Lake, where: str) -> None:
    lake.put("c/old", b"x")
    with pytest.raises(
        TrinoError, match=r"HIVE_PATH_ALREADY_EXISTS: Target directory for table 'db.c' already exists"
    ):
        lake.rows(f"CREATE TABLE c WITH ({where}) AS SELECT 1 AS a")
    assert lake.catalog.table("db", "c") is None


def test_a_target_beside_a_longer_name_is_empty(lake: Lake) -> None:
    lake.put("c2/old", b"x")
    lake.rows("CREATE TABLE c WITH (external_location = 's3://lake/c/') AS SELECT 1 AS a")
    assert lake.rows("SELECT a FROM c") == [("1",)]


def test_an_enforced_workgroup_refuses_a_location(lake: Lake) -> None:
    with pytest.raises(TrinoError, match="enforces a centralized output location"):
        lake.rows(
            "CREATE TABLE c WITH (external_location = 's3://lake/c/') AS SELECT 1 AS a", output_enforced=True
        )


def test_an_existing_table_is_kept(lake: Lake) -> None:
    lake.rows("CREATE TABLE c AS SELECT 1 AS a")
    with pytest.raises(TrinoError, match=r"Destination table 'awsdatacatalog.db.c' already exists"):
        lake.rows("CREATE TABLE c AS SELECT 2 AS a")
    lake.rows("CREATE TABLE IF NOT EXISTS c AS SELECT 3 AS a")
    assert lake.rows("SELECT a FROM c") == [("1",)]


def test_with_no_data_makes_an_empty_table(lake: Lake) -> None:
    lake.rows("CREATE TABLE c AS SELECT 1 AS a WITH NO DATA")
    lake.rows("CREATE TABLE d AS SELECT 1 AS a WITH DATA")
    assert (lake.rows("SELECT * FROM c"), lake.rows("SELECT * FROM d")) == ([], [("1",)])


@pytest.mark.parametrize(
    ("properties", "query", "message"),
    [
        ("partitioned_by = ARRAY['p']", "SELECT 1 AS p, 2 AS a", "Partition keys must be the last columns"),
        (
            "partitioned_by = ARRAY['z']",
            "SELECT 1 AS p, 2 AS a",
            "Partition columns .z. not present in schema",
        ),
        ("partitioned_by = ARRAY['p']", "SELECT 1 AS p", "Table contains only partition columns"),
        (
            "partitioned_by = 'p'",
            "SELECT 2 AS a, 1 AS p",
            "Invalid value for table property 'partitioned_by'",
        ),
        ("colour = 'red'", "SELECT 1 AS a", "Table property 'colour' does not exist"),
        ("format = 'PAPER'", "SELECT 1 AS a", "Unable to set table property 'format'"),
        ("external_location = '/tmp/x'", "SELECT 1 AS a", "The location must be"),
        ("format = 'PARQUET'", "SELECT 1", "Column name not specified at position 1"),
        ("format = 'PARQUET'", "SELECT 1 AS a, 2 AS a", "specified more than once"),
        ("format = 'PARQUET'", "SELECT NULL AS a", "Column type is unknown: a"),
        ("format = 'PARQUET'", "SELECT TIME '01:00:00' AS a", "Unsupported Hive type: time"),
        ("format = 'PARQUET'", "SELECT ROW(1, 2) AS a", "Anonymous row type is not supported in Hive"),
        (
            "format = 'PARQUET'",
            "SELECT ARRAY[TIMESTAMP '2026-01-01 00:00:00.123456'] AS A",
            r"Incorrect timestamp precision for timestamp\(6\); the configured precision is MILLISECONDS; "
            "column name: a",
        ),
        ("format = 'ORC'", "SELECT TIMESTAMP '2026-01-01 00:00:00' AS a", r"for timestamp\(0\)"),
    ],
)
def test_what_no_table_can_be_made_of_is_refused(
    lake: Lake, properties: str, query: str, message: str
) -> None:
    with pytest.raises(TrinoError, match=message):
        lake.rows(f"CREATE TABLE c WITH ({properties}) AS {query}")
    assert lake.catalog.table("db", "c") is None
    assert lake.keys(bucket="results") == []


@pytest.mark.parametrize(
    ("properties", "message"),
    [
        ("format = 'ORC', write_compression = 'LZO'", "Writing ORC with compression LZO is not supported"),
        ("format = 'AVRO'", "Writing format AVRO is not supported"),
        ("table_type = 'ICEBERG'", "table_type = 'ICEBERG' is not supported"),
    ],
)
def test_what_is_not_supported_is_refused_by_name(lake: Lake, properties: str, message: str) -> None:
    with pytest.raises(Unsupported, match=message):
        lake.rows(f"CREATE TABLE c WITH ({properties}) AS SELECT 1 AS a")


def test_a_failing_query_makes_no_table(lake: Lake) -> None:
    with pytest.raises(TrinoError, match="DIVISION_BY_ZERO"):
        lake.rows("CREATE TABLE c AS SELECT 1 / (n - n) AS a FROM (VALUES 1) AS t (n)")
    assert lake.catalog.table("db", "c") is None
    assert lake.keys(bucket="results") == []


def test_unload_writes_files_and_no_table(lake: Lake) -> None:
    result = lake.execute(
        "UNLOAD (SELECT n, 'x' AS p FROM (VALUES 1, 2) AS t (n)) TO 's3://lake/u/' "
        "WITH (format = 'PARQUET', compression = 'SNAPPY', partitioned_by = ARRAY['p'])"
    )
    (key,) = lake.keys("u/")
    assert key.startswith("u/p=x/")
    assert (result.update_count, result.manifest) == (2, (f"s3://lake/{key}",))
    with pytest.raises(TrinoError, match="HIVE_PATH_ALREADY_EXISTS"):
        lake.rows("UNLOAD (SELECT 1 AS a) TO 's3://lake/u' WITH (format = 'PARQUET')")


def test_a_table_is_bucketed_by_hive_s_hash(lake: Lake) -> None:
    lake.rows(
        "CREATE TABLE c WITH (bucketed_by = ARRAY['a'], bucket_count = 3, "
        "external_location = 's3://lake/c/') "
        "AS SELECT * FROM (VALUES (1, 'x'), (2, 'y'), (4, 'z'), (-1, NULL), (NULL, 'n')) AS t (a, b)"
    )
    storage = lake.table("c").storage
    assert (storage.bucketed_by, storage.bucket_count) == (("a",), 3)
    bucket = """CAST(regexp_extract("$path", '/([0-9]+)[^/]*$', 1) AS integer)"""
    found = lake.rows(f"SELECT {bucket}, a FROM c ORDER BY 1, 2")
    # 2147483647 % 3 is 1, and NULL's hash is 0
    assert found == [("0", None), ("1", "-1"), ("1", "1"), ("1", "4"), ("2", "2")]
    with pytest.raises(TrinoError, match="Inserting into bucketed tables is not supported"):
        lake.rows("INSERT INTO c VALUES (1, 'x')")


@pytest.mark.parametrize(
    ("value", "kind", "hashed"),
    [
        # Java's String.hashCode of these ASCII texts is the known one; 97 * 31 + 98
        ("'ab'", "varchar", 3105),
        ("''", "varchar", 0),
        ("'héllo wörld'", "varchar", 2164725151 & 0x7FFFFFFF),
        ("5000000000", "bigint", 5000000000 % 2**32 ^ 1),
        ("-5000000000", "bigint", 705032703 ^ 1),
        ("DATE '1970-01-11'", "date", 10),
        ("TRUE", "boolean", 1),
    ],
)
def test_values_of_each_type_have_java_s_hash(lake: Lake, value: str, kind: str, hashed: int) -> None:
    count = 99_991
    lake.rows(
        f"CREATE TABLE c WITH (bucketed_by = ARRAY['a'], bucket_count = {count}, "
        f"external_location = 's3://lake/c/') AS SELECT CAST({value} AS {kind}) AS a"
    )
    (key,) = lake.keys("c/")
    assert int(key.removeprefix("c/").partition("_")[0]) == hashed % count


def test_partitions_are_bucketed_each(lake: Lake) -> None:
    lake.rows(
        "CREATE TABLE c WITH (partitioned_by = ARRAY['p'], bucketed_by = ARRAY['b', 'a'], bucket_count = 2, "
        "format = 'JSON', external_location = 's3://lake/c/') "
        "AS SELECT n AS a, 'x' AS b, n % 2 AS p FROM (VALUES 1, 2, 3, 4) AS t (n)"
    )
    names = [key.split("/")[1] + "/" + key.split("/")[2][:6] for key in lake.keys("c/")]
    # a varchar of limited length is hashed otherwise than a string
    assert names == ["p=0/000001", "p=1/000000"]
    assert lake.rows("SELECT a, b, p FROM c ORDER BY a") == [
        ("1", "x", "1"),
        ("2", "x", "0"),
        ("3", "x", "1"),
        ("4", "x", "0"),
    ]


@pytest.mark.parametrize(
    ("properties", "message"),
    [
        ("bucketed_by = ARRAY['a']", "bucketed_by and bucket_count must be specified together"),
        ("bucket_count = 2", "bucketed_by and bucket_count must be specified together"),
        ("bucketed_by = ARRAY['z'], bucket_count = 2", r"Bucketing columns \[z\] not present in schema"),
        pytest.param(
            "bucketed_by = ARRAY['d'], bucket_count = 2",
            "Bucketing by a column of type double is not supported",
            marks=pytest.mark.only_on("embedded", because="Trino has every type's hash"),
        ),
    ],
)
def test_buckets_that_cannot_be_are_refused(lake: Lake, properties: str, message: str) -> None:
    with pytest.raises(TrinoError, match=message):
        lake.rows(f"CREATE TABLE c WITH ({properties}) AS SELECT 1 AS a, 1E0 AS d")
    assert lake.keys(bucket="results") == []
