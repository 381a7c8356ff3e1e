"""TPC-H's 22 queries on both engines, over the same Parquet files."""

from __future__ import annotations

import io
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.stack.parts import Stack
from tests.stack.shadowing import Shadow
from tests.stack.tpch.tables import tables

QUERIES = sorted((Path(__file__).parent / "tpch").glob("q*.sql"))
SEED = 22
_HIVE = {"int64": "bigint", "int32": "int", "string": "string", "date32[day]": "date"}


@pytest.fixture(scope="module")
def warehouse(stack: Stack) -> Shadow:
    """TPC-H's tables in the stage's gold database."""
    shadow = Shadow.of(stack)
    names = shadow.context.settings
    for name, table in tables(SEED).items():
        body = io.BytesIO()
        pq.write_table(table, body)
        shadow.context.s3.put_object(
            Bucket=names.lake_bucket, Key=f"tpch/{name}/data.parquet", Body=body.getvalue()
        )
        columns = ", ".join(
            f"{field.name} {_HIVE.get(str(field.type), 'decimal(12,2)')}" for field in table.schema
        )
        shadow.run(
            f"CREATE EXTERNAL TABLE {name} ({columns}) STORED AS PARQUET "
            f"LOCATION 's3://{names.lake_bucket}/tpch/{name}/'",
            names.gold_database,
        )
    return shadow


def test_there_are_22_queries() -> None:
    assert len(QUERIES) == 22


@pytest.mark.parametrize("query", QUERIES, ids=lambda path: path.stem)
def test_both_engines_answer_tpch_alike(warehouse: Shadow, query: Path) -> None:
    with warehouse.counted() as counts:
        query_id = warehouse.run(query.read_text(), warehouse.context.settings.gold_database)
    assert warehouse.rows(query_id) > 0, "a query that finds nothing compares nothing"
    assert counts == {"equal": 1, "different": 0, "refused": 0, "undecided": 0}, warehouse.page()
