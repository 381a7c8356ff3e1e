from __future__ import annotations

import io
from datetime import date, datetime
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import orc

from emulator.trino.errors import TrinoError
from tests.emulator.lake import Lake


def put_orc(lake: Lake, key: str, columns: dict[str, Any]) -> None:
    buffer = io.BytesIO()
    orc.write_table(pa.table(columns), buffer)
    lake.put(key, buffer.getvalue())


def test_orc_is_read_with_its_types(lake: Lake) -> None:
    lake.rows(
        "CREATE EXTERNAL TABLE t (i bigint, s string, d decimal(5,2), day date, at timestamp, "
        "l array<int>, m map<string,int>, r struct<x:int,y:string>) STORED AS ORC LOCATION 's3://lake/t/'"
    )
    put_orc(
        lake,
        "t/1",
        {
            "i": pa.array([1, None], pa.int32()),
            "s": ["x", None],
            "d": pa.array([1, None], pa.decimal128(5, 2)),
            "day": [date(2026, 1, 2), None],
            "at": pa.array([datetime(2026, 1, 2, 3, 4, 5, 678600), None], pa.timestamp("ns")),
            "l": [[1, None], None],
            "m": pa.array([[("k", 1)], None], pa.map_(pa.string(), pa.int32())),
            "r": [{"x": 1, "y": "z"}, None],
        },
    )
    assert lake.rows("SELECT * FROM t") == [
        ("1", "x", "1.00", "2026-01-02", "2026-01-02 03:04:05.679", "[1, null]", "{k=1}", "{x=1, y=z}"),
        (None,) * 8,
    ]


def test_columns_are_found_by_place_unless_the_table_says_by_name(lake: Lake) -> None:
    put_orc(lake, "t/1", {"b": ["one"], "a": ["two"], "c": ["three"]})
    lake.rows("CREATE EXTERNAL TABLE t (a string, b string) STORED AS ORC LOCATION 's3://lake/t/'")
    assert lake.rows("SELECT a, b FROM t") == [("one", "two")]
    lake.rows(
        "CREATE EXTERNAL TABLE n (a string, b string) "
        "ROW FORMAT SERDE 'org.apache.hadoop.hive.ql.io.orc.OrcSerde' "
        "WITH SERDEPROPERTIES ('orc.column.index.access'='FALSE') STORED AS ORC LOCATION 's3://lake/t/'"
    )
    assert lake.rows("SELECT a, b FROM n") == [("two", "one")]


def test_columns_beyond_the_file_s_last_are_null(lake: Lake) -> None:
    put_orc(lake, "t/1", {"a": ["x"]})
    lake.rows("CREATE EXTERNAL TABLE t (a string, b int) STORED AS ORC LOCATION 's3://lake/t/'")
    assert lake.rows("SELECT * FROM t") == [("x", None)]


@pytest.mark.parametrize("compression", ["ZLIB", "SNAPPY", "ZSTD", "NONE"])
def test_what_is_written_as_orc_reads_back_the_same(lake: Lake, compression: str) -> None:
    query = (
        "SELECT * FROM (VALUES (1, 'x', 1.5E0, DECIMAL '1.25', "
        "TIMESTAMP '2026-01-02 03:04:05.678', ARRAY[1]), "
        "(NULL, NULL, NULL, NULL, NULL, NULL)) AS t (i, s, d, n, moment, l)"
    )
    lake.rows(
        f"CREATE TABLE c WITH (format = 'ORC', write_compression = '{compression}', "
        f"external_location = 's3://lake/c/') AS {query}"
    )
    lake.rows(f"INSERT INTO c {query}")
    assert sorted(lake.rows("SELECT * FROM c"), key=repr) == sorted(lake.rows(query) * 2, key=repr)
    file = orc.ORCFile(io.BytesIO(lake.objects.read("lake", lake.keys("c/")[0])))
    assert file.compression == compression.replace("NONE", "UNCOMPRESSED")
    assert lake.table("c").parameters["orc.compress"] == compression


def test_a_file_that_is_no_orc_fails_by_name(lake: Lake) -> None:
    lake.put("t/1", b"no orc")
    lake.rows("CREATE EXTERNAL TABLE t (a string) STORED AS ORC LOCATION 's3://lake/t/'")
    with pytest.raises(TrinoError, match=r"HIVE_BAD_DATA: Error reading ORC file s3://lake/t/1"):
        lake.rows("SELECT a FROM t")
