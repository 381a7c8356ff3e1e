"""The emulator's HTTP server: cheroot (HTTP/1.1 with keep-alive), readiness and a clean end."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote_to_bytes

from cheroot.server import HeaderReader, HTTPConnection, HTTPRequest
from cheroot.wsgi import Gateway_10, Server
from moto.core.request import (
    PRESERVED_HEADER_NAMES_ENVIRON_KEY,
    environ_key_for_header,
    should_preserve_original_header_name,
)

from emulator.isolation import reached_at
from emulator.wire import HEADERS_KEY, WsgiApp

THREADS = 64
"""Requests answered at once; a waiting GetQueryExecution holds one for a moment."""

KEEP_ALIVE_SECONDS = 60
BACKLOG = 256
_PIECE = 256 * 1024


class EmulatorServer:
    """A WSGI application on a TCP port of this machine."""

    def __init__(self, app: WsgiApp, host: str, port: int) -> None:
        """Bind host and port (0: any free one); raises OSError if that cannot be done."""
        self._server = Server(
            (host, port),
            app,
            numthreads=THREADS,
            request_queue_size=BACKLOG,
            timeout=KEEP_ALIVE_SECONDS,
            shutdown_timeout=2,
            server_name="wardlake",
        )
        self._server.gateway = _Environ
        self._server.ConnectionClass = _Connection
        self._server.prepare()

    @property
    def endpoint(self) -> str:
        """The URL that clients on this machine use, also when it listens on all of its addresses."""
        host, port = self._server.bind_addr[:2]
        return f"http://{reached_at(host)}:{port}"

    def serve(self) -> None:
        """Answer requests until `stop` is called."""
        self._server.serve()

    def start(self) -> threading.Thread:
        """Answer requests in a thread of its own until `stop` is called."""
        thread = threading.Thread(target=self.serve, name="emulator", daemon=True)
        thread.start()
        return thread

    def stop(self) -> None:
        """End `serve`; requests under way are given a moment to finish."""
        self._server.stop()


class _Lines:
    """A stream of which the lines that are read are kept."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self.read: list[bytes] = []

    def readline(self) -> bytes:
        line: bytes = self._stream.readline()
        self.read.append(line)
        return line


class _HeaderReader(HeaderReader):
    """cheroot's reader that drops no header with an underscore: S3 metadata keys may have one.

    ``pairs`` are the headers as they came; cheroot's dictionary has the last of those that are repeated.
    """

    def __init__(self) -> None:
        self.pairs: list[tuple[str, str]] = []

    def __call__(self, rfile: Any, hdict: Any = None) -> Any:
        """Read a request's headers into a dictionary; raises ValueError."""
        lines = _Lines(rfile)
        headers = super().__call__(lines, hdict)
        self.pairs = list(_pairs(lines.read[:-1]))
        return headers


def _pairs(lines: list[bytes]) -> Iterator[tuple[str, str]]:
    joined: list[bytes] = []
    for line in lines:
        if line[:1] in (b" ", b"\t") and joined:  # an old form: the value goes on in the next line
            joined[-1] += b" " + line.strip()
        else:
            joined.append(line.strip())
    for line in joined:
        name, _, value = line.decode("latin-1").partition(":")
        yield name.strip(), value.strip()


class _Request(HTTPRequest):
    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.header_reader = _HeaderReader()

    def send_headers(self) -> None:
        """Read what is left of the body, then send the answer's headers: a client that sends reads nothing.

        cheroot would read a body of gigabytes into memory here, and take the rest of a chunked one for the
        next request.
        """
        try:
            while self.rfile.read(_PIECE):
                pass
        except (OSError, ValueError):  # the client broke off, or what it sends is no chunk
            self.close_connection = True
        super().send_headers()


class _Connection(HTTPConnection):
    RequestHandlerClass = _Request


class _Environ(Gateway_10):
    """A WSGI environment with what moto needs to see S3's keys and headers as they were sent."""

    def get_environ(self) -> dict[str, Any]:  # type: ignore[override]
        """cheroot's environment, with the path fully unquoted and the raw one beside it."""
        environ: dict[str, Any] = super().get_environ()  # type: ignore[no-untyped-call]
        raw = environ["RAW_URI"] = environ["REQUEST_URI"]
        # cheroot leaves %2F quoted, every other server unquotes it
        environ["PATH_INFO"] = unquote_to_bytes(raw.split("?", 1)[0]).decode("latin-1")
        names = (name.decode("latin-1") for name in self.req.inheaders)
        environ[PRESERVED_HEADER_NAMES_ENVIRON_KEY] = {
            environ_key_for_header(name): name for name in names if should_preserve_original_header_name(name)
        }
        environ[HEADERS_KEY] = self.req.header_reader.pairs
        return environ
