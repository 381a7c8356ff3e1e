from __future__ import annotations

import gzip

import pytest

from emulator.trino.errors import TrinoError, Unsupported
from tests.emulator.lake import Lake

OPENX = "ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'"
HIVE = "ROW FORMAT SERDE 'org.apache.hive.hcatalog.data.JsonSerDe'"
LAZY_SIMPLE = "ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe'"
REGEX = "ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.RegexSerDe'"


def make(lake: Lake, serde: str, columns: str, lines: str, more: str = "") -> None:
    lake.rows(f"CREATE EXTERNAL TABLE t ({columns}) {serde} {more} LOCATION 's3://lake/t/'")
    lake.put("t/1.json", lines.encode())


@pytest.mark.parametrize("serde", [OPENX, HIVE])
def test_names_are_found_in_any_case_and_missing_ones_are_null(lake: Lake, serde: str) -> None:
    make(
        lake, serde, "id int, name string, gone double", '{"ID": 1, "Name": "Ann", "x": [1]}\n{"id": null}\n'
    )
    assert lake.rows("SELECT * FROM t") == [("1", "Ann", None), (None, None, None)]
    assert lake.rows("SELECT count(*) FROM t") == [("2",)]


@pytest.mark.parametrize("serde", [OPENX, HIVE])
def test_of_names_that_are_the_same_the_last_counts(lake: Lake, serde: str) -> None:
    lines = '{"v": 1, "V": 2}\n{"V": 1, "v": 2}\n{"v": 1, "V": 2, "v": 3}\n{"v": 4}\n{"w": 5, "v": 6}\n'
    make(lake, serde, "v int", lines)
    assert lake.rows("SELECT v FROM t") == [("2",), ("2",), ("3",), ("4",), ("6",)]


@pytest.mark.parametrize("serde", [OPENX, HIVE])
def test_nested_values_are_read(lake: Lake, serde: str) -> None:
    make(
        lake,
        serde,
        "a array<int>, m map<string,array<double>>, s struct<x:int,y:struct<z:string>>",
        '{"a": [1, null], "m": {"k": [1.5]}, "s": {"Y": {"z": "deep"}, "x": 7}}\n',
    )
    assert lake.rows("SELECT a, m, s, s.y.z FROM t") == [
        ("[1, null]", "{k=[1.5]}", "{x=7, y={z=deep}}", "deep")
    ]


@pytest.mark.parametrize(
    ("kind", "written", "shown"),
    [
        ("string", '"text \\u00e9 \\"q\\""', 'text é "q"'),
        ("string", "1.50", "1.50"),
        ("string", "1E10", "1E+10"),
        ("string", "true", "true"),
        ("string", '{"b": [1, "x", null], "a": {}}', '{"b":[1,"x",null],"a":{}}'),
        ("string", '[true, {"a": [false, {"b": true}]}]', '[true,{"a":[false,{"b":true}]}]'),
        ("varchar(2)", '"abc"', "ab"),
        ("int", '"12"', "12"),
        ("int", "1.9", "1"),
        ("int", '"0x1F"', "31"),
        ("int", '"010"', "8"),
        ("int", '"٣"', None),
        ("int", "9223372036854775808", None),
        ("tinyint", "300", None),
        ("int", '"abc"', None),
        ("bigint", "9223372036854775807", "9223372036854775807"),
        ("double", '"1.5"', "1.5"),
        ("double", '"nan"', None),
        ("decimal(5,2)", "1.005", "1.01"),
        ("decimal(3,2)", "10", None),
        ("boolean", '"TRUE"', "true"),
        ("boolean", "0", "false"),
        ("date", '"2026-01-31"', "2026-01-31"),
        ("date", '"31/01/2026"', None),
        ("timestamp", '"2026-01-02 03:04:05.6789"', "2026-01-02 03:04:05.679"),
        ("timestamp", '"2026-01-02T03:04:05Z"', "2026-01-02 03:04:05.000"),
        ("timestamp", '"2026-01-02T03:04:05+01:30"', "2026-01-02 01:34:05.000"),
        ("timestamp", "1579059880", "2020-01-15 03:44:40.000"),
        ("timestamp", "1579059880123", "2020-01-15 03:44:40.123"),
        ("timestamp", '"2026-01-02"', None),
        ("binary", '"YWJj"', "61 62 63"),
        ("array<int>", "5", "[5]"),
        ("array<int>", '""', None),
        ("map<int,int>", '{"1": 2}', "{1=2}"),
        ("struct<a:int,b:int>", "[1, 2]", "{a=1, b=2}"),
    ],
)
def test_openx_values_are_read_as_their_types_or_null(
    lake: Lake, kind: str, written: str, shown: str | None
) -> None:
    make(lake, OPENX, f"v {kind}", f'{{"v": {written}}}\n')
    assert lake.rows("SELECT v FROM t") == [(shown,)]


@pytest.mark.parametrize("line", ["", "  ", "text", "12"])
def test_openx_lines_that_are_no_objects_are_rows_of_nulls(lake: Lake, line: str) -> None:
    make(lake, OPENX, "v int", f'{{"v": 1}}\n{line}\n')
    assert lake.rows("SELECT v FROM t") == [("1",), (None,)]


@pytest.mark.parametrize(
    "line",
    [
        "{v: 'x'}",
        "{'v' = x}",
        '{"w" => 1; "v" = "x" } // note',
        '{"v": "y", "V": "x"}',
        '{/* note */ "v": "x"}',
        '["x", 2]',
    ],
)
def test_openx_reads_leniently(lake: Lake, line: str) -> None:
    make(lake, OPENX, "v string", f"{line}\n")
    assert lake.rows("SELECT v FROM t") == [("x",)]


def test_openx_malformed_lines_fail_unless_they_are_ignored(lake: Lake) -> None:
    make(lake, OPENX, "v int", '{"v": 1}\n{"v": \n')
    with pytest.raises(
        TrinoError, match=r"HIVE_CURSOR_ERROR: Row is not a valid JSON Object.*s3://lake/t/1.json"
    ):
        lake.rows("SELECT v FROM t")
    lake.rows("DROP TABLE t")
    make(lake, OPENX, "v int", '{"v": 1}\n{"v": \n', "WITH SERDEPROPERTIES ('ignore.malformed.json'='true')")
    assert lake.rows("SELECT v FROM t") == [("1",), (None,)]


def test_openx_properties_map_names(lake: Lake) -> None:
    make(
        lake,
        OPENX,
        "ts string, a_b int, moment string",
        '{"timestamp": "now", "a.b": 1, "time": "lower", "Time": "upper"}\n',
        "WITH SERDEPROPERTIES ('mapping.ts'='timestamp', 'dots.in.keys'='true', 'case.insensitive'='false', "
        "'mapping.moment'='Time')",
    )
    assert lake.rows("SELECT * FROM t") == [("now", "1", "upper")]


def test_openx_objects_are_no_numbers(lake: Lake) -> None:
    make(lake, OPENX, "v int, w string", '{"v": {}, "w": "x"}\n')
    with pytest.raises(TrinoError, match=r"HIVE_BAD_DATA: .* can not be coerced to INTEGER"):
        lake.rows("SELECT v FROM t")
    assert lake.rows("SELECT w FROM t") == [("x",)]


@pytest.mark.parametrize(
    ("kind", "written", "shown"),
    [
        ("string", "1.50", "1.50"),
        ("string", "true", "true"),
        ("int", "1.9", "1"),
        ("tinyint", "255", "-1"),
        ("boolean", '"True"', "true"),
        ("decimal(5,2)", '"1.005"', "1.01"),
        ("date", '"2026-01-31"', "2026-01-31"),
        ("timestamp", '"2026-01-02 03:04:05"', "2026-01-02 03:04:05.000"),
        ("binary", '"abc"', "61 62 63"),
        ("map<int,string>", '{"1": "a", "01": "b"}', "{1=b}"),
    ],
)
def test_hive_values_are_read_as_their_types(lake: Lake, kind: str, written: str, shown: str) -> None:
    make(lake, HIVE, f"v {kind}", f'{{"v": {written}}}\n')
    assert lake.rows("SELECT v FROM t") == [(shown,)]


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        ("int", '{"v": "12"}'),
        ("int", '{"v": true}'),
        ("int", '{"v": 3000000000}'),
        ("string", '{"v": {}}'),
        ("date", '{"v": "soon"}'),
        ("array<int>", '{"v": 1}'),
        ("int", "[1]"),
    ],
)
def test_hive_values_of_another_type_fail(lake: Lake, kind: str, line: str) -> None:
    make(lake, HIVE, f"v {kind}", f"{line}\n")
    with pytest.raises(TrinoError, match=r"HIVE_BAD_DATA: Error reading s3://lake/t/1.json"):
        lake.rows("SELECT v FROM t")


@pytest.mark.parametrize("line", ["{v: 1}", "", '{"v": NaN}'])
def test_hive_lines_must_be_json(lake: Lake, line: str) -> None:
    make(lake, HIVE, "v int", f'{{"v": 1}}\n{line}\n')
    with pytest.raises(TrinoError, match="HIVE_CURSOR_ERROR: Row is not a valid JSON Object"):
        lake.rows("SELECT v FROM t")


def test_json_is_compressed_and_partitioned(lake: Lake) -> None:
    lake.rows(f"CREATE EXTERNAL TABLE t (v int) PARTITIONED BY (p string) {OPENX} LOCATION 's3://lake/t/'")
    lake.put("t/p=a/1.gz", gzip.compress(b'{"v": 1}\n{"v": 2}'))
    lake.put("t/p=b/1", b'{"v": 3}')
    lake.rows("MSCK REPAIR TABLE t")
    assert lake.rows("SELECT v, p FROM t ORDER BY v") == [("1", "a"), ("2", "a"), ("3", "b")]
    assert lake.rows("SELECT count(*), min(\"$path\") FROM t WHERE p = 'a'") == [
        ("2", "s3://lake/t/p=a/1.gz")
    ]


@pytest.mark.parametrize("serde", [OPENX, HIVE, LAZY_SIMPLE])
def test_timestamp_formats_are_refused_by_name(lake: Lake, serde: str) -> None:
    make(lake, serde, "v int", "{}\n", "WITH SERDEPROPERTIES ('timestamp.formats'='yyyy')")
    with pytest.raises(Unsupported, match=r"timestamp\.formats"):
        lake.rows("SELECT v FROM t")


def test_a_regular_expression_s_groups_are_the_columns(lake: Lake) -> None:
    make(
        lake,
        REGEX,
        "host string, code int, size bigint, other string",
        'one "GET" 200 5\nONE 404 -\nno match here\n',
        r"""WITH SERDEPROPERTIES ('input.regex'='([a-z]+)(?: "[A-Z]+")? (\\d+) (\\S+)',
        'input.regex.case.insensitive'='true')""",
    )
    assert lake.rows("SELECT * FROM t") == [
        ("one", "200", "5", None),
        ("ONE", "404", None, None),
        (None, None, None, None),
    ]


def test_a_regular_expression_is_needed(lake: Lake) -> None:
    make(lake, REGEX, "a string", "x\n")
    with pytest.raises(TrinoError, match=r"serde property 'input.regex'"):
        lake.rows("SELECT a FROM t")
