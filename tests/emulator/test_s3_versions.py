"""Pages of a bucket's versions while what is on them comes and goes."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import boto3
import pytest

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client


@dataclass(frozen=True)
class Bucket:
    """A bucket and how it is listed."""

    s3: S3Client
    name: str

    def put(self, key: str, body: bytes = b"") -> str:
        """Put an object; the id of its version."""
        return self.s3.put_object(Bucket=self.name, Key=key, Body=body).get("VersionId", "null")

    def pages(self, size: int, **given: Any) -> Iterator[list[tuple[str, str]]]:
        """Pages of keys and version ids, delete markers among them, then of common prefixes."""
        pages = self.s3.get_paginator("list_object_versions")
        for page in pages.paginate(Bucket=self.name, PaginationConfig={"PageSize": size}, **given):
            items = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
            found = [(item["Key"], item["VersionId"]) for item in items]
            yield found + [(item["Prefix"], "") for item in page.get("CommonPrefixes", [])]


@pytest.fixture(params=["unversioned", "versioned"])
def bucket(aws_session: boto3.Session, request: pytest.FixtureRequest) -> Bucket:
    s3 = aws_session.client("s3")
    name = f"versions-{uuid.uuid4().hex}"
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-2"})
    if request.param == "versioned":
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    return Bucket(s3, name)


def test_who_deletes_page_by_page_leaves_nothing(bucket: Bucket) -> None:
    for number in range(10):
        for _ in range(1 + number % 3):
            bucket.put(f"key-{number}")
    bucket.s3.delete_object(Bucket=bucket.name, Key="key-3")
    for page in bucket.pages(4):
        objects = [{"Key": key, "VersionId": version} for key, version in page]
        bucket.s3.delete_objects(Bucket=bucket.name, Delete={"Objects": objects})  # type: ignore[typeddict-item]
    assert list(bucket.pages(4)) == [[]]
    bucket.s3.delete_bucket(Bucket=bucket.name)


def test_pages_of_one_item_hold_each_version_once_and_the_newest_first(bucket: Bucket) -> None:
    put = [(key, bucket.put(key)) for key in ("a", "a", "a", "b")]
    wanted = [put[2], put[1], put[0], put[3]] if put[0][1] != "null" else [("a", "null"), ("b", "null")]
    assert [item for page in bucket.pages(1) for item in page] == wanted
    latest = [item["IsLatest"] for item in bucket.s3.list_object_versions(Bucket=bucket.name)["Versions"]]
    assert latest == [item in (wanted[0], wanted[-1]) for item in wanted]


def test_what_begins_alike_is_one_item_of_all_pages(bucket: Bucket) -> None:
    for key in ("in/a/1", "in/a/2", "in/b/1", "in/c", "in/d/1", "out"):
        bucket.put(key)
    pages = list(bucket.pages(1, Prefix="in/", Delimiter="/"))
    assert [key for page in pages for key, _ in page] == ["in/a/", "in/b/", "in/c", "in/d/"]
