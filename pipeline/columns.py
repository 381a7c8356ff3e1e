"""Arrow columns made from plain buffers.

`pyarrow.array` asks of every list whether it is one of pandas', and loads pandas for the question: most of a
second for each process, which is longer than the rest of a small day's run.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from datetime import date
from itertools import accumulate

import pyarrow as pa

EPOCH = date(1970, 1, 1)


def texts(values: Sequence[str | None]) -> pa.Array:
    """A string column; None is null."""
    encoded = [b"" if value is None else value.encode() for value in values]
    data = pa.py_buffer(b"".join(encoded))
    buffers = [_validity(values), _offsets([len(item) for item in encoded]), data]
    return pa.Array.from_buffers(pa.string(), len(values), buffers)


def integers(values: Sequence[int]) -> pa.Array:
    """An int32 column."""
    return _fixed(pa.int32(), "i", values)


def bigints(values: Sequence[int]) -> pa.Array:
    """An int64 column."""
    return _fixed(pa.int64(), "q", values)


def dates(values: Sequence[date]) -> pa.Array:
    """A date32 column."""
    return _fixed(pa.date32(), "i", [(value - EPOCH).days for value in values])


def text_lists(values: Sequence[Sequence[str]]) -> pa.Array:
    """A column of lists of strings."""
    buffers = [None, _offsets([len(value) for value in values])]
    children = [texts([item for value in values for item in value])]
    return pa.Array.from_buffers(pa.list_(pa.string()), len(values), buffers, children=children)


def _fixed(kind: pa.DataType, code: str, values: Sequence[int]) -> pa.Array:
    return pa.Array.from_buffers(kind, len(values), [None, pa.py_buffer(array(code, values))])


def _offsets(lengths: Sequence[int]) -> pa.Buffer:
    return pa.py_buffer(array("i", accumulate(lengths, initial=0)))


def _validity(values: Sequence[object]) -> pa.Buffer | None:
    """Arrow's bitmap of the values that are there, lowest bit first; none is needed where all are."""
    if None not in values:
        return None
    bits = bytearray((len(values) + 7) // 8)
    for place, value in enumerate(values):
        if value is not None:
            bits[place // 8] |= 1 << place % 8
    return pa.py_buffer(bytes(bits))
