from __future__ import annotations

from datetime import datetime

import pytest

from emulator.catalog.java_dates import JavaFormat
from emulator.catalog.projection import projected_partitions
from emulator.trino.errors import TrinoError
from tests.emulator.lake import Lake

NOW = datetime(2026, 3, 10, 15, 30)


def values(lake: Lake, keys: str, properties: dict[str, str], **wanted: set[str]) -> list[tuple[str, ...]]:
    shown = ", ".join(f"'projection.{key}'='{value}'" for key, value in properties.items())
    lake.rows(
        f"CREATE EXTERNAL TABLE t (a int) PARTITIONED BY ({keys}) STORED AS PARQUET LOCATION 's3://lake/t/' "
        f"TBLPROPERTIES ('projection.enabled'='true', {shown})"
    )
    kept = {name: frozenset(texts) for name, texts in wanted.items()}
    return list(dict.fromkeys(found.values for found in projected_partitions(lake.table("t"), kept, NOW)))


def test_an_enum_has_its_values(lake: Lake) -> None:
    assert values(lake, "p string", {"p.type": "enum", "p.values": "a, b,c"}) == [("a",), ("b",), ("c",)]


def test_integers_have_a_range_an_interval_and_digits(lake: Lake) -> None:
    properties = {"n.type": "integer", "n.range": "1,7", "n.interval": "3", "n.digits": "2"}
    assert values(lake, "n int", properties) == [("01",), ("04",), ("07",)]


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        (
            {"d.format": "yyyy-MM-dd", "d.range": "2026-02-27,2026-03-01"},
            ["2026-02-27", "2026-02-28", "2026-03-01"],
        ),
        ({"d.format": "yyyy/MM", "d.range": "2025/11,2026/01"}, ["2025/11", "2025/12", "2026/01"]),
        ({"d.format": "yyyy-MM-dd", "d.range": "NOW-1DAYS,NOW"}, ["2026-03-09", "2026-03-10"]),
        (
            {
                "d.format": "yyyyMMdd",
                "d.range": "20260101,20260131",
                "d.interval": "2",
                "d.interval.unit": "WEEKS",
            },
            ["20260101", "20260115", "20260129"],
        ),
        (
            {
                "d.format": "yyyy-MM-dd HH",
                "d.range": "2026-01-01 22,2026-01-02 00",
                "d.interval.unit": "HOURS",
            },
            ["2026-01-01 22", "2026-01-01 23", "2026-01-02 00"],
        ),
    ],
)
def test_dates_go_from_end_to_end_by_their_unit(
    lake: Lake, properties: dict[str, str], expected: list[str]
) -> None:
    assert values(lake, "d string", {"d.type": "date", **properties}) == [(text,) for text in expected]


def test_injected_values_come_from_the_condition(lake: Lake) -> None:
    injected = {"p.type": "injected"}
    assert values(lake, "p string", injected, p={"b", "a"}) == [("a",), ("b",)]
    with pytest.raises(TrinoError, match="injected projected partition column p"):
        list(projected_partitions(lake.table("t"), {}, NOW))


def test_a_value_is_looked_for_as_it_is_and_escaped(lake: Lake) -> None:
    assert values(lake, "p string", {"p.type": "enum", "p.values": "10:30"}) == [("10:30",)]
    found = projected_partitions(lake.table("t"), {}, NOW)
    assert [partition.storage.location for partition in found] == [
        "s3://lake/t/p=10:30",
        "s3://lake/t/p=10%3A30",
    ]


def test_projected_partitions_are_read_at_their_template_s_location(lake: Lake) -> None:
    lake.rows(
        "CREATE EXTERNAL TABLE t (a int) PARTITIONED BY (day string, n int) STORED AS PARQUET "
        "LOCATION 's3://lake/t/' TBLPROPERTIES ('projection.enabled'='true', 'projection.day.type'='date', "
        "'projection.day.format'='yyyy/MM/dd', 'projection.day.range'='2026/01/01,2026/02/01', "
        "'projection.n.type'='integer', 'projection.n.range'='1,3', "
        "'storage.location.template'='s3://lake/t/${day}/n${n}/')"
    )
    lake.put_parquet("t/2026/01/05/n2/f", {"a": [7]})
    lake.put_parquet("t/2026/01/06/n3/f", {"a": [8]})
    lake.put_parquet("t/2027/01/06/n3/f", {"a": [9]})
    assert lake.rows("SELECT a, day, n FROM t ORDER BY a") == [
        ("7", "2026/01/05", "2"),
        ("8", "2026/01/06", "3"),
    ]
    assert lake.rows("SELECT a FROM t WHERE day = '2026/01/05' AND n = 2") == [("7",)]
    assert lake.rows("SELECT a FROM t WHERE day > '2026/01/05'") == [("8",)]


def test_projected_partitions_are_written_without_being_registered(lake: Lake) -> None:
    lake.rows(
        "CREATE EXTERNAL TABLE t (a int) PARTITIONED BY (p string) STORED AS PARQUET LOCATION 's3://lake/t/' "
        "TBLPROPERTIES ('projection.enabled'='true', 'projection.p.type'='enum', 'projection.p.values'='x,y')"
    )
    lake.rows("INSERT INTO t VALUES (1, 'x')")
    assert lake.catalog.partitions(lake.table("t")) == ()
    assert lake.rows("SELECT a, p FROM t") == [("1", "x")]


@pytest.mark.parametrize(
    ("properties", "message"),
    [
        ({"p.type": "magic"}, "unknown type 'magic'"),
        ({"x.type": "enum"}, "'projection.p.type' is missing"),
        ({"p.type": "integer", "p.range": "a,b"}, "must be whole numbers"),
        (
            {"p.type": "date", "p.range": "1,2", "p.format": "QQ"},
            "the date pattern letters 'QQ' are not supported",
        ),
    ],
)
def test_a_projection_that_makes_no_sense_is_refused_by_name(
    lake: Lake, properties: dict[str, str], message: str
) -> None:
    with pytest.raises(TrinoError, match=message):
        values(lake, "p string", properties)


def test_java_patterns_are_written_and_read() -> None:
    shape = JavaFormat("yyyy'T'MM'''dd")
    assert shape.format(NOW) == "2026T03'10"
    assert shape.parse("2026T03'10") == datetime(2026, 3, 10)
