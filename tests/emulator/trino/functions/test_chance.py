"""Functions whose results are drawn, so that only what holds of every draw can be said."""

from __future__ import annotations

import pytest

from tests.emulator.trino.asking import Asker


@pytest.fixture(scope="module")
def asker() -> Asker:
    return Asker()


def test_random_below_a_bound_stays_below_it_and_keeps_its_type(asker: Asker) -> None:
    shown = asker.ask("SELECT random(5) FROM UNNEST(sequence(1, 200)) AS t(a)")
    assert shown.columns[0][1] == "integer"
    assert {row[0] for row in shown.rows} <= set("01234")


def test_random_between_two_numbers_never_reaches_the_second(asker: Asker) -> None:
    shown = asker.ask("SELECT random(3, 5) FROM UNNEST(sequence(1, 200)) AS t(a)")
    assert {row[0] for row in shown.rows} <= {"3", "4"}


def test_every_row_gets_a_uuid_of_its_own(asker: Asker) -> None:
    shown = asker.ask("SELECT uuid() FROM UNNEST(sequence(1, 50)) AS t(a)")
    assert len({row[0] for row in shown.rows}) == 50
