"""The object store as the engine and the catalog see it: the emulator's S3, without HTTP."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol


class NoSuchBucket(Exception):
    """The bucket does not exist."""

    def __init__(self, bucket: str) -> None:
        super().__init__(f"The specified bucket does not exist: {bucket}")
        self.bucket = bucket


class NoSuchKey(Exception):
    """The object does not exist."""

    def __init__(self, bucket: str, key: str) -> None:
        super().__init__(f"The specified key does not exist: s3://{bucket}/{key}")
        self.bucket = bucket
        self.key = key


class StoreUnavailable(Exception):
    """The store gave no answer; asking again later may help."""

    def __init__(self, bucket: str, why: object) -> None:
        super().__init__(f"S3 did not answer for the bucket {bucket}: {why}")


@dataclass(frozen=True)
class ObjectInfo:
    """An object without its content: size in bytes, etag without quotes, version id if versioned.

    ``modified`` does not tell objects apart: what has the same etag and size has the same content.
    """

    bucket: str
    key: str
    size: int
    etag: str
    modified: datetime = field(compare=False)
    version: str | None = None

    @property
    def uri(self) -> str:
        """The object as ``s3://bucket/key``."""
        return f"s3://{self.bucket}/{self.key}"


class ObjectStore(Protocol):
    """The latest objects of buckets, as the S3 API shows them (no delete markers, no old versions).

    A store that is elsewhere raises `StoreUnavailable` when it cannot be reached.
    """

    def has_bucket(self, bucket: str) -> bool:
        """Whether the bucket exists."""

    def stat(self, bucket: str, key: str) -> ObjectInfo | None:
        """The object's facts, None if there is none; raises `NoSuchBucket`."""

    def list(self, bucket: str, prefix: str) -> Iterator[ObjectInfo]:
        """All objects whose key starts with ``prefix``, in key order; raises `NoSuchBucket`."""

    def read(self, bucket: str, key: str) -> bytes:
        """The object's content; raises `NoSuchKey`, `NoSuchBucket`."""

    def download(self, info: ObjectInfo, target: Path) -> None:
        """Write the content of exactly this version of the object to a local file; raises `NoSuchKey`."""

    def put_bytes(self, bucket: str, key: str, body: bytes) -> ObjectInfo:
        """Create or replace an object; raises `NoSuchBucket`."""

    def put_file(self, bucket: str, key: str, path: Path) -> ObjectInfo:
        """Create or replace an object from a local file; raises `NoSuchBucket`."""

    def delete(self, bucket: str, keys: Sequence[str]) -> None:
        """Delete objects; a key that is not there is no error. Raises `NoSuchBucket`."""
