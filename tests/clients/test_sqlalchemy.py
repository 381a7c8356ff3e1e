"""SQLAlchemy through PyAthena's dialect: reflection, DDL it writes, parameters and types."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import quote_plus

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DatabaseError, NoSuchTableError

from tests.clients.conftest import REGION, Lake


@pytest.fixture(scope="module")
def engine(lake: Lake) -> Iterator[sa.Engine]:
    """An engine on the lake, whose tables are made under one location."""
    staging, location = quote_plus(lake.results), quote_plus(lake.at("alchemy"))
    engine = sa.create_engine(
        f"awsathena+rest://:@athena.{REGION}.amazonaws.com:443/{lake.database}"
        f"?s3_staging_dir={staging}&location={location}&poll_interval=0.02"
    )
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def visits(engine: sa.Engine, lake: Lake) -> sa.Table:
    """A table that the dialect made and filled."""
    table = sa.Table(
        "visits",
        sa.MetaData(schema=lake.database),
        sa.Column("id", sa.Integer, comment="the key"),
        sa.Column("name", sa.String),
        sa.Column("day", sa.Date),
        sa.Column("moment", sa.TIMESTAMP),
        sa.Column("price", sa.Numeric(10, 2)),
        comment="visits of patients",
        awsathena_file_format="PARQUET",
        awsathena_compression="SNAPPY",
    )
    table.create(engine)
    with engine.begin() as connection:
        row = {
            "day": date(2026, 1, 2),
            "moment": datetime(2026, 1, 2, 3, 4, 5, 678000),
            "price": Decimal("1.10"),
        }
        connection.execute(table.insert(), [{"id": 1, "name": "it's", **row}])
        connection.execute(table.insert().values(id=2, name=None))
    return table


def test_rows_come_back_typed(engine: sa.Engine, visits: sa.Table) -> None:
    with engine.connect() as connection:
        rows = connection.execute(sa.select(visits).order_by(visits.c.id)).fetchall()
    assert [tuple(row) for row in rows] == [
        (1, "it's", date(2026, 1, 2), datetime(2026, 1, 2, 3, 4, 5, 678000), Decimal("1.10")),
        (2, None, None, None, None),
    ]


def test_a_query_built_from_expressions_runs(engine: sa.Engine, visits: sa.Table) -> None:
    query = (
        sa.select(sa.func.count().label("found"), sa.func.max(visits.c.name))
        .where(visits.c.id.in_([1, 2]), visits.c.name.like("%'s"))
        .group_by(visits.c.day)
        .limit(5)
    )
    with engine.connect() as connection:
        assert [tuple(row) for row in connection.execute(query)] == [(1, "it's")]


def test_a_table_is_reflected_as_it_was_made(engine: sa.Engine, visits: sa.Table, lake: Lake) -> None:
    found = sa.Table("visits", sa.MetaData(schema=lake.database), autoload_with=engine)
    assert [(c.name, type(c.type).__name__, c.comment) for c in found.columns] == [
        ("id", "INTEGER", "the key"),
        ("name", "String", None),
        ("day", "DATE", None),
        ("moment", "TIMESTAMP", None),
        ("price", "DECIMAL", None),
    ]
    assert found.comment == "visits of patients"


def test_the_inspector_lists_databases_tables_and_views(
    engine: sa.Engine, visits: sa.Table, lake: Lake
) -> None:
    with engine.begin() as connection:
        connection.execute(sa.text("create or replace view visit_names as select name from visits"))
    inspector = sa.inspect(engine)
    assert lake.database in inspector.get_schema_names()
    assert inspector.get_table_names(schema=lake.database) == ["visits"]
    assert inspector.get_view_names(schema=lake.database) == ["visit_names"]
    assert "select name from visits" in inspector.get_view_definition("visit_names", schema=lake.database)
    assert inspector.has_table("visits", schema=lake.database)
    assert not inspector.has_table("no_visits", schema=lake.database)


def test_a_missing_table_is_said_to_be_missing(engine: sa.Engine, lake: Lake) -> None:
    with pytest.raises(NoSuchTableError):
        sa.Table("no_visits", sa.MetaData(schema=lake.database), autoload_with=engine)
    with engine.connect() as connection, pytest.raises(DatabaseError, match="TABLE_NOT_FOUND"):
        connection.execute(sa.text("select 1 from no_visits"))


def test_binds_of_every_kind_are_understood(engine: sa.Engine) -> None:
    values: dict[str, Any] = {
        "n": 7,
        "s": "a'b%",
        "d": date(2026, 1, 2),
        "x": Decimal("1.5"),
        "b": True,
        "z": None,
    }
    query = sa.text("select :n as n, :s as s, :d as d, :x as x, :b as b, :z as z")
    with engine.connect() as connection:
        assert dict(connection.execute(query, values).mappings().one()) == values
