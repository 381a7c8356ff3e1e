"""The rows of a result, in memory and on disk."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest

from emulator.athena.rows import BLOCK, MEMORY_ROWS, ResultRows


def filled(count: int, directory: Path) -> ResultRows:
    rows = ResultRows(directory)
    for start in range(0, count, BLOCK):
        rows.append([(str(number), None) for number in range(start, min(start + BLOCK, count))])
    return rows


@pytest.mark.parametrize("count", [0, 1, MEMORY_ROWS, MEMORY_ROWS + 1, BLOCK, BLOCK + 1, 3 * BLOCK])
@pytest.mark.parametrize("span", [(0, 1), (0, BLOCK), (999, 1001), (1500, 2500), (0, 10 * BLOCK)])
def test_any_span_of_rows_is_read_back(count: int, span: tuple[int, int], tmp_path: Path) -> None:
    rows = filled(count, tmp_path)
    assert len(rows) == count
    expected = [(str(number), None) for number in range(count)]
    assert rows.between(*span) == expected[slice(*span)]


def test_the_file_goes_with_the_rows(tmp_path: Path) -> None:
    rows = filled(5 * BLOCK, tmp_path)
    assert len(list(tmp_path.iterdir())) == 1
    del rows
    gc.collect()
    assert list(tmp_path.iterdir()) == []
