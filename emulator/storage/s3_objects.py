"""The object store over an S3 endpoint elsewhere: the same objects, reached by HTTP."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from email.utils import parsedate_to_datetime
from functools import cached_property
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any

from emulator.storage.moto_objects import MULTIPART_SIZE
from emulator.storage.objects import NoSuchBucket, NoSuchKey, ObjectInfo, StoreUnavailable

if TYPE_CHECKING:
    from types_boto3_s3.client import S3Client

_CHUNK = 1024 * 1024
PAGE = 1000
"""Objects that S3 lists or deletes with one request, at most."""

_CONNECTIONS = 32
_ATTEMPTS = 3
_CHANGED = ("NoSuchKey", "404", "PreconditionFailed", "412", "NoSuchVersion")


def s3_client(endpoint: str, account: str, region: str) -> S3Client:
    """A client of an S3 endpoint that takes the account from the access key id, as LocalStack does."""
    import boto3  # not before it is asked for: it takes long
    from botocore.config import Config
    from botocore.handlers import set_list_objects_encoding_type_url

    session = boto3.Session(aws_access_key_id=account, aws_secret_access_key="unchecked", region_name=region)
    config = Config(
        max_pool_connections=_CONNECTIONS,
        retries={"mode": "standard", "total_max_attempts": _ATTEMPTS},
        s3={"addressing_style": "path"},
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )
    client = session.client("s3", endpoint_url=endpoint, config=config)
    # LocalStack loses keys between the pages of an encoded listing (emulator/upstream/listings.py)
    client.meta.events.unregister(
        "before-parameter-build.s3.ListObjectsV2", set_list_objects_encoding_type_url
    )
    return client


class S3Objects:
    """`ObjectStore` over an S3 client; every method raises `StoreUnavailable` if S3 does not answer.

    The listing tells no version ids, so objects have none here; the etag tells contents apart.
    """

    def __init__(self, connect: Callable[[], S3Client], page: int = PAGE) -> None:
        """connect: makes the client when it is first needed. page: objects to list or delete at once."""
        self._connect = connect
        self._page = page

    def has_bucket(self, bucket: str) -> bool:
        """Whether the bucket exists."""
        with self._errors(bucket):
            try:
                self._s3.head_bucket(Bucket=bucket)
                return True
            except self._s3.exceptions.ClientError as error:
                if _code(error) != "404":
                    raise
                return False

    def stat(self, bucket: str, key: str) -> ObjectInfo | None:
        """The object's facts, None if there is none; raises `NoSuchBucket`."""
        # not by HEAD: its answer does not tell whether key or bucket is missing
        with self._errors(bucket, key):
            found = self._s3.list_objects_v2(Bucket=bucket, Prefix=key, MaxKeys=1).get("Contents", [])
        return _listed(bucket, found[0]) if found and found[0]["Key"] == key else None

    def list(self, bucket: str, prefix: str) -> Iterator[ObjectInfo]:
        """All objects whose key starts with ``prefix``, in key order; raises `NoSuchBucket`."""
        with self._errors(bucket):
            pages = self._s3.get_paginator("list_objects_v2").paginate(
                Bucket=bucket, Prefix=prefix, PaginationConfig={"PageSize": self._page}
            )
            for page in pages:
                for found in page.get("Contents", []):
                    yield _listed(bucket, found)

    def read(self, bucket: str, key: str) -> bytes:
        """The object's content; raises `NoSuchKey`, `NoSuchBucket`."""
        with self._errors(bucket, key):
            return self._s3.get_object(Bucket=bucket, Key=key)["Body"].read()

    def download(self, info: ObjectInfo, target: Path) -> None:
        """Write the content to a file; raises `NoSuchKey` if the object is no longer what ``info`` says."""
        with self._errors(info.bucket, info.key):
            answer = self._s3.get_object(Bucket=info.bucket, Key=info.key, IfMatch=_quoted(info.etag))
            with target.open("wb") as file:
                file.writelines(answer["Body"].iter_chunks(_CHUNK))

    def put_bytes(self, bucket: str, key: str, body: bytes) -> ObjectInfo:
        """Create or replace an object; raises `NoSuchBucket`."""
        with self._errors(bucket, key):
            answer = self._s3.put_object(Bucket=bucket, Key=key, Body=body)
        return _stored(bucket, key, len(body), answer)

    def put_file(self, bucket: str, key: str, path: Path) -> ObjectInfo:
        """Create or replace an object from a file, a large one in parts; raises `NoSuchBucket`."""
        size = path.stat().st_size
        if size <= MULTIPART_SIZE:
            return self.put_bytes(bucket, key, path.read_bytes())
        with self._errors(bucket, key):
            return _stored(bucket, key, size, self._put_parts(bucket, key, path))

    def delete(self, bucket: str, keys: Sequence[str]) -> None:
        """Delete objects; a key that is not there is no error. Raises `NoSuchBucket`."""
        with self._errors(bucket):
            for start in range(0, len(keys), self._page):
                objects: Any = [{"Key": key} for key in keys[start : start + self._page]]
                self._s3.delete_objects(Bucket=bucket, Delete={"Objects": objects, "Quiet": True})

    def _put_parts(self, bucket: str, key: str, path: Path) -> Any:
        upload = self._s3.create_multipart_upload(Bucket=bucket, Key=key)["UploadId"]
        parts: list[Any] = []
        try:
            with path.open("rb") as file:
                while part := file.read(MULTIPART_SIZE):
                    number = len(parts) + 1
                    answer = self._s3.upload_part(
                        Bucket=bucket, Key=key, UploadId=upload, PartNumber=number, Body=part
                    )
                    parts.append({"ETag": answer["ETag"], "PartNumber": number})
            return self._s3.complete_multipart_upload(
                Bucket=bucket, Key=key, UploadId=upload, MultipartUpload={"Parts": parts}
            )
        except BaseException:
            self._s3.abort_multipart_upload(Bucket=bucket, Key=key, UploadId=upload)
            raise

    @cached_property
    def _s3(self) -> S3Client:
        return self._connect()

    @contextmanager
    def _errors(self, bucket: str, key: str = "") -> Iterator[None]:
        """S3's errors in a block as those of `ObjectStore`."""
        from botocore.exceptions import ClientError, ConnectionError, HTTPClientError, IncompleteReadError

        try:
            yield
        except ClientError as error:
            if _code(error) == "NoSuchBucket":
                raise NoSuchBucket(bucket) from error
            if _code(error) in _CHANGED:
                raise NoSuchKey(bucket, key) from error
            if error.response["ResponseMetadata"]["HTTPStatusCode"] >= HTTPStatus.INTERNAL_SERVER_ERROR:
                raise StoreUnavailable(bucket, error) from error
            raise
        except (ConnectionError, HTTPClientError, IncompleteReadError) as error:
            raise StoreUnavailable(bucket, error) from error


def _code(error: Any) -> str:
    return str(error.response["Error"]["Code"])


def _quoted(etag: str) -> str:
    return f'"{etag}"'


def _listed(bucket: str, found: Any) -> ObjectInfo:
    return ObjectInfo(bucket, found["Key"], found["Size"], found["ETag"].strip('"'), found["LastModified"])


def _stored(bucket: str, key: str, size: int, answer: Any) -> ObjectInfo:
    """The object that was just written; S3 answers without its time, but at that time."""
    written = parsedate_to_datetime(answer["ResponseMetadata"]["HTTPHeaders"]["date"])
    return ObjectInfo(bucket, key, size, answer["ETag"].strip('"'), written)
