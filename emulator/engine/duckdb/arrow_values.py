"""Arrow columns made of Python values by way of plain buffers.

`pyarrow.array` asks of every list whether it is one of pandas', and loads pandas for the question.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import accumulate
from typing import Any

import pyarrow as pa
import pyarrow.types as kinds

_CODES = {
    pa.int8(): "b",
    pa.int16(): "h",
    pa.int32(): "i",
    pa.int64(): "q",
    pa.float32(): "f",
    pa.float64(): "d",
    pa.date32(): "i",
    pa.timestamp("us"): "q",
}
_DECIMAL_BYTES = 16


def column(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    """A column of a type of `arrow_type`; None is null.

    Dates are days and timestamps microseconds since 1970; a decimal has its type's scale; a map is a list of
    pairs, a struct a dict of all its fields. Raises OverflowError, UnicodeEncodeError.
    """
    present = _bits([value is not None for value in values]) if None in values else None
    if kinds.is_list(kind) or kinds.is_map(kind):
        return _lists(values, kind, present)
    if kinds.is_struct(kind):
        children = [
            column([None if value is None else value[field.name] for value in values], field.type)
            for field in kind
        ]
        return pa.Array.from_buffers(kind, len(values), [present], children=children)
    return pa.Array.from_buffers(kind, len(values), [present, *_data(values, kind)])


def _lists(values: Sequence[Any], kind: pa.DataType, present: pa.Buffer | None) -> pa.Array:
    items = [item for value in values if value is not None for item in value]
    if kinds.is_map(kind):
        keys = column([key for key, _ in items], kind.key_type)
        found = column([value for _, value in items], kind.item_type)
        entry = pa.struct([kind.key_field, kind.item_field])
        inner = pa.Array.from_buffers(entry, len(items), [None], children=[keys, found])
    else:
        inner = column(items, kind.value_type)
    starts = _offsets(0 if value is None else len(value) for value in values)
    return pa.Array.from_buffers(kind, len(values), [present, starts], children=[inner])


def _data(values: Sequence[Any], kind: pa.DataType) -> list[pa.Buffer]:
    """The buffers of a column of scalars, after the one that says which are there."""
    if kinds.is_boolean(kind):
        return [_bits([bool(value) for value in values])]
    if kinds.is_decimal(kind):
        return [pa.py_buffer(b"".join(_unscaled(value, kind.scale) for value in values))]
    if kind in _CODES:
        return [pa.py_buffer(array(_CODES[kind], [0 if value is None else value for value in values]))]
    encoded = [value.encode() if isinstance(value, str) else value or b"" for value in values]
    return [_offsets(map(len, encoded)), pa.py_buffer(b"".join(encoded))]


def _unscaled(value: Decimal | None, scale: int) -> bytes:
    if value is None:
        return bytes(_DECIMAL_BYTES)
    sign, digits, exponent = value.as_tuple()
    if exponent != -scale:
        raise ValueError(f"{value} has not the scale {scale}")
    whole = int("".join(map(str, digits)))
    return (-whole if sign else whole).to_bytes(_DECIMAL_BYTES, "little", signed=True)


def _offsets(lengths: Iterable[int]) -> pa.Buffer:
    return pa.py_buffer(array("i", accumulate(lengths, initial=0)))


def _bits(flags: Sequence[bool]) -> pa.Buffer:
    """Arrow's bitmap, lowest bit first."""
    shown = "".join("1" if flag else "0" for flag in reversed(flags))
    return pa.py_buffer(int(shown or "0", 2).to_bytes(len(flags) // 8 + 1, "little"))
