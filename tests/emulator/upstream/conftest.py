"""A gateway in this process, in front of an upstream that a test controls."""

from __future__ import annotations

import http.client
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import pytest

from emulator.gateway import Gateway, Reply
from emulator.server import EmulatorServer
from emulator.upstream.connections import Connections
from emulator.upstream.endpoint import Endpoint
from emulator.upstream.service import UpstreamServices
from tests.emulator.upstream.fake_upstream import FakeUpstream

ACCOUNT = "123456789012"


class _NoAthena:
    def call(self, region: str, operation: str, body: bytes) -> Reply:
        raise AssertionError(f"{operation} is not for the upstream")


@dataclass(frozen=True)
class Door:
    """A gateway's address."""

    host: str
    port: int

    @property
    def url(self) -> str:
        """As clients have it."""
        return f"http://{self.host}:{self.port}"

    def connect(self) -> http.client.HTTPConnection:
        """A client that sends what it is told and nothing more."""
        return http.client.HTTPConnection(self.host, self.port, timeout=20)

    def raw(self, text: str | bytes) -> socket.socket:
        """A connection on which these bytes were sent."""
        connection = socket.create_connection((self.host, self.port), timeout=20)
        connection.sendall(text.encode("latin-1") if isinstance(text, str) else text)
        return connection

    def ask(self, method: str, target: str, *headers: tuple[str, str], body: bytes | None = None) -> Answered:
        """Send a request with exactly these headers (and Host, and a body's length)."""
        connection = self.connect()
        connection.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
        given = list(headers)
        if not any(name.lower() == "host" for name, _ in given):
            given.insert(0, ("Host", f"{self.host}:{self.port}"))
        if body is not None:
            given.append(("Content-Length", str(len(body))))
        for name, value in given:
            connection.putheader(name, value)
        connection.endheaders(body)
        answer = connection.getresponse()
        return Answered(answer.status, answer.reason, answer.getheaders(), answer.read())


@dataclass(frozen=True)
class Answered:
    """A whole answer."""

    status: int
    reason: str
    headers: list[tuple[str, str]]
    body: bytes


MakeDoor = Callable[[str], Door]


@pytest.fixture
def door_to() -> Iterator[MakeDoor]:
    """Makes gateways in front of an URL; they wait a second for an answer."""
    with ExitStack() as ends:

        def make(url: str) -> Door:
            endpoint = Endpoint.parse(url)
            services = UpstreamServices(endpoint, ACCOUNT, Connections(endpoint, answer_seconds=1))
            server = EmulatorServer(Gateway(_NoAthena(), services, upstream=url), "127.0.0.1", 0)
            server.start()
            ends.callback(server.stop)
            return Door("127.0.0.1", int(server.endpoint.rpartition(":")[2]))

        yield make


@pytest.fixture
def upstream() -> Iterator[FakeUpstream]:
    """An upstream that answers ``ok``."""
    fake = FakeUpstream()
    yield fake
    fake.close()


@pytest.fixture
def door(upstream: FakeUpstream, door_to: MakeDoor) -> Door:
    """The gateway in front of it."""
    return door_to(upstream.url)
