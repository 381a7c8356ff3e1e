"""The names under which S3 is asked: a request may name its bucket in the host instead of in the path."""

from __future__ import annotations

import re
from typing import NamedTuple
from wsgiref.types import WSGIEnvironment

from emulator.wire import signed_service

_HOST = re.compile(
    r"(?:(?!s3\.)([a-z0-9][a-z0-9.-]+)(?<!\.s3)\.)?((?:s3[.-][a-z0-9.-]+|s3|localhost)(?::\d+)?)",
    re.IGNORECASE,
)
"""S3's host names: ``s3.eu-west-2.amazonaws.com``, ``s3.localhost.localstack.cloud:4566``, ``localhost``, and
the same after the name of a bucket."""


class VirtualHost(NamedTuple):
    """What the Host header names: a bucket, and S3's host without it."""

    bucket: str
    host: str


def virtual_host(environ: WSGIEnvironment) -> VirtualHost | None:
    """The bucket that a request to S3 names by its host, None if it names none there."""
    if signed_service(environ) not in ("s3", None):
        return None
    match = _HOST.fullmatch(environ.get("HTTP_HOST", ""))
    return VirtualHost(match[1], match[2]) if match and match[1] else None
