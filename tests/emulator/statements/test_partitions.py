from __future__ import annotations

import pytest

from emulator.trino.errors import TrinoError
from tests.emulator.lake import Lake

TABLE = "CREATE EXTERNAL TABLE t (a int) PARTITIONED BY (day date, n int) STORED AS PARQUET LOCATION 's3://lake/t/'"


def values(lake: Lake) -> list[tuple[str, ...]]:
    return [partition.values for partition in lake.catalog.partitions(lake.table("t"))]


def test_partitions_are_added_with_and_without_a_location(lake: Lake) -> None:
    lake.rows(TABLE)
    lake.rows(
        "ALTER TABLE t ADD PARTITION (day='2026-01-01', n=1) PARTITION (n=2, day=DATE '2026-01-02') "
        "LOCATION 's3://lake/other/'"
    )
    found = {p.values: p.location for p in lake.catalog.partitions(lake.table("t"))}
    assert found == {
        ("2026-01-01", "1"): "s3://lake/t/day=2026-01-01/n=1",
        ("2026-01-02", "2"): "s3://lake/other",
    }


def test_adding_partitions_of_which_one_exists_adds_none(lake: Lake) -> None:
    lake.rows(TABLE)
    lake.rows("ALTER TABLE t ADD PARTITION (day='2026-01-01', n=1)")
    both = "PARTITION (day='2026-01-05', n=5) PARTITION (day='2026-01-01', n=1)"
    with pytest.raises(TrinoError, match="Partition already exists"):
        lake.rows(f"ALTER TABLE t ADD {both}")
    assert values(lake) == [("2026-01-01", "1")]
    lake.rows(f"ALTER TABLE t ADD IF NOT EXISTS {both}")
    assert values(lake) == [("2026-01-01", "1"), ("2026-01-05", "5")]


def test_a_partition_must_name_all_keys(lake: Lake) -> None:
    lake.rows(TABLE)
    with pytest.raises(TrinoError, match="does not name the partition columns"):
        lake.rows("ALTER TABLE t ADD PARTITION (day='2026-01-01')")


def test_partitions_are_dropped_by_some_of_their_keys(lake: Lake) -> None:
    lake.rows(TABLE)
    lake.rows(
        "ALTER TABLE t ADD PARTITION (day='2026-01-01', n=1) PARTITION (day='2026-01-01', n=2) "
        "PARTITION (day='2026-01-02', n=1)"
    )
    lake.rows("ALTER TABLE t DROP PARTITION (day='2026-01-01')")
    assert values(lake) == [("2026-01-02", "1")]
    lake.rows("ALTER TABLE t DROP IF EXISTS PARTITION (day='2026-01-01')")
    with pytest.raises(TrinoError, match="Partition not found: n=9"):
        lake.rows("ALTER TABLE t DROP PARTITION (n=9)")


def test_a_partition_is_renamed_and_moved(lake: Lake) -> None:
    lake.rows(TABLE)
    lake.rows("ALTER TABLE t ADD PARTITION (day='2026-01-01', n=1)")
    lake.rows("ALTER TABLE t PARTITION (day='2026-01-01', n=1) RENAME TO PARTITION (day='2026-01-02', n=1)")
    lake.rows("ALTER TABLE t PARTITION (day='2026-01-02', n=1) SET LOCATION 's3://lake/moved/'")
    (found,) = lake.catalog.partitions(lake.table("t"))
    assert (found.values, found.location) == (("2026-01-02", "1"), "s3://lake/moved")


def test_repair_registers_the_folders_named_after_the_keys(lake: Lake) -> None:
    lake.rows(TABLE)
    lake.put("t/day=2026-01-01/n=1/file", b"x")
    lake.put("t/day=2026-01-01/n=2/sub/file", b"x")
    lake.put("t/n=1/day=2026-01-01/wrong-order", b"x")
    lake.put("t/loose", b"x")
    lines = [line for (line,) in lake.rows("MSCK REPAIR TABLE `t`")]
    assert lines == [
        "Partitions not in metastore:\tt:day=2026-01-01/n=1\tt:day=2026-01-01/n=2",
        "Repair: Added partition to metastore t:day=2026-01-01/n=1",
        "Repair: Added partition to metastore t:day=2026-01-01/n=2",
    ]
    assert values(lake) == [("2026-01-01", "1"), ("2026-01-01", "2")]
    assert lake.rows("MSCK REPAIR TABLE t") == []


def test_special_characters_of_a_value_are_escaped_in_its_path(lake: Lake) -> None:
    lake.rows(
        "CREATE EXTERNAL TABLE t (a int) PARTITIONED BY (p string) STORED AS PARQUET LOCATION 's3://lake/t/'"
    )
    lake.rows("INSERT INTO t VALUES (1, 'a/b=c:d e%')")
    assert lake.keys()[0].startswith("t/p=a%2Fb%3Dc%3Ad e%25/")
    assert lake.rows("SHOW PARTITIONS t") == [("p=a%2Fb%3Dc%3Ad e%25",)]
    lake.rows("ALTER TABLE t DROP PARTITION (p='a/b=c:d e%')")
    lake.rows("MSCK REPAIR TABLE t")
    assert lake.rows("SELECT a, p FROM t") == [("1", "a/b=c:d e%")]
