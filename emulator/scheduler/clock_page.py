"""``/_wardlake/clock``: GET shows the time and what is due next, POST moves the clock forward.

POST takes ``{"to": "2026-03-01T08:05:00+00:00"}`` or ``{"advance": "P30D"}`` (or a number of seconds), and
with it ``"patience"``: the real seconds that what was started gets to end before the clock stays (600 if it
is not given). Its answer is a line of JSON for each due instant that the clock comes to, as it does.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

from emulator.clock import MOST_YEARS, YEAR, Clock
from emulator.scheduler.advance import Advance, AlreadyMoving, Hop, Journey, Rested
from emulator.scheduler.agenda import Due
from emulator.scheduler.model import Key
from emulator.scheduler.timer import Timer
from emulator.wire import read_body

PATIENCE_SECONDS = 600.0
SHOWN = 100

_DURATION = re.compile(
    r"P(?=.)(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?=.)(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+)S)?)?"
)

Json = dict[str, Any]


class BadMove(Exception):
    """A request that names no time to move to."""


class ClockPage:
    """The page as a WSGI application."""

    def __init__(self, clock: Clock, timer: Timer, advance: Advance) -> None:
        self._clock = clock
        self._timer = timer
        self._advance = advance

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer with the time, with the hops of a move, or with what is wrong with the request."""
        method = environ["REQUEST_METHOD"]
        if method == "GET":
            return _respond(start_response, HTTPStatus.OK, self._shown())
        if method != "POST":
            wrong = {"error": f"{method} is neither GET nor POST"}
            return _respond(start_response, HTTPStatus.METHOD_NOT_ALLOWED, wrong)
        try:
            instant, patience = self._asked(read_body(environ))
            journey = self._advance.to(instant, patience)
        except BadMove as error:
            return _respond(start_response, HTTPStatus.BAD_REQUEST, {"error": str(error)})
        except AlreadyMoving:
            wrong = {"error": "another request moves the clock now; wait for its end and ask again"}
            return _respond(start_response, HTTPStatus.CONFLICT, wrong)
        start_response("200 OK", [("Content-Type", "application/x-ndjson")])
        return _Lines(journey)

    def _shown(self) -> Json:
        return {
            "now": self._clock.now().isoformat(),
            "moved_seconds": self._clock.ahead.total_seconds(),
            "next": [_upcoming(due) for due in self._timer.upcoming()[:SHOWN]],
        }

    def _asked(self, body: bytes) -> tuple[datetime, float]:
        """The instant and the patience that a request names; raises `BadMove`."""
        try:
            asked = json.loads(body or b"{}")
        except ValueError as error:
            raise BadMove(f"the body is no JSON: {error}") from error
        if not isinstance(asked, dict) or ("to" in asked) == ("advance" in asked):
            raise BadMove('the body must be {"to": "2026-03-01T08:05:00+00:00"} or {"advance": "P30D"}')
        if unknown := set(asked) - {"to", "advance", "patience"}:
            raise BadMove(f"the body has {', '.join(sorted(unknown))}, which the clock does not know")
        patience = asked.get("patience", PATIENCE_SECONDS)
        if type(patience) not in (int, float) or patience <= 0:
            raise BadMove(f"patience is {patience!r}: it must be a number of seconds above 0")
        now = self._clock.now()
        instant = _instant(asked["to"]) if "to" in asked else now + _duration(asked["advance"])
        if instant < now:
            raise BadMove(f"the clock is at {now.isoformat()} and never goes back: name a later time")
        if instant - now > MOST_YEARS * YEAR:
            raise BadMove(f"{instant.isoformat()} is more than {MOST_YEARS} years away: name an earlier time")
        return instant, float(patience)


class _Lines:
    """Hops as lines of JSON, each given out as soon as it happened."""

    def __init__(self, journey: Journey) -> None:
        self._journey = journey

    def __iter__(self) -> Iterator[bytes]:
        for hop in self._journey:
            yield json.dumps(_hop(hop)).encode() + b"\n"

    def close(self) -> None:
        """Move no further: the server calls this at the end, and when nobody reads any more."""
        self._journey.close()


def _instant(text: object) -> datetime:
    try:
        instant = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None:
        raise BadMove(f"to is {text!r}: it must be a time with its zone, such as 2026-03-01T08:05:00+00:00")
    return instant


def _duration(given: object) -> timedelta:
    if type(given) in (int, float):
        return timedelta(seconds=float(str(given)))
    match = _DURATION.fullmatch(given) if isinstance(given, str) else None
    if match is None:
        raise BadMove(
            f"advance is {given!r}: it must be a duration such as P30D or PT8H, or a number of seconds"
        )
    return timedelta(**{unit: int(count) for unit, count in match.groupdict().items() if count})


def _upcoming(due: Due) -> Json:
    return {
        "at": due.at.isoformat(),
        "scheduled": due.scheduled.isoformat(),
        "attempt": due.attempt,
        **_named(due.schedule.key),
    }


def _hop(hop: Hop) -> Json:
    return {
        "now": hop.now.isoformat(),
        "firings": [_fired(rested) for rested in hop.firings],
        "still_running": list(hop.still_running),
    }


def _fired(rested: Rested) -> Json:
    firing = rested.firing
    failure = firing.failure
    return {
        "at": firing.at.isoformat(),
        "scheduled": firing.scheduled.isoformat(),
        "attempt": firing.attempt,
        "state": firing.state,
        "error": f"{failure.code}: {failure.message}" if failure else rested.execution.error,
        "execution": firing.execution_arn,
        "execution_status": rested.execution.status,
        "seconds": round(rested.seconds, 3),
        **_named(firing.schedule.key),
    }


def _named(key: Key) -> Json:
    return {"schedule": key.arn, "region": key.region, "group": key.group, "name": key.name}


def _respond(start_response: StartResponse, status: HTTPStatus, answer: Json) -> Iterable[bytes]:
    body = json.dumps(answer).encode()
    headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
    start_response(f"{status.value} {status.phrase}", headers)
    return [body]
