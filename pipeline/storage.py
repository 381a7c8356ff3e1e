"""S3 in the few forms that the pipeline needs."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from botocore.exceptions import ClientError

from pipeline.context import MOST_THREADS, Context

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")

_ABSENT = ("NoSuchKey", "404")
_CONFLICT = ("PreconditionFailed", "ConditionalRequestConflict", "412", "409")


@dataclass(frozen=True)
class Stored:
    """One object of a listing."""

    key: str
    etag: str


def list_objects(s3: S3Client, bucket: str, prefix: str) -> Iterator[Stored]:
    """All objects under a prefix, by key."""
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for item in page.get("Contents", []):
            yield Stored(item["Key"], item["ETag"])


def read(s3: S3Client, bucket: str, key: str) -> bytes | None:
    """An object's bytes, or None when there is none."""
    found = read_with_etag(s3, bucket, key)
    return found[0] if found else None


def read_with_etag(s3: S3Client, bucket: str, key: str) -> tuple[bytes, str] | None:
    """An object's bytes and ETag, or None when there is none."""
    try:
        answer = s3.get_object(Bucket=bucket, Key=key)
    except ClientError as error:
        if error.response["Error"]["Code"] in _ABSENT:
            return None
        raise
    return answer["Body"].read(), answer["ETag"]


def read_immutable(context: Context, bucket: str, objects: Iterable[Stored]) -> list[bytes]:
    """The bytes of objects that are never rewritten, in their order, read at the same time and remembered."""

    def load(stored: Stored) -> bytes:
        place = (bucket, stored.key, stored.etag)
        if place not in context.immutable:
            context.immutable[place] = context.s3.get_object(Bucket=bucket, Key=stored.key)["Body"].read()
        return context.immutable[place]

    return in_threads(load, list(objects))


def write(s3: S3Client, bucket: str, key: str, body: bytes) -> None:
    """Put an object, over what may be there."""
    s3.put_object(Bucket=bucket, Key=key, Body=body)


def create(s3: S3Client, bucket: str, key: str, body: bytes) -> bool:
    """Put an object only where there is none; false when there is one."""
    return _put_if(lambda: s3.put_object(Bucket=bucket, Key=key, Body=body, IfNoneMatch="*"))


def replace(s3: S3Client, bucket: str, key: str, body: bytes, etag: str) -> bool:
    """Put an object only over the version with this ETag; false when it has changed since."""
    return _put_if(lambda: s3.put_object(Bucket=bucket, Key=key, Body=body, IfMatch=etag))


def _put_if(put: Callable[[], object]) -> bool:
    try:
        put()
    except ClientError as error:
        if error.response["Error"]["Code"] in _CONFLICT:
            return False
        raise
    return True


def to_json(value: object) -> bytes:
    """Readable JSON that is the same for the same value."""
    return json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False, default=str).encode() + b"\n"


def from_json(body: bytes) -> Any:
    """The value that `to_json` wrote."""
    return json.loads(body)


def in_threads(function: Callable[[_Item], _Result], items: list[_Item]) -> list[_Result]:
    """The function's result for each item, in order; waiting for the network overlaps."""
    if len(items) < 2:
        return [function(item) for item in items]
    with ThreadPoolExecutor(min(MOST_THREADS, len(items))) as pool:
        return list(pool.map(function, items))
