"""Aggregates, against what Trino 476 answered."""

from __future__ import annotations

import pytest

from tests.emulator.trino.asking import Asker


@pytest.fixture(scope="module")
def asker() -> Asker:
    return Asker()


def aggregate(asker: Asker, call: str, *rows: str) -> str | None:
    """The value of an aggregate over rows (i, a), i counting from 1."""
    values = ", ".join(f"({i}, {row})" for i, row in enumerate(rows, 1))
    shown = asker.ask(f"SELECT {call} AS v FROM (VALUES {values}) AS t(i, a)")
    if shown.error is not None:
        return f"{shown.error.name}"
    return shown.rows[0][0]


@pytest.mark.parametrize(
    ("call", "rows", "answer"),
    [
        ("approx_percentile(a, 0.5)", ("1e0", "5e0"), "5.0"),
        ("approx_percentile(a, 1.0)", ("1", "5", "7"), "7"),
        ("approx_percentile(a, ARRAY[0.1, 0.9])", ("1.5e0", "2.5e0", "3e0"), "[1.5, 3.0]"),
        ("approx_percentile(a, 0.5)", ("NULL",), None),
        ("approx_percentile(a, -0.1)", ("1",), "INVALID_FUNCTION_ARGUMENT"),
        ("approx_percentile(a, 0.5)", ("nan()", "1e0"), "INVALID_FUNCTION_ARGUMENT"),
        ("approx_distinct(a)", ("NULL",), "0"),
        ("approx_distinct(a, 0.5)", ("1",), "INVALID_FUNCTION_ARGUMENT"),
        ("numeric_histogram(2, a)", ("1e0", "1e0", "9e0"), "{1.0=2.0, 9.0=1.0}"),
        ("numeric_histogram(2, a)", ("1e0", "2e0", "9e0"), "NOT_SUPPORTED"),
    ],
)
def test_sketches_are_exact_on_small_sets(
    asker: Asker, call: str, rows: tuple[str, ...], answer: str | None
) -> None:
    assert aggregate(asker, call, *rows) == answer


@pytest.mark.parametrize(
    ("call", "rows", "answer"),
    [
        ("checksum(a)", ("1", "NULL"), "1a 5a af 90 66 a7 1c 73"),
        ("checksum(a)", ("true", "false"), "30 bd d9 83 21 7e 76 bf"),
        ("checksum(a)", ("1e0",), "93 d5 17 38 a3 1f 49 d0"),
        ("checksum(a)", ("REAL '1'",), "b4 25 b8 3c a8 eb e0 f9"),
        ("checksum(a)", ("1.5",), "58 5f 84 f8 83 2c fa c8"),
        ("checksum(a)", ("DATE '2024-01-01'",), "36 2b 6b 1b ae 17 40 55"),
    ],
)
def test_checksums_have_the_same_eight_bytes(
    asker: Asker, call: str, rows: tuple[str, ...], answer: str
) -> None:
    assert aggregate(asker, call, *rows) == answer


@pytest.mark.parametrize(
    ("call", "rows", "answer"),
    [
        ("max(a)", ("nan()", "1e0"), "1.0"),
        ("max_by(i, a)", ("1e0", "nan()", "2e0"), "3"),
        ("min_by(i, a)", ("nan()", "1e0"), "2"),
        ("max(a, 2)", ("1", "NULL", "3", "2"), "[3, 2]"),
        ("max_by(i, a, 2)", ("'x'", "'z'", "'y'"), "[2, 3]"),
        ("max_by(i, a, 0)", ("1",), "INVALID_FUNCTION_ARGUMENT"),
        ("max_by(a, i, 2)", ("NULL", "'x'"), "NOT_SUPPORTED"),
        ("min(a)", ("ROW(2, 'a')", "ROW(1, 'b')"), "{field0=1, field1=b}"),
        (
            "max(a)",
            ("TIMESTAMP '2024-01-01 00:00:00 UTC'", "TIMESTAMP '2024-01-01 00:00:00 -01:00'"),
            "2024-01-01 00:00:00 -01:00",
        ),
    ],
)
def test_extremes_go_by_trinos_order(asker: Asker, call: str, rows: tuple[str, ...], answer: str) -> None:
    shown = aggregate(asker, call, *rows)
    assert shown is not None
    assert shown.replace("00:00:00.000", "00:00:00") == answer


@pytest.mark.parametrize(
    ("call", "rows", "answer"),
    [
        ("map_agg(a, i)", ("'x'", "'x'", "NULL"), "{x=1}"),
        ("multimap_agg(a, i)", ("1", "1", "2"), "{1=[1, 2], 2=[3]}"),
        ("map_union(a)", ("MAP(ARRAY['a'], ARRAY[1])", "MAP(ARRAY['a','b'], ARRAY[2,3])"), "{a=1, b=3}"),
        ("histogram(a)", ("nan()", "nan()", "1e0"), "{1.0=1, NaN=2}"),
        ("reduce_agg(a, 0, (s, x) -> s + x, (s, t) -> s + t)", ("1", "NULL", "3"), "4"),
        ("reduce_agg(a, '', (s, x) -> s || x, (s, t) -> s || t)", ("'a'", "'b'"), "ab"),
        ("array_agg(DISTINCT a ORDER BY i)", ("1",), "EXPRESSION_NOT_IN_DISTINCT"),
    ],
)
def test_collections_keep_the_first_value_of_a_key(
    asker: Asker, call: str, rows: tuple[str, ...], answer: str
) -> None:
    shown = aggregate(asker, call, *rows)
    assert shown == answer or sorted(str(shown)) == sorted(answer)


@pytest.mark.parametrize(
    ("call", "rows", "answer"),
    [
        ("skewness(a)", ("1", "2", "9"), 0.6654688661238353),
        ("kurtosis(a)", ("1", "2", "4", "9", "11"), -2.4169776369835443),
        ("geometric_mean(a)", ("0", "2"), 0.0),
        ("corr(a, i)", ("2", "4", "7"), 0.99339926),
    ],
)
def test_moments_are_trinos(asker: Asker, call: str, rows: tuple[str, ...], answer: float) -> None:
    assert float(str(aggregate(asker, call, *rows))) == pytest.approx(answer, rel=1e-6)


def test_too_few_rows_have_no_moment(asker: Asker) -> None:
    assert aggregate(asker, "skewness(a)", "1", "2") is None
    assert aggregate(asker, "kurtosis(a)", "1", "1", "1") is None
    assert aggregate(asker, "kurtosis(a)", "1", "1", "1", "1") == "NaN"


def test_averages_of_intervals_round_half_up(asker: Asker) -> None:
    rows = ("INTERVAL '0.001' SECOND", "INTERVAL '0.002' SECOND")
    assert aggregate(asker, "avg(a)", *rows) == "0 00:00:00.002"
    assert aggregate(asker, "avg(a)", "INTERVAL '1' MONTH", "INTERVAL '2' YEAR") == "1-1"


def test_listagg_takes_text_only_and_its_options(asker: Asker) -> None:
    within = "WITHIN GROUP (ORDER BY i DESC)"
    assert aggregate(asker, f"listagg(a, ',') {within}", "1") == "TYPE_MISMATCH"
    truncating = f"listagg(a, ',' ON OVERFLOW TRUNCATE '...' WITH COUNT) {within}"
    assert aggregate(asker, truncating, "'a'", "'b'") == "b,a"
