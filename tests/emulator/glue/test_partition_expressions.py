"""GetPartitions' Expression: which partitions it finds, and what it refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.emulator.glue.conftest import Find, MakeTable, add_partitions

if TYPE_CHECKING:
    from types_boto3_glue.client import GlueClient


@pytest.mark.parametrize(
    ("expression", "found"),
    [
        ("", "0123"),
        ("year = 2026", "123"),
        ("year = '2026'", "123"),
        ("2026 > year", "0"),
        ("YEAR <> 2026", "0"),
        ("`year` != 2026", "0"),
        ("(year) = (2025)", "0"),
        ("((year)=2025)", "0"),
        ("year = 2026 and ward = 'A1'", "1"),
        ("(year=2025 and ward='A1') or (ward='B2')", "02"),
        ("year = 2025 or year = 2026 and ward = 'B2'", "02"),
        ("not (year = 2026)", "0"),
        ("not year = 2026 or ward = 'B2'", "02"),
        ("year in (2024, 2025)", "0"),
        ("ward not in ('A1', 'B2')", "3"),
        ("year between 2025 and 2025", "0"),
        ("year not between 2025 and 2025", "123"),
        ("day >= '2026-01-02'", "23"),
        ("day < date '2026-01-01'", "0"),
        ("ward like 'A%'", "01"),
        ("ward like '_2'", "2"),
        ("ward not like '%1'", "23"),
        ("ward like '%.%'", "3"),
        ("ward = 'St. O''Neil'", "3"),
        ("ward is null", ""),
        ("ward is not null", "0123"),
    ],
)
def test_expressions_find_partitions_by_the_types_of_their_keys(
    find: Find, expression: str, found: str
) -> None:
    everything = find("")
    assert find(expression) == [everything[int(place)] for place in found]


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("year", "Unsupported expression 'year'"),
        ("year = ", "Unsupported expression"),
        ("year = 2026 and", "Unsupported expression"),
        ("year = 2026 ward", "Unsupported expression"),
        ("(year = 2026", "Unsupported expression"),
        ("year = 2026;", "Unsupported expression"),
        ("year ~ 2026", "Unsupported expression"),
        ("id = 1", "Invalid partition expression!"),
        ('ward = "A1"', "Invalid partition expression!"),
        ("year = 'abc'", '"abc" is not an integer.'),
        ("day = '2026-02-30'", "2026-02-30 is not a date."),
        ("year like '20%'", "Integral data type doesn't support operation 'LIKE'"),
        ("day like '20%'", "Date data type doesn't support operation 'LIKE'"),
    ],
)
def test_wrong_expressions_are_refused(glue: GlueClient, find: Find, expression: str, message: str) -> None:
    with pytest.raises(glue.exceptions.InvalidInputException) as refused:
        find(expression)
    assert message in refused.value.response["Error"]["Message"]


def test_numbers_and_times_are_compared_by_value(
    glue: GlueClient, database: str, make_table: MakeTable
) -> None:
    table = make_table("prices", {"price": "decimal(10,2)", "at": "timestamp"})
    add_partitions(
        glue, database, table, [["9.50", "2026-01-01 00:00:00"], ["10.00", "2026-01-01 00:00:00.5"]]
    )

    def places(expression: str) -> list[str]:
        answer = glue.get_partitions(DatabaseName=database, TableName=table, Expression=expression)
        return [partition["Values"][0] for partition in answer["Partitions"]]

    assert places("price < 10") == ["9.50"]
    assert places("price = 9.5") == ["9.50"]
    assert places("at > '2026-01-01 00:00:00.4'") == ["10.00"]
    with pytest.raises(glue.exceptions.InvalidInputException, match="is not a timestamp"):
        places("at > 'noon'")


def test_a_null_is_unknown_to_comparisons_and_found_by_is_null(
    glue: GlueClient, database: str, make_table: MakeTable
) -> None:
    table = make_table("unknown", {"year": "int"})
    add_partitions(glue, database, table, [["2026"], ["__HIVE_DEFAULT_PARTITION__"]])

    def years(expression: str) -> list[str]:
        answer = glue.get_partitions(DatabaseName=database, TableName=table, Expression=expression)
        return [partition["Values"][0] for partition in answer["Partitions"]]

    assert years("year > 0") == ["2026"]
    assert years("not year > 2026") == ["2026"]
    assert years("year is null") == ["__HIVE_DEFAULT_PARTITION__"]
    assert years("year is null or year > 0") == ["2026", "__HIVE_DEFAULT_PARTITION__"]


def test_a_value_that_is_not_of_its_key_s_type_is_an_invalid_state(
    glue: GlueClient, database: str, make_table: MakeTable
) -> None:
    table = make_table("wrong", {"year": "int"})
    add_partitions(glue, database, table, [["unknown"]])
    with pytest.raises(glue.exceptions.InvalidStateException, match='"unknown" is not an integer'):
        glue.get_partitions(DatabaseName=database, TableName=table, Expression="year = 1")


def test_keys_of_other_types_cannot_be_asked_for(
    glue: GlueClient, database: str, make_table: MakeTable
) -> None:
    table = make_table("flags", {"flag": "boolean"})
    with pytest.raises(glue.exceptions.InvalidInputException, match="Unknown type : 'boolean'"):
        glue.get_partitions(DatabaseName=database, TableName=table, Expression="flag = 'true'")
