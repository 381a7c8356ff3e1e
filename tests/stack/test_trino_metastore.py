"""Our Glue as a real Trino's metastore, asked by Trino for what Athena itself never asks."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from trino.dbapi import connect

from tests.stack.parts import REGION, Stack

Ask = Callable[[str], list[tuple[object, ...]]]


@pytest.fixture(scope="module")
def trino(stack: Stack) -> Iterator[Ask]:
    """Asks Trino in a schema of its own, whose location is a bucket of its own."""
    name = f"metastore-{uuid.uuid4().hex[:8]}"
    schema = name.replace("-", "_")
    stack.session.client("s3").create_bucket(
        Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION}
    )
    place = urlsplit(stack.trino_url)
    with connect(  # type: ignore[no-untyped-call]
        host=str(place.hostname), port=place.port, user="tests", catalog="awsdatacatalog", schema=schema
    ) as connection:

        def ask(sql: str) -> list[tuple[object, ...]]:
            return [tuple(row) for row in connection.cursor().execute(sql).fetchall()]

        ask(f"CREATE SCHEMA {schema} WITH (location = 's3://{name}/')")
        yield ask
        ask(f"DROP SCHEMA {schema} CASCADE")


def test_statistics_of_tables_and_partitions_are_kept_given_back_and_dropped(
    trino: Ask, stack: Stack
) -> None:
    trino("CREATE TABLE counted (a integer, p varchar) WITH (partitioned_by = ARRAY['p'])")
    trino("INSERT INTO counted SELECT x, 'p' || CAST(x % 2 AS varchar) FROM UNNEST(sequence(1, 30)) AS t (x)")
    trino("ANALYZE counted")

    def rows_low_and_high(sql: str) -> tuple[object, object, object]:
        a, *_, whole = trino(f"SHOW STATS FOR {sql}")
        return whole[4], a[5], a[6]

    assert rows_low_and_high("counted") == (30.0, "1", "30")
    assert rows_low_and_high("(SELECT * FROM counted WHERE p = 'p0')") == (15.0, "2", "30")
    # the next INSERT merges its own with what Glue gives; Trino itself shows them after minutes only
    trino("INSERT INTO counted VALUES (100, 'p0')")
    assert in_glue(stack, trino, "counted", "p0") == (2, 100)
    trino("CALL system.drop_stats(CURRENT_SCHEMA, 'counted')")
    assert rows_low_and_high("counted") == (None, None, None)


def in_glue(stack: Stack, trino: Ask, table: str, partition: str) -> tuple[int, int]:
    """The least and the greatest value of a partition's column ``a``."""
    ((schema,),) = trino("SELECT CURRENT_SCHEMA")
    (found,) = stack.session.client("glue").get_column_statistics_for_partition(
        DatabaseName=schema, TableName=table, PartitionValues=[partition], ColumnNames=["a"]
    )["ColumnStatisticsList"]
    numbers = found["StatisticsData"]["LongColumnStatisticsData"]
    return numbers["MinimumValue"], numbers["MaximumValue"]


def test_partitions_are_pruned_unregistered_and_found_again(trino: Ask) -> None:
    trino("CREATE TABLE pruned (a integer, day date, n integer) WITH (partitioned_by = ARRAY['day', 'n'])")
    trino(
        "INSERT INTO pruned SELECT x, DATE '2026-01-01' + INTERVAL '1' DAY * (x % 5), x % 3 "
        "FROM UNNEST(sequence(1, 30)) AS t (x)"
    )
    assert trino("SELECT count(*) FROM pruned WHERE day > DATE '2026-01-03' AND n IN (0, 2)") == [(8,)]
    day = "ARRAY['day', 'n'], ARRAY['2026-01-05', '0']"
    trino(f"CALL system.unregister_partition(CURRENT_SCHEMA, 'pruned', {day})")
    assert trino('SELECT count(*) FROM "pruned$partitions"') == [(14,)]
    trino("CALL system.sync_partition_metadata(CURRENT_SCHEMA, 'pruned', 'FULL')")
    assert trino('SELECT count(*) FROM "pruned$partitions"') == [(15,)]
    trino("DELETE FROM pruned WHERE n = 1")
    assert trino("SELECT count(*) FROM pruned") == [(20,)]


def test_functions_columns_and_comments_are_kept(trino: Ask) -> None:
    ((schema,),) = trino("SELECT CURRENT_SCHEMA")
    function = f"awsdatacatalog.{schema}.following"
    trino(f"CREATE FUNCTION {function}(x integer) RETURNS integer RETURN x + 1")
    assert trino(f"SELECT {function}(1)") == [(2,)]
    trino(f"DROP FUNCTION {function}(integer)")
    trino("CREATE TABLE described (a integer)")
    trino("ALTER TABLE described ADD COLUMN b varchar")
    trino("COMMENT ON COLUMN described.b IS 'second'")
    assert [row[:2] + row[3:] for row in trino("DESCRIBE described")] == [
        ("a", "integer", ""),
        ("b", "varchar", "second"),
    ]
