"""``/_wardlake/calls``: POST records from now on, GET lists what was recorded, DELETE ends it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from http import HTTPStatus
from wsgiref.types import StartResponse, WSGIEnvironment

from emulator.calls.record import Calls

PATH = "/_wardlake/calls"


class CallsPage:
    """The page as a WSGI application."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer with what was recorded until now."""
        method, status = environ["REQUEST_METHOD"], 200
        answer: object = None
        if method == "POST":
            self._calls.start()
        elif method == "DELETE":
            self._calls.stop()
        elif method != "GET":
            status, answer = 405, {"error": f"{method} is not one of GET, POST, DELETE"}
        body = json.dumps(answer or {"recording": self._calls.on, "calls": self._calls.shown()}).encode()
        headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
        start_response(f"{status} {HTTPStatus(status).phrase}", headers)
        return [body]
