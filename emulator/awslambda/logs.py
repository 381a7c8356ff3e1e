"""CloudWatch Logs of functions: events are sent to the log service by a thread of its own, in batches."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any, Protocol

from botocore.exceptions import BotoCoreError, ClientError

from emulator.awslambda.output import LogEvent

log = logging.getLogger(__name__)

MOST_EVENTS_AT_ONCE = 1000
MOST_TAIL_BYTES = 4096
GATHERS_SECONDS = 0.1
"""How long the first event of a batch waits for others: each batch is a request to the emulator itself."""


class ClientSource(Protocol):
    """Where clients of the emulator's services come from."""

    def client(self, service: str, region: str) -> Any:
        """The client of a service in a region."""


@dataclass(frozen=True)
class LogStream:
    """A stream of a log group in a region."""

    region: str
    group: str
    name: str


class LogShipper:
    """Brings log events to the log service; its streams are made when they get their first event."""

    def __init__(self, clients: ClientSource) -> None:
        self._clients = clients
        self._queue: SimpleQueue[tuple[LogStream, LogEvent] | None] = SimpleQueue()
        self._made: set[LogStream] = set()
        self._closed = threading.Event()
        threading.Thread(target=self._work, name="lambda-logs", daemon=True).start()

    def put(self, stream: LogStream, event: LogEvent) -> None:
        """Send an event, soon."""
        self._queue.put((stream, event))

    def close(self) -> None:
        """Send no more than what is on its way."""
        self._closed.set()
        self._queue.put(None)

    def _work(self) -> None:
        while (first := self._queue.get()) is not None:
            self._closed.wait(GATHERS_SECONDS)
            batches: dict[LogStream, list[LogEvent]] = {}
            for stream, event in self._with_waiting(first):
                batches.setdefault(stream, []).append(event)
            for stream, events in batches.items():
                try:
                    self._send(stream, events)
                except (BotoCoreError, ClientError) as error:
                    log.warning("Log events of %s are lost: %s", stream.group, error)

    def _with_waiting(self, first: tuple[LogStream, LogEvent]) -> Iterable[tuple[LogStream, LogEvent]]:
        yield first
        for _ in range(MOST_EVENTS_AT_ONCE - 1):
            try:
                item = self._queue.get_nowait()
            except Empty:
                return
            if item is None:
                self._queue.put(None)
                return
            yield item

    def _send(self, stream: LogStream, events: list[LogEvent]) -> None:
        client = self._clients.client("logs", stream.region)
        events = sorted(events, key=lambda event: event.timestamp)
        shown = [{"timestamp": event.timestamp, "message": event.message or " "} for event in events]
        if stream not in self._made:
            self._make(client, stream)
        wanted = {"logGroupName": stream.group, "logStreamName": stream.name, "logEvents": shown}
        try:
            client.put_log_events(**wanted)
        except client.exceptions.ResourceNotFoundException:  # somebody deleted the group
            self._make(client, stream)
            client.put_log_events(**wanted)

    def _make(self, client: Any, stream: LogStream) -> None:
        for make, names in (
            (client.create_log_group, {"logGroupName": stream.group}),
            (client.create_log_stream, {"logGroupName": stream.group, "logStreamName": stream.name}),
        ):
            try:
                make(**names)
            except client.exceptions.ResourceAlreadyExistsException:
                continue
        self._made.add(stream)


class EnvironmentLog:
    """The log of one environment: a stream of its own, and the tail of the current invocation."""

    def __init__(self, shipper: LogShipper, stream: LogStream) -> None:
        self.stream = stream
        self._shipper = shipper
        self._tail: list[str] = []
        self._lock = threading.Lock()

    def write(self, event: LogEvent) -> None:
        """Log a message."""
        with self._lock:
            self._tail.append(event.message)
        self._shipper.put(self.stream, event)

    def start_tail(self) -> None:
        """Forget what was logged before the invocation that begins."""
        with self._lock:
            self._tail.clear()

    def tail(self) -> bytes:
        """The last 4 KB of what was logged since `start_tail`."""
        with self._lock:
            text = "".join(f"{message}\n" for message in self._tail)
        return text.encode()[-MOST_TAIL_BYTES:]
