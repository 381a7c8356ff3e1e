"""Arrow columns from plain buffers are what pyarrow's own conversion makes, and do not load pandas."""

import subprocess
import sys
from datetime import date

import pyarrow as pa
import pytest

from pipeline.columns import bigints, dates, integers, text_lists, texts

WORDS = [None, "", "Zoë", "a\x00b", None, "x" * 10_000, "NA", "é\n", None]


@pytest.mark.parametrize(
    ("made", "values", "kind"),
    [
        (texts(WORDS), WORDS, pa.string()),
        (texts(["a"]), ["a"], pa.string()),
        (texts([]), [], pa.string()),
        (integers([0, -1, 2**31 - 1]), [0, -1, 2**31 - 1], pa.int32()),
        (bigints([0, -(2**63)]), [0, -(2**63)], pa.int64()),
        (dates([date(2026, 1, 3), date(1899, 12, 31)]), [date(2026, 1, 3), date(1899, 12, 31)], pa.date32()),
        (text_lists([("a", "b"), (), ("c",)]), [["a", "b"], [], ["c"]], pa.list_(pa.string())),
    ],
)
def test_a_column_is_what_pyarrow_makes_of_the_values(
    made: pa.Array, values: list[object], kind: pa.DataType
) -> None:
    made.validate(full=True)
    assert made == pa.array(values, kind)


def test_columns_are_made_without_pandas() -> None:
    program = (
        "import sys; from pipeline.columns import texts; texts(['a', None]); print('pandas' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
