from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from emulator.storage.moto_objects import MULTIPART_SIZE
from emulator.storage.objects import NoSuchBucket, NoSuchKey
from tests.emulator.lake import Lake


def test_an_object_has_its_size_and_the_md5_of_its_content_as_etag(lake: Lake) -> None:
    info = lake.objects.put_bytes("lake", "a/b", b"content")
    assert (info.size, info.etag) == (7, hashlib.md5(b"content").hexdigest())
    assert lake.objects.stat("lake", "a/b") == info
    assert lake.objects.read("lake", "a/b") == b"content"
    assert lake.objects.stat("lake", "a") is None


def test_objects_are_listed_by_prefix_in_order(lake: Lake) -> None:
    for key in ("b", "a/2", "a/1", "ab"):
        lake.put(key, b"x")
    assert lake.keys("a") == ["a/1", "a/2", "ab"]
    assert lake.keys("a/") == ["a/1", "a/2"]


def test_a_versioned_bucket_shows_the_newest_version_and_no_deleted_object(lake: Lake) -> None:
    lake.s3.create_bucket("versioned", "us-east-1")
    lake.s3.put_bucket_versioning("versioned", "Enabled")
    objects = lake.objects
    first = objects.put_bytes("versioned", "k", b"one")
    second = objects.put_bytes("versioned", "k", b"two")
    assert first.version != second.version
    assert list(objects.list("versioned", "")) == [second]
    assert objects.read("versioned", "k") == b"two"
    objects.delete("versioned", ["k"])
    assert (list(objects.list("versioned", "")), objects.stat("versioned", "k")) == ([], None)
    with pytest.raises(NoSuchKey):
        objects.read("versioned", "k")


def test_a_download_is_of_the_version_that_was_asked_for(lake: Lake, tmp_path: Path) -> None:
    old = lake.objects.put_bytes("lake", "k", b"old")
    lake.objects.put_bytes("lake", "k", b"new")
    with pytest.raises(NoSuchKey):
        lake.objects.download(old, tmp_path / "copy")


def test_a_large_file_is_taken_over_and_outlives_its_name(lake: Lake, tmp_path: Path) -> None:
    path = tmp_path / "large"
    body = bytes(range(256)) * (MULTIPART_SIZE // 256) + b"end"
    path.write_bytes(body)
    info = lake.objects.put_file("lake", "large", path)
    path.unlink()
    assert info.etag.endswith("-2")
    assert lake.objects.read("lake", "large") == body
    # and so the S3 API's own reader has it
    key = lake.s3.get_object("lake", "large")
    assert key is not None and key.value == body


def test_deleting_what_is_not_there_is_no_error(lake: Lake) -> None:
    lake.objects.delete("lake", ["nothing"])


def test_a_missing_bucket_is_named(lake: Lake) -> None:
    assert not lake.objects.has_bucket("nowhere")
    for attempt in (
        lambda: lake.objects.stat("nowhere", "k"),
        lambda: list(lake.objects.list("nowhere", "")),
        lambda: lake.objects.put_bytes("nowhere", "k", b""),
        lambda: lake.objects.delete("nowhere", ["k"]),
    ):
        with pytest.raises(NoSuchBucket, match="nowhere"):
            attempt()
