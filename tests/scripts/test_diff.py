"""`wardlake diff`: both engines' answers beside each other.

The stage's workgroup for Trino is made here beforehand, with a tag that sends it to the embedded engine, so
that these tests need no Trino. What differs is asked through a view that answers otherwise each time.
"""

from __future__ import annotations

import json
import urllib.request

import boto3
import pytest

from scripts.diff import query_text, split
from scripts.errors import UsageError
from tests.scripts.conftest import CommandLine


@pytest.fixture
def pair(lake: CommandLine, aws_session: boto3.Session) -> CommandLine:
    """A stage whose workgroup for Trino is the embedded engine's, too; its database is made."""
    stage = lake.environment["WARDLAKE_STAGE"]
    results = f"s3://wardlake-{stage}-lake-123456789012/results/"
    aws_session.client("athena").create_work_group(
        Name=f"wardlake-{stage}-trino",
        Configuration={"ResultConfiguration": {"OutputLocation": results}},
        Tags=[{"Key": "wardlake:engine", "Value": "duckdb"}],
    )
    assert lake("query", "select 1").code == 0
    return lake


def lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def test_equal_answers_are_said_to_be_equal_with_what_each_engine_took(pair: CommandLine) -> None:
    said = pair("diff", "select 1 as a, 'x' as b")
    assert (said.code, lines(said.out)[0]) == (0, "equal: 1 row of 2 columns")
    costs = [line.split() for line in lines(said.out)[-2:]]
    assert [(cost[0], cost[-2:]) for cost in costs] == [("duckdb", ["0", "B"]), ("trino", ["0", "B"])]


def test_different_answers_are_shown_beside_each_other_and_end_with_11(pair: CommandLine) -> None:
    assert pair("query", "create view dice as select random() as a, 7 as b").code == 0
    said = pair("diff", "select a, b from dice")
    shown = lines(said.out)
    assert (said.code, shown[0]) == (11, "different")
    assert shown[1] == "1 row only in duckdb's answer, 1 only in trino's"
    embedded, trino = shown.index("only in duckdb's answer"), shown.index("only in trino's answer")
    rows = [shown[place + 3].split() for place in (embedded, trino)]
    assert [row[1] for row in rows] == ["7", "7"]
    assert rows[0][0] != rows[1][0]


def test_one_error_in_both_engines_is_equal(pair: CommandLine) -> None:
    said = pair("diff", "select 1 / 0")
    assert (said.code, lines(said.out)[0]) == (0, "equal: both fail with DIVISION_BY_ZERO: Division by zero")


def test_a_text_that_neither_parses_is_equal(pair: CommandLine) -> None:
    said = pair("diff", "select from")
    assert said.code == 0
    assert lines(said.out)[0].startswith("equal: both fail with SYNTAX_ERROR: line 1:8: mismatched input")


def test_what_may_answer_otherwise_each_time_is_not_decided(pair: CommandLine) -> None:
    said = pair("diff", "select random()")
    assert (said.code, lines(said.out)[0]) == (0, "undecided")
    assert "random answers otherwise each time" in said.out


def test_every_statement_of_a_file_is_compared(pair: CommandLine) -> None:
    (pair.folder / "two.sql").write_text("select 1; -- one; not two\nselect ';' as x;\n")
    said = pair("diff", "two.sql")
    assert said.code == 0
    assert [line for line in lines(said.out) if " of 2: " in line] == [
        "1 of 2: select 1",
        "2 of 2: -- one; not two select ';' as x",
    ]
    assert said.err.strip() == "2 statements: 2 equal"


def test_a_file_that_is_not_there_is_named(lake: CommandLine) -> None:
    said = lake("diff", "nowhere.sql")
    assert (said.code, said.err) == (7, "Error: there is no file nowhere.sql\n")


def test_standard_input_is_read(pair: CommandLine) -> None:
    assert lines(pair("diff", "-", stdin="select 1").out)[0] == "equal: 1 row of 1 column"


def test_an_engine_that_is_lost_is_an_error_and_no_difference(pair: CommandLine) -> None:
    fault = {"engine": "kill", "query": "lost query", "times": 1}
    page = f"{pair.environment['WARDLAKE_ENDPOINT_URL']}/_wardlake/faults"
    urllib.request.urlopen(urllib.request.Request(page, json.dumps(fault).encode(), method="POST")).close()
    said = pair("diff", "select 'lost query'")
    assert said.code == 6
    assert "Error: the engine duckdb does not answer: " in said.err


def test_nothing_is_written_of_an_insert(pair: CommandLine) -> None:
    create = "create table kept with (format = 'PARQUET') as select 1 as a"
    assert pair("query", create, "--database", "default").code == 0
    said = pair("diff", "insert into kept select 2", "--database", "default")
    assert (said.code, lines(said.out)[0]) == (0, "equal: 1 row of 1 column")
    counted = pair("query", "select count(*) as n from kept", "--database", "default")
    assert counted.out == "n\n1\n"
    assert pair("query", "drop table kept", "--database", "default").code == 0


def test_a_statement_that_is_no_query_is_refused(lake: CommandLine) -> None:
    said = lake("diff", "show tables")
    assert said.code == 2
    assert "`diff` compares queries, and SHOW is none" in said.err


def test_aws_has_one_engine(wardlake: CommandLine) -> None:
    said = wardlake("--endpoint-url", "aws", "diff", "select 1")
    assert said.code == 9
    assert "on AWS there is one engine" in said.err


@pytest.mark.parametrize(
    ("text", "statements"),
    [
        ("select 1", ["select 1"]),
        ("select 1;", ["select 1"]),
        (";; select 1 ;;", ["select 1"]),
        ("(select 1);values 2", ["(select 1)", "values 2"]),
        ("select ';', \";\" /* ; */ -- ;\n; select 2", ["select ';', \";\" /* ; */ -- ;", "select 2"]),
        ("select 'open; select 2", ["select 'open; select 2"]),
        ("-- nothing\n;select 1", ["select 1"]),
    ],
)
def test_a_text_is_split_at_its_semicolons(text: str, statements: list[str]) -> None:
    assert split(text) == statements


@pytest.mark.parametrize(
    ("statement", "query"),
    [
        ("select 1", "select 1"),
        ("(select 1)", "(select 1)"),
        ("insert into t (a, b) select 1, 2", "select 1, 2"),
        (
            "create table t with (format = 'ORC') as with x as (select 1 a) select a from x",
            "with x as (select 1 a) select a from x",
        ),
    ],
)
def test_the_query_of_a_statement_is_what_is_compared(statement: str, query: str) -> None:
    assert query_text(statement) == query


def test_a_statement_that_writes_no_rows_is_no_query() -> None:
    with pytest.raises(UsageError):
        query_text("create table t as select 1 as a with no data")
