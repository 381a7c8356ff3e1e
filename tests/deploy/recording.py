"""An emulator that records the calls to it (docs/calls.md), and who makes them."""

from __future__ import annotations

import json
import urllib.request
from typing import Any

import boto3

from tests.scripts.conftest import CommandLine


def clients_of(wardlake: CommandLine, role: str | None = None) -> Any:
    """boto3's clients of the emulator by their service; with a role's name they call as that role."""
    key = f"ASIA.{role}" if role else "test"
    made = boto3.Session(aws_access_key_id=key, aws_secret_access_key="test", region_name="eu-west-2")
    endpoint = wardlake.environment["WARDLAKE_ENDPOINT_URL"]
    return lambda service: made.client(service, endpoint_url=endpoint)


def start_recording(wardlake: CommandLine) -> None:
    """Forget what was called, and record from now on."""
    _page(wardlake, "POST")


def recorded(wardlake: CommandLine) -> list[dict[str, Any]]:
    """The calls since the start; no more are recorded."""
    return list(_page(wardlake, "DELETE")["calls"])


def _page(wardlake: CommandLine, method: str) -> Any:
    url = f"{wardlake.environment['WARDLAKE_ENDPOINT_URL']}/_wardlake/calls"
    with urllib.request.urlopen(urllib.request.Request(url, method=method), timeout=30) as reply:
        return json.loads(reply.read())
