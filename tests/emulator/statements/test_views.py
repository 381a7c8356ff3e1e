from __future__ import annotations

import base64
import json

import pytest

from emulator.catalog.presto_view import NotAPrestoView, decode
from emulator.trino.errors import ParseError, TrinoError
from tests.emulator.lake import Lake


def test_a_view_is_in_glue_in_athena_s_own_form(lake: Lake) -> None:
    lake.rows("CREATE VIEW db.v AS\nSELECT 1 AS n, 'x' AS \"A b\", DATE '2026-01-01' AS d;")
    table = lake.table("v")
    text = str(table.view_text)
    assert text.startswith("/* Presto View: ") and text.endswith(" */")
    assert json.loads(base64.b64decode(text[16:-3])) == {
        "originalSql": "SELECT 1 AS n, 'x' AS \"A b\", DATE '2026-01-01' AS d",
        "catalog": "awsdatacatalog",
        "schema": "db",
        "columns": [
            {"name": "n", "type": "integer"},
            {"name": "A b", "type": "varchar(1)"},
            {"name": "d", "type": "date"},
        ],
    }
    assert table.raw["ViewExpandedText"] == "/* Presto View */"
    assert (table.table_type, table.parameters["presto_view"]) == ("VIRTUAL_VIEW", "true")
    assert [column.type for column in table.columns] == ["int", "varchar(1)", "date"]


def test_a_view_is_read_and_replaced(lake: Lake) -> None:
    lake.rows("CREATE VIEW v AS SELECT 1 AS n")
    assert lake.rows("SELECT n + 1 FROM v") == [("2",)]
    with pytest.raises(TrinoError, match="View already exists"):
        lake.rows("CREATE VIEW v AS SELECT 2 AS n")
    lake.rows('CREATE OR REPLACE VIEW "awsdatacatalog"."db"."v" AS SELECT 2 AS n')
    assert lake.rows("SELECT n FROM awsdatacatalog.db.v") == [("2",)]


def test_a_view_s_names_are_resolved_where_it_was_made(lake: Lake) -> None:
    lake.rows("CREATE VIEW inner_one AS SELECT 7 AS n")
    lake.rows("CREATE VIEW outer_one AS SELECT n FROM inner_one")
    assert lake.rows("SELECT * FROM db.outer_one", database="default") == [("7",)]


def test_a_view_never_replaces_a_table(lake: Lake) -> None:
    lake.rows("CREATE EXTERNAL TABLE t (a int) LOCATION 's3://lake/t/'")
    with pytest.raises(TrinoError, match="Table already exists"):
        lake.rows("CREATE OR REPLACE VIEW t AS SELECT 1 AS a")


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("SELECT 1", "Column name not specified at position 1"),
        ("SELECT 1 AS a, 2 AS A", "specified more than once"),
        ("SELECT NULL AS a", "Column type is unknown: a"),
        ("SELECT missing FROM nowhere", "nowhere"),
        ("SELECT x FROM (VALUES 1) AS t (y)", "Column 'x' cannot be resolved"),
    ],
)
def test_a_view_that_has_no_meaning_is_refused_and_not_made(lake: Lake, query: str, message: str) -> None:
    with pytest.raises(TrinoError, match=message):
        lake.rows(f"CREATE VIEW v AS {query}")
    assert lake.catalog.table("db", "v") is None


def test_a_view_is_dropped_by_either_quotes(lake: Lake) -> None:
    lake.rows("CREATE VIEW v AS SELECT 1 AS n")
    lake.rows('DROP VIEW "db"."v"')
    lake.rows("CREATE VIEW v AS SELECT 1 AS n")
    lake.rows("DROP VIEW IF EXISTS `v`")
    lake.rows("DROP VIEW IF EXISTS v")
    with pytest.raises(TrinoError, match=r"View 'awsdatacatalog.db.v' does not exist"):
        lake.rows("DROP VIEW v")


def test_drop_view_does_not_drop_a_table_nor_drop_table_a_view(lake: Lake) -> None:
    lake.rows("CREATE EXTERNAL TABLE t (a int) LOCATION 's3://lake/t/'")
    lake.rows("CREATE VIEW v AS SELECT 1 AS n")
    with pytest.raises(TrinoError, match="a table with that name exists"):
        lake.rows("DROP VIEW t")
    with pytest.raises(TrinoError, match=r"'db.v' is a view"):
        lake.rows("DROP TABLE v")


def test_backticks_are_refused_in_a_view_s_name(lake: Lake) -> None:
    with pytest.raises(ParseError, match="backquoted identifiers are not supported"):
        lake.engine.check("CREATE VIEW `v` AS SELECT 1 AS n")


def test_a_view_of_another_kind_is_refused_by_name(lake: Lake) -> None:
    lake.catalog.create_table(
        "db", {"Name": "hive_view", "TableType": "VIRTUAL_VIEW", "ViewOriginalText": "select 1"}
    )
    with pytest.raises(TrinoError, match=r"Hive views are not supported: '?db.hive_view"):
        lake.rows("SELECT * FROM hive_view")


@pytest.mark.parametrize("text", ["select 1", "/* Presto View: !!! */", "/* Presto View: e30= */"])
def test_text_that_holds_no_presto_view_is_not_decoded(text: str) -> None:
    with pytest.raises(NotAPrestoView):
        decode(text)
