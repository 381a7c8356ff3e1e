"""The ``.metadata`` object beside a result: a small protobuf message that Athena's JDBC driver reads.

There is no published schema. Field numbers are those that burtcorp/athena-jdbc's AthenaMetaDataParser reads
and that recordings of the real service show: 1 query id, 2 kind of update, 3 update count, 4 columns; in a
column 1 catalog, 4 name, 5 label, 6 type, 7 precision, 8 scale, 9 nullable, 10 case sensitive.
"""

from __future__ import annotations

from collections.abc import Sequence

from emulator.athena.columns import CATALOG_NAME, ColumnFacts

_NULLABLE_UNKNOWN = 3


def metadata_bytes(
    query_id: str, columns: Sequence[ColumnFacts], update: str | None = None, count: int | None = None
) -> bytes:
    """The content of a ``.metadata`` object."""
    message = _text(1, query_id)
    if update is not None:
        message += _text(2, update)
    if count is not None:
        message += _number(3, count)
    return message + b"".join(_field(4, _column(column)) for column in columns)


def _column(column: ColumnFacts) -> bytes:
    message = _text(1, CATALOG_NAME) + _text(4, column.name) + _text(5, column.name) + _text(6, column.type)
    # these are left out by type, not by value: a scale of zero may be there
    if column.precision is not None:
        message += _number(7, column.precision)
    if column.scale is not None:
        message += _number(8, column.scale)
    message += _number(9, _NULLABLE_UNKNOWN)
    if column.case_sensitive is not None:
        message += _number(10, int(column.case_sensitive))
    return message


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _text(field: int, value: str) -> bytes:
    return _field(field, value.encode())


def _field(field: int, content: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(content)) + content


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)
