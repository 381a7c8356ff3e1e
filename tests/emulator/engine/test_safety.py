from __future__ import annotations

import threading
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from emulator.engine.base import Cancelled, CancelToken
from emulator.engine.duckdb.writes import finished
from emulator.statements.runtime import FileFormat, WrittenFile
from emulator.trino.errors import TrinoError
from tests.emulator.lake import Lake

# a million million rows: only stopping ends it
ENDLESS = (
    "FROM UNNEST(sequence(1, 10000)) AS a (x) CROSS JOIN UNNEST(sequence(1, 10000)) AS b (y) "
    "CROSS JOIN UNNEST(sequence(1, 10000)) AS c (z) WHERE (x * y + z) % 1000003 = 7"
)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM read_text('/etc/passwd')",
        "SELECT * FROM '/etc/passwd'",
        'SELECT * FROM "/etc/passwd"',
        "SELECT * FROM TABLE(read_parquet('/etc/passwd'))",
        "SELECT * FROM glob('/etc/*')",
        "SELECT * FROM duckdb_settings()",
        "SELECT * FROM pragma_version()",
        "SELECT getenv('HOME')",
        "SELECT current_setting('threads')",
        "COPY (SELECT 1) TO '/tmp/wardlake-escape'",
        "ATTACH '/tmp/wardlake-escape' AS x",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET threads = 1",
        "RESET threads",
        "PRAGMA database_list",
        "CALL pragma_version()",
        "EXPORT DATABASE '/tmp/wardlake-escape'",
        "CREATE MACRO m() AS 1",
        "CREATE TABLE x (a int)",
        "SELECT 1; SELECT 2",
        "SELECT * FROM sqlite_master",
        "SELECT * FROM information_schema.duckdb_settings",
        "SELECT * FROM system.main.duckdb_settings",
        "SELECT * FROM TABLE(read_json('/etc/passwd'))",
        "SELECT * FROM TABLE(glob('/etc/*'))",
        "SELECT * FROM TABLE(query('SELECT 1'))",
        "SELECT * FROM read_blob('/etc/passwd')",
        "SELECT * FROM sniff_csv('/etc/passwd')",
        "SELECT * FROM parquet_metadata('/etc/passwd')",
        "FROM '/etc/passwd'",
        "SELECT content FROM read_text('/proc/self/environ')",
        "SELECT getvariable('x')",
        "SELECT duckdb_settings()",
        "SELECT trino_double_text('1')",
        "SELECT \"error\"('x')",
        "DETACH memory",
        "USE memory",
        "CHECKPOINT",
        "FORCE INSTALL httpfs",
        "UPDATE EXTENSIONS",
        "IMPORT DATABASE '/tmp/wardlake-escape'",
        "CREATE SECRET s (TYPE s3)",
        "CREATE TEMP TABLE x AS SELECT 1",
        "SELECT 1 INTO OUTFILE '/tmp/wardlake-escape'",
        "UNLOAD (SELECT 1 AS a) TO '/tmp/wardlake-escape' WITH (format = 'PARQUET')",
        "UNLOAD (SELECT 1 AS a) TO 'file:///tmp/wardlake-escape' WITH (format = 'PARQUET')",
        "CREATE TABLE c WITH (external_location = '/tmp/wardlake-escape') AS SELECT 1 AS a",
        "CREATE TABLE c WITH (external_location = 's3:///tmp/wardlake-escape') AS SELECT 1 AS a",
    ],
)
def test_duckdb_is_out_of_reach(lake: Lake, sql: str) -> None:
    with pytest.raises(TrinoError) as raised:
        lake.rows(sql)
    assert raised.value.name != "GENERIC_INTERNAL_ERROR"
    assert not Path("/tmp/wardlake-escape").exists()


@pytest.mark.only_on("embedded", because="looks into DuckDB itself")
@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM read_text('/proc/self/environ')",
        "COPY (SELECT 1) TO '/tmp/wardlake-escape'",
        "ATTACH '/tmp/wardlake-escape' AS x",
        "INSTALL httpfs",
        "SET enable_external_access = true",
        "SET allowed_directories = ['/']",
        "SET threads = 1",
    ],
)
def test_duckdb_itself_is_shut_in(lake: Lake, statement: str) -> None:
    """The second wall: what a flaw of the translation could let through does nothing."""
    import duckdb

    with lake.engine._database.cursor() as cursor, pytest.raises(duckdb.Error):
        cursor.execute(statement).fetchall()
    assert not Path("/tmp/wardlake-escape").exists()


def test_names_and_texts_cannot_break_out_of_their_quotes(lake: Lake) -> None:
    name = "a\"'; drop table t; --"
    lake.rows(
        f"CREATE EXTERNAL TABLE t (`{name}` string) PARTITIONED BY (p string) STORED AS PARQUET "
        "LOCATION 's3://lake/t/'"
    )
    quoted = '"' + name.replace('"', '""') + '"'
    lake.rows("INSERT INTO t SELECT 'it''s', 'x''); select ''y'")
    assert lake.rows(f"SELECT {quoted}, p FROM t WHERE p = 'x''); select ''y'") == [
        ("it's", "x'); select 'y")
    ]


@pytest.mark.parametrize("form", ["PARQUET", "TEXTFILE"])
@pytest.mark.parametrize("location", ["s3://lake/../../../../etc", "s3://lake//etc/", "s3://../etc"])
def test_a_location_is_a_key_and_never_a_path(lake: Lake, location: str, form: str) -> None:
    lake.rows(f"CREATE EXTERNAL TABLE t (a string) STORED AS {form} LOCATION '{location}'")
    if location.startswith("s3://.."):
        with pytest.raises(TrinoError, match="HIVE_FILESYSTEM_ERROR"):
            lake.rows("SELECT * FROM t")
        return
    assert lake.rows("SELECT * FROM t") == []
    lake.rows("INSERT INTO t VALUES ('x')")
    (key,) = lake.keys()
    assert key.startswith(location.removeprefix("s3://lake/"))
    assert lake.rows("SELECT a FROM t") == [("x",)]


@pytest.mark.parametrize(
    "value", ["../../../../tmp/wardlake-escape", "/tmp/wardlake-escape", "a\\b", "..", "."]
)
def test_a_partition_s_value_is_no_path(lake: Lake, value: str) -> None:
    lake.rows(
        "CREATE EXTERNAL TABLE t (a int) PARTITIONED BY (`../p` string) STORED AS PARQUET "
        "LOCATION 's3://lake/t/'"
    )
    lake.rows(f"INSERT INTO t VALUES (1, '{value}')")
    assert not Path("/tmp/wardlake-escape").exists()
    assert lake.rows('SELECT a, "../p" FROM t') == [("1", value)]


@pytest.mark.only_on("embedded", because="no key that leads out of its bucket passes the API")
def test_the_file_names_of_objects_are_no_paths(lake: Lake) -> None:
    lake.rows("CREATE EXTERNAL TABLE t (a string) LOCATION 's3://lake/t/'")
    for key in ("t/../../x", "t/a.gz/../b", "t/c'; SELECT 1; --", "t/%2e%2e/d", "t/e.csv\n"):
        lake.put(key, key.encode().replace(b"\n", b"") + b"\n")
    # names with a dot at their start are hidden in Hive, `..` among them
    assert sorted(lake.rows("SELECT a FROM t")) == [("t/%2e%2e/d",), ("t/c'; SELECT 1; --",), ("t/e.csv",)]


@pytest.mark.parametrize(
    "counted",
    ["*", "regexp_replace(CAST(x * y AS varchar), '([0-9])([0-9])', '$2$1')", "date_parse('2026', '%Y')"],
    ids=["in DuckDB", "in Python", "constants"],
)
def test_a_running_query_is_stopped(lake: Lake, counted: str) -> None:
    cancel = CancelToken()
    timer = threading.Timer(0.2, cancel.cancel)
    timer.start()
    with pytest.raises(Cancelled):
        lake.rows(f"SELECT count({counted}) {ENDLESS}", cancel=cancel)
    timer.join()


@pytest.mark.only_on("embedded", because="over the wire a query is started before it can be stopped")
def test_a_query_that_is_stopped_before_it_starts_does_not_start(lake: Lake) -> None:
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        lake.rows("SELECT 1", cancel=cancel)


@pytest.mark.parametrize("form", ["PARQUET", "TEXTFILE", "ORC"])
def test_a_stopped_write_leaves_nothing_behind(lake: Lake, form: str) -> None:
    cancel = CancelToken()
    timer = threading.Timer(0.2, cancel.cancel)
    timer.start()
    with pytest.raises(Cancelled):
        lake.rows(
            f"CREATE TABLE c WITH (format = '{form}') AS SELECT x * y AS n "
            f"{ENDLESS.replace('% 1000003 = 7', '> 0')}",
            cancel=cancel,
        )
    timer.join()
    assert lake.catalog.table("db", "c") is None
    assert lake.keys(bucket="results") == []


@pytest.mark.parametrize("form", ["TEXTFILE", "ORC"])
def test_a_write_is_stopped_while_its_files_take_their_form(tmp_path: Path, form: str) -> None:
    cancel = CancelToken()
    cancel.cancel()
    pq.write_table(pa.table({"line": ["a"]}), tmp_path / "data")
    with pytest.raises(Cancelled):
        finished([WrittenFile(tmp_path / "data", 1, ())], FileFormat(form, "NONE"), cancel.check)


@pytest.mark.only_on("embedded", because="over the wire rows are read when a query has ended")
def test_rows_of_a_stopped_query_end_with_cancelled(lake: Lake) -> None:
    cancel = CancelToken()
    result = lake.execute("SELECT x FROM UNNEST(sequence(1, 10000)) AS a (x)", cancel=cancel)
    next(result.rows)
    cancel.cancel()
    with pytest.raises(Cancelled):
        list(result.rows)


def test_twenty_queries_run_at_once(lake: Lake) -> None:
    lake.rows(
        "CREATE EXTERNAL TABLE t (a int) PARTITIONED BY (p int) STORED AS PARQUET LOCATION 's3://lake/t/'"
    )
    failures: list[BaseException] = []

    def work(number: int) -> None:
        try:
            for _ in range(3):
                lake.rows(f"INSERT INTO t VALUES ({number}, {number % 4})")
                (count,) = lake.rows(f"SELECT count(*) FROM t WHERE a = {number}")
                assert int(str(count[0])) >= 1
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert lake.rows("SELECT count(*), count(DISTINCT a), count(DISTINCT p) FROM t") == [("60", "20", "4")]


@pytest.mark.only_on("embedded", because="over the wire rows are read when a query has ended")
def test_nothing_is_left_of_a_query_when_its_rows_are_not_read(lake: Lake) -> None:
    result = lake.execute("SELECT 1 AS n")
    result.rows.close()  # type: ignore[attr-defined]
    assert list(result.rows) == []
