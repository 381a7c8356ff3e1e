from __future__ import annotations

import pytest

from emulator.trino.errors import ParseError, Unsupported
from tests.emulator.lake import Lake


def test_a_backslash_in_a_query_s_string_means_itself(lake: Lake) -> None:
    assert lake.rows(r"SELECT 'a%c' LIKE 'a\%c' ESCAPE '\' AS v;") == [("true",)]


def test_a_semicolon_ends_a_statement_only_where_it_stands_alone(lake: Lake) -> None:
    assert lake.rows("SELECT ';' AS v -- one;") == [(";",)]
    assert lake.rows("SELECT ';' AS v; -- two;") == [(";",)]
    with pytest.raises(ParseError, match="line 1:9: mismatched input ';'"):
        lake.rows("SELECT 1; SELECT 2")


def test_an_error_in_the_query_of_a_statement_is_placed_in_the_whole_statement(lake: Lake) -> None:
    with pytest.raises(ParseError, match="line 2:10: mismatched input 'FROM'"):
        lake.rows("CREATE VIEW v AS\n  SELECT FROM t")


@pytest.mark.parametrize(
    ("sql", "named"),
    [
        pytest.param(
            "SHOW FUNCTIONS LIKE 'a%'",
            "SHOW FUNCTIONS",
            marks=pytest.mark.only_on("embedded", because="Trino lists its functions"),
        ),
        ("SHOW STATS FOR t", "SHOW STATS"),
        ("use db", "USE"),
        ("ANALYZE t", "ANALYZE"),
        ("START TRANSACTION", "START TRANSACTION"),
    ],
)
def test_a_statement_that_nothing_here_runs_is_refused_by_name(lake: Lake, sql: str, named: str) -> None:
    with pytest.raises(Unsupported, match=f"^NOT_SUPPORTED: {named} is not supported$"):
        lake.rows(sql)


def test_words_that_begin_no_statement_are_refused_at_the_start(lake: Lake) -> None:
    with pytest.raises(ParseError, match="mismatched input 'SHOW'"):
        lake.rows("SHOW ME")
