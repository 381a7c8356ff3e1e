"""boto3 clients of the emulator for its own services, which call each other over the wire as AWS's do."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from emulator.principals import access_key_of

CONNECTIONS = 32
OWN_KEY = "test"
"""The access key id of the emulator's own calls."""

READ_TIMEOUT_SECONDS = 960
"""Longer than a Lambda invocation may take."""


class Clients:
    """Clients by service, region and role, each made once; botocore is loaded when the first is asked for."""

    def __init__(self, endpoint: Callable[[], str]) -> None:
        """endpoint: where the emulator listens, asked for when a client is made."""
        self._endpoint = endpoint
        self._made: dict[tuple[str, str, str | None], Any] = {}
        self._lock = threading.Lock()

    def client(self, service: str, region: str, role: str | None = None) -> Any:
        """The client of a service (boto3's name) in a region; an error is raised at once, never retried.

        role: the ARN of the role that it calls as, None for the emulator itself.
        """
        with self._lock:
            found = self._made.get((service, region, role))
            if found is None:
                found = self._made[service, region, role] = self._make(service, region, role)
            return found

    def _make(self, service: str, region: str, role: str | None) -> Any:
        import boto3
        from botocore.config import Config

        key = access_key_of(role) if role else OWN_KEY
        session = boto3.Session(aws_access_key_id=key, aws_secret_access_key="test", region_name=region)
        config = Config(
            max_pool_connections=CONNECTIONS,
            read_timeout=READ_TIMEOUT_SECONDS,
            retries={"total_max_attempts": 1},
            inject_host_prefix=False,  # AWS has names such as sync-states.… for single operations
            s3={"addressing_style": "path"},
        )
        return session.client(service, endpoint_url=self._endpoint(), config=config)  # type: ignore[call-overload]
