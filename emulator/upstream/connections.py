"""Connections to the upstream, used again as long as it keeps them open."""

from __future__ import annotations

import threading

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

from emulator.upstream.endpoint import Endpoint
from emulator.upstream.errors import UpstreamAway

CONNECT_SECONDS = 5
ANSWER_SECONDS = 300
"""How long the upstream may send nothing; completing a large multipart upload takes it long."""

MOST_IDLE = 64


class Connections:
    """A pool that never limits how many connections are open; safe to share between threads."""

    def __init__(self, endpoint: Endpoint, answer_seconds: float = ANSWER_SECONDS) -> None:
        self._endpoint = endpoint
        self._answer_seconds = answer_seconds
        self._idle: list[HTTPConnection] = []
        self._lock = threading.Lock()

    def idle(self) -> HTTPConnection | None:
        """The open connection that was used last, None if there is none."""
        while True:
            with self._lock:
                if not self._idle:
                    return None
                found = self._idle.pop()
            if found.is_connected:
                return found
            found.close()  # the upstream has closed it

    def fresh(self) -> HTTPConnection:
        """A new connection; raises `UpstreamAway`."""
        kind = HTTPSConnection if self._endpoint.scheme == "https" else HTTPConnection
        made = kind(self._endpoint.host, self._endpoint.port, timeout=CONNECT_SECONDS)
        try:
            made.connect()
        except (OSError, HTTPError) as error:
            made.close()
            raise UpstreamAway(self._endpoint.url, error.__cause__ or error) from error
        made.timeout = self._answer_seconds
        return made

    def give_back(self, connection: HTTPConnection) -> None:
        """Keep a connection whose answer was read to its end, for the next request."""
        with self._lock:
            keep = not connection.is_closed and len(self._idle) < MOST_IDLE
            if keep:
                self._idle.append(connection)
        if not keep:
            connection.close()

    def forget(self) -> None:
        """Close the idle connections: the upstream was started anew, and knows them no more."""
        with self._lock:
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()
