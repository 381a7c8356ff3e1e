"""What a function's process writes: plain lines, and awslambdaric's frames that hold whole messages."""

from __future__ import annotations

import os
import selectors
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

_READ_BYTES = 65536
_FRAME_HEADER_BYTES = 16
"""Kind (4), length (4) and time in microseconds (8), big-endian, before each message."""


@dataclass(frozen=True)
class LogEvent:
    """A message and its time in milliseconds since 1970."""

    timestamp: int
    message: str


def now_ms() -> int:
    """The machine's time: that of the function's process, and of the log service."""
    return time.time_ns() // 1_000_000


class ProcessOutput:
    """Two pipes of a process, read by a thread of their own and, for what is there already, by `drain`."""

    def __init__(self, log: Callable[[LogEvent], None]) -> None:
        """log: called with each message, in the order in which they are read."""
        self._log = log
        self._lock = threading.Lock()
        self._lines, self.lines_end = os.pipe()
        self._frames, self.frames_end = os.pipe()
        self._unread = {self._lines: b"", self._frames: b""}
        for end in self._unread:
            os.set_blocking(end, False)

    def started(self) -> None:
        """To be called when the process has its ends of the pipes: ours are closed, and reading begins."""
        os.close(self.lines_end)
        os.close(self.frames_end)
        threading.Thread(target=self._follow, name="function-output", daemon=True).start()

    def drain(self) -> None:
        """Read all that was written until now."""
        with self._lock:
            for end in list(self._unread):
                self._read(end)

    def _follow(self) -> None:
        with selectors.DefaultSelector() as selector:
            for end in self._unread:
                selector.register(end, selectors.EVENT_READ)
            while selector.get_map():
                for key, _ in selector.select():
                    with self._lock:
                        if key.fd in self._unread and not self._read(key.fd):
                            continue
                    selector.unregister(key.fd)
        for end in (self._lines, self._frames):
            os.close(end)

    def _read(self, end: int) -> bool:
        """Read one pipe until it is empty; True at its end."""
        while True:
            try:
                data = os.read(end, _READ_BYTES)
            except BlockingIOError:
                return False
            unread = self._unread[end] + data
            parse = self._parse_lines if end == self._lines else self._parse_frames
            self._unread[end] = parse(unread, at_end=not data)
            if not data:
                del self._unread[end]
                return True

    def _parse_lines(self, unread: bytes, at_end: bool) -> bytes:
        *lines, rest = unread.split(b"\n")
        if at_end and rest:
            lines, rest = [*lines, rest], b""
        for line in lines:
            self._log(LogEvent(now_ms(), line.decode(errors="replace")))
        return rest

    def _parse_frames(self, unread: bytes, at_end: bool) -> bytes:
        while len(unread) >= _FRAME_HEADER_BYTES:
            end = _FRAME_HEADER_BYTES + int.from_bytes(unread[4:8], "big")
            if len(unread) < end:
                break
            microseconds = int.from_bytes(unread[8:16], "big")
            message = unread[_FRAME_HEADER_BYTES:end].decode(errors="replace")
            self._log(LogEvent(microseconds // 1000, message.removesuffix("\n")))
            unread = unread[end:]
        return unread
