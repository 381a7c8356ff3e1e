"""Deletes what a dropped table leaves behind, so that CREATE TABLE AS finds its place empty."""

from typing import Any

import boto3


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    bucket = boto3.resource("s3").Bucket(event["bucket"])
    found = [item.key for item in bucket.objects.filter(Prefix=event["prefix"])]
    for key in found:
        bucket.Object(key).delete()
    return {"deleted": len(found)}
