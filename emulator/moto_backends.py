"""moto's state in this process: the S3 and Glue backends that we read and write ourselves, without HTTP."""

from __future__ import annotations

from typing import Any

from moto.backends import get_backend
from moto.glue.models import GlueBackend
from moto.s3.models import S3Backend

ACCOUNT = "123456789012"
"""The account that everything belongs to; it is moto's default."""


def s3_backend() -> S3Backend:
    """moto's S3 (one for all regions, as bucket names are)."""
    backend: S3Backend = get_backend("s3")[ACCOUNT]["aws"]
    return backend


def glue_backend(region: str) -> GlueBackend:
    """moto's Glue of a region."""
    backend: GlueBackend = get_backend("glue")[ACCOUNT][region]
    return backend


def log_groups(region: str) -> dict[str, Any]:
    """moto's log groups of a region by name."""
    groups: dict[str, Any] = get_backend("logs")[ACCOUNT][region].groups
    return groups
