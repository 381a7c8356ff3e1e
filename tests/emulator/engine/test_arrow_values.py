"""Arrow columns made of plain buffers are those that pyarrow itself makes, without pandas."""

from __future__ import annotations

import subprocess
import sys
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from emulator.engine.duckdb.arrow_values import column

COLUMNS: list[tuple[pa.DataType, list[Any]]] = [
    (pa.bool_(), [True, None, False] * 7),
    (pa.int8(), [-128, None, 127]),
    (pa.int16(), [-5, 6]),
    (pa.int32(), [None, None]),
    (pa.int64(), [-(1 << 63), (1 << 63) - 1]),
    (pa.float32(), [0.5, None, float("inf")]),
    (pa.float64(), [1.1, -0.0]),
    (pa.date32(), [-1, 20_000, None]),
    (pa.timestamp("us"), [-1, None, 1_700_000_000_000_000]),
    (pa.string(), ["", "Ärzte 😀", None]),
    (pa.binary(), [b"\x00\xff", None, b""]),
    (pa.decimal128(38, 2), [Decimal("-1.50"), None, Decimal("9" * 36 + ".99")]),
    (pa.decimal128(5, 0), [Decimal("-7"), Decimal("0")]),
    (pa.list_(pa.list_(pa.string())), [[["a", None], [], None], None, []]),
    (pa.map_(pa.string(), pa.int32()), [[("a", 1), ("b", None)], None, []]),
    (
        pa.struct([("f0", pa.string()), ("f1", pa.map_(pa.int32(), pa.list_(pa.date32())))]),
        [{"f0": "x", "f1": [(1, [2, None])]}, None, {"f0": None, "f1": None}],
    ),
]


@pytest.mark.parametrize(("kind", "values"), COLUMNS, ids=lambda found: str(found)[:40])
def test_a_column_is_what_pyarrow_makes_of_the_values(kind: pa.DataType, values: list[Any]) -> None:
    for given in (values, values[:1], []):
        made = column(given, kind)
        made.validate(full=True)
        assert made.equals(pa.array(given, kind))


def test_a_value_that_its_type_has_no_room_for_is_refused() -> None:
    with pytest.raises(OverflowError):
        column([1 << 40], pa.date32())


def test_pandas_is_not_loaded() -> None:
    program = (
        "import sys, pyarrow as pa\n"
        "from emulator.engine.duckdb.arrow_values import column\n"
        "column([[1]], pa.list_(pa.int32()))\n"
        "sys.exit('pandas' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
