"""What counts as equal and what comes first, in grouping, DISTINCT, set operations, joins and ORDER BY."""

from __future__ import annotations

import pytest

from tests.emulator.trino.asking import Asker

NOON = "TIMESTAMP '2024-07-01 12:00:00 Europe/London'"
SAME = "TIMESTAMP '2024-07-01 11:00:00 UTC'"
LATER = "TIMESTAMP '2024-07-01 12:00:00 UTC'"


@pytest.fixture(scope="module")
def asker() -> Asker:
    return Asker()


def rows(asker: Asker, sql: str) -> tuple[tuple[str | None, ...], ...]:
    """A query's rows; it must not fail."""
    shown = asker.ask(sql)
    assert shown.error is None, shown.error
    return shown.rows


@pytest.mark.parametrize(
    ("sql", "count"),
    [
        (f"SELECT count(*) FROM (SELECT a FROM (VALUES {NOON}, {SAME}, {LATER}) t(a) GROUP BY a)", "2"),
        (f"SELECT count(*) FROM (SELECT DISTINCT a FROM (VALUES {NOON}, {SAME}, {LATER}) t(a))", "2"),
        (f"SELECT count(DISTINCT a) FROM (VALUES {NOON}, {SAME}, {LATER}) t(a)", "2"),
        (f"SELECT count(*) FROM ((VALUES {NOON}) UNION (VALUES {SAME}))", "1"),
        (f"SELECT count(*) FROM ((VALUES {NOON}) INTERSECT (VALUES {SAME}))", "1"),
        (f"SELECT count(*) FROM ((VALUES {NOON}, {LATER}) EXCEPT (VALUES {SAME}))", "1"),
        (f"SELECT count(*) FROM (VALUES {NOON}) t(a) JOIN (VALUES {SAME}) u(b) ON a = b", "1"),
        ("SELECT count(*) FROM (SELECT DISTINCT a FROM (VALUES MAP(ARRAY[1,2], ARRAY['x','y']), "
         "MAP(ARRAY[2,1], ARRAY['y','x'])) t(a))", "1"),
        ("SELECT count(*) FROM (SELECT a FROM (VALUES nan(), nan()) t(a) GROUP BY a)", "1"),
    ],
)  # fmt: skip
def test_equal_values_are_one_whatever_they_look_like(asker: Asker, sql: str, count: str) -> None:
    assert rows(asker, sql) == ((count,),)


def test_a_rollup_by_instants_keeps_its_total(asker: Asker) -> None:
    found = rows(asker, f"SELECT a, count(*) FROM (VALUES {NOON}, {SAME}) t(a) GROUP BY ROLLUP(a)")
    assert sorted(count or "" for _, count in found) == ["2", "2"]
    assert {moment is None for moment, _ in found} == {True, False}


@pytest.mark.parametrize(
    ("order", "answer"),
    [
        ("a", ["-Infinity", "1.0", "NaN", None]),
        ("a DESC", ["NaN", "1.0", "-Infinity", None]),
        ("a NULLS FIRST", [None, "NaN", "-Infinity", "1.0"]),
        ("a DESC NULLS FIRST", [None, "1.0", "-Infinity", "NaN"]),
    ],
)
def test_nan_is_the_largest_number_but_with_nulls_first_the_smallest(
    asker: Asker, order: str, answer: list[str | None]
) -> None:
    found = rows(asker, f"SELECT a FROM (VALUES nan(), 1e0, NULL, -infinity()) t(a) ORDER BY {order}")
    assert [row[0] for row in found] == answer


def test_the_greatest_of_arrays_rows_and_instants(asker: Asker) -> None:
    assert rows(asker, "SELECT greatest(ARRAY[1], ARRAY[2])") == (("[2]",),)
    assert rows(asker, "SELECT least(ROW(1, 'b'), ROW(1, 'a'))") == (("{field0=1, field1=a}",),)
    found = rows(asker, f"SELECT least({SAME}, {NOON})")
    assert str(found[0][0]).endswith("UTC")


def test_samples_of_nothing_and_of_everything(asker: Asker) -> None:
    values = "(VALUES 1, 2) AS t(a) TABLESAMPLE BERNOULLI"
    assert rows(asker, f"SELECT count(*) FROM {values} (0)") == (("0",),)
    assert rows(asker, f"SELECT count(*) FROM {values} (100)") == (("2",),)
    refused = asker.ask(f"SELECT count(*) FROM {values} (101)")
    assert refused.error is not None
    assert refused.error.name == "NUMERIC_VALUE_OUT_OF_RANGE"
