"""awswrangler: reading by CTAS, UNLOAD and CSV, datasets with partitions in a database, the catalog."""

from __future__ import annotations

from datetime import date
from typing import Any

import awswrangler as wr
import pandas as pd
import pytest

from tests.clients.conftest import Lake

MODES = {
    "ctas": {"ctas_approach": True, "unload_approach": False},
    "unload": {"ctas_approach": False, "unload_approach": True},
    "csv": {"ctas_approach": False, "unload_approach": False},
}
ROWS = """
select * from (values
    (1, 'a', date '2026-01-02', timestamp '2026-01-02 03:04:05.678', decimal '1.10', true),
    (null, null, null, null, null, null)
) as t (number, text, day, moment, price, flag)
order by number
"""


@pytest.fixture(scope="module")
def dataset(lake: Lake) -> str:
    """A table of three wards in two partitions; gives its name."""
    frame = pd.DataFrame({"id": [1, 2, 3], "name": ["x", None, "z"], "ward": ["A", "A", "B"]})
    wr.s3.to_parquet(
        frame,
        path=lake.at("wards"),
        dataset=True,
        database=lake.database,
        table="wards",
        partition_cols=["ward"],
        glue_table_settings={"description": "patients by ward", "columns_comments": {"id": "the key"}},
    )
    return "wards"


def read(lake: Lake, sql: str, mode: str, **more: Any) -> pd.DataFrame:
    """A query's rows."""
    options: dict[str, Any] = {**MODES[mode], **more}
    if mode == "unload":
        options["s3_output"] = f"{lake.results}unload-{len(sql)}/"
    else:
        options["s3_output"] = lake.results
    frame: pd.DataFrame = wr.athena.read_sql_query(sql, database=lake.database, **options)
    return frame


@pytest.mark.parametrize("mode", MODES)
def test_each_way_of_reading_gives_the_same_rows(lake: Lake, mode: str) -> None:
    frame = read(lake, ROWS, mode)
    assert list(frame.columns) == ["number", "text", "day", "moment", "price", "flag"]
    row = frame.dropna().iloc[0]
    assert (row["number"], row["text"], str(row["price"]), row["flag"]) == (1, "a", "1.10", True)
    assert str(row["day"])[:10] == "2026-01-02"
    assert pd.Timestamp(row["moment"]) == pd.Timestamp("2026-01-02 03:04:05.678")
    assert len(frame) == 2
    assert frame[frame["number"].isna()].iloc[0].isna().all()


@pytest.mark.parametrize("mode", ["ctas", "csv"])
def test_a_result_without_rows_is_an_empty_frame(lake: Lake, mode: str) -> None:
    assert read(lake, "select 1 as a where 1 = 0", mode).empty


def test_an_unload_without_rows_leaves_no_file_to_take_types_from(lake: Lake) -> None:
    with pytest.raises(wr.exceptions.EmptyDataFrame):
        read(lake, "select 1 as a where 1 = 0", "unload")


@pytest.mark.parametrize("mode", MODES)
def test_a_result_comes_in_chunks(lake: Lake, mode: str) -> None:
    options: dict[str, Any] = {**MODES[mode], "s3_output": f"{lake.results}chunks-{mode}/"}
    chunks = wr.athena.read_sql_query(
        "select n from table(sequence(1, 10)) t (n)", database=lake.database, chunksize=4, **options
    )
    assert sorted(n for chunk in chunks for n in chunk["n"]) == list(range(1, 11))


def test_a_partitioned_dataset_is_a_table(lake: Lake, dataset: str) -> None:
    frame = read(lake, f"select * from {dataset} order by id", "csv")
    assert frame["id"].tolist() == [1, 2, 3]
    assert frame["ward"].tolist() == ["A", "A", "B"]
    assert frame["name"].isna().tolist() == [False, True, False]
    assert len(wr.catalog.get_partitions(database=lake.database, table=dataset)) == 2


def test_a_dataset_takes_more_rows_and_more_columns(lake: Lake) -> None:
    place = {"path": lake.at("growing"), "dataset": True, "database": lake.database, "table": "growing"}
    wr.s3.to_parquet(pd.DataFrame({"a": [1]}), **place)
    wr.s3.to_parquet(pd.DataFrame({"a": [2], "b": ["new"]}), mode="append", **place)
    frame = read(lake, "select a, b from growing order by a", "csv")
    assert frame["a"].tolist() == [1, 2]
    assert frame["b"].isna().tolist() == [True, False]
    wr.s3.to_parquet(pd.DataFrame({"a": [9], "b": ["only"]}), mode="overwrite", **place)
    assert read(lake, "select a, b from growing", "ctas").to_numpy().tolist() == [[9, "only"]]


def test_overwritten_partitions_lose_their_old_rows_only(lake: Lake) -> None:
    place = {"path": lake.at("parts"), "dataset": True, "database": lake.database, "table": "parts"}
    first = pd.DataFrame({"a": [1, 2], "day": ["1", "2"]})
    wr.s3.to_parquet(first, partition_cols=["day"], **place)
    again = pd.DataFrame({"a": [20], "day": ["2"]})
    wr.s3.to_parquet(again, partition_cols=["day"], mode="overwrite_partitions", **place)
    assert read(lake, "select a from parts order by a", "unload")["a"].tolist() == [1, 20]


def test_projected_days_and_seconds_are_found_where_awswrangler_wrote_them(lake: Lake) -> None:
    seconds = pd.to_datetime(["2026-01-01 01:01:01", "2026-01-01 01:01:03"])
    frame = pd.DataFrame({"a": [1, 2], "day": [date(2026, 1, 1), date(2026, 1, 2)], "second": seconds})
    wr.s3.to_parquet(
        frame,
        path=lake.at("projected"),
        dataset=True,
        database=lake.database,
        table="projected",
        partition_cols=["day", "second"],
        athena_partition_projection_settings={
            "projection_types": {"day": "date", "second": "date"},
            "projection_ranges": {
                "day": "2026-01-01,2026-01-03",
                "second": "2026-01-01 01:01:00,2026-01-01 01:01:05",
            },
        },
    )
    assert read(lake, "select a from projected order by a", "csv")["a"].tolist() == [1, 2]


def test_the_catalog_tells_of_a_table(lake: Lake, dataset: str) -> None:
    assert wr.catalog.does_table_exist(database=lake.database, table=dataset)
    assert wr.catalog.get_table_types(database=lake.database, table=dataset) == {
        "id": "bigint", "name": "string", "ward": "string",
    }  # fmt: skip
    assert wr.catalog.get_table_location(database=lake.database, table=dataset) == lake.at("wards")
    assert wr.catalog.get_table_description(database=lake.database, table=dataset) == "patients by ward"
    assert wr.catalog.get_columns_comments(database=lake.database, table=dataset)["id"] == "the key"
    assert dataset in wr.catalog.tables(database=lake.database)["Table"].tolist()
    assert [t["Name"] for t in wr.catalog.get_tables(database=lake.database, name_prefix="war")] == ["wards"]
    assert lake.database in wr.catalog.databases()["Database"].tolist()
    shown = wr.catalog.table(database=lake.database, table=dataset)
    assert shown["Partition"].tolist() == [False, False, True]


def test_tables_are_searched_and_found_by_parts_of_their_names(lake: Lake, dataset: str) -> None:
    for part in ({"name_suffix": "rds"}, {"name_contains": "ard"}, {"name_prefix": "w", "name_suffix": "s"}):
        found = wr.catalog.get_tables(database=lake.database, **part)
        assert [table["Name"] for table in found] == [dataset]
    found = wr.catalog.tables(search_text="patients by ward", database=lake.database)
    assert found["Table"].tolist() == [dataset]


def test_partitions_are_found_by_an_expression(lake: Lake, dataset: str) -> None:
    found = wr.catalog.get_partitions(
        database=lake.database, table=dataset, expression="ward in ('B', 'C') and not ward like 'A%'"
    )
    assert found == {f"{lake.at('wards')}ward=B/": ["B"]}


def test_the_statement_that_makes_a_table_has_its_properties_in_glue_s_order(lake: Lake) -> None:
    place = lake.at("made")
    wr.catalog.create_parquet_table(
        database=lake.database, table="made", path=place, columns_types={"c0": "int"}
    )
    made = wr.athena.generate_create_query(database=lake.database, table="made")
    assert made.splitlines()[-5:] == [
        "TBLPROPERTIES (",
        "  'compressionType'='none', ",
        "  'classification'='parquet', ",
        "  'projection.enabled'='false', ",
        "  'typeOfData'='file')",
    ]


def test_a_bucketed_dataset_is_read_by_the_bucket_asked_for(lake: Lake) -> None:
    place = {"path": lake.at("buckets"), "dataset": True, "database": lake.database, "table": "buckets"}
    frame = pd.DataFrame({"a": range(1000)})
    query = "select a from buckets where a = :a"
    scanned = []
    for bucketing in (None, (["a"], 10)):
        wr.s3.to_csv(frame, mode="overwrite", index=False, bucketing_info=bucketing, **place)
        found = read(lake, query, "csv", params={"a": 40})
        assert found["a"].tolist() == [40]
        scanned.append(found.query_metadata["Statistics"]["DataScannedInBytes"])
    assert scanned[0] >= 10 * scanned[1]


def test_a_table_is_described_and_shown(lake: Lake, dataset: str) -> None:
    described = wr.athena.describe_table(table=dataset, database=lake.database, s3_output=lake.results)
    assert described["Column Name"].tolist()[:2] == ["id", "name"]
    assert described["Partition"].tolist()[-1]
    shown = wr.athena.show_create_table(table=dataset, database=lake.database, s3_output=lake.results)
    assert shown.startswith(f"CREATE EXTERNAL TABLE `{dataset}`(")
    assert "PARTITIONED BY" in shown


def test_repair_finds_partitions_that_the_catalog_lost(lake: Lake, dataset: str) -> None:
    wr.catalog.delete_all_partitions(table=dataset, database=lake.database)
    assert read(lake, f"select * from {dataset}", "csv").empty
    state = wr.athena.repair_table(table=dataset, database=lake.database, s3_output=lake.results)
    assert state == "SUCCEEDED"
    assert len(read(lake, f"select * from {dataset}", "csv")) == 3


def test_a_table_is_made_from_a_query(lake: Lake) -> None:
    made = wr.athena.create_ctas_table(
        sql="select 1 as a, 'x' as part",
        database=lake.database,
        ctas_table="from_query",
        storage_format="parquet",
        partitioning_info=["part"],
        s3_output=lake.results,
        wait=True,
    )
    assert made["ctas_table"] == "from_query"
    assert read(lake, "select a, part from from_query", "csv").to_numpy().tolist() == [[1, "x"]]


def test_an_unload_writes_beside_its_manifest(lake: Lake) -> None:
    place = f"s3://{lake.bucket}/unloaded/"
    wr.athena.unload(sql="select 1 as a", path=place, database=lake.database)
    # the manifest and the metadata of the result lie beside the data
    written = wr.s3.read_parquet(path=place, path_ignore_suffix=[".csv", ".metadata"])
    assert written["a"].tolist() == [1]


def test_parameters_are_taken_by_name_and_by_place(lake: Lake, dataset: str) -> None:
    named = read(lake, f"select id from {dataset} where ward = :ward", "csv", params={"ward": "B"})
    placed = read(
        lake,
        f"select id from {dataset} where ward = ?",
        "csv",
        params=["B"],  # without quotes, as awswrangler's users write it
        paramstyle="qmark",
    )
    assert named["id"].tolist() == placed["id"].tolist() == [3]


def test_a_time_of_whole_seconds_has_no_fraction(lake: Lake) -> None:
    frame = read(lake, "select time '13:24:11' as t", "csv", dtype_backend="numpy_nullable")
    assert frame["t"].tolist() == ["13:24:11"]


def test_an_earlier_result_is_found_in_the_history(lake: Lake) -> None:
    sql = "select 'cached' as v"
    first = read(lake, sql, "csv")
    cached = read(lake, sql, "csv", athena_cache_settings={"max_cache_seconds": 900})
    assert cached.equals(first)


def test_prepared_statements_are_kept_and_run(lake: Lake) -> None:
    wr.athena.create_prepared_statement("select ? + 1 as v", statement_name="plus_one", mode="error")
    assert "plus_one" in [found["StatementName"] for found in wr.athena.list_prepared_statements()]
    assert read(lake, "execute plus_one using 1", "csv")["v"].tolist() == [2]
    wr.athena.delete_prepared_statement("plus_one")


def test_a_failed_query_says_why(lake: Lake) -> None:
    with pytest.raises(wr.exceptions.QueryFailed, match="TABLE_NOT_FOUND"):
        read(lake, "select * from not_there", "csv")


def test_ctas_refuses_columns_without_or_with_the_same_name(lake: Lake) -> None:
    with pytest.raises(wr.exceptions.InvalidCtasApproachQuery):
        read(lake, "select 1 as foo, 2 as foo", "ctas")
    with pytest.raises(wr.exceptions.InvalidArgumentValue, match="define all columns names"):
        read(lake, "select 1", "ctas")
    with pytest.raises(wr.exceptions.InvalidArgumentValue, match="undefined columns types"):
        read(lake, "select null as a", "ctas")
