"""``/_wardlake/differences``: GET shows what shadow mode compared and found, DELETE forgets it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from http import HTTPStatus
from wsgiref.types import StartResponse, WSGIEnvironment

from emulator.engine.shadow.differences import Differences

PATH = "/_wardlake/differences"


class DifferencesPage:
    """The page as a WSGI application."""

    def __init__(self, differences: Differences) -> None:
        self._differences = differences

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer with the counts and the differences as they then are."""
        method, status = environ["REQUEST_METHOD"], 200
        if method == "DELETE":
            self._differences.clear()
        answer: object = self._differences.shown()
        if method not in ("GET", "DELETE"):
            status, answer = 405, {"error": f"{method} is not one of GET, DELETE"}
        body = json.dumps(answer).encode()
        headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
        start_response(f"{status} {HTTPStatus(status).phrase}", headers)
        return [body]
