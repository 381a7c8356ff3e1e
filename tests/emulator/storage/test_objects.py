"""One contract, two stores: moto's in this process, and S3 over HTTP."""

from __future__ import annotations

import functools
import hashlib
import uuid
from dataclasses import dataclass
from pathlib import Path

import pytest
from moto.s3.models import S3Backend

from emulator.storage.moto_objects import MULTIPART_SIZE, MotoObjects
from emulator.storage.objects import NoSuchBucket, NoSuchKey, ObjectStore, StoreUnavailable
from emulator.storage.s3_objects import S3Objects, s3_client
from tests.conftest import free_port
from tests.emulator.lake import ACCOUNT, REGION, Lake


@dataclass(frozen=True)
class Store:
    """A store with an empty bucket, which has no versions, and one that keeps them."""

    objects: ObjectStore
    bucket: str
    versioned: str

    def put(self, *keys: str) -> None:
        """Put small objects."""
        for key in keys:
            self.objects.put_bytes(self.bucket, key, b"x")

    def keys(self, prefix: str) -> list[str]:
        """The listed keys."""
        return [info.key for info in self.objects.list(self.bucket, prefix)]


def new_names() -> tuple[str, str]:
    return f"plain-{uuid.uuid4().hex}", f"versioned-{uuid.uuid4().hex}"


def moto_store() -> Store:
    backend = S3Backend("us-east-1", ACCOUNT)
    plain, versioned = new_names()
    for bucket in (plain, versioned):
        backend.create_bucket(bucket, "us-east-1")
    backend.put_bucket_versioning(versioned, "Enabled")
    return Store(MotoObjects(backend), plain, versioned)


def s3_store(endpoint: str) -> Store:
    s3 = s3_client(endpoint, ACCOUNT, REGION)
    plain, versioned = new_names()
    for name in (plain, versioned):
        s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-2"})
    s3.put_bucket_versioning(Bucket=versioned, VersioningConfiguration={"Status": "Enabled"})
    return Store(S3Objects(lambda: s3, page=3), plain, versioned)


@pytest.fixture(params=["moto", "s3"])
def store(request: pytest.FixtureRequest) -> Store:
    """A store of each kind."""
    if request.param == "moto":
        return moto_store()
    return s3_store(request.getfixturevalue("emulator_endpoint"))


def test_an_object_has_its_size_and_the_md5_of_its_content_as_etag(store: Store) -> None:
    info = store.objects.put_bytes(store.bucket, "a/b", b"content")
    assert (info.size, info.etag) == (7, hashlib.md5(b"content").hexdigest())
    assert store.objects.stat(store.bucket, "a/b") == info
    assert store.objects.read(store.bucket, "a/b") == b"content"


def test_an_object_is_not_found_by_the_start_of_its_key(store: Store) -> None:
    store.put("a/b")
    assert store.objects.stat(store.bucket, "a") is None
    with pytest.raises(NoSuchKey, match=f"s3://{store.bucket}/a$"):
        store.objects.read(store.bucket, "a")


def test_what_is_put_is_what_is_listed(store: Store) -> None:
    put = [store.objects.put_bytes(store.bucket, key, key.encode()) for key in ("a", "b c/é+%2F", "z//")]
    listed = list(store.objects.list(store.bucket, ""))
    assert listed == put
    assert all(abs((a.modified - b.modified).total_seconds()) < 60 for a, b in zip(listed, put, strict=True))


def test_objects_are_listed_by_prefix_in_order(store: Store) -> None:
    store.put("b", "a/2", "a/1", "ab", "é", "Z")
    assert store.keys("a") == ["a/1", "a/2", "ab"]
    assert store.keys("a/") == ["a/1", "a/2"]
    assert store.keys("") == ["Z", "a/1", "a/2", "ab", "b", "é"]


def test_more_objects_than_a_page_of_the_listing_are_listed_and_deleted(store: Store) -> None:
    keys = list("abcdefgh")
    store.put(*keys)
    assert store.keys("") == keys
    store.objects.delete(store.bucket, keys)
    assert store.keys("") == []


def test_a_versioned_bucket_shows_the_newest_version_and_no_deleted_object(store: Store) -> None:
    objects, bucket = store.objects, store.versioned
    first = objects.put_bytes(bucket, "k", b"one")
    second = objects.put_bytes(bucket, "k", b"two")
    assert first != second
    assert list(objects.list(bucket, "")) == [second]
    assert objects.read(bucket, "k") == b"two"
    objects.delete(bucket, ["k"])
    assert (list(objects.list(bucket, "")), objects.stat(bucket, "k")) == ([], None)
    with pytest.raises(NoSuchKey):
        objects.read(bucket, "k")


def test_a_download_is_of_the_content_that_was_asked_for(store: Store, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    old = store.objects.put_bytes(store.bucket, "k", b"old")
    store.objects.download(old, copy)
    assert copy.read_bytes() == b"old"
    store.objects.put_bytes(store.bucket, "k", b"new")
    with pytest.raises(NoSuchKey):
        store.objects.download(old, copy)
    store.objects.delete(store.bucket, ["k"])
    with pytest.raises(NoSuchKey):
        store.objects.download(old, copy)


def test_a_file_is_put_as_it_is(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "small"
    path.write_bytes(b"content")
    info = store.objects.put_file(store.bucket, "k", path)
    assert store.objects.stat(store.bucket, "k") == info
    assert store.objects.read(store.bucket, "k") == b"content"


def test_a_large_file_has_the_etag_of_one_that_went_in_parts(store: Store, tmp_path: Path) -> None:
    path, copy = tmp_path / "large", tmp_path / "copy"
    body = bytes(range(256)) * (MULTIPART_SIZE // 256) + b"end"
    path.write_bytes(body)
    info = store.objects.put_file(store.bucket, "large", path)
    path.unlink()
    assert (info.size, info.etag[-2:]) == (len(body), "-2")
    assert store.objects.stat(store.bucket, "large") == info
    store.objects.download(info, copy)
    assert copy.read_bytes() == body


def test_a_large_file_of_motos_store_is_read_by_motos_own_api_too(lake: Lake, tmp_path: Path) -> None:
    path = tmp_path / "large"
    path.write_bytes(b"x" * (MULTIPART_SIZE + 1))
    lake.objects.put_file("lake", "large", path)
    path.unlink()
    key = lake.s3.get_object("lake", "large")
    assert key is not None and key.value == b"x" * (MULTIPART_SIZE + 1)


def test_deleting_what_is_not_there_is_no_error(store: Store) -> None:
    store.objects.delete(store.bucket, ["nothing"])


def test_a_missing_bucket_is_named(store: Store, tmp_path: Path) -> None:
    assert store.objects.has_bucket(store.bucket)
    assert not store.objects.has_bucket("nowhere")
    large = tmp_path / "large"
    large.write_bytes(b"x" * (MULTIPART_SIZE + 1))
    for attempt in (
        lambda: store.objects.stat("nowhere", "k"),
        lambda: list(store.objects.list("nowhere", "")),
        lambda: store.objects.read("nowhere", "k"),
        lambda: store.objects.put_bytes("nowhere", "k", b""),
        lambda: store.objects.put_file("nowhere", "k", large),
        lambda: store.objects.delete("nowhere", ["k"]),
    ):
        with pytest.raises(NoSuchBucket, match="nowhere"):
            attempt()


def test_an_s3_that_is_away_is_told_from_a_missing_bucket(tmp_path: Path) -> None:
    away = S3Objects(functools.partial(s3_client, f"http://127.0.0.1:{free_port()}", ACCOUNT, REGION))
    for attempt in (
        lambda: away.has_bucket("lake"),
        lambda: away.stat("lake", "k"),
        lambda: list(away.list("lake", "")),
        lambda: away.put_bytes("lake", "k", b""),
    ):
        with pytest.raises(StoreUnavailable, match="bucket lake"):
            attempt()
