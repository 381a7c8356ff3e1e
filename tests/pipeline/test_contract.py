"""The formats of the contract take exactly the values that the calendar and the clock have."""

import re
from datetime import date

import pytest

from pipeline.contract import FORMATS

YEARS = [1, 4, 99, 100, 400, 1582, 1900, 1904, 2000, 2023, 2024, 2025, 2026, 2100, 9999]


def is_real(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def matches(kind: str, value: str) -> bool:
    return re.search(FORMATS[kind], value) is not None


@pytest.mark.parametrize("year", YEARS)
def test_a_date_is_taken_exactly_when_the_calendar_has_it(year: int) -> None:
    for month in range(14):
        for day in range(33):
            text = f"{day:02}/{month:02}/{year:04}"
            assert matches("required_date", text) == is_real(year, month, day), text


def test_there_is_no_year_zero() -> None:
    assert not matches("required_date", "29/02/0000")
    assert not matches("required_date", "01/01/0000")


@pytest.mark.parametrize(("hour", "minute"), [(0, 0), (23, 59), (24, 0), (9, 60), (12, 30)])
def test_a_time_is_taken_exactly_when_the_clock_has_it(hour: int, minute: int) -> None:
    is_on_clock = hour < 24 and minute < 60
    assert matches("required_minute", f"01/01/2026 {hour:02}:{minute:02}") == is_on_clock
    assert matches("second", f"01/01/2026 {hour:02}:{minute:02}:59") == is_on_clock


@pytest.mark.parametrize("blank", ["", " ", "\t\r\n\u00a0"])
def test_only_blanks_are_taken_where_a_value_may_be_missing(blank: str) -> None:
    assert matches("date", blank)
    assert matches("second", blank)
    assert matches("text", blank)
    assert not matches("required_date", blank)
    assert not matches("required_minute", blank)
    assert not matches("required_text", blank)


def test_blanks_around_a_value_are_allowed_and_within_it_are_not() -> None:
    assert matches("required_date", "\u00a0 01/01/2026\t")
    assert not matches("required_date", "01/01/ 2026")
    assert matches("required_text", " a b ")


@pytest.mark.parametrize("character", ["\0", "\x08", "\x0b", "\x1f", "\x7f"])
def test_a_control_character_is_no_text(character: str) -> None:
    assert not matches("text", f"a{character}b")
    assert not matches("required_text", f"a{character}b")
