"""Local, immutable copies of objects, which DuckDB reads by path.

An entry is one version of one object (bucket, key, version, etag, size), so it never changes and any number
of queries can share it. A query holds a lease on the files it reads; what is not leased may be dropped to
keep the limit, the least recently used first.
"""

from __future__ import annotations

import itertools
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from emulator.storage.objects import ObjectInfo, ObjectStore

_Key = tuple[str, str, str | None, str, int, str]
_Fill = Callable[[Path], None]


@dataclass
class _Entry:
    path: Path
    size: int
    leases: int = 0
    ready: threading.Event = field(default_factory=threading.Event)
    failure: BaseException | None = None


class Lease:
    """The files that one query reads: they stay until it is closed."""

    def __init__(self, cache: ObjectCache) -> None:
        self._cache = cache
        self._held: list[_Key] = []

    def path(self, info: ObjectInfo) -> Path:
        """The local copy of an object, made if it is not there; raises `NoSuchKey`."""
        return self._take(_key(info), info, lambda target: self._cache.download(info, target))

    def derived(self, info: ObjectInfo, form: str, make: Callable[[Path, Path], None]) -> Path:
        """A file made from the object's copy, once: ``make`` reads the first path and writes the second.

        ``form`` names what is made; files of one object and form are the same. Raises what ``make`` raises.
        """
        source = self.path(info)
        return self._take(_key(info, form), info, lambda target: make(source, target))

    def _take(self, key: _Key, info: ObjectInfo, fill: _Fill) -> Path:
        path = self._cache._acquire(key, info, fill)
        self._held.append(key)
        return path

    def close(self) -> None:
        """Let go of the files."""
        held, self._held = self._held, []
        self._cache._release(held)

    def __enter__(self) -> Lease:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class ObjectCache:
    """A size-bounded directory of object copies; safe for use by many threads."""

    def __init__(self, store: ObjectStore, root: Path, limit_bytes: int) -> None:
        self._store = store
        self._root = root
        self._limit = limit_bytes
        self._lock = threading.Lock()
        self._entries: OrderedDict[_Key, _Entry] = OrderedDict()
        self._size = 0
        self._numbers = itertools.count()

    def lease(self) -> Lease:
        """A new, empty lease."""
        return Lease(self)

    def adopt(self, info: ObjectInfo, path: Path) -> None:
        """Take over a local file as the copy of the object that was just stored from it."""
        key = _key(info)
        with self._lock:
            known = key in self._entries
            if not known:
                entry = self._entries[key] = _Entry(self._new_path(info), info.size)
                self._size += entry.size
                path.replace(entry.path)
                entry.ready.set()
            dropped = self._shrink()
        _unlink([path, *dropped] if known else dropped)

    def download(self, info: ObjectInfo, target: Path) -> None:
        """Write an object's content to a file; raises `NoSuchKey`."""
        self._store.download(info, target)

    @property
    def size(self) -> int:
        """Bytes held."""
        with self._lock:
            return self._size

    def _acquire(self, key: _Key, info: ObjectInfo, fill: _Fill) -> Path:
        with self._lock:
            entry = self._entries.get(key)
            mine = entry is None
            if entry is None:
                entry = self._entries[key] = _Entry(self._new_path(info), info.size)
                self._size += entry.size
            entry.leases += 1
            self._entries.move_to_end(key)
            dropped = self._shrink() if mine else []
        _unlink(dropped)
        if mine:
            self._fill(key, entry, fill)
        entry.ready.wait()
        if entry.failure is not None:
            raise entry.failure
        return entry.path

    def _fill(self, key: _Key, entry: _Entry, fill: _Fill) -> None:
        try:
            fill(entry.path)
            size = entry.path.stat().st_size
            with self._lock:
                self._size += size - entry.size
                entry.size = size
        except BaseException as error:
            entry.failure = error
            with self._lock:
                self._entries.pop(key, None)
                self._size -= entry.size
            _unlink([entry.path])
        finally:
            entry.ready.set()

    def _release(self, keys: Sequence[_Key]) -> None:
        with self._lock:
            for key in keys:
                entry = self._entries.get(key)
                if entry is not None:
                    entry.leases -= 1
            dropped = self._shrink()
        _unlink(dropped)

    def _shrink(self) -> list[Path]:
        """Forget unleased entries until the limit is kept; gives the files to delete outside the lock."""
        dropped: list[Path] = []
        if self._size <= self._limit:
            return dropped
        for key, entry in list(self._entries.items()):
            if entry.leases == 0 and entry.ready.is_set():
                del self._entries[key]
                self._size -= entry.size
                dropped.append(entry.path)
                if self._size <= self._limit:
                    break
        return dropped

    def _new_path(self, info: ObjectInfo) -> Path:
        # the suffix stays: readers tell a compressed text file by it
        suffix = PurePosixPath(info.key).suffix
        return self._root / f"{next(self._numbers):08x}{suffix if suffix.isascii() else ''}"


def _key(info: ObjectInfo, form: str = "") -> _Key:
    return (info.bucket, info.key, info.version, info.etag, info.size, form)


def _unlink(paths: Sequence[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)
