"""Queries on Trino: their columns, their values' texts, their failures, as Athena shows them."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from tests.emulator.engine.trino import statements
from tests.emulator.engine.trino.conftest import OnTrino, trino_engine
from tests.emulator.engine.trino.fake_trino import FakeTrino, failed, page


def _rows(on_trino: OnTrino, query_id: str) -> list[list[str | None]]:
    pages = on_trino.athena.get_paginator("get_query_results").paginate(QueryExecutionId=query_id)
    rows = [row for page in pages for row in page["ResultSet"]["Rows"]]
    return [[value.get("VarCharValue") for value in row["Data"]] for row in rows]


def test_every_value_has_the_type_and_the_text_that_athena_shows(on_trino: OnTrino) -> None:
    execution = on_trino.run(statements.LIST_OF_VALUES)
    result = on_trino.athena.get_query_results(QueryExecutionId=execution["QueryExecutionId"])["ResultSet"]
    types = [column["Type"] for column in result["ResultSetMetadata"]["ColumnInfo"]]
    texts = [value.get("VarCharValue") for value in result["Rows"][1]["Data"]]
    found = [
        statements.Shown(value.expression, kind, text)
        for value, kind, text in zip(statements.VALUES, types, texts, strict=True)
    ]
    assert found == list(statements.VALUES)


def test_precisions_and_lengths_of_columns_are_told(on_trino: OnTrino) -> None:
    execution = on_trino.run(statements.LIST_OF_VALUES)
    result = on_trino.athena.get_query_results(QueryExecutionId=execution["QueryExecutionId"])["ResultSet"]
    facts = {
        value.expression: (column["Precision"], column["Scale"], column["CaseSensitive"])
        for value, column in zip(statements.VALUES, result["ResultSetMetadata"]["ColumnInfo"], strict=True)
    }
    assert facts["DECIMAL '12345678901234567890123456789.10'"] == (31, 2, False)
    assert facts["CAST('a' AS char(4))"] == (4, 0, True)
    assert facts["TINYINT '1'"] == (3, 0, False)


def test_many_rows_come_in_order_from_many_pages(on_trino: OnTrino) -> None:
    execution = on_trino.run(statements.MANY_ROWS)
    assert _rows(on_trino, execution["QueryExecutionId"]) == [["x"], *([str(x)] for x in range(1, 2501))]


def test_a_result_without_rows_keeps_its_columns_names(on_trino: OnTrino) -> None:
    execution = on_trino.run(statements.NO_ROWS)
    assert _rows(on_trino, execution["QueryExecutionId"]) == [["A b", "x"]]


@pytest.mark.parametrize("sql", statements.KEYS_WITHOUT_TEXT)
def test_a_map_whose_keys_are_lost_on_the_way_is_refused_by_name(on_trino: OnTrino, sql: str) -> None:
    status = on_trino.run(sql)["Status"]
    assert status["StateChangeReason"].startswith("NOT_SUPPORTED: Showing a map with keys of type ")


def test_a_failure_in_analysis_names_its_place(on_trino: OnTrino) -> None:
    status = on_trino.run(statements.FAILS_IN_ANALYSIS)["Status"]
    assert (status["State"], status["StateChangeReason"], status["AthenaError"]["ErrorCategory"]) == (
        "FAILED",
        "COLUMN_NOT_FOUND: line 2:3: Column 'nope' cannot be resolved",
        2,
    )


def test_a_failure_among_the_rows_fails_the_query(on_trino: OnTrino) -> None:
    status = on_trino.run(statements.FAILS_LATER)["Status"]
    assert (status["State"], status["StateChangeReason"]) == ("FAILED", "DIVISION_BY_ZERO: Division by zero")


def test_a_failure_of_trino_itself_is_one_of_the_systems(on_trino: OnTrino) -> None:
    sql = on_trino.trino.teach(
        "SELECT 1 AS too_much", failed("EXCEEDED_TIME_LIMIT", "too long", "INSUFFICIENT_RESOURCES")
    )
    status = on_trino.run(sql)["Status"]
    assert status["StateChangeReason"] == "EXCEEDED_TIME_LIMIT: too long"
    assert status["AthenaError"]["ErrorCategory"] == 1


def test_a_failure_of_the_tables_own_data_is_one_of_the_users(on_trino: OnTrino) -> None:
    sql = on_trino.trino.teach("SELECT 1 AS bad", failed("HIVE_BAD_DATA", "not a number", "EXTERNAL"))
    assert on_trino.run(sql)["Status"]["AthenaError"]["ErrorCategory"] == 2


def test_parameters_take_the_place_of_question_marks(on_trino: OnTrino) -> None:
    execution = on_trino.run("SELECT 'it''s', ?, ?", ExecutionParameters=["1", "DATE '2024-01-31'"])
    assert _rows(on_trino, execution["QueryExecutionId"])[1] == ["it's", "1", "2024-01-31"]


def test_a_failure_beside_a_parameter_names_its_place_in_the_users_text(on_trino: OnTrino) -> None:
    status = on_trino.run("SELECT ?,\n  nope", ExecutionParameters=["1"])["Status"]
    assert status["StateChangeReason"] == "COLUMN_NOT_FOUND: line 2:3: Column 'nope' cannot be resolved"


def test_a_malformed_query_is_refused_when_it_is_started(on_trino: OnTrino) -> None:
    with pytest.raises(ClientError, match=r"line 2:2: mismatched input 'FROM'") as refused:
        on_trino.start("SELECT 1,\n FROM t")
    assert refused.value.response["Error"]["Code"] == "InvalidRequestException"


def test_a_last_semicolon_does_not_reach_trino(on_trino: OnTrino) -> None:
    sql = on_trino.trino.teach("SELECT 1 AS ended", page(columns=[], data=[]))
    assert on_trino.run(f"{sql};")["Status"]["State"] == "SUCCEEDED"


def test_functions_are_shown_as_a_result_with_a_header(on_trino: OnTrino) -> None:
    execution = on_trino.run(statements.FUNCTIONS)
    assert execution["ResultConfiguration"]["OutputLocation"].endswith(".csv")
    header, row = _rows(on_trino, execution["QueryExecutionId"])
    assert (header[0], row[0]) == ("Function", "bitwise_not")


def test_a_statement_of_hives_needs_no_trino(on_trino: OnTrino) -> None:
    before = len(on_trino.trino.asked)
    assert on_trino.run("CREATE DATABASE IF NOT EXISTS made_without_trino")["Status"]["State"] == "SUCCEEDED"
    assert len(on_trino.trino.asked) == before


def test_a_query_can_be_found_in_trinos_page_by_athenas_id(on_trino: OnTrino) -> None:
    on_trino.trino.headers.clear()
    execution = on_trino.run(statements.NO_ROWS, QueryExecutionContext={"Database": "Some_Db"})
    headers = next(
        found
        for found in on_trino.trino.headers
        if execution["QueryExecutionId"] in found["X-Trino-Client-Tags"]
    )
    assert headers["X-Trino-Source"] == "wardlake"
    assert (headers["X-Trino-Catalog"], headers["X-Trino-Schema"]) == ("awsdatacatalog", "some_db")
    assert headers["X-Trino-Time-Zone"] == "UTC"


@pytest.mark.parametrize(
    ("head", "tail"),
    [
        ("CREATE TABLE t AS ", ""),
        ("CREATE OR REPLACE VIEW v AS ", ""),
        ("UNLOAD (", ") TO 's3://b/k/' WITH (format = 'JSON')"),
        ("PREPARE p FROM ", ""),
        ("PREPARE p FROM CREATE TABLE t AS ", ""),
    ],
)
def test_a_malformed_query_within_a_statement_is_refused_at_its_place_when_that_is_started(
    on_trino: OnTrino, head: str, tail: str
) -> None:
    in_place = f"{' ' * len(head)}SELECT 1 FROM"
    on_trino.trino.teach(
        f"PREPARE checked FROM\n{in_place}",
        failed("SYNTAX_ERROR", f"line 2:{len(in_place) + 1}: mismatched input '<EOF>'", "USER_ERROR"),
    )
    with pytest.raises(ClientError, match=f"line 1:{len(in_place) + 1}: mismatched input"):
        on_trino.start(f"{head}SELECT 1 FROM{tail}")


@pytest.mark.parametrize("head", ["INSERT INTO t ", "EXPLAIN "])
def test_a_malformed_statement_that_is_trinos_own_is_refused_whole(on_trino: OnTrino, head: str) -> None:
    on_trino.trino.teach(
        f"PREPARE checked FROM\n{head}SELECT 1 FROM",
        failed("SYNTAX_ERROR", "line 2:40: mismatched input '<EOF>'", "USER_ERROR"),
    )
    with pytest.raises(ClientError, match="line 1:40: mismatched input"):
        on_trino.start(f"{head}SELECT 1 FROM")


def test_a_query_is_started_though_trino_cannot_be_asked_about_its_grammar(trino: FakeTrino) -> None:
    trino.stop()
    assert trino_engine(trino.url).check("SELECT 1 FROM").substatement_type == "SELECT"
