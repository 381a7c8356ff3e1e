"""The object store directly on moto's S3 backend of this process: what the S3 API shows, without HTTP."""

from __future__ import annotations

import hashlib
import io
import os
import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO, cast

from moto.s3.exceptions import MissingBucket
from moto.s3.models import FakeBucket, FakeKey, S3Backend

from emulator.storage.objects import NoSuchBucket, NoSuchKey, ObjectInfo

_CHUNK = 16 * 1024 * 1024
MULTIPART_SIZE = 16 * 1024 * 1024
"""Files above this many bytes are stored as AWS's clients do, in parts; the etag is then no MD5."""


class MotoObjects:
    """`ObjectStore` over one moto S3 backend."""

    def __init__(self, backend: S3Backend) -> None:
        self._backend = backend

    def has_bucket(self, bucket: str) -> bool:
        """Whether the bucket exists."""
        try:
            self._bucket(bucket)
        except NoSuchBucket:
            return False
        return True

    def stat(self, bucket: str, key: str) -> ObjectInfo | None:
        """The object's facts, None if there is none; raises `NoSuchBucket`."""
        found = self._bucket(bucket).keys.get(key)
        return _info(bucket, found) if isinstance(found, FakeKey) else None

    def list(self, bucket: str, prefix: str) -> Iterator[ObjectInfo]:
        """All objects whose key starts with ``prefix``, in key order; raises `NoSuchBucket`."""
        keys = self._bucket(bucket).keys
        # list() of a dict is one step under the interpreter's lock, so no writer can come between
        for name in sorted(name for name in list(keys) if name.startswith(prefix)):
            found = keys.get(name)
            if isinstance(found, FakeKey):
                yield _info(bucket, found)

    def read(self, bucket: str, key: str) -> bytes:
        """The object's content; raises `NoSuchKey`, `NoSuchBucket`."""
        found = self._bucket(bucket).keys.get(key)
        if not isinstance(found, FakeKey):
            raise NoSuchKey(bucket, key)
        return b"".join(_chunks(bucket, found))

    def download(self, info: ObjectInfo, target: Path) -> None:
        """Write the content of exactly this version of the object to a file; raises `NoSuchKey`."""
        versions = self._bucket(info.bucket).keys.getlist(info.key, [])
        for found in reversed(versions):
            if isinstance(found, FakeKey) and _info(info.bucket, found) == info:
                with target.open("wb") as file:
                    file.writelines(_chunks(info.bucket, found))
                return
        raise NoSuchKey(info.bucket, info.key)

    def put_bytes(self, bucket: str, key: str, body: bytes) -> ObjectInfo:
        """Create or replace an object; raises `NoSuchBucket`."""
        self._bucket(bucket)
        return _info(bucket, self._backend.put_object(bucket, key, body))

    def put_file(self, bucket: str, key: str, path: Path) -> ObjectInfo:
        """Create or replace an object from a file; a large one is taken over as it is, not copied."""
        size = path.stat().st_size
        if size <= MULTIPART_SIZE:
            return self.put_bytes(bucket, key, path.read_bytes())
        target = self._bucket(bucket)
        created = self._file_key(target, key, path, size)
        earlier = target.keys.getlist(key, []) if target.is_versioned else []
        target.keys.setlist(key, [*earlier, created])
        return _info(bucket, created)

    def _file_key(self, bucket: FakeBucket, key: str, path: Path, size: int) -> FakeKey:
        """A moto object whose content is the file; it stays readable when the file's name is gone."""
        created = FakeKey(
            name=key,
            bucket_name=bucket.name,
            value=b"",
            etag=f"{uuid.uuid4().hex}-{-(-size // MULTIPART_SIZE)}",
            account_id=self._backend.account_id,
            region_name=self._backend.region_name,
            is_versioned=bucket.is_versioned,
            version_id=str(uuid.uuid4()) if bucket.is_versioned else "null",
        )
        buffer: Any = path.open("rb")
        created._value_buffer.close()
        created._value_buffer = buffer
        created.contentsize = size
        return created

    def delete(self, bucket: str, keys: Sequence[str]) -> None:
        """Delete objects; a key that is not there is no error. Raises `NoSuchBucket`."""
        self._bucket(bucket)
        for key in keys:
            self._backend.delete_object(bucket, key)

    def _bucket(self, name: str) -> FakeBucket:
        try:
            return self._backend.get_bucket(name)
        except MissingBucket as error:
            raise NoSuchBucket(name) from error


def _info(bucket: str, key: FakeKey) -> ObjectInfo:
    if key._etag is None:
        # moto computes this by seeking in the buffer that another thread may be reading
        digest = hashlib.md5(usedforsecurity=False)
        for chunk in _chunks(bucket, key):
            digest.update(chunk)
        key._etag = digest.hexdigest()
    version = key.version_id if key._is_versioned else None
    return ObjectInfo(bucket, key.name, key.size, key._etag, key.last_modified, version)


def _chunks(bucket: str, key: FakeKey) -> Iterator[bytes]:
    """The content without moving the position of moto's buffer; raises `NoSuchKey` if it was just deleted."""
    buffer = getattr(key._value_buffer, "_file", key._value_buffer)
    try:
        if isinstance(buffer, io.BytesIO):
            yield buffer.getvalue()
            return
        file = cast(BinaryIO, buffer)
        file.flush()
        offset = 0
        while chunk := os.pread(file.fileno(), _CHUNK, offset):
            yield chunk
            offset += len(chunk)
    except ValueError as error:  # the buffer is closed
        raise NoSuchKey(bucket, key.name) from error
