from __future__ import annotations

import threading
from pathlib import Path

import pytest

from emulator.storage.cache import ObjectCache
from emulator.storage.objects import NoSuchKey, ObjectInfo
from tests.emulator.lake import Lake


class CountingCache(ObjectCache):
    """A cache that counts its downloads."""

    downloads = 0

    def download(self, info: ObjectInfo, target: Path) -> None:
        self.downloads += 1
        super().download(info, target)


@pytest.fixture
def cache(lake: Lake, tmp_path: Path) -> CountingCache:
    return CountingCache(lake.objects, tmp_path, limit_bytes=10)


def test_an_object_is_copied_once_for_all_who_read_it(lake: Lake, cache: CountingCache) -> None:
    info = lake.objects.put_bytes("lake", "k.csv", b"12345")
    with cache.lease() as one, cache.lease() as other:
        assert one.path(info) == other.path(info)
        assert one.path(info).read_bytes() == b"12345"
        assert one.path(info).suffix == ".csv"
    assert cache.downloads == 1


def test_threads_that_want_one_object_wait_for_one_copy(lake: Lake, cache: CountingCache) -> None:
    info = lake.objects.put_bytes("lake", "k", b"12345")
    paths: list[Path] = []
    with cache.lease() as lease:
        threads = [threading.Thread(target=lambda: paths.append(lease.path(info))) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert (len(set(paths)), len(paths), cache.downloads) == (1, 8, 1)


def test_the_least_recently_used_copy_goes_first_when_there_is_no_room(
    lake: Lake, cache: CountingCache
) -> None:
    infos = [lake.objects.put_bytes("lake", f"k{n}", bytes(4)) for n in range(3)]
    paths = []
    for info in (infos[0], infos[1], infos[0], infos[2]):
        with cache.lease() as lease:
            paths.append(lease.path(info))
    assert [path.exists() for path in (paths[0], paths[1], paths[3])] == [True, False, True]
    assert cache.size == 8


def test_a_leased_copy_stays_beyond_the_limit(lake: Lake, cache: CountingCache) -> None:
    infos = [lake.objects.put_bytes("lake", f"k{n}", bytes(9)) for n in range(3)]
    with cache.lease() as lease:
        paths = [lease.path(info) for info in infos]
        assert all(path.exists() for path in paths)
        assert cache.size == 27
    assert cache.size <= 10


def test_an_adopted_file_is_the_copy(lake: Lake, cache: CountingCache, tmp_path: Path) -> None:
    written = tmp_path / "written"
    written.write_bytes(b"mine")
    info = lake.objects.put_file("lake", "k", written)
    cache.adopt(info, written)
    with cache.lease() as lease:
        assert lease.path(info).read_bytes() == b"mine"
    assert (cache.downloads, written.exists()) == (0, False)


def test_a_failed_copy_is_tried_again(lake: Lake, cache: CountingCache) -> None:
    info = lake.objects.put_bytes("lake", "k", b"12345")
    lake.objects.delete("lake", ["k"])
    with cache.lease() as lease:
        with pytest.raises(NoSuchKey):
            lease.path(info)
        lake.objects.put_bytes("lake", "k", b"12345")
        renewed = lake.objects.stat("lake", "k")
        assert renewed is not None
        assert lease.path(renewed).read_bytes() == b"12345"


def test_a_derived_file_is_made_once(lake: Lake, cache: CountingCache) -> None:
    info = lake.objects.put_bytes("lake", "k", b"ab")
    made = []

    def upper(source: Path, target: Path) -> None:
        made.append(target)
        target.write_bytes(source.read_bytes().upper())

    for _ in range(2):
        with cache.lease() as lease:
            assert lease.derived(info, "upper", upper).read_bytes() == b"AB"
    assert len(made) == 1
