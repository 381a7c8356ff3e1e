"""The emulator's clock, as its page at `/_wardlake/clock` shows it and moves it."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from emulator.wire import CLOCK_PATH
from scripts.errors import ConfigurationError, Unreachable
from scripts.settings import CliSettings

ANSWER_TIMEOUT_SECONDS = 10.0
HOP_TIMEOUT_SECONDS = 1200.0
"""Longer than the emulator waits for what it started to come to rest."""

FAILED = ("FAILED", "TIMED_OUT", "ABORTED")
GIVEN_UP = ("in the dead-letter queue", "dropped")


@dataclass(frozen=True)
class Upcoming:
    """A firing to come."""

    at: datetime
    group: str
    name: str
    region: str


@dataclass(frozen=True)
class ClockState:
    """The emulated time, how far it is ahead of real time, and the next firings in order."""

    now: datetime
    moved_seconds: float
    upcoming: tuple[Upcoming, ...]


@dataclass(frozen=True)
class Fired:
    """An attempt to call a schedule's target, and what came of it.

    state: delivered, to be retried, in the dead-letter queue, dropped. execution and execution_status: of
    the state machine that it started, None if it started none. seconds: of real time, to the end of that.
    """

    scheduled: datetime
    name: str
    state: str
    error: str | None
    execution: str | None
    execution_status: str | None
    seconds: float

    @property
    def has_failed(self) -> bool:
        """Whether nothing more will be tried, and what was to happen did not."""
        return self.state in GIVEN_UP or self.execution_status in FAILED

    @property
    def will_be_retried(self) -> bool:
        """Whether it was an attempt that is made again."""
        return self.state == "to be retried"


@dataclass(frozen=True)
class Hop:
    """The clock came to a time: what was fired there, and what did not come to rest."""

    now: datetime
    firings: tuple[Fired, ...]
    still_running: tuple[str, ...]


class EmulatorClock:
    """The clock of the emulator at the settings' endpoint."""

    def __init__(self, settings: CliSettings) -> None:
        self._settings = settings

    def state(self) -> ClockState:
        """What it shows.

        Raises:
            Unreachable: nothing answers at the endpoint.
            ConfigurationError: what answers there is no emulator of ours.
        """
        if self._settings.is_aws:
            raise self._no_clock("it is AWS itself")
        connection = self._connection(ANSWER_TIMEOUT_SECONDS)
        try:
            reply = self._ask(connection, "GET")
            shown = _json(reply.read())
        finally:
            connection.close()
        if reply.status != http.client.OK or "moved_seconds" not in shown:
            raise self._no_clock(f"{CLOCK_PATH} answers with HTTP status {reply.status}")
        return ClockState(
            now=datetime.fromisoformat(shown["now"]),
            moved_seconds=shown["moved_seconds"],
            upcoming=tuple(
                Upcoming(datetime.fromisoformat(item["at"]), item["group"], item["name"], item["region"])
                for item in shown["next"]
            ),
        )

    def move_to(self, instant: datetime) -> Iterator[Hop]:
        """Move it forward, from one firing to the next; each hop comes when what it started has ended.

        Raises:
            Unreachable: nothing answers at the endpoint.
            ConfigurationError: the clock refuses, in its own words.
        """
        connection = self._connection(HOP_TIMEOUT_SECONDS)
        try:
            reply = self._ask(connection, "POST", json.dumps({"to": instant.isoformat()}))
            if reply.status != http.client.OK:
                said = _json(reply.read()).get("error", f"HTTP status {reply.status}")
                raise ConfigurationError(f"the clock of {self._settings.endpoint_url} did not move: {said}")
            for line in reply:
                yield _hop(_json(line))
        finally:
            connection.close()

    def _connection(self, timeout: float) -> http.client.HTTPConnection:
        is_https = self._settings.endpoint_url.startswith("https:")
        kind = http.client.HTTPSConnection if is_https else http.client.HTTPConnection
        return kind(self._settings.host, self._settings.port, timeout=timeout)

    def _ask(
        self, connection: http.client.HTTPConnection, method: str, body: str | None = None
    ) -> http.client.HTTPResponse:
        try:
            connection.request(method, CLOCK_PATH, body)
            return connection.getresponse()
        except ConnectionRefusedError as error:
            raise Unreachable(self._settings.endpoint_url) from error
        except http.client.HTTPException as error:
            raise self._no_clock(f"it does not answer as HTTP: {error!r}") from error

    def _no_clock(self, why: str) -> ConfigurationError:
        return ConfigurationError(
            f"{self._settings.endpoint_url} has no clock that can be moved: {why}",
            hint="only Wardlake's own emulator has one: `wardlake up` starts it, and "
            "`wardlake --endpoint-url http://127.0.0.1:4566 …` names it",
        )


def _json(text: bytes) -> Mapping[str, Any]:
    try:
        value = json.loads(text)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _hop(line: Mapping[str, Any]) -> Hop:
    return Hop(
        now=datetime.fromisoformat(line["now"]),
        firings=tuple(_fired(item) for item in line["firings"]),
        still_running=tuple(line["still_running"]),
    )


def _fired(item: Mapping[str, Any]) -> Fired:
    return Fired(
        scheduled=datetime.fromisoformat(item["scheduled"]),
        name=item["name"],
        state=item["state"],
        error=item["error"],
        execution=item["execution"],
        execution_status=item["execution_status"],
        seconds=item["seconds"],
    )
