"""Which files of a bucketed table a query has to read."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import islice, product

import duckdb

from emulator.catalog.model import GlueTable
from emulator.engine.duckdb.buckets import bucket
from emulator.engine.duckdb.literals import text
from emulator.storage.objects import ObjectInfo
from emulator.trino.errors import Unsupported
from emulator.trino.physical import duckdb_type
from emulator.trino.relations import Column
from emulator.trino.types import Type

MOST_COMBINATIONS = 1000
"""More combinations of values than these are not looked at: nearly every bucket would be among theirs."""
VERSION = "bucketing_version"

_NUMBER = re.compile(r"^(0\d+)_\d+|_bucket-(\d+)(?=$|[-_.])")
"""A bucket's number in the name of its file: Hive's ``000007_0``, and ``…_bucket-00007.snappy.parquet``."""


def wanted_buckets(
    cursor: duckdb.DuckDBPyConnection,
    table: GlueTable,
    columns: Sequence[Column],
    values: Mapping[str, frozenset[str]],
) -> frozenset[int] | None:
    """The numbers of the buckets in which rows can matter, None for all of them.

    values: the only texts of a column that matter. All bucketing columns must be among them.
    """
    by, count = table.storage.bucketed_by, table.storage.bucket_count
    # the hash of Hive's second version is another one
    if not (by and count) or table.parameters.get(VERSION, "1") != "1":
        return None
    if any(column not in values for column in by):
        return None
    rows = list(islice(product(*(sorted(values[column]) for column in by)), MOST_COMBINATIONS + 1))
    if len(rows) > MOST_COMBINATIONS:
        return None
    kinds = {column.name: column.type for column in columns}
    try:
        numbers = [_number_of(row, [kinds[column] for column in by], count) for row in rows]
    except Unsupported:  # a type that only other programs bucket by
        return None
    found = cursor.execute(f"SELECT unnest([{', '.join(numbers)}]::BIGINT[])").fetchall()
    return frozenset(number for (number,) in found)


def _number_of(row: Sequence[str], kinds: Sequence[Type], count: int) -> str:
    """DuckDB's text of the bucket of a row of the bucketing columns; raises Unsupported."""
    # a number beyond its column's type is in no row: it may be looked for in any bucket
    values = [
        f"TRY_CAST({text(value)} AS {duckdb_type(kind)})" for value, kind in zip(row, kinds, strict=True)
    ]
    return bucket(list(zip(values, kinds, strict=True)), count)


def in_buckets(infos: list[ObjectInfo], count: int, wanted: frozenset[int] | None) -> list[ObjectInfo]:
    """A location's objects without those of other buckets; all of them if one's name tells no bucket."""
    if wanted is None:
        return infos
    numbers = [_number_in_name(info) for info in infos]
    if any(number is None or number >= count for number in numbers):
        return infos
    return [info for info, number in zip(infos, numbers, strict=True) if number in wanted]


def _number_in_name(info: ObjectInfo) -> int | None:
    found = _NUMBER.search(info.key.rpartition("/")[2])
    return int(found[1] or found[2]) if found else None
