"""EventBridge Scheduler on the wire, and the page of the clock that its schedules fire on."""

from __future__ import annotations

import json
import random
import uuid
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from http import HTTPStatus
from wsgiref.types import StartResponse, WSGIEnvironment

from emulator.clients import Clients
from emulator.clock import Clock
from emulator.scheduler.advance import Advance
from emulator.scheduler.clock_page import ClockPage
from emulator.scheduler.definitions import Json
from emulator.scheduler.delivery import Delivery
from emulator.scheduler.errors import SchedulerError
from emulator.scheduler.model import Schedule
from emulator.scheduler.operations import Operations
from emulator.scheduler.requests import Requests, load_model
from emulator.scheduler.store import Store
from emulator.scheduler.timer import Timer
from emulator.wire import CLOCK_PATH


class SchedulerService:
    """The REST API of all regions, and the timer that fires its schedules."""

    def __init__(self, clock: Clock, clients: Clients, busy: Callable[[], Sequence[str]]) -> None:
        """busy: what the emulator's services still do for callers that do not wait for it, in words."""
        self._timer = Timer(clock, Delivery(clients), random.randrange, self._completed)
        self._store = Store(self._timer.written)
        self._requests = Requests(load_model())
        self._operations = Operations(self._store, clock.now)
        self._page = ClockPage(clock, self._timer, Advance(clock, self._timer, clients, busy))

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request; raises `NotEmulated`."""
        if environ["PATH_INFO"] == CLOCK_PATH:
            return self._page(environ, start_response)
        try:
            answer = self._operations.answer(self._requests.read(environ))
        except SchedulerError as error:
            said = {"Message": str(error)}
            return _respond(start_response, error.status, said, ("x-amzn-ErrorType", error.code))
        return _respond(start_response, HTTPStatus.OK, answer)

    def close(self) -> None:
        """Fire nothing more."""
        self._timer.close()

    def _completed(self, schedule: Schedule) -> None:
        self._store.delete_unless_changed(schedule)


def _respond(
    start_response: StartResponse, status: int, answer: Json, *more: tuple[str, str]
) -> Iterable[bytes]:
    body = json.dumps(_present(answer), default=_seconds, ensure_ascii=False).encode()
    headers = [
        ("Content-Type", "application/json"),
        ("Content-Length", str(len(body))),
        ("x-amzn-RequestId", str(uuid.uuid4())),
        *more,
    ]
    start_response(f"{status} {HTTPStatus(status).phrase}", headers)
    return [body]


def _present(answer: Json) -> Json:
    return {name: value for name, value in answer.items() if value is not None}


def _seconds(value: object) -> float:
    if isinstance(value, datetime):
        return value.timestamp()
    raise TypeError(f"{type(value).__name__} cannot be part of an answer")
