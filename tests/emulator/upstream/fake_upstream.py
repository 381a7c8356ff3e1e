"""An upstream that keeps what arrives, byte for byte, and answers what a test says, faults included."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

Headers = list[tuple[str, str]]


@dataclass
class Arrived:
    """A request as it came: its first line, its headers in order, and its body without any framing."""

    method: str
    target: str
    headers: Headers
    body: bytes = b""

    def values(self, name: str) -> list[str]:
        """The values of a header, in order."""
        return [value for given, value in self.headers if given.lower() == name.lower()]


class Line:
    """One connection of the upstream, as a test's script sees it."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self._file = connection.makefile("rb")

    def head(self) -> Arrived | None:
        """The next request without its body, None if there is none."""
        first = self._file.readline().decode("latin-1").split()
        if len(first) != 3:
            return None
        headers: Headers = []
        while line := self._file.readline().decode("latin-1").rstrip("\r\n"):
            name, _, value = line.partition(":")
            headers.append((name, value.strip()))
        return Arrived(first[0], first[1], headers)

    def body(self, head: Arrived) -> bytes:
        """The body of that request; short if the connection ends before it does."""
        if head.values("Transfer-Encoding") == ["chunked"]:
            pieces = []
            while size := int(self._file.readline() or b"0", 16):
                pieces.append(self._file.read(size))
                self._file.readline()
            self._file.readline()
            return b"".join(pieces)
        return self._file.read(int((head.values("Content-Length") or ["0"])[0]))

    def piece(self, size: int) -> bytes:
        """So many bytes of a body, as they come."""
        return self._file.read(size)

    def send(self, text: str | bytes) -> None:
        """Send bytes as they are."""
        self.connection.sendall(text.encode("latin-1") if isinstance(text, str) else text)


Script = Callable[[Line], None]

OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@dataclass
class FakeUpstream:
    """Listens on a port of its own; ``answer`` is sent for each request, or ``script`` runs a connection."""

    answer: str | bytes = OK
    script: Script | None = None
    arrived: list[Arrived] = field(default_factory=list)
    connections: int = 0
    _open: list[socket.socket] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._listen, daemon=True).start()

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def hang_up(self) -> None:
        """Close every connection, as a process that ends does."""
        for connection in self._open:
            connection.shutdown(socket.SHUT_RDWR)
        self._open.clear()

    def close(self) -> None:
        """Listen no more."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _listen(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._open.append(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        line = Line(connection)
        try:
            (self.script or self._answer_all)(line)
        except (OSError, ValueError):
            pass  # a connection that a test cut
        finally:
            if self.script:
                connection.close()

    def _answer_all(self, line: Line) -> None:
        while head := line.head():
            head.body = line.body(head)
            self.arrived.append(head)
            line.send(self.answer)
