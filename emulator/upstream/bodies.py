"""The body of a request on its way to the upstream: at once if it is small, else piece by piece."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from wsgiref.types import WSGIEnvironment

from emulator.upstream.errors import ClientGone

PIECE = 256 * 1024
"""Bytes of a body that are in memory at once, on either way."""

AT_ONCE = 64 * 1024
"""Bodies up to this many bytes are read before they are sent on, so that they can be sent a second time."""


class Body:
    """A request's body. ``length``: its bytes, None if it is chunked."""

    def __init__(self, environ: WSGIEnvironment) -> None:
        self._source: Any = environ["wsgi.input"]
        chunked = bool(environ.get("wsgi.input_terminated"))
        self.length = None if chunked else int(environ.get("CONTENT_LENGTH") or 0)
        self._left = self.length
        self._ended = self.length == 0

    @property
    def small(self) -> bool:
        """Whether the body is to be read at once."""
        return self.length is not None and self.length <= AT_ONCE

    def read(self) -> bytes:
        """All that is left; raises `ClientGone`."""
        return b"".join(self.pieces())

    def pieces(self) -> Iterator[bytes]:
        """The body as it comes; raises `ClientGone` if it ends too early."""
        while not self._ended:
            piece = self._next()
            if piece:
                yield piece

    def _next(self) -> bytes:
        wanted = PIECE if self._left is None else min(PIECE, self._left)
        try:
            piece = bytes(self._source.read(wanted))
        except (OSError, ValueError) as error:  # ValueError: a chunk's size is no number
            self._ended = True
            raise ClientGone(f"the client broke off in its body: {error}") from error
        if self._left is not None:
            self._left -= len(piece)
        self._ended = not piece or self._left == 0
        if not piece and self._left:
            raise ClientGone(f"the client ended its body {self._left} bytes before its Content-Length")
        return piece
