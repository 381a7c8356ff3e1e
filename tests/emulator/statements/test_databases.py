from __future__ import annotations

import pytest

from emulator.trino.errors import ParseError, TrinoError
from tests.emulator.lake import Lake


def test_a_database_is_created_with_its_comment_location_and_properties(lake: Lake) -> None:
    lake.rows(
        "CREATE DATABASE IF NOT EXISTS made COMMENT 'it''s' LOCATION 's3://lake/made/' "
        "WITH DBPROPERTIES ('owner'='me')"
    )
    found = lake.catalog.database("made")
    lake.rows("DROP DATABASE made")
    assert found is not None
    assert (found.description, found.location, found.parameters) == (
        "it's",
        "s3://lake/made/",
        {"owner": "me"},
    )


def test_creating_a_database_twice_fails_unless_it_may_exist(lake: Lake) -> None:
    with pytest.raises(TrinoError, match="Schema 'db' already exists"):
        lake.rows("CREATE SCHEMA db")
    lake.rows("CREATE SCHEMA IF NOT EXISTS `db`;")


def test_a_database_with_tables_is_dropped_only_with_cascade(lake: Lake) -> None:
    lake.rows("CREATE DATABASE full_one")
    lake.rows("CREATE EXTERNAL TABLE full_one.t (a int) LOCATION 's3://lake/t/'")
    with pytest.raises(TrinoError, match="SCHEMA_NOT_EMPTY"):
        lake.rows("DROP DATABASE full_one")
    lake.rows("DROP DATABASE full_one CASCADE")
    assert lake.catalog.database("full_one") is None


def test_dropping_a_missing_database_fails_unless_it_may_be_missing(lake: Lake) -> None:
    lake.rows("DROP DATABASE IF EXISTS nowhere")
    with pytest.raises(TrinoError, match="Schema 'nowhere' does not exist"):
        lake.rows("DROP DATABASE nowhere")


def test_properties_of_a_database_are_added_to_those_it_has(lake: Lake) -> None:
    lake.rows("CREATE DATABASE made WITH DBPROPERTIES ('a'='1', 'b'='2')")
    lake.rows("ALTER DATABASE made SET DBPROPERTIES ('b'='3', 'c'='4')")
    found = lake.catalog.database("made")
    lake.rows("DROP DATABASE made")
    assert found is not None and found.parameters == {"a": "1", "b": "3", "c": "4"}


@pytest.mark.only_on("embedded", because="elsewhere others have databases too")
def test_the_default_database_is_there_from_the_start(lake: Lake) -> None:
    assert lake.rows("SHOW DATABASES") == [("db",), ("default",)]
    assert lake.rows("SHOW SCHEMAS LIKE 'def*'") == [("default",)]


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ('CREATE DATABASE "quoted"', "line 1:17: mismatched input '\"quoted\"'. Expecting: identifier"),
        ("CREATE DATABASE table", "line 1:17: mismatched input 'table'. Expecting: identifier"),
        ("DROP DATABASE\n  a b", "line 2:5: mismatched input 'b'. Expecting: <EOF>"),
        ("CREATE DATABASE", "line 1:16: mismatched input '<EOF>'. Expecting: identifier"),
        ("CREATE DATABASE `a", "line 1:17: extraneous input '`'"),
    ],
)
def test_what_is_not_hive_s_grammar_is_refused_at_its_place(lake: Lake, sql: str, message: str) -> None:
    with pytest.raises(ParseError) as refused:
        lake.engine.check(sql)
    assert refused.value.message == message
