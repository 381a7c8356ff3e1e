"""The rows of one answer, kept until they are compared: on disk when they are many, to bound memory.

Whether two answers hold the same rows is told by sums of hashes while the rows stream. Only for answers that
differ are the rows read again, and then a temporary database of SQLite's sorts their hashes out.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from emulator.engine.base import Row

MEMORY_BYTES = 4 * 1024 * 1024
"""What one answer's rows take in memory before they go to a file."""

UNMATCHED_KEPT = 20_000
"""Rows without a partner that are looked at one by one, of each answer; more are only counted."""

_DIGEST_BYTES = 16
_MODULUS = 1 << (8 * _DIGEST_BYTES)


class AnswerRows:
    """The rows of one answer: written once, then read as often as needed.

    ``keys`` are the places of the columns that the query orders by: their sequence is remembered, too.
    """

    def __init__(self, directory: Path, keys: Sequence[int] = ()) -> None:
        self.count = 0
        self.keys = tuple(keys)
        self.first_key: Row = ()
        self.last_key: Row = ()
        self._file = tempfile.SpooledTemporaryFile(MEMORY_BYTES, dir=str(directory))  # noqa: SIM115 `close`
        self._sum = 0
        self._order = hashlib.blake2b(digest_size=_DIGEST_BYTES)

    def add(self, row: Row) -> None:
        """Keep a row."""
        line = _line(row)
        self._file.write(line + b"\n")
        self._sum = (self._sum + int.from_bytes(_digest(line))) % _MODULUS
        if self.keys:
            self.last_key = self.key(row)
            self._order.update(_line(self.last_key))
        if not self.count:
            self.first_key = self.last_key
        self.count += 1

    def __iter__(self) -> Iterator[Row]:
        """The rows in their order; one reader at a time."""
        for line in self._lines():
            yield tuple(json.loads(line))

    def key(self, row: Row) -> Row:
        """What the query orders a row by."""
        return tuple(row[place] for place in self.keys)

    def same_rows(self, other: AnswerRows) -> bool:
        """Whether both hold the same rows equally often, in whatever order."""
        return (self.count, self._sum) == (other.count, other._sum)

    def same_order(self, other: AnswerRows) -> bool:
        """Whether the sequences of keys are the same."""
        return self._order.digest() == other._order.digest()

    def digests(self, free: frozenset[Row]) -> Iterator[bytes]:
        """The hash of every row whose key is not one of ``free``."""
        for line in self._lines():
            if not free or self.key(tuple(json.loads(line))) not in free:
                yield _digest(line)

    def of_digests(self, wanted: dict[bytes, int]) -> Iterator[Row]:
        """The first rows that have these hashes, each as often as is wanted."""
        left = dict(wanted)
        for line in self._lines():
            digest = _digest(line)
            if left.get(digest, 0) > 0:
                left[digest] -= 1
                yield tuple(json.loads(line))

    def close(self) -> None:
        """Give the file back."""
        self._file.close()

    def _lines(self) -> Iterator[bytes]:
        self._file.seek(0)
        for line in self._file:
            yield line.rstrip(b"\n")


@dataclass(frozen=True)
class Unmatched:
    """The rows that only one of two answers has: how many, and the first of them."""

    count: int
    rows: tuple[Row, ...]


def unmatched(
    ours: AnswerRows, theirs: AnswerRows, our_free: frozenset[Row], their_free: frozenset[Row]
) -> tuple[Unmatched, Unmatched]:
    """The rows of each answer that the other lacks, as often as it lacks them.

    Rows whose key is free (`Terms.free_keys`) are left out. The answers' rows must not be read meanwhile.
    """
    with closing(sqlite3.connect("")) as hashes:  # a private database in a temporary file
        hashes.execute("CREATE TABLE seen (hash BLOB, times INTEGER)")
        for rows, free, times in ((ours, our_free, 1), (theirs, their_free, -1)):
            given = ((digest, times) for digest in rows.digests(free))
            hashes.executemany("INSERT INTO seen VALUES (?, ?)", given)
        hashes.execute(
            "CREATE TABLE surplus AS "
            "SELECT hash, sum(times) AS times FROM seen GROUP BY hash HAVING sum(times) <> 0"
        )
        return _surplus(hashes, ours, 1), _surplus(hashes, theirs, -1)


def first_misplaced(
    ours: AnswerRows, theirs: AnswerRows, alike: Callable[[Row, Row], bool]
) -> tuple[int, Row, Row] | None:
    """The first place, counted from 1, whose keys are not alike, and both keys; None if there is none.

    The answers have equally many rows.
    """
    for place, (mine, other) in enumerate(zip(ours, theirs, strict=True), start=1):
        key, its = ours.key(mine), theirs.key(other)
        if not alike(key, its):
            return place, key, its
    return None


def _surplus(hashes: sqlite3.Connection, rows: AnswerRows, sign: int) -> Unmatched:
    (count,) = hashes.execute(
        "SELECT coalesce(sum(times * ?1), 0) FROM surplus WHERE times * ?1 > 0", (sign,)
    ).fetchone()
    wanted = dict(
        hashes.execute(
            "SELECT hash, times * ?1 FROM surplus WHERE times * ?1 > 0 LIMIT ?2", (sign, UNMATCHED_KEPT)
        )
    )
    return Unmatched(count, tuple(rows.of_digests(wanted)) if wanted else ())


def _line(row: Row) -> bytes:
    return json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def _digest(line: bytes) -> bytes:
    return hashlib.blake2b(line, digest_size=_DIGEST_BYTES).digest()
