from __future__ import annotations

import io
from datetime import date, datetime
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from emulator.trino.errors import TrinoError, Unsupported
from tests.emulator.lake import Lake


def make(lake: Lake, columns: str, more: str = "") -> None:
    lake.rows(f"CREATE EXTERNAL TABLE t ({columns}) {more} STORED AS PARQUET LOCATION 's3://lake/t/'")


def test_columns_are_found_by_name_in_any_case_and_missing_ones_are_null(lake: Lake) -> None:
    make(lake, "b string, `spell id` string, gone int")
    lake.put_parquet("t/one", {"spell ID": ["S1"], "B": ["x"], "extra": [1]})
    assert lake.rows("SELECT * FROM t") == [("x", "S1", None)]


def test_files_of_different_schemas_are_read_together(lake: Lake) -> None:
    make(lake, "a bigint, b string")
    lake.put_parquet("t/1", {"a": pa.array([1], pa.int32())})
    lake.put_parquet("t/2", {"b": ["x"], "a": pa.array([2], pa.int64())})
    assert lake.rows("SELECT a, b FROM t ORDER BY a") == [("1", None), ("2", "x")]


def test_hidden_empty_and_neighbouring_objects_are_no_data(lake: Lake) -> None:
    make(lake, "a int")
    lake.put_parquet("t/sub/data", {"a": [1]})
    for key in ("t/_SUCCESS", "t/.hidden/data", "t/_tmp/data", "t2/data"):
        lake.put_parquet(key, {"a": [9]})
    lake.put("t/sub/", b"")
    lake.put("t/empty", b"")
    assert lake.rows("SELECT a FROM t") == [("1",)]


def test_a_table_without_files_is_empty(lake: Lake) -> None:
    make(lake, "a int, b array<string>")
    assert lake.rows("SELECT * FROM t") == []
    assert lake.rows("SELECT count(*) FROM t") == [("0",)]


def test_the_path_of_each_row_is_known(lake: Lake) -> None:
    make(lake, "a int")
    lake.put_parquet("t/1", {"a": [1]})
    lake.put_parquet("t/2", {"a": [2]})
    assert lake.rows('SELECT a, "$path" FROM t ORDER BY a') == [
        ("1", "s3://lake/t/1"),
        ("2", "s3://lake/t/2"),
    ]
    assert lake.rows("SELECT a FROM t WHERE \"$path\" LIKE '%/2'") == [("2",)]


def test_partitions_give_their_values_and_are_pruned(lake: Lake) -> None:
    make(lake, "a int", "PARTITIONED BY (day date, n int)")
    for place, day in enumerate(("2026-01-01", "2026-01-02", "2026-01-03")):
        lake.put_parquet(f"t/day={day}/n={place}/f", {"a": [place] * 1000})
    lake.rows("MSCK REPAIR TABLE t")
    whole = lake.execute("SELECT sum(a) FROM t")
    assert list(whole.rows) == [("3000",)]
    pruned = lake.execute("SELECT sum(a), min(day), min(n) FROM t WHERE day > DATE '2026-01-01' AND n < 2")
    assert list(pruned.rows) == [("1000", "2026-01-02", "1")]
    assert pruned.data_scanned_bytes * 3 == pytest.approx(whole.data_scanned_bytes, rel=0.1)


def test_a_partition_that_is_not_read_needs_no_readable_file(lake: Lake) -> None:
    make(lake, "a int", "PARTITIONED BY (p string)")
    lake.put_parquet("t/p=good/f", {"a": [1]})
    lake.put("t/p=bad/f", b"no parquet")
    lake.rows("MSCK REPAIR TABLE t")
    assert lake.rows("SELECT a FROM t WHERE p = 'good'") == [("1",)]
    with pytest.raises(TrinoError, match=r"HIVE_BAD_DATA: Not valid Parquet file: s3://lake/t/p=bad/f"):
        lake.rows("SELECT a FROM t")


def test_a_pointer_view_prunes_to_one_run(lake: Lake) -> None:
    make(lake, "a int", "PARTITIONED BY (run_id string)")
    for run in range(5):
        lake.rows(f"INSERT INTO t VALUES ({run}, 'r{run}')")
    lake.rows("CREATE VIEW current_run AS SELECT 'r3' AS run_id")
    lake.rows("CREATE VIEW v AS SELECT a FROM t WHERE run_id = (SELECT run_id FROM current_run)")
    whole = lake.execute("SELECT a FROM t")
    one = lake.execute("SELECT a FROM v")
    assert (len(list(whole.rows)), list(one.rows)) == (5, [("3",)])
    assert one.data_scanned_bytes * 5 == whole.data_scanned_bytes


def test_only_the_columns_used_are_counted_as_scanned(lake: Lake) -> None:
    make(lake, "a bigint, b string")
    lake.put_parquet("t/1", {"a": list(range(10_000)), "b": [f"text {n}" for n in range(10_000)]})
    both = lake.execute("SELECT a, b FROM t").data_scanned_bytes
    one = lake.execute("SELECT sum(a) FROM t").data_scanned_bytes
    assert 0 < one < both < sum(info.size for info in lake.objects.list("lake", "t/"))


@pytest.mark.only_on("embedded", because="the cutoff is below the least that Athena takes")
def test_a_query_over_the_bytes_cutoff_does_not_run(lake: Lake) -> None:
    from emulator.engine.base import ScanLimitExceeded

    make(lake, "a bigint")
    lake.put_parquet("t/1", {"a": list(range(10_000))})
    with pytest.raises(ScanLimitExceeded):
        lake.rows("SELECT sum(a) FROM t", bytes_cutoff=1000)


@pytest.mark.parametrize(
    ("declared", "stored", "shown"),
    [
        ("bigint", pa.array([5], pa.int32()), "5"),
        ("int", pa.array([5], pa.int64()), "5"),
        ("double", pa.array([1.5], pa.float32()), "1.5"),
        ("decimal(10,2)", pa.array([5], pa.int64()), "5.00"),
        ("string", pa.array([b"abc"], pa.binary()), "abc"),
        ("binary", pa.array(["abc"], pa.string()), "61 62 63"),
        ("varchar(2)", pa.array(["abc"], pa.string()), "ab"),
        ("char(5)", pa.array(["abc"], pa.string()), "abc  "),
        ("date", pa.array([date(2026, 1, 2)]), "2026-01-02"),
        ("timestamp", pa.array([datetime(2026, 1, 2, 3, 4, 5, 678600)]), "2026-01-02 03:04:05.679"),
        ("timestamp", pa.array([1], pa.timestamp("ms", "UTC")), "1970-01-01 00:00:00.001"),
        ("timestamp", pa.array([1], pa.timestamp("ms")), "1970-01-01 00:00:00.001"),
        ("string", pa.array(["x"]).dictionary_encode(), "x"),
        ("array<bigint>", pa.array([[1, None]], pa.list_(pa.int32())), "[1, null]"),
        ("map<string,int>", pa.array([[("k", 1)]], pa.map_(pa.string(), pa.int32())), "{k=1}"),
        ("struct<y:string,x:bigint>", pa.array([{"X": 1, "z": 2}]), "{y=null, x=1}"),
    ],
)
def test_stored_types_are_read_as_the_declared_ones(
    lake: Lake, declared: str, stored: pa.Array, shown: str
) -> None:
    make(lake, f"v {declared}")
    lake.put_parquet("t/1", {"v": stored})
    assert lake.rows("SELECT v FROM t") == [(shown,)]


@pytest.mark.parametrize(
    ("declared", "stored"),
    [
        ("int", pa.array(["5"])),
        ("string", pa.array([5])),
        ("date", pa.array(["2026-01-01"])),
        ("float", pa.array([1.5], pa.float64())),
        ("boolean", pa.array([1])),
        ("array<int>", pa.array([1])),
    ],
)
def test_a_stored_type_that_is_not_the_declared_one_fails_by_name(
    lake: Lake, declared: str, stored: pa.Array
) -> None:
    make(lake, f"v {declared}, w int")
    lake.put_parquet("t/1", {"v": stored, "w": [1]})
    with pytest.raises(
        TrinoError, match=r"HIVE_BAD_DATA: Malformed Parquet file. Field v's type .* s3://lake/t/1"
    ):
        lake.rows("SELECT v FROM t")
    assert lake.rows("SELECT w FROM t") == [("1",)]


def test_a_value_too_large_for_its_column_fails(lake: Lake) -> None:
    make(lake, "v int")
    lake.put_parquet("t/1", {"v": [5_000_000_000]})
    with pytest.raises(TrinoError, match="NUMERIC_VALUE_OUT_OF_RANGE"):
        lake.rows("SELECT v FROM t")


def test_a_bad_partition_value_fails_by_name(lake: Lake) -> None:
    make(lake, "a int", "PARTITIONED BY (n int)")
    lake.put_parquet("t/x", {"a": [1]})
    lake.rows("ALTER TABLE t ADD PARTITION (n='twelve') LOCATION 's3://lake/t/'")
    with pytest.raises(TrinoError, match="Invalid partition value 'twelve' for INTEGER partition key: n"):
        lake.rows("SELECT * FROM t")


def test_a_format_that_cannot_be_read_is_refused_by_name(lake: Lake) -> None:
    lake.rows("CREATE EXTERNAL TABLE o (a int) STORED AS AVRO LOCATION 's3://lake/o/'")
    lake.put("o/1", b"ORC")
    with pytest.raises(Unsupported, match=r"Reading db.o is not supported: SerDe .*AvroSerDe"):
        lake.rows("SELECT * FROM o")


def test_a_sequence_file_is_not_read_as_text(lake: Lake) -> None:
    lake.rows("CREATE EXTERNAL TABLE o (a string) STORED AS SEQUENCEFILE LOCATION 's3://lake/o/'")
    lake.put("o/1", b"SEQ\x06")
    with pytest.raises(Unsupported, match=r"Reading db.o is not supported: .*SequenceFileInputFormat"):
        lake.rows("SELECT * FROM o")


def test_a_changed_object_is_read_anew(lake: Lake) -> None:
    make(lake, "a int")
    lake.put_parquet("t/1", {"a": [1]})
    assert lake.rows("SELECT a FROM t") == [("1",)]
    lake.put_parquet("t/1", {"a": [2]})
    assert lake.rows("SELECT a FROM t") == [("2",)]
    lake.objects.delete("lake", ["t/1"])
    assert lake.rows("SELECT a FROM t") == []


def test_a_table_in_a_missing_bucket_fails_by_name(lake: Lake) -> None:
    lake.rows("CREATE EXTERNAL TABLE t (a int) STORED AS PARQUET LOCATION 's3://nowhere/t/'")
    with pytest.raises(TrinoError, match=r"HIVE_FILESYSTEM_ERROR: Failed to list the files of db.t"):
        lake.rows("SELECT * FROM t")


@pytest.mark.parametrize("condition", ["a < 100", "s = 'k00050'", "d <= DATE '1970-01-10'", "n < 100.5"])
def test_row_groups_that_the_statistics_exclude_are_not_read(lake: Lake, condition: str) -> None:
    make(lake, "a bigint, s string, d date, n decimal(10,2)")
    numbers = list(range(2000))
    columns = {
        "a": pa.array(numbers),
        "s": [f"k{number:05}" for number in numbers],
        "d": pa.array(numbers, pa.int32()).cast(pa.date32()),
        "n": pa.array([Decimal(number) for number in numbers], pa.decimal128(10, 2)),
    }
    buffer = io.BytesIO()
    pq.write_table(pa.table(columns), buffer, row_group_size=1000, use_dictionary=False)
    second = pq.read_metadata(buffer).row_group(1)
    body = bytearray(buffer.getvalue())
    start, end = second.column(0).data_page_offset, len(body) - pq.read_metadata(buffer).serialized_size - 8
    body[start:end] = b"\xff" * (end - start)
    lake.put("t/1", bytes(body))
    assert lake.rows(f"SELECT count(a) + count(s) + count(d) + count(n) > 0 FROM t WHERE {condition}") == [
        ("true",)
    ]
    with pytest.raises(TrinoError, match="HIVE_CURSOR_ERROR"):
        lake.rows("SELECT sum(a), max_by(s, s || 'x'), count(DISTINCT d), sum(n) FROM t")
