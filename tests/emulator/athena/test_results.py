"""Results: the objects in S3, byte for byte, and the pages of GetQueryResults."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

import pytest
from botocore.exceptions import ClientError

from emulator.engine.base import ExecutionContext, ResultColumn, Row, StatementResult
from emulator.trino.types import (
    BIGINT,
    BOOLEAN,
    DATE,
    REAL,
    VARBINARY,
    VARCHAR,
    Type,
    array,
    decimal,
    varchar,
)
from emulator.trino.types import timestamp as timestamp_type
from tests.emulator.athena.test_executions import refused, until_cancelled
from tests.emulator.conftest import FakeAthena
from tests.emulator.fake_engine import many_rows, rows_of

STRING = "string"


def text_result(
    *rows: tuple[str | None, ...], kind: str = "UTILITY", sub: str = "SHOW_TABLES"
) -> StatementResult:
    width = len(rows[0]) if rows else 0
    columns = tuple(ResultColumn(f"c{number}", VARCHAR, STRING) for number in range(width))
    return StatementResult(kind, sub, columns, iter(rows), text=True)


def pages(fake: FakeAthena, query_id: str, size: int) -> list[list[str | None]]:
    """The first value of each row, page by page, following the tokens."""
    found: list[list[str | None]] = []
    more: dict[str, str] = {}
    while True:
        answer = fake.athena.get_query_results(QueryExecutionId=query_id, MaxResults=size, **more)  # type: ignore[arg-type]
        found.append([row["Data"][0].get("VarCharValue") for row in answer["ResultSet"]["Rows"]])
        if "NextToken" not in answer:
            return found
        more = {"NextToken": answer["NextToken"]}


def test_the_csv_quotes_everything_but_null(fake: FakeAthena) -> None:
    rows = [("1", "it's", 'a"b', None, ""), ("é\n", "x,y", "\t", None, "2")]
    sql = fake.engine.teach("select csv", lambda _: rows_of(*rows, names=("i", "s", "q", "n", "empty")))
    execution = fake.run(sql)
    assert fake.read(execution["ResultConfiguration"]["OutputLocation"]).decode() == (
        '"i","s","q","n","empty"\n"1","it\'s","a""b",,""\n"é\n","x,y","\t",,"2"\n'
    )


def test_a_select_without_rows_writes_the_header_alone(fake: FakeAthena) -> None:
    execution = fake.run(fake.engine.teach("select nothing", lambda _: rows_of(names=("i",))))
    assert fake.read(execution["ResultConfiguration"]["OutputLocation"]) == b'"i"\n'


def test_the_header_is_the_first_row_of_the_first_page_only(fake: FakeAthena) -> None:
    sql = fake.engine.teach("select 3 rows", lambda _: rows_of(("1",), (None,), ("3",)))
    query_id = fake.run(sql)["QueryExecutionId"]
    assert pages(fake, query_id, 3) == [["a", "1", None], ["3"]]
    # a full last page has a token, and an empty page follows, as with the real service
    assert pages(fake, query_id, 2) == [["a", "1"], [None, "3"], []]


def test_a_page_holds_1000_rows_with_the_header_if_no_size_is_given(fake: FakeAthena) -> None:
    sql = fake.engine.teach("select 1500", lambda _: rows_of(*many_rows(1500)))
    query_id = fake.run(sql)["QueryExecutionId"]
    first = fake.athena.get_query_results(QueryExecutionId=query_id)
    assert len(first["ResultSet"]["Rows"]) == 1000
    second = fake.athena.get_query_results(QueryExecutionId=query_id, NextToken=first["NextToken"])
    assert len(second["ResultSet"]["Rows"]) == 501
    assert "NextToken" not in second


@pytest.mark.parametrize("count", [0, 1, 999, 1000, 1001, 2000])
def test_rows_are_read_to_their_end_and_not_beyond(fake: FakeAthena, count: int) -> None:
    def once() -> Iterator[Row]:
        yield from many_rows(count)

    class Closed:
        """Rows that, like a closed cursor's, cannot be asked again after their end."""

        def __init__(self) -> None:
            self.rows = once()
            self.ended = False

        def __iter__(self) -> Closed:
            return self

        def __next__(self) -> Row:
            assert not self.ended
            for row in self.rows:
                return row
            self.ended = True
            raise StopIteration

    result = StatementResult("DML", "SELECT", rows_of().columns, Closed())
    execution = fake.run(fake.engine.teach(f"select {count} once", lambda _: result))
    assert execution["Status"]["State"] == "SUCCEEDED"
    body = fake.read(execution["ResultConfiguration"]["OutputLocation"])
    assert body.count(b"\n") == count + 1


def test_rows_beyond_those_kept_in_memory_are_read_back_from_disk(fake: FakeAthena) -> None:
    sql = fake.engine.teach("select 25000", lambda _: rows_of(*many_rows(25_000)))
    query_id = fake.run(sql)["QueryExecutionId"]
    found = list(chain.from_iterable(pages(fake, query_id, 777)))
    assert found == ["a", *(str(number) for number in range(25_000))]


def test_a_result_larger_than_memory_allows_is_stored_whole(fake: FakeAthena) -> None:
    value = "x" * 1_000_000
    sql = fake.engine.teach("select large", lambda _: rows_of(*[(value,)] * 20))
    execution = fake.run(sql)
    body = fake.read(execution["ResultConfiguration"]["OutputLocation"])
    assert body == b'"a"\n' + f'"{value}"\n'.encode() * 20


def test_text_results_have_no_header_and_no_last_newline(fake: FakeAthena) -> None:
    sql = fake.engine.teach(
        "show tables", lambda _: text_result(("t1",), ("t2",)), kind="UTILITY", sub="SHOW_TABLES"
    )
    execution = fake.run(sql)
    query_id = execution["QueryExecutionId"]
    assert execution["ResultConfiguration"]["OutputLocation"] == f"{fake.location}/{query_id}.txt"
    assert fake.read(f"{fake.location}/{query_id}.txt") == b"t1\nt2"
    answer = fake.athena.get_query_results(QueryExecutionId=query_id)
    assert [row["Data"] for row in answer["ResultSet"]["Rows"]] == [
        [{"VarCharValue": "t1"}],
        [{"VarCharValue": "t2"}],
    ]
    assert answer["ResultSet"]["ResultSetMetadata"]["ColumnInfo"][0]["Type"] == "string"
    assert answer["UpdateCount"] == 0


def test_the_cells_of_a_text_row_are_one_value_joined_by_tabs(fake: FakeAthena) -> None:
    sql = fake.engine.teach(
        "describe t",
        lambda _: text_result(("a", "int", None), sub="DESCRIBE_TABLE"),
        "UTILITY",
        "DESCRIBE_TABLE",
    )
    execution = fake.run(sql)
    assert fake.read(execution["ResultConfiguration"]["OutputLocation"]) == b"a\tint\t"
    answer = fake.athena.get_query_results(QueryExecutionId=execution["QueryExecutionId"])
    assert answer["ResultSet"]["Rows"] == [{"Data": [{"VarCharValue": "a\tint\t"}]}]
    assert len(answer["ResultSet"]["ResultSetMetadata"]["ColumnInfo"]) == 3


def test_each_line_of_a_text_value_is_a_row(fake: FakeAthena) -> None:
    sql = fake.engine.teach(
        "show create", lambda _: text_result(("create\ntable",), sub="SHOW_CREATE_TABLE"), "UTILITY", None
    )
    answer = fake.athena.get_query_results(QueryExecutionId=fake.run(sql)["QueryExecutionId"])
    assert [row["Data"][0]["VarCharValue"] for row in answer["ResultSet"]["Rows"]] == ["create", "table"]


def test_explain_is_text_with_a_header_row(fake: FakeAthena) -> None:
    def plan(_: ExecutionContext) -> StatementResult:
        column = ResultColumn("Query Plan", varchar(9))
        return StatementResult("DML", "EXPLAIN", (column,), iter([("Fragment\n",)]), text=True)

    execution = fake.run(fake.engine.teach("explain select", plan, "DML", "EXPLAIN"))
    assert fake.read(execution["ResultConfiguration"]["OutputLocation"]) == b"Query Plan\nFragment\n"
    answer = fake.athena.get_query_results(QueryExecutionId=execution["QueryExecutionId"])
    rows = [row["Data"][0]["VarCharValue"] for row in answer["ResultSet"]["Rows"]]
    assert rows == ["Query Plan", "Fragment", ""]


def test_ddl_without_columns_writes_an_empty_text_and_no_metadata(fake: FakeAthena) -> None:
    sql = fake.engine.teach(
        "create database d",
        lambda _: text_result(kind="DDL", sub="CREATE_DATABASE"),
        "DDL",
        "CREATE_DATABASE",
    )
    execution = fake.run(sql)
    assert fake.keys() == [f"results/{execution['QueryExecutionId']}.txt"]
    assert fake.read(execution["ResultConfiguration"]["OutputLocation"]) == b""
    answer = fake.athena.get_query_results(QueryExecutionId=execution["QueryExecutionId"])
    assert answer["ResultSet"] == {"Rows": [], "ResultSetMetadata": {"ColumnInfo": []}}
    assert "UpdateCount" not in answer


@pytest.mark.parametrize(
    ("kind", "sub", "place"),
    [("DML", "INSERT", "results/"), ("DDL", "CREATE_TABLE_AS_SELECT", "results/tables/")],
)
def test_a_write_gives_a_count_and_a_manifest_but_no_rows(
    fake: FakeAthena, kind: str, sub: str, place: str
) -> None:
    files = ("s3://lake/t/1.parquet", "s3://lake/t/2.parquet")
    result = StatementResult(kind, sub, update_count=12, manifest=files)
    execution = fake.run(fake.engine.teach(f"write {sub}", lambda _: result, kind, sub))
    base = f"s3://{fake.bucket}/{place}{execution['QueryExecutionId']}"
    assert execution["ResultConfiguration"]["OutputLocation"] == base
    assert execution["Statistics"]["DataManifestLocation"] == f"{base}-manifest.csv"
    assert fake.read(f"{base}-manifest.csv") == b"s3://lake/t/1.parquet\ns3://lake/t/2.parquet\n"
    answer = fake.athena.get_query_results(QueryExecutionId=execution["QueryExecutionId"])
    assert answer["UpdateCount"] == 12
    assert answer["ResultSet"]["Rows"] == []
    assert [c["Name"] for c in answer["ResultSet"]["ResultSetMetadata"]["ColumnInfo"]] == ["rows"]


def test_the_metadata_object_is_the_one_recorded_from_the_real_service(fake: FakeAthena) -> None:
    result = StatementResult("DML", "INSERT", update_count=1)
    query_id = fake.run(fake.engine.teach("insert 1", lambda _: result, "DML", "INSERT"))["QueryExecutionId"]
    # after the query id: kind of update, count, and the column "rows bigint"
    recorded = bytes.fromhex(
        "1206494e53455254 1801 2222 0a0468697665 2204726f7773 2a04726f7773".replace(" ", "")
    )
    recorded += bytes.fromhex("3206626967696e74 3813 4000 4803 5000".replace(" ", ""))
    assert fake.read(f"{fake.location}/{query_id}.metadata") == b"\x0a\x24" + query_id.encode() + recorded


@pytest.mark.parametrize(
    ("kind", "shown", "precision", "scale", "case_sensitive"),
    [
        (BOOLEAN, "boolean", 0, 0, False),
        (Type("tinyint"), "tinyint", 3, 0, False),
        (Type("integer"), "integer", 10, 0, False),
        (BIGINT, "bigint", 19, 0, False),
        (REAL, "float", 17, 0, False),
        (Type("double"), "double", 17, 0, False),
        (VARCHAR, "varchar", 2147483647, 0, True),
        (varchar(5), "varchar", 5, 0, True),
        (VARBINARY, "varbinary", 1073741824, 0, False),
        (decimal(10, 2), "decimal", 10, 2, False),
        (DATE, "date", 0, 0, False),
        (timestamp_type(6), "timestamp", 3, 0, False),
        (array(BIGINT), "array", 0, 0, False),
        (Type("json"), "json", 0, 0, False),
    ],
    ids=str,
)
def test_columns_are_described_by_type(
    fake: FakeAthena, kind: Type, shown: str, precision: int, scale: int, case_sensitive: bool
) -> None:
    result = StatementResult("DML", "SELECT", (ResultColumn("c", kind),), iter([("v",)]))
    query_id = fake.run(fake.engine.teach(f"select {kind}", lambda _: result))["QueryExecutionId"]
    answer = fake.athena.get_query_results(QueryExecutionId=query_id)
    assert answer["ResultSet"]["ResultSetMetadata"]["ColumnInfo"] == [
        {
            "CatalogName": "hive",
            "SchemaName": "",
            "TableName": "",
            "Name": "c",
            "Label": "c",
            "Type": shown,
            "Precision": precision,
            "Scale": scale,
            "Nullable": "UNKNOWN",
            "CaseSensitive": case_sensitive,
        }
    ]


def test_a_running_query_has_no_results_yet(fake: FakeAthena) -> None:
    query_id = fake.start(fake.engine.teach("select long", until_cancelled))
    fake.athena.get_query_execution(QueryExecutionId=query_id)
    with pytest.raises(ClientError) as error:
        fake.athena.get_query_results(QueryExecutionId=query_id)
    fake.athena.stop_query_execution(QueryExecutionId=query_id)
    assert refused(error) == (
        "InvalidRequestException",
        "Query has not yet finished. Current state: RUNNING",
        "INVALID_QUERY_EXECUTION_STATE",
    )


def test_too_large_a_page_and_a_foreign_token_are_refused(fake: FakeAthena) -> None:
    query_id = fake.run(fake.engine.teach("select page", lambda _: rows_of(("1",))))["QueryExecutionId"]
    with pytest.raises(ClientError) as error:
        fake.athena.get_query_results(QueryExecutionId=query_id, MaxResults=1001)
    assert refused(error)[1] == "MaxResults is more than maximum allowed length 1000"
    with pytest.raises(ClientError) as error:
        fake.athena.get_query_results(QueryExecutionId=query_id, NextToken="nonsense")
    assert refused(error)[1] == "Malformed nextPageToken nonsense"
