"""The stack of processes, as it runs: who can reach it."""

from __future__ import annotations

import socket
from urllib.parse import urlsplit

import pytest

from tests.stack.parts import Stack

SOMEWHERE = ("192.0.2.1", 9)
"""An address of nobody's (RFC 5737); a datagram socket finds the way there without sending anything."""


def own_address() -> str:
    """The address by which other machines reach this one."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as way:
        try:
            way.connect(SOMEWHERE)
        except OSError:
            pytest.skip("this machine has no network but its own loopback")
        return str(way.getsockname()[0])


@pytest.mark.parametrize("part", ["endpoint", "trino_url", "upstream_url"])
def test_only_this_machine_reaches_a_part(stack: Stack, part: str) -> None:
    port = urlsplit(getattr(stack, part)).port
    assert port is not None
    socket.create_connection(("127.0.0.1", port), timeout=5).close()
    with pytest.raises(OSError):
        socket.create_connection((own_address(), port), timeout=5).close()
