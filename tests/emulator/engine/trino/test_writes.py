"""Statements that write, on a Trino in miniature: what it is asked, and what is left behind."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from emulator.catalog.glue import MotoCatalog
from emulator.catalog.model import GlueTable
from emulator.catalog.presto_view import decode
from emulator.engine.base import CancelToken, EngineLost, ExecutionContext, S3Location, StatementResult
from emulator.engine.trino.engine import TrinoEngine
from emulator.moto_backends import glue_backend, s3_backend
from emulator.storage.moto_objects import MotoObjects
from emulator.trino.errors import TrinoError, Unsupported
from tests.emulator.engine.trino.fake_trino import failed, page
from tests.emulator.engine.trino.writing_trino import Writes, WritingTrino

REGION = "eu-north-1"
"""Of these tests alone: its database ``db`` is emptied by each."""

QUERY_ID = "00000000-0000-4000-8000-000000000001"
TEMPORARY = '"awsdatacatalog"."db"."wardlake_00000000_0000_4000_8000_000000000001"'
MANY = tuple((f"{number:03}",) for number in range(101))


@dataclass
class Site:
    """An engine on a Trino in miniature, its catalog and its store."""

    trino: WritingTrino
    engine: TrinoEngine
    catalog: MotoCatalog
    objects: MotoObjects
    bucket: str

    def run(self, sql: str, *parameters: str) -> StatementResult:
        """Run a statement in the database ``db``."""
        context = ExecutionContext(
            query_id=QUERY_ID,
            account="123456789012",
            region=REGION,
            catalog="awsdatacatalog",
            database="db",
            started=datetime(2026, 1, 1, tzinfo=UTC),
            output=S3Location(self.bucket, f"results/{QUERY_ID}"),
            cancel=CancelToken(),
            parameters=parameters,
        )
        return self.engine.execute(self.engine.check(sql), context)

    @property
    def asked(self) -> list[str]:
        """What Trino was asked to run, without questions about grammar."""
        return [sql for sql in self.trino.asked if not sql.startswith("PREPARE")]

    def stored(self) -> list[str]:
        """All objects."""
        return [info.key for info in self.objects.list(self.bucket, "")]

    def names(self) -> list[str]:
        """All tables."""
        return [table.name for table in self.catalog.tables("db")]

    def table(self, name: str) -> GlueTable:
        """A table that is there."""
        found = self.catalog.table("db", name)
        assert found is not None
        return found


@pytest.fixture
def here() -> Iterator[Site]:
    """An empty database and an empty bucket."""
    catalog, store = MotoCatalog(glue_backend(REGION)), s3_backend()
    catalog.create_database({"Name": "db"})
    bucket = f"trino-writes-{uuid.uuid4().hex}"
    store.create_bucket(bucket, REGION)
    trino = WritingTrino(catalog, MotoObjects(store))
    engine = TrinoEngine(
        trino.url, MotoObjects(store), lambda account, region: MotoCatalog(glue_backend(region))
    )
    yield Site(trino, engine, catalog, MotoObjects(store), bucket)
    engine.close()
    trino.stop()
    catalog.delete_database("db")


@pytest.mark.parametrize(
    ("properties", "asked", "codec"),
    [
        ("", "format = 'PARQUET', external_location = '{}'", "SNAPPY"),
        (
            "WITH (format = 'orc', write_compression = 'zlib')",
            "format = 'ORC', external_location = '{}'",
            "GZIP",
        ),
        (
            "WITH (format = 'TEXTFILE', field_delimiter = '''', partitioned_by = ARRAY['P', 'q'])",
            "format = 'TEXTFILE', external_location = '{}', textfile_field_separator = '''', "
            "partitioned_by = ARRAY['p', 'q']",
            "GZIP",
        ),
        (
            "WITH (bucketed_by = ARRAY['a'], bucket_count = 4, parquet_compression = 'ZSTD')",
            "format = 'PARQUET', external_location = '{}', bucketed_by = ARRAY['a'], bucket_count = 4",
            "ZSTD",
        ),
    ],
)
def test_properties_of_a_new_table_are_said_in_trinos_words(
    here: Site, properties: str, asked: str, codec: str
) -> None:
    here.run(f"CREATE TABLE t {properties} AS SELECT 1 AS a")
    location = f"s3://{here.bucket}/results/tables/{QUERY_ID}"
    (sql,) = here.asked
    head, query, tail = sql.split("\n")
    assert head == f"CREATE TABLE {TEMPORARY} WITH ({asked.format(location)}) AS"
    assert (query.strip(), tail) == ("SELECT 1 AS a", "WITH DATA")
    assert f"awsdatacatalog.compression_codec={codec}" in here.trino.headers[-2]["X-Trino-Session"]


@pytest.mark.parametrize(
    ("properties", "message"),
    [
        ("write_compression = 'LZO'", "Writing Parquet with compression LZO is not supported on Trino"),
        (
            "format = 'JSON', write_compression = 'BZIP2'",
            "Writing text with compression BZIP2 is not supported on Trino",
        ),
        (
            "write_compression = 'ZSTD', compression_level = 3",
            "compression_level is not supported for format PARQUET on Trino",
        ),
    ],
)
def test_what_trino_cannot_write_is_refused_by_name(here: Site, properties: str, message: str) -> None:
    with pytest.raises(Unsupported, match=message):
        here.run(f"CREATE TABLE t WITH ({properties}) AS SELECT 1 AS a")
    assert here.asked == []


def test_a_query_keeps_its_place_its_comments_and_its_question_marks(here: Site) -> None:
    here.run("CREATE TABLE t AS\n  SELECT ? AS a -- '\n WITH NO DATA;", "'it''s'")
    (sql,) = here.asked
    assert sql.startswith("EXECUTE IMMEDIATE '\nCREATE TABLE ")
    assert sql.endswith(" AS\n                 \n  SELECT ? AS a -- ''\n \nWITH NO DATA' USING 'it''s'")


def test_a_new_table_is_in_glue_as_athena_makes_it_and_the_temporary_one_is_gone(here: Site) -> None:
    here.trino.writes = Writes((("a", "int"),), (("p", "varchar(1)"),), (("x",), ("y",)))
    result = here.run(
        f"CREATE TABLE t WITH (external_location = 's3://{here.bucket}/t/', partitioned_by = ARRAY['p']) "
        "AS SELECT 1 AS a, 'x' AS p"
    )
    assert result.update_count == 2
    assert result.manifest == tuple(f"s3://{here.bucket}/{key}" for key in here.stored())
    assert here.names() == ["t"]
    assert here.trino.seen_tables == [[TEMPORARY.split('"')[-2]]]
    table = here.table("t")
    assert table.storage.location == f"s3://{here.bucket}/t"
    assert table.parameters == {
        "EXTERNAL": "TRUE",
        "has_encrypted_data": "false",
        "parquet.compression": "SNAPPY",
        "transient_lastDdlTime": "1767225600",
    }
    partitions = here.catalog.partitions(table)
    assert [(found.values, found.raw["Parameters"]) for found in partitions] == [(("x",), {}), (("y",), {})]


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE t WITH (external_location = 's3://{0}/t/') AS SELECT 1 AS a",
        "UNLOAD (SELECT 1 AS a) TO 's3://{0}/t/' WITH (format = 'JSON')",
    ],
)
@pytest.mark.parametrize("end", ["fails", "dies", "writes too much"])
def test_a_write_that_fails_leaves_neither_files_nor_tables(here: Site, statement: str, end: str) -> None:
    writes = Writes(keys=(("p", "string"),), partitions=(("x",),))
    if end == "fails":
        writes.ends = failed("DIVISION_BY_ZERO", kind="USER_ERROR")
    elif end == "dies":
        writes.then = lambda: setattr(here.trino, "dead", True)
    else:
        writes.partitions = MANY
    here.trino.writes = writes
    with pytest.raises((TrinoError, EngineLost)):
        here.run(statement.format(here.bucket))
    assert (here.stored(), here.names()) == ([], [])


def test_a_writer_that_ends_after_its_query_is_waited_for(here: Site) -> None:
    here.trino.writes = Writes(ends=failed("DIVISION_BY_ZERO", kind="USER_ERROR"))
    with pytest.raises(TrinoError):
        here.run("CREATE TABLE t AS SELECT 1 AS a")
    assert here.trino.looks == 2


def test_files_of_others_are_not_taken_for_the_statements_own(here: Site) -> None:
    def neighbour() -> None:
        here.objects.put_bytes(here.bucket, "t/theirs", b"")

    here.trino.writes = Writes(then=neighbour)
    result = here.run(f"UNLOAD (SELECT 1 AS a) TO 's3://{here.bucket}/t/' WITH (format = 'ORC')")
    assert len(result.manifest or ()) == 1
    assert "t/theirs" in here.stored()


def make_table(here: Site, properties: str = "") -> None:
    """An empty table ``t`` with a partition key."""
    here.run(
        "CREATE EXTERNAL TABLE t (a int) PARTITIONED BY (p string) STORED AS PARQUET "
        f"LOCATION 's3://{here.bucket}/t/' {properties}"
    )


def test_an_insert_goes_to_trino_as_it_is_written(here: Site) -> None:
    make_table(here)
    here.trino.writes = Writes(partitions=(("x",),))
    sql = 'insert into t ("p", A)\n select ?, 1 -- "'
    here.run(f"{sql}\n;", "'x'")
    assert here.asked == [f"EXECUTE IMMEDIATE '\n{sql}\n' USING 'x'"]
    here.run(sql)
    assert here.asked[1:] == [sql]


def test_partitions_that_trino_registers_lose_its_notes_and_those_of_others_stay(here: Site) -> None:
    make_table(here)
    here.run("ALTER TABLE t ADD PARTITION (p = 'old') LOCATION 's3://" + here.bucket + "/elsewhere/'")
    here.trino.writes = Writes(partitions=(("old",), ("new",)))
    result = here.run("INSERT INTO t VALUES (1, 'x')")
    places = [f"s3://{here.bucket}/{key}" for key in here.stored()]
    assert sorted(result.manifest or ()) == places
    assert [key.split("/")[0] for key in here.stored()] == ["elsewhere", "t"]
    found = here.catalog.partitions(here.table("t"))
    assert {partition.values: partition.raw["Parameters"] for partition in found} == {
        ("old",): {},
        ("new",): {},
    }


def test_a_projected_table_has_no_partitions_registered(here: Site) -> None:
    make_table(here, "TBLPROPERTIES ('projection.enabled' = 'true', 'projection.p.type' = 'injected')")
    here.trino.writes = Writes(partitions=(("x",),))
    here.run("INSERT INTO t VALUES (1, 'x')")
    assert here.catalog.partitions(here.table("t")) == ()
    assert len(here.stored()) == 1


@pytest.mark.parametrize("end", ["fails", "dies", "writes too much"])
def test_an_insert_that_fails_leaves_the_table_as_it_was(here: Site, end: str) -> None:
    make_table(here)
    here.objects.put_bytes(here.bucket, "t/p=x/before", b"")
    writes = Writes(partitions=(("x",),))
    if end == "fails":
        writes.ends = failed("DIVISION_BY_ZERO", kind="USER_ERROR")
    elif end == "dies":
        writes.then = lambda: setattr(here.trino, "dead", True)
    else:
        writes.partitions = MANY
    here.trino.writes = writes
    with pytest.raises((TrinoError, EngineLost)):
        here.run("INSERT INTO t VALUES (1, 'x')")
    assert here.stored() == ["t/p=x/before"]
    assert here.catalog.partitions(here.table("t")) == ()


@pytest.mark.parametrize(
    ("properties", "bucket", "message"),
    [
        (
            "'storage.location.template' = 's3://x/${p}', 'projection.enabled' = 'true'",
            None,
            "location.template",
        ),
        ("'parquet.compression' = 'BROTLI'", None, "Parquet with compression BROTLI"),
        ("'a' = 'b'", "no-such-bucket", "The specified bucket does not exist: no-such-bucket"),
    ],
)
def test_an_insert_that_trino_would_put_elsewhere_is_not_asked(
    here: Site, properties: str, bucket: str | None, message: str
) -> None:
    here.bucket = bucket or here.bucket
    make_table(here, f"TBLPROPERTIES ({properties})")
    with pytest.raises(TrinoError, match=re.escape(message)):
        here.run("INSERT INTO t VALUES (1, 'x')")
    assert here.asked == []


def test_a_view_has_the_columns_that_trino_says(here: Site) -> None:
    sql = f"SELECT * FROM (\n{' ' * 17}SELECT 1 AS Big\n) LIMIT 0"
    kind = {"rawType": "bigint", "arguments": []}
    here.trino.teach(sql, page(columns=[{"name": "Big", "typeSignature": kind}]))
    here.run("CREATE VIEW v AS SELECT 1 AS Big;")
    view = decode(here.table("v").view_text or "")
    assert (view.sql, [(column.name, str(column.type)) for column in view.columns]) == (
        "SELECT 1 AS Big",
        [("Big", "bigint")],
    )


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("line 2:12: Column 'x' cannot be resolved", "line 1:12: Column 'x' cannot be resolved"),
        ("line 1:40: Table property 'x' does not exist", "line 1:1: Table property 'x' does not exist"),
        ("Division by zero", "Division by zero"),
    ],
)
def test_an_error_is_placed_in_the_statement_that_the_user_wrote(here: Site, said: str, told: str) -> None:
    here.trino.writes = Writes(ends=failed("SYNTAX_ERROR", said, "USER_ERROR"))
    with pytest.raises(TrinoError) as raised:
        here.run("CREATE TABLE t AS SELECT 1 AS a")
    assert raised.value.message == told


@pytest.mark.parametrize(
    "sql", ["EXPLAIN ANALYZE INSERT INTO t VALUES (1)", "EXPLAIN UNLOAD (SELECT 1) TO 's3://x/'"]
)
def test_only_queries_are_explained(here: Site, sql: str) -> None:
    with pytest.raises(Unsupported, match="EXPLAIN of anything but a query is not supported"):
        here.run(sql)
    assert here.asked == []


def test_a_plan_is_a_row_for_each_line(here: Site) -> None:
    kind = {"rawType": "varchar", "arguments": [{"kind": "LONG", "value": 2_147_483_647}]}
    columns = [{"name": "Query Plan", "typeSignature": kind}]
    here.trino.teach("EXPLAIN (TYPE IO)\nSELECT 1", page(columns=columns, data=[["a\n b"]]))
    result = here.run("EXPLAIN (TYPE IO)\nSELECT 1;")
    assert (result.text, list(result.rows)) == (True, [("a",), (" b",)])
