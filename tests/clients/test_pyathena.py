"""PyAthena's cursors: rows from the API, from CSV and text objects in S3, and from UNLOAD's Parquet."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time
from decimal import Decimal
from functools import partial
from typing import Any

import boto3
import pyarrow.fs
import pyathena
import pytest
from pyathena.arrow.cursor import ArrowCursor
from pyathena.cursor import Cursor, DictCursor
from pyathena.error import OperationalError
from pyathena.pandas.cursor import PandasCursor

from tests.clients.conftest import Lake

COMPLEX_ROW = (
    b"true\t127\t32767\t2147483647\t9223372036854775807\t0.5\t0.25\ta string\tvarchar\t"
    b"2017-01-01 00:00:00.000\t2017-01-02\tMTIz\t1\x022\t1\x032\x023\x034\t1\x022\t0.1\n"
)
COMPLEX_TABLE = """
create external table complex (
    col_boolean boolean, col_tinyint tinyint, col_smallint smallint, col_int int, col_bigint bigint,
    col_float float, col_double double, col_string string, col_varchar varchar(10), col_timestamp timestamp,
    col_date date, col_binary binary, col_array array<int>, col_map map<int, int>,
    col_struct struct<a: int, b: int>, col_decimal decimal(10,1)
)
row format delimited fields terminated by '\\t' lines terminated by '\\n' stored as textfile
location '{location}'
"""


@pytest.fixture(scope="module")
def connection(lake: Lake) -> Iterator[Any]:
    """A connection to the lake, where a table of a thousand numbers and one of all types are."""
    with pyathena.connect(
        s3_staging_dir=lake.results, schema_name=lake.database, poll_interval=0.02
    ) as connection:
        s3 = boto3.client("s3")
        numbers = "".join(f"{n}\n" for n in range(3000)).encode()
        s3.put_object(Bucket=lake.bucket, Key="tables/numbers/numbers.tsv", Body=numbers)
        s3.put_object(Bucket=lake.bucket, Key="tables/complex/row.tsv", Body=COMPLEX_ROW)
        with connection.cursor() as cursor:
            cursor.execute(
                "create external table numbers (a int comment 'a number') comment 'some numbers' "
                f"row format delimited fields terminated by '\\t' location '{lake.at('numbers')}'"
            )
            cursor.execute(COMPLEX_TABLE.format(location=lake.at("complex")))
        yield connection


@pytest.fixture
def cursor(connection: Any) -> Any:
    """A plain cursor."""
    return connection.cursor(Cursor)


def test_pages_of_a_thousand_rows_follow_each_other(cursor: Any) -> None:
    cursor.execute("select a from numbers order by a")
    assert cursor.fetchall() == [(n,) for n in range(3000)]


def test_an_execution_tells_all_that_the_cursor_shows(cursor: Any, lake: Lake) -> None:
    cursor.execute("select a from numbers where a = 1")
    assert cursor.fetchone() == (1,)
    assert cursor.output_location == f"{lake.results}{cursor.query_id}.csv"
    assert (cursor.statement_type, cursor.substatement_type) == ("DML", "SELECT")
    assert cursor.state_change_reason is None
    assert cursor.data_manifest_location is None
    assert isinstance(cursor.completion_date_time, datetime)
    assert cursor.data_scanned_in_bytes > 0
    assert cursor.query_queue_time_in_millis > 0
    assert cursor.total_execution_time_in_millis >= cursor.engine_execution_time_in_millis > 0


def test_every_type_of_a_text_table_becomes_its_python_value(cursor: Any) -> None:
    cursor.execute("select * from complex")
    assert cursor.fetchall() == [
        (
            True, 127, 32767, 2147483647, 9223372036854775807, 0.5, 0.25, "a string", "varchar",
            datetime(2017, 1, 1), date(2017, 1, 2), b"123",
            [1, 2], {"1": "2", "3": "4"}, {"a": "1", "b": "2"}, Decimal("0.1"),
        )
    ]  # fmt: skip
    assert [
        (name, kind, precision, scale) for name, kind, _, _, precision, scale, _ in cursor.description
    ] == [
        ("col_boolean", "boolean", 0, 0),
        ("col_tinyint", "tinyint", 3, 0),
        ("col_smallint", "smallint", 5, 0),
        ("col_int", "integer", 10, 0),
        ("col_bigint", "bigint", 19, 0),
        ("col_float", "float", 17, 0),
        ("col_double", "double", 17, 0),
        ("col_string", "varchar", 2147483647, 0),
        ("col_varchar", "varchar", 10, 0),
        ("col_timestamp", "timestamp", 3, 0),
        ("col_date", "date", 0, 0),
        ("col_binary", "varbinary", 1073741824, 0),
        ("col_array", "array", 0, 0),
        ("col_map", "map", 0, 0),
        ("col_struct", "row", 0, 0),
        ("col_decimal", "decimal", 10, 1),
    ]


def test_times_and_json_become_python_values(cursor: Any) -> None:
    cursor.execute(
        "select time '12:34:56.789', timestamp '2026-01-02 03:04:05.000 UTC', json '[1, {\"a\": null}]', "
        "cast('Infinity' as double) * -1, null"
    )
    found = cursor.fetchone()
    assert found[0] == time(12, 34, 56, 789000)
    assert found[1].astimezone(UTC) == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert found[2:] == ([1, {"a": None}], float("-inf"), None)


@pytest.mark.parametrize("value", ["", "it's", 'say "x"', "a\tb\nc\rd\\", "王兢 😀", "%", "${x}"])
def test_text_comes_back_as_it_was_sent(connection: Any, value: str) -> None:
    for cursor in (connection.cursor(Cursor), connection.cursor(DictCursor)):
        cursor.execute("select %(value)s as v", {"value": value})
        row = cursor.fetchone()
        assert (row["v"] if isinstance(row, dict) else row[0]) == value


def test_question_marks_take_execution_parameters(cursor: Any) -> None:
    cursor.execute(
        "select a from numbers where a < ? and ? = 'x' order by a", ["3", "'x'"], paramstyle="qmark"
    )
    assert cursor.fetchall() == [(0,), (1,), (2,)]


def test_an_insert_counts_its_rows(cursor: Any, lake: Lake) -> None:
    cursor.execute(f"create external table filled (a int, b string) location '{lake.at('filled')}'")
    cursor.execute("insert into filled values (1, 'x'), (2, null)")
    assert cursor.rowcount == 2
    cursor.execute("select * from filled order by a")
    assert cursor.fetchall() == [(1, "x"), (2, None)]


def test_a_table_made_from_a_query_describes_rows_and_gives_none(cursor: Any, lake: Lake) -> None:
    cursor.execute(
        f"create table made with (external_location = '{lake.at('made')}') as select 1 as a, 'x' as b"
    )
    assert [column[:2] for column in cursor.description] == [("rows", "bigint")]
    assert cursor.rowcount == 1
    assert cursor.fetchall() == []


def test_a_failure_is_raised_with_its_reason(cursor: Any) -> None:
    with pytest.raises(OperationalError, match="TABLE_NOT_FOUND"):
        cursor.execute("select 1 from not_there")


def test_a_running_query_can_be_cancelled_from_another_thread(connection: Any) -> None:
    started = connection.cursor(Cursor)
    with ThreadPoolExecutor(1) as pool:
        endless = pool.submit(
            started.execute,
            "select count(*) from table(sequence(1, 100000)) a cross join table(sequence(1, 1000000)) b",
        )
        while started.query_id is None:
            assert not endless.done()
        started.cancel()
        with pytest.raises(OperationalError):
            endless.result(timeout=30)
    execution = boto3.client("athena").get_query_execution(QueryExecutionId=started.query_id)
    assert execution["QueryExecution"]["Status"]["State"] == "CANCELLED"


def test_an_earlier_result_is_reused_when_the_cursor_asks_for_it(cursor: Any) -> None:
    for expected in (False, True):
        cursor.execute("select 'reused' as v", result_reuse_enable=True, result_reuse_minutes=5)
        assert cursor.reused_previous_result is expected
        assert cursor.fetchall() == [("reused",)]


def test_metadata_calls_show_the_table_as_athena_words_it(cursor: Any, lake: Lake) -> None:
    table = cursor.get_table_metadata("numbers")
    assert (table.name, table.table_type, table.comment) == ("numbers", "EXTERNAL_TABLE", "some numbers")
    assert [(c.name, c.type, c.comment) for c in table.columns] == [("a", "int", "a number")]
    assert table.location == lake.at("numbers").rstrip("/")
    assert table.row_format == "SERDE 'org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe'"
    assert {t.name for t in cursor.list_table_metadata()} >= {"numbers", "complex"}
    assert lake.database in {d.name for d in cursor.list_databases("awsdatacatalog")}


def test_the_dict_cursor_names_its_values(connection: Any) -> None:
    assert connection.cursor(DictCursor).execute("select 1 as a, 'x' as b").fetchall() == [{"a": 1, "b": "x"}]


@pytest.mark.parametrize("unload", [False, True], ids=["csv", "unload"])
def test_the_pandas_cursor_reads_a_frame_from_s3(connection: Any, unload: bool) -> None:
    cursor = connection.cursor(PandasCursor, unload=unload)
    frame = cursor.execute("select a, cast(a as varchar) as s from numbers order by a limit 5").as_pandas()
    assert frame["a"].tolist() == [0, 1, 2, 3, 4]
    assert frame["s"].tolist() == ["0", "1", "2", "3", "4"]


@pytest.fixture
def arrow_endpoint(monkeypatch: pytest.MonkeyPatch, emulator_endpoint: str) -> None:
    """Arrow's S3 reader at the emulator: the cursor names no endpoint, and Arrow takes none from outside."""
    pointed = partial(pyarrow.fs.S3FileSystem, endpoint_override=emulator_endpoint)
    monkeypatch.setattr(pyarrow.fs, "S3FileSystem", pointed)


@pytest.mark.usefixtures("arrow_endpoint")
@pytest.mark.parametrize("unload", [False, True], ids=["csv", "unload"])
def test_the_arrow_cursor_reads_a_table_from_s3(connection: Any, unload: bool) -> None:
    cursor = connection.cursor(ArrowCursor, unload=unload)
    table = cursor.execute("select a, date '2026-01-02' as d from numbers order by a limit 3").as_arrow()
    assert table.column("a").to_pylist() == [0, 1, 2]
    assert [str(day)[:10] for day in table.column("d").to_pylist()] == ["2026-01-02"] * 3


@pytest.mark.usefixtures("arrow_endpoint")
def test_text_results_are_read_from_s3(connection: Any) -> None:
    frame = connection.cursor(PandasCursor).execute("show columns in numbers").as_pandas()
    assert frame["field"].str.strip().tolist() == ["a"]
    table = connection.cursor(ArrowCursor).execute("show tables").as_arrow()
    assert "numbers" in table.column("tab_name").to_pylist()
