"""Bucketed tables: which of their files a query reads."""

from __future__ import annotations

import pytest

from emulator.trino.errors import TrinoError
from tests.emulator.lake import Lake

WRONG = b"no parquet"


@pytest.fixture
def beds(lake: Lake) -> Lake:
    """A lake whose table ``beds`` has its files in five buckets; all but that of bed 7 are damaged."""
    lake.rows(
        "CREATE TABLE beds WITH (bucketed_by = ARRAY['bed', 'ward', 'free'], bucket_count = 5, "
        "external_location = 's3://lake/beds/') "
        "AS SELECT CAST(n AS integer) AS bed, 'w' || CAST(n AS varchar) AS ward, n = 7 AS free, n AS cost "
        "FROM TABLE(sequence(1, 50)) AS t (n)"
    )
    assert len(lake.keys("beds/")) == 5
    ((kept,),) = lake.rows('SELECT "$path" FROM beds WHERE cost = 7')
    for key in lake.keys("beds/"):
        if key != str(kept).removeprefix("s3://lake/"):
            lake.put(key, WRONG)
    return lake


@pytest.mark.parametrize(
    "condition",
    [
        "bed = 7 AND ward = 'w7' AND free = TRUE",
        "TRUE = free AND ward IN ('w7') AND 7 = bed AND cost < 100",
    ],
)
def test_rows_are_read_from_their_bucket_where_all_its_columns_are_known(beds: Lake, condition: str) -> None:
    assert beds.rows(f"SELECT cost FROM beds WHERE {condition}") == [("7",)]


@pytest.mark.parametrize(
    "condition",
    [
        "bed = 7 AND ward = 'w7'",
        "bed = 7 AND ward = 'w7' AND free",
        "bed < 8 AND ward = 'w7' AND free = TRUE",
        "(bed = 7 OR cost = 7) AND ward = 'w7' AND free = TRUE",
    ],
)
def test_all_buckets_are_read_where_a_column_is_not_known(beds: Lake, condition: str) -> None:
    with pytest.raises(TrinoError, match="Not valid Parquet file"):
        beds.rows(f"SELECT cost FROM beds WHERE {condition}")


def make(lake: Lake, names: list[str], properties: str = "") -> None:
    """A table of two buckets by ``a bigint`` with a file for each of these names, with 1, 2, ... as ``a``."""
    lake.rows(
        "CREATE EXTERNAL TABLE t (a bigint) CLUSTERED BY (a) INTO 2 BUCKETS STORED AS PARQUET "
        f"LOCATION 's3://lake/t/' {properties}"
    )
    for place, name in enumerate(names, 1):
        lake.put_parquet(f"t/{name}", {"a": [place]})


@pytest.mark.parametrize("name", ["x{}", "x_bucket-{}x.parquet", "000007_{}"])
def test_all_files_are_read_where_a_name_tells_no_bucket(lake: Lake, name: str) -> None:
    make(lake, ["000000_0", name.format("00000")])
    assert lake.rows("SELECT a FROM t WHERE a = 2") == [("2",)]


def test_the_bucket_is_read_from_the_names_that_programs_give(lake: Lake) -> None:
    make(lake, ["uuid_bucket-00001.snappy.parquet", "000000_0", "000001_0_20260101_1.gz"])
    lake.put("t/uuid_bucket-00000.snappy.parquet", WRONG)
    assert lake.rows("SELECT a FROM t WHERE a = 1") == [("1",)]
    # 3 lies in the bucket of odd numbers, and so does this copy of 1
    assert lake.rows("SELECT a FROM t WHERE a IN (1, 3) ORDER BY 1") == [("1",), ("3",)]


def test_a_row_in_the_wrong_bucket_is_not_found_as_in_trino(lake: Lake) -> None:
    make(lake, ["000000_0", "000001_0"])
    assert lake.rows("SELECT a FROM t WHERE a = 1") == []
    assert lake.rows("SELECT a FROM t WHERE a + 0 = 1") == [("1",)]


def test_a_number_beyond_its_column_s_type_is_in_no_bucket(lake: Lake) -> None:
    make(lake, ["000000_0", "000001_0"])
    lake.rows("ALTER TABLE t REPLACE COLUMNS (a int)")
    assert lake.rows("SELECT a FROM t WHERE a = 5000000000") == []


def test_buckets_of_hive_s_second_version_are_all_read(lake: Lake) -> None:
    make(lake, ["000000_0", "000001_0"], "TBLPROPERTIES ('bucketing_version' = '2')")
    assert lake.rows("SELECT a FROM t WHERE a = 1") == [("1",)]


def test_partitions_keep_their_buckets_apart(lake: Lake) -> None:
    lake.rows(
        "CREATE TABLE p WITH (partitioned_by = ARRAY['day'], bucketed_by = ARRAY['a'], bucket_count = 2, "
        "external_location = 's3://lake/p/') "
        "AS SELECT n AS a, n % 3 AS day FROM TABLE(sequence(1, 12)) AS t (n)"
    )
    assert lake.rows("SELECT a, day FROM p WHERE a IN (4, 5) ORDER BY 1") == [("4", "1"), ("5", "2")]
    every = lake.execute("SELECT a FROM p").data_scanned_bytes
    one = lake.execute("SELECT a FROM p WHERE a = 4").data_scanned_bytes
    assert one * 2 == pytest.approx(every, rel=0.1)
    assert lake.rows("SELECT a FROM p WHERE a = 4 AND day = 1") == [("4",)]
    assert lake.rows("SELECT a FROM p WHERE a + day = 5 AND a = 4") == [("4",)]
