"""The services behind the upstream, as one WSGI application: requests go there, answers come back."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from http.client import HTTPException
from wsgiref.types import StartResponse, WSGIEnvironment

from urllib3 import BaseHTTPResponse
from urllib3.connection import HTTPConnection
from urllib3.exceptions import HTTPError

from emulator.upstream.bodies import PIECE
from emulator.upstream.connections import Connections
from emulator.upstream.endpoint import Endpoint
from emulator.upstream.errors import ClientGone, UpstreamAway
from emulator.upstream.refusals import refuse_unreachable
from emulator.upstream.requests import Outgoing, end_to_end, outgoing

log = logging.getLogger(__name__)

_REPEATABLE = ("GET", "HEAD", "PUT", "DELETE", "OPTIONS")
_BROKEN = (OSError, HTTPException, HTTPError)


class UpstreamServices:
    """Sends requests on and streams both bodies, so that no size of an object is a matter of memory."""

    def __init__(self, endpoint: Endpoint, account: str, connections: Connections | None = None) -> None:
        """account: the number that every request is made in, whoever signed it."""
        self._endpoint = endpoint
        self._account = account
        self._connections = connections or Connections(endpoint)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request; raises `UpstreamAway`, `ClientGone`, and `NotEmulated` for what cannot work."""
        refuse_unreachable(environ)
        answer = self._exchange(outgoing(environ, self._account))
        start_response(answer.status, answer.headers)
        return answer

    def _exchange(self, request: Outgoing) -> _Answer:
        """The upstream's answer; raises `UpstreamAway` and `ClientGone`.

        An upstream that was started anew has closed the connections of before. That is noticed before one is
        used, or else the request is sent again if that can do no harm and its body is still at hand.
        """
        if not request.body.small:
            return self._send(self._connections.fresh(), request, request.body.pieces())
        body = request.body.read()
        waiting = self._connections.idle()
        if waiting is not None:
            try:
                return self._send(waiting, request, body)
            except UpstreamAway as error:
                self._connections.forget()
                if request.method not in _REPEATABLE or isinstance(error.__cause__, TimeoutError):
                    raise
        return self._send(self._connections.fresh(), request, body)

    def _send(self, connection: HTTPConnection, request: Outgoing, body: bytes | Iterator[bytes]) -> _Answer:
        try:
            reusable = self._write(connection, request, body)
            response = connection.getresponse()
        except ClientGone:
            connection.close()
            raise
        except _BROKEN as error:
            connection.close()
            raise UpstreamAway(self._endpoint.url, str(error) or type(error).__name__) from error
        return _Answer(self._endpoint, response, connection, self._connections if reusable else None)

    def _write(self, connection: HTTPConnection, request: Outgoing, body: bytes | Iterator[bytes]) -> bool:
        """Send a request; False if the upstream would not have all of it: then its answer may tell why."""
        try:
            connection.request(
                request.method,
                request.target,
                body or None,
                request.headers,
                chunked=request.body.length is None,
                preload_content=False,
                decode_content=False,
            )
        except ConnectionError as error:
            if isinstance(body, bytes):
                raise
            log.info("%s stopped reading the body of %s: %s", self._endpoint.url, request.target, error)
            return False
        return True


class _Answer:
    """An answer of the upstream, whose body is still to be read from there."""

    def __init__(
        self,
        endpoint: Endpoint,
        response: BaseHTTPResponse,
        connection: HTTPConnection,
        pool: Connections | None,
    ) -> None:
        self._endpoint = endpoint
        self._response = response
        self._connection: HTTPConnection | None = connection
        self._pool = pool
        self.status = f"{response.status} {response.reason or ''}"
        self.headers = end_to_end(response.headers.items())

    def __iter__(self) -> Iterator[bytes]:
        """The body as it comes; raises `UpstreamAway` if it breaks off, so that the client's does too."""
        try:
            for piece in self._response.stream(PIECE, decode_content=False):
                if self._response.closed:  # it was the last: the client's next request may come at once
                    self._give_back()
                yield piece
        except _BROKEN as error:
            raise UpstreamAway(self._endpoint.url, error) from error
        self._give_back()

    def _give_back(self) -> None:
        if self._pool is not None and self._connection is not None:
            self._pool.give_back(self._connection)
            self._connection = None

    def close(self) -> None:
        """End the exchange; a connection with unread bytes is of no further use."""
        if self._connection is not None:
            self._response.close()
            self._connection.close()
            self._connection = None
