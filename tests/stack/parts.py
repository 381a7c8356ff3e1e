"""The stack's parts as tests speak to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import boto3

REGION: Final = "eu-west-2"

ENDPOINT = "WARDLAKE_TEST_STACK_ENDPOINT"
TRINO = "WARDLAKE_TEST_TRINO_URL"
UPSTREAM = "WARDLAKE_TEST_UPSTREAM_URL"
"""The environment variables that name the parts of a stack that runs already."""


class EndpointSession(boto3.Session):
    """A session whose clients go to one endpoint, whatever the environment names."""

    def __init__(self, endpoint: str) -> None:
        super().__init__(aws_access_key_id="test", aws_secret_access_key="test", region_name=REGION)
        self.endpoint = endpoint

    def client(self, *names: Any, **more: Any) -> Any:
        """A client for the endpoint, unless another one is named."""
        return super().client(*names, **{**more, "endpoint_url": more.get("endpoint_url") or self.endpoint})


@dataclass(frozen=True)
class Stack:
    """A running stack: `endpoint` is the gateway's, the others are what lies behind it."""

    endpoint: str
    trino_url: str
    upstream_url: str
    session: EndpointSession = field(init=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "session", EndpointSession(self.endpoint))


def running_already(environment: Mapping[str, str]) -> Stack | None:
    """The stack that the environment names, None where it names none.

    Raises ValueError where it names some of its parts only.
    """
    named = {name: environment.get(name, "").rstrip("/") for name in (ENDPOINT, TRINO, UPSTREAM)}
    if not any(named.values()):
        return None
    missing = [name for name, value in named.items() if not value]
    if missing:
        raise ValueError(
            f"a stack that runs already is named by all of its parts: set {', '.join(missing)} too"
        )
    return Stack(named[ENDPOINT], named[TRINO], named[UPSTREAM])
