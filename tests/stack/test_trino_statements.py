"""Statements that write, on a real Trino: what one engine writes the other reads, and Glue looks the same."""

from __future__ import annotations

import json
import time
import urllib.request
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from emulator.trino.errors import TrinoError
from tests.emulator.asking import Asker
from tests.stack.parts import REGION, Stack

ENGINES = ("duckdb", "trino")
FORMATS = ("PARQUET", "ORC", "TEXTFILE", "JSON")
VALUES = """
    SELECT 1 AS id, true AS b, CAST(-7 AS tinyint) AS t, CAST(300 AS smallint) AS s, -2147483648 AS i,
        9223372036854775807 AS l, CAST(0.1 AS real) AS r, 1E300 AS d, CAST('12345.67' AS decimal(9, 2)) AS n,
        CAST('-12345678901234567890123.4567' AS decimal(38, 4)) AS w, 'é, "x"' AS v,
        CAST('abc' AS varchar(5)) AS vn, CAST('ab' AS char(4)) AS c, DATE '1969-12-31' AS day,
        TIMESTAMP '2026-03-29 01:30:00.123' AS at, ARRAY[1, NULL, 3] AS a,
        MAP(ARRAY['k', 'l'], ARRAY[DATE '2026-01-01', NULL]) AS m,
        CAST(ROW(1, ARRAY[ROW('x', TIMESTAMP '2026-01-01 00:00:00.5')])
             AS row(f integer, g array(row(h varchar, j timestamp(3))))) AS o
    UNION ALL
    SELECT 2, false, NULL, NULL, NULL, NULL, NULL, -0E0, NULL, 0, '', NULL, '', DATE '0001-01-01',
        TIMESTAMP '1900-01-01 00:00:00', ARRAY[], MAP(), NULL
    UNION ALL
    SELECT 3, NULL, 127, -1, 0, 0, CAST('1E-20' AS real), 1E-5, -1, NULL, NULL, '', NULL, NULL,
        NULL, NULL, NULL, CAST(ROW(NULL, NULL) AS row(f integer, g array(row(h varchar, j timestamp(3)))))
"""


@dataclass(frozen=True)
class Both:
    """One database, asked of two engines, and clients of the emulator."""

    engines: dict[str, Asker]
    database: str
    bucket: str
    glue: Any

    def rows(self, engine: str, sql: str, **more: Any) -> list[tuple[str | None, ...]]:
        """A statement's rows."""
        return list(self.engines[engine].ask(sql, database=self.database, **more).rows)

    def place(self) -> str:
        """A folder of nobody's yet, as an s3:// address."""
        return f"s3://{self.bucket}/{uuid.uuid4().hex}/"

    def keys(self, place: str) -> list[str]:
        """The objects in a folder."""
        prefix = place.removeprefix(f"s3://{self.bucket}/")
        found = self.engines["trino"].s3.list_objects_v2(Bucket=self.bucket, Prefix=prefix)
        return [str(item["Key"]) for item in found.get("Contents", ())]

    def tables(self) -> list[str]:
        """The names of the database's tables and views."""
        return [table["Name"] for table in self.glue.get_tables(DatabaseName=self.database)["TableList"]]

    def definition(self, table: str) -> dict[str, Any]:
        """A table in Glue, without its times, its name and its place."""
        found = self.glue.get_table(DatabaseName=self.database, Name=table)["Table"]
        found["Parameters"].pop("transient_lastDdlTime", None)
        found["StorageDescriptor"].pop("Location", None)
        return {
            name: value for name, value in found.items() if name not in ("Name", "CreateTime", "UpdateTime")
        }


@pytest.fixture(scope="module")
def lent(stack: Stack) -> Iterator[tuple[dict[str, Asker], str]]:
    """A workgroup for each engine, and a bucket."""
    name = f"statements-{uuid.uuid4().hex[:8]}"
    s3, athena = stack.session.client("s3"), stack.session.client("athena")
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
    for engine in ENGINES:
        tags = [{"Key": "wardlake:engine", "Value": engine}]
        free = {"EnforceWorkGroupConfiguration": False}
        athena.create_work_group(Name=f"{name}-{engine}", Configuration=free, Tags=tags)
    yield {engine: Asker(athena, s3, f"{name}-{engine}", f"s3://{name}/results/") for engine in ENGINES}, name
    for engine in ENGINES:
        athena.delete_work_group(WorkGroup=f"{name}-{engine}", RecursiveDeleteOption=True)


@pytest.fixture
def both(lent: tuple[dict[str, Asker], str], stack: Stack) -> Iterator[Both]:
    """An empty database."""
    engines, bucket = lent
    glue = stack.session.client("glue")
    database = f"db_{uuid.uuid4().hex[:8]}"
    glue.create_database(DatabaseInput={"Name": database})
    yield Both(engines, database, bucket, glue)
    glue.delete_database(Name=database)


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("writer", ENGINES)
def test_what_an_engine_writes_both_read_alike(both: Both, writer: str, form: str) -> None:
    expected = both.rows("trino", f"SELECT * FROM ({VALUES}) ORDER BY id")
    both.rows(writer, f"CREATE TABLE t WITH (format = '{form}') AS {VALUES}")
    for reader in ENGINES:
        found = both.rows(reader, "SELECT * FROM t ORDER BY id")
        assert found == expected, reader


@pytest.mark.parametrize("form", FORMATS)
def test_tables_made_on_both_engines_are_the_same_to_glue(both: Both, form: str) -> None:
    for engine in ENGINES:
        both.rows(
            engine,
            f"CREATE TABLE by_{engine} WITH (format = '{form}', partitioned_by = ARRAY['p'], "
            "bucketed_by = ARRAY['a'], bucket_count = 2) AS SELECT 1 AS a, CAST('x' AS varchar(3)) AS p",
        )
    assert both.definition("by_trino") == both.definition("by_duckdb")
    partitions = [
        both.glue.get_partitions(DatabaseName=both.database, TableName=f"by_{engine}")["Partitions"]
        for engine in ENGINES
    ]
    for (partition,) in partitions:
        for name in ("CreationTime", "TableName"):
            partition.pop(name)
        assert partition["StorageDescriptor"].pop("Location").endswith("/p=x")
    assert partitions[0] == partitions[1]


@pytest.mark.parametrize(("first", "second"), [ENGINES, ENGINES[::-1]])
@pytest.mark.parametrize("stored", ["PARQUET", "ORC", "TEXTFILE"])
def test_engines_take_turns_at_a_partitioned_table(both: Both, first: str, second: str, stored: str) -> None:
    place = both.place()
    both.rows(
        first,
        f"CREATE EXTERNAL TABLE t (a int, v varchar(3)) PARTITIONED BY (day date) STORED AS {stored} "
        f"LOCATION '{place}'",
    )
    both.rows(first, "INSERT INTO t VALUES (1, 'one', DATE '2026-01-01'), (2, 'two', NULL)")
    before = both.keys(place)
    told = both.engines[second].ask(
        "INSERT INTO t (v, a, day) VALUES ('3', 3, DATE '2026-01-01'), (NULL, 4, DATE '2026-01-02')",
        database=both.database,
    )
    assert told.update_count == 2
    added = [f"s3://{both.bucket}/{key}" for key in both.keys(place) if key not in before]
    assert sorted(told.manifest or ()) == added
    for reader in ENGINES:
        assert both.rows(reader, "SELECT * FROM t ORDER BY a") == [
            ("1", "one", "2026-01-01"),
            ("2", "two", None),
            ("3", "3", "2026-01-01"),
            ("4", None, "2026-01-02"),
        ]
    partitions = both.glue.get_partitions(DatabaseName=both.database, TableName="t")["Partitions"]
    assert all(partition["Parameters"] == {} for partition in partitions)


def test_a_partition_with_a_place_of_its_own_is_filled_there(both: Both) -> None:
    place, elsewhere = both.place(), both.place()
    both.rows("trino", f"CREATE EXTERNAL TABLE t (a int) PARTITIONED BY (p int) LOCATION '{place}'")
    both.rows("trino", f"ALTER TABLE t ADD PARTITION (p = 1) LOCATION '{elsewhere}'")
    told = both.engines["trino"].ask("INSERT INTO t VALUES (7, 1)", database=both.database)
    assert list(told.manifest or ()) == [f"s3://{both.bucket}/{key}" for key in both.keys(elsewhere)]
    assert (both.keys(place), both.rows("duckdb", "SELECT * FROM t")) == ([], [("7", "1")])


def test_a_projected_table_gets_files_and_no_partitions(both: Both) -> None:
    both.rows(
        "trino",
        f"CREATE EXTERNAL TABLE t (a int) PARTITIONED BY (run string) STORED AS PARQUET "
        f"LOCATION '{both.place()}' "
        "TBLPROPERTIES ('projection.enabled' = 'true', 'projection.run.type' = 'injected')",
    )
    both.rows("trino", "INSERT INTO t VALUES (1, 'r1')")
    for reader in ENGINES:
        assert both.rows(reader, "SELECT a FROM t WHERE run = 'r1'") == [("1",)]
    assert both.rows("trino", "SHOW PARTITIONS t") == []


def test_a_view_of_either_engine_is_read_by_both(both: Both) -> None:
    for engine in ENGINES:
        both.rows(engine, f"CREATE OR REPLACE VIEW by_{engine} AS SELECT * FROM ({VALUES})")
    assert both.definition("by_trino") == both.definition("by_duckdb")
    expected = both.rows("trino", f"SELECT * FROM ({VALUES}) ORDER BY id")
    for reader in ENGINES:
        for maker in ENGINES:
            assert both.rows(reader, f"SELECT * FROM by_{maker} ORDER BY id") == expected


def test_unload_leaves_files_and_a_manifest_and_no_table(both: Both) -> None:
    place = both.place()
    told = both.engines["trino"].ask(
        f"UNLOAD (SELECT x AS a, x % 2 AS p FROM UNNEST(sequence(1, 4)) AS t (x)) TO '{place}' "
        "WITH (format = 'TEXTFILE', field_delimiter = '|', partitioned_by = ARRAY['p'])",
        database=both.database,
    )
    assert (told.update_count, both.tables()) == (4, [])
    assert sorted(told.manifest or ()) == [f"s3://{both.bucket}/{key}" for key in both.keys(place)]
    assert [key.split("/")[-2] for key in both.keys(place)] == ["p=0", "p=1"]


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE t WITH (external_location = '{}') AS {}",
        "UNLOAD ({1}) TO '{0}' WITH (format = 'PARQUET')",
    ],
)
def test_what_fails_while_it_writes_leaves_nothing(both: Both, statement: str) -> None:
    place = both.place()
    numbers = "UNNEST(sequence(1, 1000))"
    late = f"SELECT x, 1 / (x * y - 1000000) AS z FROM {numbers} AS a (x), {numbers} AS b (y)"
    with pytest.raises(TrinoError, match="DIVISION_BY_ZERO"):
        both.rows("trino", statement.format(place, late))
    assert (both.keys(place), both.tables()) == ([], [])


def test_a_stopped_write_leaves_nothing(both: Both, stack: Stack) -> None:
    place, asker = both.place(), both.engines["trino"]
    numbers = "UNNEST(sequence(1, 10000))"
    endless = f"SELECT a.x, b.x AS y FROM {numbers} AS a (x), {numbers} AS b (x), {numbers} AS c (x)"
    query_id = asker.start(f"CREATE TABLE t WITH (external_location = '{place}') AS {endless}", both.database)
    while "RUNNING" not in states_on_trino(stack, query_id):
        time.sleep(0.1)
    asker.stop(query_id)
    assert asker.end_of(query_id)["Status"]["State"] == "CANCELLED"
    assert (both.keys(place), both.tables()) == ([], [])


def states_on_trino(stack: Stack, query_id: str) -> list[str]:
    """The states of the queries that Trino runs or ran for an execution of Athena's."""
    request = urllib.request.Request(f"{stack.trino_url}/v1/query", headers={"X-Trino-User": "tests"})
    with urllib.request.urlopen(request, timeout=20) as reply:
        found = json.load(reply)
    return [query["state"] for query in found if query_id in query["session"]["clientTags"]]


def test_a_prepared_statement_writes_with_its_values(both: Both) -> None:
    both.rows(
        "trino", f"CREATE EXTERNAL TABLE t (a int, v string) STORED AS PARQUET LOCATION '{both.place()}'"
    )
    both.rows("trino", "PREPARE p FROM INSERT INTO t SELECT ?, ?")
    both.rows("trino", "EXECUTE p USING 1, 'it''s'")
    both.rows("trino", "EXECUTE p", parameters=("2", "'?'"))
    both.rows("trino", "DEALLOCATE PREPARE p")
    assert both.rows("duckdb", "SELECT * FROM t ORDER BY a") == [("1", "it's"), ("2", "?")]


@pytest.mark.parametrize(
    ("statement", "where"),
    [
        ("CREATE TABLE t AS\n  SELECT gone FROM (VALUES 1) AS t (x)", "line 2:10"),
        ("CREATE VIEW t AS SELECT gone FROM (VALUES 1) AS t (x)", "line 1:25"),
        (
            "UNLOAD (SELECT gone FROM (VALUES 1) AS t (x)) TO 's3://nowhere/' WITH (format = 'ORC')",
            "line 1:16",
        ),
        ("EXPLAIN SELECT gone FROM (VALUES 1) AS t (x)", "line 1:16"),
    ],
)
def test_an_error_in_a_statements_query_names_its_place_in_the_statement(
    both: Both, statement: str, where: str
) -> None:
    statement = statement.replace("s3://nowhere/", both.place())
    with pytest.raises(TrinoError, match=f"COLUMN_NOT_FOUND: {where}: Column 'gone' cannot be resolved"):
        both.rows("trino", statement)


def test_plans_are_trinos_own(both: Both) -> None:
    told = both.engines["trino"].ask(
        "EXPLAIN ANALYZE SELECT count(*) FROM (VALUES 1, 2)", database=both.database
    )
    lines = [str(line) for (line,) in told.rows]
    assert (told.text, lines[0]) == (True, "Trino version: 476")
    assert any("CPU:" in line for line in lines)
