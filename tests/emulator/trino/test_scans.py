"""Tables and views in a query: which columns and partitions it asks the engine for."""

from __future__ import annotations

import pytest

from emulator.trino.errors import TrinoError
from emulator.trino.relations import Column, QualifiedName, Table, View
from emulator.trino.types import BIGINT, VARCHAR
from tests.emulator.trino.asking import Asker

DATABASE = ("awsdatacatalog", "default")
STAYS = Table(
    QualifiedName(*DATABASE, "stays_runs"),
    (Column("id", BIGINT), Column("ward", VARCHAR), Column("run_id", VARCHAR, partition=True)),
    source=None,
)
CURRENT_RUN = View(
    QualifiedName(*DATABASE, "current_run"), "select 'b' as run_id", (Column("run_id", VARCHAR),), *DATABASE
)
CURRENT_STAYS = View(
    QualifiedName(*DATABASE, "stays"),
    "select id, ward from stays_runs where run_id = (select run_id from current_run)",
    (Column("id", BIGINT), Column("ward", VARCHAR)),
    *DATABASE,
)
ROWS = """SELECT * FROM (VALUES (CAST(1 AS BIGINT), 'W1', 'a'), (CAST(2 AS BIGINT), 'W2', 'b'))
AS t(id, ward, run_id)"""


class Catalog:
    """One partitioned table, its public view, and the view that points at a run."""

    relations = {str(r.name): r for r in (STAYS, CURRENT_RUN, CURRENT_STAYS)}  # noqa: RUF012

    def find(self, name: QualifiedName) -> Table | View | None:
        return self.relations.get(str(name))

    def has_database(self, catalog: str, database: str) -> bool:
        return (catalog, database) == DATABASE


@pytest.fixture(scope="module")
def asker() -> Asker:
    return Asker(Catalog(), {"stays_runs": ROWS})


def test_a_scan_asks_only_for_the_columns_that_the_query_uses(asker: Asker) -> None:
    (scan,) = asker.compile("select ward from stays_runs where id > 1").scans
    assert scan.columns == ("id", "ward")


def test_a_condition_on_a_partition_column_is_told_to_the_scan(asker: Asker) -> None:
    (scan,) = asker.compile("select id from stays_runs s where s.run_id = 'a' and id > 1").scans
    assert scan.column_values == {"run_id": frozenset("a")}
    assert scan.partition_filter is None


def test_conditions_on_one_partition_column_leave_what_all_of_them_allow(asker: Asker) -> None:
    sql = "select id from stays_runs where 'a' = run_id and run_id in ('a', 'b') and run_id > 'A'"
    (scan,) = asker.compile(sql).scans
    assert scan.column_values == {"run_id": frozenset("a")}
    assert scan.partition_filter == """(("run_id" > 'A'))"""


def test_a_view_over_the_current_run_reads_that_partition_only(asker: Asker) -> None:
    (scan,) = asker.compile("select * from stays").scans
    assert scan.partition_filter is not None
    assert asker.connection.sql(f"SELECT {scan.partition_filter} FROM ({ROWS})").fetchall() == [
        (False,),
        (True,),
    ]


def test_a_view_gives_the_rows_of_the_current_run(asker: Asker) -> None:
    assert asker.ask("select id, ward from stays").rows == (("2", "W2"),)


def test_a_condition_above_an_inner_join_is_told_to_its_scans(asker: Asker) -> None:
    sql = "select a.id from stays_runs a join stays_runs b on a.id = b.id where b.run_id = 'a'"
    assert [s.column_values for s in asker.compile(sql).scans] == [{}, {"run_id": frozenset("a")}]


def test_a_condition_on_the_filled_side_of_an_outer_join_is_not_told_to_its_scan(asker: Asker) -> None:
    sql = "select a.id from stays_runs a left join stays_runs b on a.id = b.id where b.run_id is null"
    assert [s.partition_filter for s in asker.compile(sql).scans] == [None, None]


@pytest.mark.parametrize(
    ("sql", "name", "message"),
    [
        ("select nothing from stays", "COLUMN_NOT_FOUND", "line 1:8: Column 'nothing' cannot be resolved"),
        ("select 1 from nowhere", "TABLE_NOT_FOUND", "Table 'awsdatacatalog.default.nowhere' does not exist"),
        ("select 1 from other.stays", "SCHEMA_NOT_FOUND", "Schema 'other' does not exist"),
        ("select id from stays a, stays b", "AMBIGUOUS_NAME", "line 1:8: Column 'id' is ambiguous"),
        ("select id from stays where ward = 1", "TYPE_MISMATCH", "Cannot apply operator: varchar = integer"),
    ],
)
def test_a_wrong_name_or_type_fails_with_trinos_words(
    asker: Asker, sql: str, name: str, message: str
) -> None:
    with pytest.raises(TrinoError) as refused:
        asker.compile(sql)
    assert refused.value.name == name
    assert message in refused.value.message
