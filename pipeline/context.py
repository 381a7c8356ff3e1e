"""The collaborators that every step is given: AWS clients, settings, clock, token and pacing."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

from pipeline.settings import Settings

if TYPE_CHECKING:
    from types_boto3_athena import AthenaClient
    from types_boto3_glue import GlueClient
    from types_boto3_s3 import S3Client
    from types_boto3_sns import SNSClient
    from types_boto3_stepfunctions import SFNClient

MOST_THREADS = 16


@dataclass(frozen=True)
class StepEvent:
    """What a progress callback is told: a step began (`seconds` is None) or ended.

    rows and bytes_scanned: what the step's statements wrote and read.
    """

    step: str
    seconds: float | None = None
    detail: str = ""
    rows: int = 0
    bytes_scanned: int = 0


Progress = Callable[[StepEvent], None]


def silent(event: StepEvent) -> None:
    """Show no progress."""


def utc_now() -> datetime:
    """The time now, in UTC."""
    return datetime.now(UTC)


def short_token() -> str:
    """Four random hex digits, which set apart two runs started in one second."""
    return secrets.token_hex(2)


@dataclass(frozen=True)
class Context:
    """One connection to one stage; safe to share between threads.

    now gives UTC times (for names and manifests, never for what tables hold), token four hex digits,
    monotonic seconds. `immutable` keeps what was read of objects that never change, by bucket, key and ETag.
    """

    settings: Settings
    s3: S3Client
    glue: GlueClient
    athena: AthenaClient
    sns: SNSClient
    states: SFNClient
    now: Callable[[], datetime] = utc_now
    token: Callable[[], str] = short_token
    monotonic: Callable[[], float] = time.monotonic
    immutable: dict[tuple[str, str, str], bytes] = field(default_factory=dict)


def connect(session: boto3.Session, settings: Settings, endpoint_url: str | None = None) -> Context:
    """The context of a stage, through a boto3 session; endpoint_url overrides the session's own endpoint.

    A named endpoint is addressed by path, as it need not resolve bucket names as hosts.
    """
    config = Config(
        region_name=settings.region,
        max_pool_connections=MOST_THREADS,
        retries={"mode": "standard", "total_max_attempts": 4},
        s3={"addressing_style": "path"} if endpoint_url else {},
    )
    return Context(
        settings=settings,
        s3=session.client("s3", endpoint_url=endpoint_url, config=config),
        glue=session.client("glue", endpoint_url=endpoint_url, config=config),
        athena=session.client("athena", endpoint_url=endpoint_url, config=config),
        sns=session.client("sns", endpoint_url=endpoint_url, config=config),
        states=session.client("stepfunctions", endpoint_url=endpoint_url, config=config),
    )
