from __future__ import annotations

import gzip

import pytest

from emulator.trino.errors import TrinoError, Unsupported
from tests.emulator.lake import Lake

OPEN_CSV = "ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.OpenCSVSerde'"


def test_quoted_csv_is_read_as_opencsv_reads_it(lake: Lake) -> None:
    lake.rows(
        f"CREATE EXTERNAL TABLE t (a string, b string, c string) {OPEN_CSV} LOCATION 's3://lake/t/' "
        "TBLPROPERTIES ('skip.header.line.count'='1')"
    )
    lake.put("t/1.csv", b'a,b,c\r\n1,"x ""y"", z",\r\n"2\\"",,"last"\n\n3\n"open,4\n')
    assert lake.rows("SELECT * FROM t") == [
        ("1", 'x "y", z', ""),
        ('2"', "", "last"),
        (None, None, None),
        ("3", None, None),
        (None, None, None),
    ]


def test_csv_takes_other_separators_quotes_and_escapes(lake: Lake) -> None:
    lake.rows(
        f"CREATE EXTERNAL TABLE t (a string, b string) {OPEN_CSV} WITH SERDEPROPERTIES "
        "('separatorChar'='|', 'quoteChar'='~', 'escapeChar'='^') LOCATION 's3://lake/t/'"
    )
    lake.put("t/1", "~a|é~|b\n~x^~y~|\n".encode())
    assert lake.rows("SELECT * FROM t") == [("a|é", "b"), ("x~y", "")]


def test_csv_dates_are_days_and_timestamps_milliseconds(lake: Lake) -> None:
    lake.rows(
        f"CREATE EXTERNAL TABLE t (a int, b double, c boolean, d date, e timestamp) {OPEN_CSV} "
        "LOCATION 's3://lake/t/'"
    )
    lake.put("t/1", b'"1","2.5","TRUE","18276","1579059880000"\n')
    assert lake.rows("SELECT * FROM t") == [("1", "2.5", "true", "2020-01-15", "2020-01-15 03:44:40.000")]


def test_a_csv_number_that_is_none_fails_unless_it_may_be_null(lake: Lake) -> None:
    for name, more in (("t", ""), ("u", "TBLPROPERTIES ('use.null.for.invalid.data'='true')")):
        lake.rows(f"CREATE EXTERNAL TABLE {name} (a string, n int) {OPEN_CSV} LOCATION 's3://lake/t/' {more}")
    lake.put("t/1", b"x,1\ny,\n")
    with pytest.raises(TrinoError, match="HIVE_BAD_DATA: Error parsing field value '' for field 1"):
        lake.rows("SELECT n FROM t")
    assert lake.rows("SELECT a FROM t") == [("x",), ("y",)]
    assert lake.rows("SELECT n FROM u") == [("1",), (None,)]


def test_delimited_text_reads_what_it_cannot_read_as_null(lake: Lake) -> None:
    lake.rows(
        "CREATE EXTERNAL TABLE t (s string, i int, d double, b boolean, day date, at timestamp, "
        "x decimal(5,2)) ROW FORMAT DELIMITED FIELDS TERMINATED BY '\\t' LOCATION 's3://lake/t/'"
    )
    lake.put(
        "t/1",
        b"a\t1\t1.5\ttrue\t2026-01-02\t2026-01-02 03:04:05.678\t1.25\textra\n"
        b"\tx\ty\tz\t02/01/2026\tnoon\t-\n"
        b"\\N\t1.5\n"
        b" a \t7",
    )
    assert lake.rows("SELECT * FROM t") == [
        ("a", "1", "1.5", "true", "2026-01-02", "2026-01-02 03:04:05.678", "1.25"),
        ("", None, None, None, None, None, None),
        (None, None, None, None, None, None, None),
        (" a ", "7", None, None, None, None, None),
    ]


def test_years_are_read_as_trino_writes_them(lake: Lake) -> None:
    """Its writer pads no year and gives none beyond 9999 a sign; its reader takes more."""
    lake.rows(
        "CREATE EXTERNAL TABLE t (day date, at timestamp) ROW FORMAT DELIMITED FIELDS TERMINATED BY ',' "
        "LOCATION 's3://lake/t/'"
    )
    lake.put(
        "t/1",
        b"1-01-01,1-01-01 00:00:00\n-5-01-01,-4-01-01 00:00:00.12\n12345-01-01,12345-01-01 00:00:00.1234567\n"
        b"+2020-1-5,+2020-01-05 10:00:00\n1-01-01x,2020-01-01 10:001\n",
    )
    assert lake.rows("SELECT * FROM t") == [
        ("0001-01-01", "0001-01-01 00:00:00.000"),
        ("-0005-01-01", "-0004-01-01 00:00:00.120"),
        ("+12345-01-01", "+12345-01-01 00:00:00.123"),
        ("2020-01-05", "2020-01-05 10:00:00.000"),
        (None, None),
    ]


def test_delimited_collections_are_read(lake: Lake) -> None:
    lake.rows(
        "CREATE EXTERNAL TABLE t (a array<int>, m map<string,int>, s struct<x:int,y:array<string>>) "
        "ROW FORMAT DELIMITED FIELDS TERMINATED BY '\\t' COLLECTION ITEMS TERMINATED BY '\\002' "
        "MAP KEYS TERMINATED BY '\\003' LOCATION 's3://lake/t/'"
    )
    lake.put("t/1", b"1\x022\tk\x031\x02j\x032\t7\x02p\x03q\n\t\t\n\\N\n")
    assert lake.rows("SELECT a, element_at(m, 'j'), s.y FROM t") == [
        ("[1, 2]", "2", "[p, q]"),
        ("[]", None, None),
        (None, None, None),
    ]


def test_escaped_delimiters_are_part_of_the_field(lake: Lake) -> None:
    lake.rows(
        "CREATE EXTERNAL TABLE t (a string, b string) ROW FORMAT DELIMITED FIELDS TERMINATED BY ',' "
        "ESCAPED BY '\\\\' LOCATION 's3://lake/t/'"
    )
    lake.put("t/1", b"a\\,b,c\\\\,d\nx\\\\,y\n")
    assert lake.rows("SELECT * FROM t") == [("a,b", "c\\"), ("x\\", "y")]


def test_compressed_text_is_read_by_its_ending(lake: Lake) -> None:
    lake.rows("CREATE EXTERNAL TABLE t (a int) LOCATION 's3://lake/t/'")
    lake.put("t/1.gz", gzip.compress(b"1\n2\n"))
    lake.put("t/2", b"3\n")
    result = lake.execute("SELECT sum(a) FROM t")
    assert list(result.rows) == [("6",)]
    assert result.data_scanned_bytes == sum(info.size for info in lake.objects.list("lake", "t/"))
    lake.put("t/3.lz4", b"...")
    with pytest.raises(Unsupported, match=r"text compressed as .lz4 is not supported: s3://lake/t/3.lz4"):
        lake.rows("SELECT a FROM t")


def test_text_that_is_not_utf_8_fails_by_name(lake: Lake) -> None:
    lake.rows("CREATE EXTERNAL TABLE t (a string) LOCATION 's3://lake/t/'")
    lake.put("t/1", b"caf\xe9\n")
    with pytest.raises(TrinoError, match=r"HIVE_BAD_DATA: Error reading s3://lake/t/1"):
        lake.rows("SELECT a FROM t")


def test_text_is_partitioned_too(lake: Lake) -> None:
    lake.rows(f"CREATE EXTERNAL TABLE t (a string) PARTITIONED BY (p int) {OPEN_CSV} LOCATION 's3://lake/t/'")
    lake.put("t/p=1/f", b"x\n")
    lake.put("t/p=2/f", b"y\n")
    lake.rows("MSCK REPAIR TABLE t")
    assert lake.rows("SELECT a, p FROM t ORDER BY p") == [("x", "1"), ("y", "2")]
    assert lake.rows("SELECT a, p FROM t WHERE p = 2") == [("y", "2")]
