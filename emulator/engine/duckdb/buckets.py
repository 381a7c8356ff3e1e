"""Hive's buckets: which of a table's numbered files a row belongs to.

The hash is that of Hive's first bucketing version, the one that Trino and Athena write by default.
"""

from __future__ import annotations

from collections.abc import Sequence

from emulator.catalog.hive_types import hive_type
from emulator.trino.errors import Unsupported
from emulator.trino.types import Type

_WORD = "4294967295"


def bucket(columns: Sequence[tuple[str, Type]], count: int) -> str:
    """The bucket's number, from 0, of a row whose bucketing columns are these expressions.

    Raises Unsupported for a type whose hash is not emulated.
    """
    combined = "0::BIGINT"
    for value, kind in columns:
        hashed = f"coalesce({_hash(value, kind)}, 0)"
        combined = f"((31 * {combined} + {hashed}) & {_WORD})"
    return f"({combined} & 2147483647) % {count}"


def _hash(value: str, kind: Type) -> str:
    """Java's hash of a value as a number of 32 bits without sign."""
    if kind.base in ("tinyint", "smallint", "integer"):
        return f"({value}::BIGINT & {_WORD})"
    if kind.base == "boolean":
        return f"({value}::BIGINT)"
    if kind.base == "date":
        return f"((({value})::DATE - DATE '1970-01-01')::BIGINT & {_WORD})"
    if kind.base == "bigint":
        low = f"({value} & {_WORD})"
        return f"xor({low}, (({value} - {low}) // 4294967296) & {_WORD})"
    if kind.base == "varchar":
        # Hive's varchar(n) counts from 1 where its string counts from 0
        return _text_hash(value, start=int(hive_type(kind) != "string"))
    raise Unsupported(f"Bucketing by a column of type {kind} is not supported")


def _text_hash(value: str, start: int) -> str:
    """31 times the hash so far plus the next byte, which has a sign."""
    digits = f"hex(encode({value}))"
    numbers = (
        f"list_transform(range(octet_length(encode({value}))), "
        f"lambda i: ('0x' || substr({digits}, 2 * i + 1, 2))::BIGINT)"
    )
    step = f"(31 * h + b - CASE WHEN b > 127 THEN 256 ELSE 0 END) & {_WORD}"
    return f"list_reduce({numbers}, lambda h, b: {step}, {start}::BIGINT)"
