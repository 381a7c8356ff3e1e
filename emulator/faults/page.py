"""``/_wardlake/faults``: GET lists the faults, POST adds one, DELETE forgets them all."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

from emulator.faults.rules import BadFault, Faults
from emulator.wire import read_body

PATH = "/_wardlake/faults"


class FaultsPage:
    """The page as a WSGI application. ``kill`` loses the query engine at once."""

    def __init__(self, faults: Faults, kill: Callable[[], None]) -> None:
        self._faults = faults
        self._kill = kill

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer with the faults as they then are, or with what is wrong with a description."""
        method = environ["REQUEST_METHOD"]
        try:
            if method == "POST":
                self._add(read_body(environ))
            elif method == "DELETE":
                self._faults.clear()
            elif method != "GET":
                return _respond(start_response, 405, {"error": f"{method} is not one of GET, POST, DELETE"})
        except BadFault as error:
            return _respond(start_response, 400, {"error": str(error)})
        return _respond(start_response, 200, {"faults": self._faults.shown()})

    def _add(self, body: bytes) -> None:
        try:
            asked = json.loads(body)
        except ValueError as error:
            raise BadFault(f"the body is no JSON: {error}") from error
        if asked == {"engine": "kill"}:
            self._kill()
        else:
            self._faults.add(asked)


def _respond(start_response: StartResponse, status: int, answer: dict[str, Any]) -> Iterable[bytes]:
    body = json.dumps(answer).encode()
    headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
    start_response(f"{status} {HTTPStatus(status).phrase}", headers)
    return [body]
