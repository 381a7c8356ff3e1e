"""CTAS, INSERT and UNLOAD of text, JSON and CSV: the bytes written, and that they read back the same."""

from __future__ import annotations

import bz2
import gzip
from pathlib import PurePosixPath

import pytest

from emulator.trino.errors import TrinoError, Unsupported
from tests.emulator.lake import Lake

ROWS = (
    "SELECT * FROM (VALUES (1, 'a\"b\\c', 1.5E10, TRUE, DECIMAL '1.50', DATE '2026-01-02', "
    "TIMESTAMP '2026-01-02 03:04:05.600'), (2, NULL, NULL, NULL, NULL, NULL, NULL)) "
    "AS t (i, s, d, b, n, day, moment)"
)
NESTED = (
    "SELECT ARRAY[1, NULL] AS l, MAP(ARRAY['k'], ARRAY[1.5E0]) AS m, "
    "CAST(ROW(1, ARRAY['x', 'y']) AS ROW(a integer, b array(varchar))) AS r"
)


def content(lake: Lake, prefix: str) -> str:
    """The one object under a prefix, without its compression."""
    (key,) = lake.keys(prefix)
    body = lake.objects.read("lake", key)
    if key.endswith(".gz"):
        return gzip.decompress(body).decode()
    return (bz2.decompress(body) if key.endswith(".bz2") else body).decode()


def test_text_is_delimited_and_compressed_and_has_its_null(lake: Lake) -> None:
    lake.rows(
        "CREATE TABLE c WITH (format = 'TEXTFILE', field_delimiter = ',', "
        "external_location = 's3://lake/c/') "
        f"AS {ROWS}"
    )
    assert content(lake, "c/") == (
        '1,a"b\\c,1.5E10,true,1.50,2026-01-02,2026-01-02 03:04:05.6\n2,\\N,\\N,\\N,\\N,\\N,\\N\n'
    )
    assert lake.keys("c/")[0].endswith(".gz")
    storage = lake.table("c").storage
    assert storage.serde == "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"
    assert storage.serde_parameters == {"field.delim": ",", "serialization.format": ","}
    assert lake.table("c").parameters["write.compression"] == "GZIP"


@pytest.mark.parametrize("form", ["TEXTFILE", "JSON"])
@pytest.mark.parametrize("query", [ROWS, NESTED])
def test_what_is_written_reads_back_the_same(lake: Lake, form: str, query: str) -> None:
    lake.rows(f"CREATE TABLE c WITH (format = '{form}') AS {query}")
    assert lake.rows("SELECT * FROM c") == lake.rows(query)


def test_json_is_an_object_a_line(lake: Lake) -> None:
    lake.rows(
        "CREATE TABLE c WITH (format = 'JSON', write_compression = 'GZIP', "
        "external_location = 's3://lake/c') "
        "AS SELECT 1 AS i, 'q\"\n' AS s, "
        "MAP(ARRAY[1], ARRAY[NULLIF(1, 1)]) AS m, NULLIF(1, 1) AS z"
    )
    assert content(lake, "c/") == '{"i":1,"s":"q\\"\\n","m":{"1":null},"z":null}\n'
    assert lake.table("c").storage.serde == "org.apache.hive.hcatalog.data.JsonSerDe"


@pytest.mark.parametrize("number", ["nan()", "infinity()", "-infinity()", "CAST(nan() AS real)"])
def test_what_is_no_number_is_no_json(lake: Lake, number: str) -> None:
    kind = " Real" if "real" in number else ""
    message = f"Invalid value to Insert{kind}: (NaN|-?Infinity)"
    with pytest.raises(TrinoError, match=f"HIVE_UNSERIALIZABLE_JSON_VALUE: {message}"):
        lake.rows(
            "CREATE TABLE c WITH (format = 'JSON', external_location = 's3://lake/c') "
            f"AS SELECT ARRAY[{number}] AS d"
        )
    assert lake.keys("c/") == []


@pytest.mark.parametrize(
    ("compression", "ending"),
    [
        ("GZIP", ".gz"),
        pytest.param("BZIP2", ".bz2", marks=pytest.mark.only_on("embedded", because="no writer of Trino's")),
        ("ZSTD", ".zst"),
        ("NONE", ""),
    ],
)
def test_text_of_every_compression_reads_back(lake: Lake, compression: str, ending: str) -> None:
    lake.rows(
        f"CREATE TABLE c WITH (format = 'TEXTFILE', write_compression = '{compression}', "
        "external_location = 's3://lake/c') AS SELECT 'x' AS a"
    )
    (key,) = lake.keys("c/")
    assert PurePosixPath(key).suffix == ending
    assert lake.rows("SELECT a FROM c") == [("x",)]


def test_partitions_of_text_are_folders(lake: Lake) -> None:
    lake.rows(
        "CREATE TABLE c WITH (format = 'JSON', partitioned_by = ARRAY['p'], "
        "external_location = 's3://lake/c') "
        "AS SELECT n, n % 2 AS p FROM (VALUES 1, 2, 3) AS t (n)"
    )
    assert [key.split("/")[1] for key in lake.keys("c/")] == ["p=0", "p=1"]
    assert lake.rows("SELECT n, p FROM c ORDER BY n") == [("1", "1"), ("2", "0"), ("3", "1")]


def test_rows_are_inserted_into_text_with_the_table_s_own_marks(lake: Lake) -> None:
    lake.rows(
        "CREATE EXTERNAL TABLE t (a int, b string, c array<int>) ROW FORMAT DELIMITED "
        "FIELDS TERMINATED BY '|' "
        "COLLECTION ITEMS TERMINATED BY ';' NULL DEFINED AS '-' LOCATION 's3://lake/t/' "
        "TBLPROPERTIES ('write.compression'='NONE')"
    )
    result = lake.execute("INSERT INTO t VALUES (1, NULL, ARRAY[1, 2])")
    assert (content(lake, "t/"), result.update_count) == ("1|-|1;2\n", 1)
    assert lake.rows("SELECT * FROM t") == [("1", None, "[1, 2]")]


def test_rows_are_inserted_into_csv_with_every_text_quoted(lake: Lake) -> None:
    lake.rows(
        "CREATE EXTERNAL TABLE t (a string, b string) ROW FORMAT SERDE "
        "'org.apache.hadoop.hive.serde2.OpenCSVSerde' LOCATION 's3://lake/t/'"
    )
    lake.rows("INSERT INTO t VALUES ('x,\"y\"', '\\'), ('z', NULL)")
    assert content(lake, "t/") == '"x,""y""","\\"\n"z",\n'
    # the reader takes the backslash for an escape: as on Trino, it does not come back
    assert lake.rows("SELECT * FROM t") == [('x,"y"', None), ("z", "")]


def test_csv_with_an_escape_character_of_its_own_comes_back(lake: Lake) -> None:
    lake.rows(
        "CREATE EXTERNAL TABLE t (a string, b string) ROW FORMAT SERDE "
        "'org.apache.hadoop.hive.serde2.OpenCSVSerde' WITH SERDEPROPERTIES ('escapeChar' = '\\\\') "
        "LOCATION 's3://lake/t/'"
    )
    lake.rows("INSERT INTO t VALUES ('x,\"y\"', '\\')")
    assert content(lake, "t/") == '"x,\\"y\\"","\\\\"\n'
    assert lake.rows("SELECT * FROM t") == [('x,"y"', "\\")]


@pytest.mark.parametrize(
    ("columns", "more", "message"),
    [
        ("a int", "ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.OpenCSVSerde'", "only supports VARCHAR"),
        ("a int", "ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'", "SerDe org.openx.data.jsonserde"),
        ("a int", "ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.RegexSerDe'", "SerDe .*RegexSerDe"),
        pytest.param(
            "a string",
            "ROW FORMAT DELIMITED ESCAPED BY '!'",
            "escape character",
            marks=pytest.mark.only_on("embedded", because="Trino writes them"),
        ),
        pytest.param(
            "a binary",
            "ROW FORMAT SERDE 'org.apache.hive.hcatalog.data.JsonSerDe'",
            "varbinary as JSON",
            marks=pytest.mark.only_on("embedded", because="Trino writes them in Base64"),
        ),
    ],
)
def test_what_a_serde_cannot_write_is_refused(lake: Lake, columns: str, more: str, message: str) -> None:
    lake.rows(f"CREATE EXTERNAL TABLE t ({columns}) {more} LOCATION 's3://lake/t/'")
    with pytest.raises(TrinoError, match=message):
        lake.rows("INSERT INTO t SELECT * FROM t")
    assert lake.keys("t/") == []


def test_a_table_with_header_lines_is_not_inserted_into(lake: Lake) -> None:
    lake.rows(
        "CREATE EXTERNAL TABLE t (a string) LOCATION 's3://lake/t/' "
        "TBLPROPERTIES ('skip.header.line.count'='1')"
    )
    with pytest.raises(Unsupported, match=r"skip\.header\.line\.count"):
        lake.rows("INSERT INTO t VALUES ('x')")


@pytest.mark.parametrize(
    ("properties", "message"),
    [
        pytest.param(
            "format = 'TEXTFILE', write_compression = 'LZ4'",
            "text with compression LZ4 is not supported",
            marks=pytest.mark.only_on("embedded", because="Trino writes it"),
        ),
        ("format = 'TEXTFILE', field_delimiter = '||'", "field_delimiter must be one character"),
        ("field_delimiter = ','", "field_delimiter must be one character, and is for TEXTFILE only"),
        ("write_compression = 'GZIP', compression_level = 3", "compression_level 3 is not valid"),
        pytest.param(
            "format = 'JSON', write_compression = 'SNAPPY'",
            "text with compression SNAPPY is not supported",
            marks=pytest.mark.only_on("embedded", because="Trino writes it"),
        ),
        ("write_compression = 'ZSTD', compression_level = 23", "compression_level 23 is not valid"),
        (
            "format = 'JSON', write_compression = 'ZSTD', compression_level = 3",
            "compression_level is not supported for format JSON",
        ),
        ("compression_level = 'high'", "Invalid value for table property 'compression_level'"),
        ("write_compression = 'LZO'", "Parquet with compression LZO is not supported"),
    ],
)
def test_compressions_and_delimiters_are_checked(lake: Lake, properties: str, message: str) -> None:
    with pytest.raises(TrinoError, match=message):
        lake.rows(f"CREATE TABLE c WITH ({properties}) AS SELECT 'x' AS a")


def test_text_is_unloaded(lake: Lake) -> None:
    result = lake.execute(
        "UNLOAD (SELECT 1 AS a, 'x' AS b) TO 's3://lake/u/' WITH (format = 'TEXTFILE', field_delimiter = ',')"
    )
    assert content(lake, "u/") == "1,x\n"
    assert result.update_count == 1
    lake.rows("UNLOAD (SELECT 1 AS a) TO 's3://lake/j/' WITH (format = 'json', compression = 'gzip')")
    assert content(lake, "j/") == '{"a":1}\n'
