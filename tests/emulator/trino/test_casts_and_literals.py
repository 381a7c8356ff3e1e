"""Casts and literals at their edges, against what Trino 476 answered."""

from __future__ import annotations

import pytest

from tests.emulator.trino.asking import Asker


@pytest.fixture(scope="module")
def asker() -> Asker:
    return Asker()


def value(asker: Asker, expression: str) -> str | None:
    """An expression's value, or its error's name."""
    shown = asker.ask(f"SELECT {expression} AS v")
    return shown.error.name if shown.error is not None else shown.rows[0][0]


@pytest.mark.parametrize(
    ("expression", "answer"),
    [
        ("CAST(0.05 AS varchar)", "0.05"),
        ("json_format(CAST(ARRAY[0.05] AS json))", "[0.05]"),
        ("CAST(JSON '150.25' AS varchar)", "1.5025E2"),
        ("CAST(0e0 AS varchar)", "0E0"),
        ("CAST(REAL '16777216' AS varchar)", "1.677722E7"),
        ("CAST(REAL '-0.0' AS varchar)", "-0E0"),
        ("CAST(1e300 AS real)", "Infinity"),
        ("CAST(1 AS char(3))", "TYPE_MISMATCH"),
        ("CAST(99.995 AS decimal(4,2))", "INVALID_CAST_ARGUMENT"),
        ("CAST('a' AS nosuchtype)", "TYPE_MISMATCH"),
        ("CAST(NULL AS integer) / 0", None),
        ("1 / 0", "DIVISION_BY_ZERO"),
        ("INTERVAL '1' DAY / 0", "INVALID_FUNCTION_ARGUMENT"),
    ],
)
def test_numbers_and_their_texts(asker: Asker, expression: str, answer: str | None) -> None:
    assert value(asker, expression) == answer


@pytest.mark.parametrize(
    ("expression", "answer"),
    [
        ("CAST('2024-02-29 10:11:12.1239 Europe/London' AS timestamp(3) with time zone)",
         "2024-02-29 10:11:12.124 Europe/London"),
        ("CAST('2024-03-31 01:30:00 Europe/London' AS timestamp with time zone)",
         "2024-03-31 02:30:00.000 Europe/London"),
        ("TIMESTAMP '2024-03-31 01:30:00 Europe/London'", "INVALID_LITERAL"),
        ("CAST('2024-02-29 10:11:12 +15:00' AS timestamp with time zone)", "NOT_SUPPORTED"),
        ("CAST('2024-02-29 10:11:12 Nowhere/City' AS timestamp with time zone)", "INVALID_CAST_ARGUMENT"),
        ("CAST('2024-07-01 00:30:00 Europe/London' AS timestamp)", "2024-07-01 00:30:00.000"),
        ("CAST('2024-07-01 00:30:00 Nowhere/City' AS timestamp)", "INVALID_CAST_ARGUMENT"),
        ("CAST('2024-01-01 00:00:00.1234567' AS timestamp(6))", "2024-01-01 00:00:00.123457"),
        ("CAST('2023-02-29' AS date)", "INVALID_CAST_ARGUMENT"),
        ("CAST(TIMESTAMP '2024-01-01 00:00:00.5' AS timestamp(9))", "2024-01-01 00:00:00.500000000"),
        ("CAST('2024-01-01 00:00:00.123456789' AS timestamp(9))", "NOT_SUPPORTED"),
        ("TIMESTAMP '2024-01-01 00:00:00.123456' - DATE '2024-01-01'", "0 00:00:00.123"),
        ("TIMESTAMP '2024-01-01 00:00:00' - TIMESTAMP '2024-01-01 00:00:00 +01:00'", "0 01:00:00.000"),
    ],
)  # fmt: skip
def test_times_and_zones(asker: Asker, expression: str, answer: str) -> None:
    assert value(asker, expression) == answer


@pytest.mark.parametrize(
    ("expression", "answer"),
    [
        ("INTERVAL '1' DAY TO SECOND", "1 00:00:00.000"),
        ("INTERVAL '1 02:03' DAY TO SECOND", "1 02:03:00.000"),
        ("INTERVAL '+1' DAY", "1 00:00:00.000"),
        ("INTERVAL '1.5678' SECOND", "0 00:00:01.567"),
        ("INTERVAL ' 1 ' DAY", "INVALID_LITERAL"),
        ("INTERVAL '99999999999' DAY", "INVALID_LITERAL"),
        ("INTERVAL '1' YEAR TO MONTH", "1-0"),
        ("interval '1 day'", "TYPE_NOT_FOUND"),
        ("BIGINT '1_0'", "INVALID_LITERAL"),
        ("IPADDRESS '2001:DB8:0:0:0:0:0:1'", "2001:db8::1"),
        ("IPADDRESS '::ffff:1.2.3.4'", "1.2.3.4"),
        ("CAST('01.2.3.4' AS ipaddress)", "INVALID_CAST_ARGUMENT"),
    ],
)
def test_intervals_and_addresses(asker: Asker, expression: str, answer: str) -> None:
    assert value(asker, expression) == answer


def test_typeof_evaluates_its_argument(asker: Asker) -> None:
    assert value(asker, "typeof(CAST('x' AS integer))") == "INVALID_CAST_ARGUMENT"
    assert value(asker, "typeof(CAST('1' AS integer))") == "integer"


def test_the_year_of_a_date_literal_may_have_few_digits(asker: Asker) -> None:
    assert value(asker, "DATE '1-03-04'") == "0001-03-04"
    assert value(asker, "DATE '+99-3-4'") == "0099-03-04"
    assert value(asker, "TIMESTAMP '1-03-04 05:06:07'") == "INVALID_LITERAL"


@pytest.mark.parametrize(
    ("expression", "answer"),
    [
        ("DECIMAL '99999999.99' * DECIMAL '99999999.99'", "9999999998000000.0001"),
        ("DECIMAL '-999999999999.99' * DECIMAL '99999.99999'", "-99999999989999000.0000001"),
        ("DECIMAL '7.00' / DECIMAL '3.000000001'", "2.333333333"),
        ("CAST(5.02797279921331664759 AS decimal(22,20)) / CAST(0.71828182845904523537 AS decimal(22,20))",
         "7.00000000000000000000"),
        ("CAST('-123456789012345678901234567890.12' AS decimal(38,2)) / DECIMAL '3.000000001'",
         "-41152262990397805303612254195.502581935"),
        ("CAST('-1234567890123456789012345678901234.25' AS decimal(38,2)) / DECIMAL '0'", "DIVISION_BY_ZERO"),
    ],
)  # fmt: skip
def test_decimals_have_the_digits_that_their_result_needs(asker: Asker, expression: str, answer: str) -> None:
    assert value(asker, expression) == answer


def test_a_quotient_of_too_many_digits_fails_as_in_trino(asker: Asker) -> None:
    dividend = "CAST('999999999999999999999999999999999999.99' AS decimal(38,2))"
    error = asker.ask(f"SELECT {dividend} / DECIMAL '0.000000001'").error
    assert str(error) == "NUMERIC_VALUE_OUT_OF_RANGE: Decimal overflow"
