"""Ask a part of the stack how it is."""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlsplit

HEALTH_PATH = "/_wardlake/health"
ANSWERS_WITHIN_SECONDS = 5.0

State = Literal["healthy", "starting", "away", "other"]


@dataclass(frozen=True)
class Answer:
    """What came back: `away` is nobody, `other` is another program, which `who` then describes.

    ``moved_seconds``: how far an emulator's clock was moved ahead of real time.
    """

    state: State
    version: str | None = None
    pid: int | None = None
    who: str = ""
    moved_seconds: float = 0.0


Ask = Callable[[str], Answer]
"""Asks the part at an endpoint."""


def ask_gateway(endpoint_url: str) -> Answer:
    """How the emulator there is."""
    return _ask(endpoint_url, HEALTH_PATH, _of_gateway)


def ask_localstack(endpoint_url: str) -> Answer:
    """How the LocalStack there is."""
    return _ask(endpoint_url, "/_localstack/health", _of_localstack)


def ask_trino(endpoint_url: str) -> Answer:
    """How the Trino there is."""
    return _ask(endpoint_url, "/v1/info", _of_trino)


def _of_gateway(said: Mapping[str, Any]) -> Answer:
    if said["status"] != "ready":
        raise ValueError(said["status"])
    return Answer(
        "healthy", str(said["version"]), int(said["pid"]), moved_seconds=float(said.get("moved_seconds", 0))
    )


def _of_localstack(said: Mapping[str, Any]) -> Answer:
    return Answer("healthy" if "s3" in said["services"] else "starting", str(said["version"]))


def _of_trino(said: Mapping[str, Any]) -> Answer:
    return Answer("starting" if said["starting"] else "healthy", str(said["nodeVersion"]["version"]))


def _ask(endpoint_url: str, path: str, read: Callable[[Mapping[str, Any]], Answer]) -> Answer:
    address = urlsplit(endpoint_url)
    connection = http.client.HTTPConnection(
        address.hostname or "", address.port, timeout=ANSWERS_WITHIN_SECONDS
    )
    try:
        connection.request("GET", path)
        reply = connection.getresponse()
        body = reply.read()
    except (ConnectionRefusedError, ConnectionResetError, http.client.RemoteDisconnected):
        return Answer("away")
    except (http.client.HTTPException, OSError) as error:
        return Answer("other", who=f"it does not answer as HTTP: {error!r}")
    finally:
        connection.close()
    try:
        return read(json.loads(body))
    except (ValueError, KeyError, TypeError):
        server = reply.getheader("Server") or "no name"
        return Answer("other", who=f"HTTP status {reply.status}, server: {server}")
