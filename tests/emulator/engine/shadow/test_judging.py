"""When two answers are equal: the order, ties, limits, sums and approximations of the query they answer."""

from __future__ import annotations

import pytest

from tests.emulator.engine.shadow.pair import Pair

PAIRS = "(VALUES (1, 'a'), (1, 'b'), (2, 'c')) t(k, v)"
REVERSED = "(VALUES (2, 'c'), (1, 'b'), (1, 'a')) t(k, v)"


@pytest.mark.parametrize(
    ("sql", "instead"),
    [
        ("SELECT k, v FROM {}", "SELECT k, v FROM {}"),
        ("SELECT k, v FROM {} ORDER BY k", "SELECT k, v FROM {} ORDER BY k, v DESC"),
        ("SELECT k, v FROM {} ORDER BY 1", "SELECT k, v FROM {} ORDER BY k, v DESC"),
        ("SELECT k AS n, v FROM {} ORDER BY N", "SELECT k AS n, v FROM {} ORDER BY k, v DESC"),
        ("SELECT k + 1, v FROM {} ORDER BY k + 1", "SELECT k + 1, v FROM {} ORDER BY k, v DESC"),
        ("SELECT k, v FROM {} ORDER BY k, k % 7, v", "SELECT k, v FROM {} ORDER BY k, v DESC"),
        ("SELECT * FROM {} ORDER BY k", "SELECT * FROM {} ORDER BY k, v DESC"),
        ("SELECT k, v FROM {} ORDER BY k LIMIT 1", "SELECT k, v FROM {} ORDER BY k, v DESC LIMIT 1"),
        (
            "SELECT k, v FROM {} ORDER BY k OFFSET 1 LIMIT 2",
            "SELECT k, v FROM {} ORDER BY k, v DESC OFFSET 1 LIMIT 2",
        ),
        ("SELECT v FROM {} LIMIT 2", "SELECT v FROM {} ORDER BY v DESC LIMIT 2"),
    ],
)
def test_what_the_query_leaves_open_is_no_difference(pair: Pair, sql: str, instead: str) -> None:
    pair.lie(sql.format(PAIRS), instead.format(REVERSED))
    assert pair.counts == {"equal": 1}


@pytest.mark.parametrize(
    ("sql", "instead", "reason"),
    [
        (
            "SELECT k, v FROM {} ORDER BY k",
            "SELECT k, v FROM {} ORDER BY k DESC",
            "another order, first in row 1: duckdb has ('2'), trino ('1')",
        ),
        (
            "SELECT k, v FROM {} ORDER BY k, v",
            "SELECT k, v FROM {} ORDER BY k, v DESC",
            "another order, first in row 1: duckdb has ('1', 'b'), trino ('1', 'a')",
        ),
        (
            "SELECT k, v FROM {} ORDER BY k LIMIT 2",
            "SELECT k, v FROM {} ORDER BY k DESC LIMIT 2",
            "1 row only in duckdb's answer",
        ),
        ("SELECT v FROM {} LIMIT 2", "SELECT v FROM {} LIMIT 1", "duckdb gave 1 row, trino 2"),
        ("SELECT v FROM {}", "SELECT v FROM {} UNION ALL SELECT 'c'", "1 row only in duckdb's answer, 0"),
        ("SELECT DISTINCT k FROM {}", "SELECT k FROM {}", "1 row only in duckdb's answer, 0"),
        ("SELECT k FROM {}", "SELECT k AS key FROM {}", "column 1: duckdb key integer, trino k integer"),
        (
            "SELECT k FROM {}",
            "SELECT CAST(k AS bigint) k FROM {}",
            "column 1: duckdb k bigint, trino k integer",
        ),
        ("SELECT k, v FROM {}", "SELECT k FROM {}", "duckdb gave 1 columns, trino 2"),
        ("SELECT v FROM {}", "SELECT v || '' AS v FROM {}", "column 1: duckdb v varchar, trino v varchar(1)"),
    ],
)
def test_what_the_query_says_is_a_difference(pair: Pair, sql: str, instead: str, reason: str) -> None:
    pair.lie(sql.format(PAIRS), instead.format(PAIRS))
    assert pair.counts == {"different": 1}
    assert reason in pair.reasons


NEAR = "SELECT {}(x) AS s FROM (VALUES 0.1e0, 0.2e0) t(x)"


def test_sums_of_doubles_may_differ_in_their_last_digits(pair: Pair) -> None:
    pair.lie(NEAR.format("sum"), "SELECT 0.3e0 AS s")
    assert pair.rows(NEAR.format("sum")) == [("0.30000000000000004",)]
    assert pair.counts == {"equal": 2}


def test_sums_of_doubles_may_not_differ_by_more(pair: Pair) -> None:
    pair.lie(NEAR.format("sum"), "SELECT 0.3000001e0 AS s")
    assert pair.counts == {"different": 1}


def test_doubles_that_are_not_summed_are_compared_exactly(pair: Pair) -> None:
    pair.lie("SELECT 0.1e0 + 0.2e0 AS s", "SELECT 0.3e0 AS s")
    assert pair.counts == {"different": 1}


def test_the_last_digits_of_a_mathematical_library_may_differ(pair: Pair) -> None:
    pair.lie("SELECT cosh(1e0) AS s", "SELECT 1.543080634815244e0 AS s")
    pair.lie("SELECT sqrt(2e0) AS s", "SELECT 1.414213562373095e0 AS s")
    assert pair.counts == {"equal": 1, "different": 1}


def test_rows_with_sums_are_paired_by_their_other_columns(pair: Pair) -> None:
    asked = "SELECT k, sum(x) AS s FROM (VALUES (1, 0.1e0), (1, 0.2e0), (2, 0.3e0)) t(k, x) GROUP BY k"
    pair.lie(asked, "SELECT * FROM (VALUES (2, 0.3e0), (1, 0.3e0)) t(k, s)")
    assert pair.counts == {"equal": 1}
    pair.lie(asked, "SELECT * FROM (VALUES (2, 0.3e0), (3, 0.3e0)) t(k, s)")
    assert pair.found["only_embedded"] == (("3", "0.3"),)


def test_a_row_with_sums_has_one_partner(pair: Pair) -> None:
    asked = "SELECT sum(x) AS s FROM (VALUES (1, 0.1e0), (1, 0.2e0), (2, 0.9e0)) t(k, x) GROUP BY k"
    pair.lie(asked, "SELECT * FROM (VALUES 0.3e0, 0.3e0) t(s)")
    assert pair.found["only_embedded"] == (("0.3",),)
    assert pair.found["only_trino"] == (("0.9",),)


@pytest.mark.parametrize(
    ("sql", "instead", "reason"),
    [
        ("SELECT random() AS a", "SELECT 2e0 AS a", "random answers otherwise each time"),
        (
            "SELECT current_timestamp AS a",
            "SELECT TIMESTAMP '2020-01-01 00:00:00.000 UTC' AS a",
            "current_timestamp answers otherwise each time",
        ),
        (
            "SELECT approx_distinct(x) AS a FROM (VALUES 1, 2) t(x)",
            "SELECT BIGINT '3' AS a",
            "approx_distinct is an approximation in Trino",
        ),
        (
            "SELECT array_agg(x) AS a FROM (VALUES 1, 2) t(x)",
            "SELECT ARRAY[2, 1] AS a",
            "array_agg has no order of its own",
        ),
        (
            "SELECT histogram(x) AS a FROM (VALUES 1, 2) t(x)",
            "SELECT MAP(ARRAY[2, 1], ARRAY[BIGINT '1', BIGINT '1']) AS a",
            "histogram has no order of its own",
        ),
        ("SELECT arbitrary(x) AS a FROM (VALUES 1) t(x)", "SELECT 2 AS a", "arbitrary may take any value"),
    ],
)
def test_values_that_may_differ_each_time_are_not_decided(
    pair: Pair, sql: str, instead: str, reason: str
) -> None:
    pair.lie(sql, instead)
    assert pair.counts == {"undecided": 1}
    assert reason in pair.reasons


def test_the_type_of_a_value_that_may_differ_is_compared(pair: Pair) -> None:
    pair.lie("SELECT random() AS a", "SELECT 1 AS a")
    assert pair.counts == {"different": 1}


def test_an_array_whose_order_is_given_is_compared(pair: Pair) -> None:
    pair.lie("SELECT array_agg(x ORDER BY x) AS a FROM (VALUES 1, 2) t(x)", "SELECT ARRAY[2, 1] AS a")
    assert pair.counts == {"different": 1}


def test_a_difference_that_ties_could_explain_says_so(pair: Pair) -> None:
    pair.lie("SELECT max_by(v, 1) AS a FROM (VALUES 'a', 'b') t(v)", "SELECT 'c' AS a")
    assert pair.counts == {"different": 1}
    assert "max_by may take any of the rows that tie" in pair.reasons


def test_large_answers_are_compared_row_by_row(pair: Pair) -> None:
    numbers = "SELECT x, CAST(x AS varchar) || '{}' AS v FROM UNNEST(sequence(1, 10000)) a(x)"
    padding = "x" * 1000
    rows = pair.lie(numbers.format(padding), numbers.format(padding) + " WHERE x <> 7000")
    assert len(rows) == 10000
    assert pair.reasons == (
        "duckdb gave 9999 rows, trino 10000\n0 rows only in duckdb's answer, 1 only in trino's"
    )
    assert pair.found["only_trino"] == (("7000", "7000" + padding),)


def test_of_many_different_rows_the_first_are_shown(pair: Pair) -> None:
    pair.lie(
        "SELECT x FROM UNNEST(sequence(1, 9)) t(x)", "SELECT x + 100 AS x FROM UNNEST(sequence(1, 9)) t(x)"
    )
    assert pair.found["only_embedded"] == (("101",), ("102",), ("103",), ("104",), ("105",))
    assert "9 rows only in duckdb's answer, 9 only in trino's" in pair.reasons
