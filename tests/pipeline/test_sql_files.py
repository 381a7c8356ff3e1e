"""The files of sql/: parameters, plan and tables are data, and a mistake in them is refused by name."""

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from pipeline.audits import level_query
from pipeline.ddl import read_table, read_tables
from pipeline.errors import ConfigurationError
from pipeline.parameters import RunKey, run_parameters
from pipeline.plan import read_plan
from pipeline.settings import SQL_ROOT, Settings
from pipeline.sqltext import Identifier, Value, literal, parameters_of, render

TABLES = read_tables(SQL_ROOT)
GLOSSARY = SQL_ROOT.parent / "docs" / "glossary.md"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of sql/ that a test may break."""
    return Path(shutil.copytree(SQL_ROOT, tmp_path / "sql"))


def change(path: Path, edit: Callable[[str], str]) -> None:
    path.write_text(edit(path.read_text()))


def test_values_are_typed_by_what_they_are() -> None:
    values: list[Value] = [Identifier("gold"), "O'Brien", date(2026, 1, 3), 5]
    assert [literal(value) for value in values] == ["gold", "'O''Brien'", "date '2026-01-03'", "5"]


def test_an_identifier_that_would_need_quotes_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="drop table"):
        Identifier("x; drop table y")


def test_a_parameter_without_a_value_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="day"):
        render("select ${day}", {}, "a.sql")


def test_a_value_without_a_parameter_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="day"):
        render("select 1", {"day": 1}, "a.sql")


def test_what_a_value_holds_is_never_taken_for_a_parameter() -> None:
    assert render("select ${a}", {"a": "${b}"}, "a.sql") == "select '${b}'"


def test_the_levels_are_built_in_order_and_gold_has_the_tables_of_the_domain() -> None:
    plan = read_plan(SQL_ROOT)
    assert [level.name for level in plan.levels] == ["staging", "silver", "gold"]
    assert [statement.table.name for statement in plan.level("gold").statements] == [
        "data_quality_finding",
        "dim_consultant",
        "dim_patient",
        "dim_ward",
        "episode_history",
        "fact_episode",
        "fact_spell",
        "post_discharge_change",
    ]


def test_a_statement_that_reads_its_own_level_is_refused(copy: Path) -> None:
    change(
        copy / "gold" / "dim_ward.sql",
        lambda text: text.replace("${silver}.episode_runs", "${gold}.dim_patient_runs"),
    )
    with pytest.raises(ConfigurationError, match=r"gold/dim_ward\.sql reads dim_patient_runs"):
        read_plan(copy)


def test_a_statement_that_reads_an_undeclared_table_is_refused(copy: Path) -> None:
    change(copy / "gold" / "dim_ward.sql", lambda text: text.replace("episode_runs", "episodes_runs"))
    with pytest.raises(ConfigurationError, match="no DDL declares"):
        read_plan(copy)


@pytest.mark.parametrize("gone", ["gold/dim_ward.sql", "tables/gold/dim_ward.sql"])
def test_a_table_needs_both_a_ddl_and_a_statement(copy: Path, gone: str) -> None:
    (copy / gone).unlink()
    with pytest.raises(ConfigurationError, match=r"dim_ward\.sql is missing"):
        read_plan(copy)


def test_a_new_gold_table_is_a_ddl_and_a_statement(copy: Path) -> None:
    for folder in ("gold", "tables/gold"):
        text = (copy / folder / "dim_ward.sql").read_text().replace("dim_ward", "dim_room")
        (copy / folder / "dim_room.sql").write_text(text)
    plan = read_plan(copy)
    assert "dim_room" in [statement.table.name for statement in plan.level("gold").statements]
    query = level_query(Settings(), plan, plan.level("gold"), RunKey("r", date(2026, 1, 1)))
    assert "'dim_room.key'" in query


def test_a_column_without_a_comment_is_refused(copy: Path) -> None:
    path = copy / "tables" / "gold" / "dim_ward.sql"
    change(path, lambda text: text.replace(" comment 'The ward''s code.'", ""))
    with pytest.raises(ConfigurationError, match="ward_code string"):
        read_table(path)


def test_a_property_that_names_no_column_is_refused(copy: Path) -> None:
    change(copy / "tables" / "gold" / "dim_ward.sql", lambda text: text.replace("'ward_code'", "'code'"))
    plan = read_plan(copy)
    with pytest.raises(ConfigurationError, match="code"):
        level_query(Settings(), plan, plan.level("gold"), RunKey("r", date(2026, 1, 1)))


@pytest.mark.parametrize(
    "path", sorted(SQL_ROOT.rglob("*.sql")), ids=lambda path: str(path.relative_to(SQL_ROOT))
)
def test_a_sql_file_uses_known_parameters_and_short_lines(path: Path) -> None:
    text = path.read_text()
    known = run_parameters(Settings(), RunKey("r", date(2026, 1, 1)))
    assert parameters_of(text) <= {*known, "location", "baseline_run_id"}
    assert max(map(len, text.splitlines())) <= 100
    assert "\t" not in text


@pytest.mark.parametrize(
    "table", [table for table in TABLES if table.level == "gold"], ids=lambda table: table.name
)
def test_every_gold_table_is_in_the_glossary(table: object) -> None:
    name = getattr(table, "name", "")
    assert f"| `{name}` |" in GLOSSARY.read_text()
