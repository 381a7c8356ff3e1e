"""The objects of a table's locations, without the hidden and the empty ones."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from emulator.catalog.model import GlueTable
from emulator.catalog.partitions import bucket_and_prefix
from emulator.storage.objects import NoSuchBucket, ObjectInfo, ObjectStore
from emulator.trino.errors import TrinoError

_ONE_BY_ONE = 8
"""Up to this many locations are listed one by one; more are taken from one listing of their parent."""


class Listing:
    """Lists locations of one table; the store is walked once where there are many."""

    def __init__(self, objects: ObjectStore, table: GlueTable, locations: Sequence[str]) -> None:
        self._objects = objects
        self._table = table
        self._shared: dict[str, tuple[list[str], list[ObjectInfo]]] = {}
        if len(locations) > _ONE_BY_ONE:
            prefixes: dict[str, list[str]] = {}
            for location in locations:
                bucket, prefix = bucket_and_prefix(location)
                prefixes.setdefault(bucket, []).append(prefix)
            for bucket, found in prefixes.items():
                infos = list(self._list(bucket, _common_start(found)))
                self._shared[bucket] = ([info.key for info in infos], infos)

    def at(self, location: str) -> Iterator[ObjectInfo]:
        """The objects with data under a location, in key order; raises TrinoError."""
        bucket, prefix = bucket_and_prefix(location)
        for info in self._under(bucket, prefix):
            if info.size and not _is_hidden(info.key[len(prefix) :]):
                yield info

    def _under(self, bucket: str, prefix: str) -> Iterator[ObjectInfo]:
        if bucket not in self._shared:
            yield from self._list(bucket, prefix)
            return
        keys, infos = self._shared[bucket]
        place = bisect_left(keys, prefix)
        while place < len(keys) and keys[place].startswith(prefix):
            yield infos[place]
            place += 1

    def _list(self, bucket: str, prefix: str) -> Iterator[ObjectInfo]:
        try:
            yield from self._objects.list(bucket, prefix)
        except NoSuchBucket as error:
            raise TrinoError(
                "HIVE_FILESYSTEM_ERROR", f"Failed to list the files of {self._table.full_name}: {error}"
            ) from error


def _is_hidden(path: str) -> bool:
    return any(part.startswith(("_", ".")) for part in path.split("/"))


def _common_start(texts: Sequence[str]) -> str:
    first, last = min(texts), max(texts)
    length = next((at for at, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), None)
    return first if length is None else first[:length]
