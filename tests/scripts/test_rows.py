"""How the rows of a query are written for programs."""

from __future__ import annotations

import csv
import io
import json

import pytest

from scripts.errors import UsageError
from scripts.rows import Column, write_csv, write_json, write_jsonl

COLUMNS = [
    Column("spell_id", "varchar"),
    Column("nights", "integer"),
    Column("share", "double"),
    Column("cost", "decimal"),
    Column("is_open", "boolean"),
    Column("admitted", "date"),
]
ROWS: list[tuple[str | None, ...]] = [
    ("S001", "2", "0.25", "12345678901234567.10", "true", "2026-01-01"),
    ('S"2, é\n', None, "NaN", None, "false", None),
]


def test_json_is_a_list_of_objects_with_numbers_booleans_and_null_as_such() -> None:
    out = io.StringIO()
    write_json(COLUMNS, ROWS, out)
    assert json.loads(out.getvalue(), parse_float=str) == [
        {
            "spell_id": "S001",
            "nights": 2,
            "share": "0.25",
            "cost": "12345678901234567.10",
            "is_open": True,
            "admitted": "2026-01-01",
        },
        {
            "spell_id": 'S"2, é\n',
            "nights": None,
            "share": "NaN",
            "cost": None,
            "is_open": False,
            "admitted": None,
        },
    ]
    assert '"cost": 12345678901234567.10' in out.getvalue(), "a decimal is a number with all its digits"


def test_json_of_no_rows_is_an_empty_list() -> None:
    out = io.StringIO()
    write_json(COLUMNS, [], out)
    assert json.loads(out.getvalue()) == []


def test_jsonl_is_an_object_a_line() -> None:
    out = io.StringIO()
    write_jsonl(COLUMNS[:2], [("S001", "2"), ("S002", None)], out)
    assert out.getvalue() == '{"spell_id": "S001", "nights": 2}\n{"spell_id": "S002", "nights": null}\n'


def test_json_refuses_two_columns_of_one_name_instead_of_losing_one() -> None:
    out = io.StringIO()
    with pytest.raises(UsageError, match="more than one column named a"):
        write_json([Column("a", "integer"), Column("a", "integer")], [("1", "2")], out)
    assert out.getvalue() == ""


def test_csv_tells_null_from_an_empty_text_and_quotes_what_needs_it() -> None:
    out = io.StringIO()
    write_csv(COLUMNS[:3], [("", None, "1.0"), ('a "b", c\nd', "1", None)], out)
    assert out.getvalue() == 'spell_id,nights,share\n"",,1.0\n"a ""b"", c\nd",1,\n'
    assert list(csv.reader(io.StringIO(out.getvalue())))[2] == ['a "b", c\nd', "1", ""]
