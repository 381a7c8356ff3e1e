"""Lambda's Runtime API: the loopback HTTP server where one environment fetches events and posts results."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future, InvalidStateError
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from queue import SimpleQueue
from typing import Any

MOST_RESPONSE_BYTES = 6 * 1024 * 1024 + 100

_VERSION = "/2018-06-01/runtime"
_NEXT = f"{_VERSION}/invocation/next"
_INIT_ERROR = f"{_VERSION}/init/error"
_ERROR_TYPE = "Lambda-Runtime-Function-Error-Type"


@dataclass(frozen=True)
class Reply:
    """What came of an invocation; `error_type` if that was an error."""

    payload: bytes
    error_type: str | None = None
    too_large: bool = False


@dataclass(frozen=True)
class Invocation:
    """An event for one environment; `deadline_ms` since 1970, by the machine's clock."""

    request_id: str
    payload: bytes
    arn: str
    deadline_ms: int
    trace_id: str
    client_context: str | None = None
    reply: Future[Reply] = field(default_factory=Future)

    def headers(self) -> Mapping[str, str]:
        """How the Runtime API describes it."""
        headers = {
            "Content-Type": "application/json",
            "Lambda-Runtime-Aws-Request-Id": self.request_id,
            "Lambda-Runtime-Deadline-Ms": str(self.deadline_ms),
            "Lambda-Runtime-Invoked-Function-Arn": self.arn,
            "Lambda-Runtime-Trace-Id": self.trace_id,
        }
        if self.client_context is not None:
            headers["Lambda-Runtime-Client-Context"] = self.client_context
        return headers

    def settle(self, reply: Reply) -> None:
        """Give the reply; a second one is dropped."""
        with contextlib.suppress(InvalidStateError):
            self.reply.set_result(reply)


class RuntimeApi:
    """The server of one environment, on a port of its own: requests do not say which one they are of."""

    def __init__(self, on_ready: Callable[[], None], on_init_error: Callable[[Reply], None]) -> None:
        """on_ready: called when the runtime asks for an event. on_init_error: when it could not start."""
        self.on_ready = on_ready
        self.on_init_error = on_init_error
        self._waiting: SimpleQueue[Invocation | None] = SimpleQueue()
        self._current: Invocation | None = None
        self._closed = False
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._socket.getsockname()[1]}"
        threading.Thread(target=self._accept, name="runtime-api", daemon=True).start()

    def give(self, invocation: Invocation) -> None:
        """Hand an event to the runtime; its reply settles the invocation."""
        self._waiting.put(invocation)

    def close(self) -> None:
        """Stop listening, and end the runtime's wait for an event."""
        self._closed = True
        self._waiting.put(None)
        # a connection wakes the thread that accepts them
        with contextlib.suppress(OSError), socket.create_connection(self._socket.getsockname(), timeout=1):
            pass

    def next(self) -> Invocation | None:
        """The next event, None at the end."""
        self.on_ready()
        self._current = self._waiting.get()
        return self._current

    def answer(self, request_id: str, reply: Reply) -> bool:
        """Settle the current invocation; False if it is another one that the runtime answers."""
        current = self._current
        if current is None or current.request_id != request_id:
            return False
        current.settle(reply)
        return True

    def _accept(self) -> None:
        with self._socket:
            while True:
                connection, peer = self._socket.accept()
                if self._closed:
                    connection.close()
                    return
                threading.Thread(
                    target=self._serve, args=(connection, peer), name="runtime-api", daemon=True
                ).start()

    def _serve(self, connection: socket.socket, peer: Any) -> None:
        with connection, contextlib.suppress(OSError):
            _Handler(connection, peer, self)


class _Handler(BaseHTTPRequestHandler):
    """One connection of a runtime."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # headers and body in one segment
    server: RuntimeApi  # type: ignore[assignment]

    def __init__(self, connection: socket.socket, peer: Any, api: RuntimeApi) -> None:
        super().__init__(connection, peer, api)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        """The next event, as soon as there is one."""
        if self.path != _NEXT:
            self._send(404, _problem("InvalidRequest", f"No operation at {self.path}"))
            return
        invocation = self.server.next()
        if invocation is None:
            self.close_connection = True
            return
        self._send(200, invocation.payload, invocation.headers())

    def do_POST(self) -> None:
        """A result, an error, or the reason why the runtime could not start."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        error_type = self.headers.get(_ERROR_TYPE, "Unhandled")
        if self.path == _INIT_ERROR:
            self.server.on_init_error(Reply(body, error_type))
            self._send(202, _ACCEPTED)
            return
        request_id, _, what = self.path.removeprefix(f"{_VERSION}/invocation/").partition("/")
        if what == "error":
            self._answer(request_id, Reply(body, error_type))
        elif what == "response":
            self._answer(request_id, Reply(body, too_large=len(body) > MOST_RESPONSE_BYTES))
        else:
            self._send(404, _problem("InvalidRequest", f"No operation at {self.path}"))

    def _answer(self, request_id: str, reply: Reply) -> None:
        if not self.server.answer(request_id, reply):
            self._send(400, _problem("InvalidRequestID", "Invalid request ID"))
        elif reply.too_large:
            text = f"Exceeded maximum allowed payload size ({MOST_RESPONSE_BYTES} bytes)."
            self._send(413, _problem("RequestEntityTooLarge", text))
        else:
            self._send(202, _ACCEPTED)

    def _send(self, status: int, body: bytes, headers: Mapping[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {"Content-Type": "application/json"}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: the requests of a runtime are no news."""


_ACCEPTED = b'{"status":"OK"}\n'


def _problem(kind: str, text: str) -> bytes:
    return json.dumps({"errorMessage": text, "errorType": kind}).encode()
