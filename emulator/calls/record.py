"""The recorded calls: each kind of request once, with how often it came."""

from __future__ import annotations

import io
import threading
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

from emulator.faults.calls import call_of
from emulator.principals import caller
from emulator.wire import WsgiApp, read_body

ATHENA = "athena"
_FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Call:
    """One request, as it came or as Athena would make it.

    role: who signed it, None when no role did. via: ``athena`` for what Athena did on the role's behalf.
    operation: where the protocol names it; elsewhere method, path and query do. body: of requests whose
    resource is named there. status: how it was answered.
    """

    role: str | None
    via: str | None
    service: str
    operation: str | None
    method: str
    path: str
    query: str
    body: str
    status: int


class Calls:
    """What was called since recording was switched on."""

    def __init__(self) -> None:
        self.on = False
        self._counts: Counter[Call] = Counter()
        self._lock = threading.Lock()

    def start(self) -> None:
        """Forget what was recorded, and record from now on."""
        with self._lock:
            self._counts.clear()
        self.on = True

    def stop(self) -> None:
        """Record no more; what was recorded stays."""
        self.on = False

    def shown(self) -> list[dict[str, Any]]:
        """The calls in the order in which each came first."""
        with self._lock:
            return [{**asdict(call), "times": times} for call, times in self._counts.items()]

    def add(self, call: Call) -> None:
        """Count one call."""
        with self._lock:
            self._counts[call] += 1

    def request(self, app: WsgiApp, environ: WSGIEnvironment, respond: StartResponse) -> Iterable[bytes]:
        """Answer a request by an application, and record it with its answer's status."""
        called, role, body = call_of(environ), caller.get(), _telling_body(environ)
        query = environ.get("QUERY_STRING", "")

        def start_response(status: str, *more: Any) -> Any:
            self.add(
                Call(
                    role,
                    None,
                    called.service,
                    called.operation,
                    called.method,
                    called.path,
                    query,
                    body,
                    int(status[:3]),
                )
            )
            return respond(status, *more)

        return app(environ, start_response)

    def of_athena(self, service: str, operation: str | None, body: str) -> None:
        """Record a call of Athena to another service's operation, for the caller of the statement."""
        self._of_athena(Call(caller.get(), ATHENA, service, operation, "POST", "/", "", body, 200))

    def of_athena_to_s3(self, method: str, path: str, query: str = "") -> None:
        """Record a call of Athena to S3, for the caller of the statement."""
        self._of_athena(Call(caller.get(), ATHENA, "s3", None, method, path, query, "", 200))

    def _of_athena(self, call: Call) -> None:
        if self.on:
            self.add(call)


def _telling_body(environ: WSGIEnvironment) -> str:
    """The body where it names the resource: of JSON and form calls, and of S3's deletion of many objects."""
    is_form = environ.get("CONTENT_TYPE", "").startswith(_FORM)
    deletes = environ["REQUEST_METHOD"] == "POST" and _names(environ.get("QUERY_STRING", ""), "delete")
    if not (environ.get("HTTP_X_AMZ_TARGET") or is_form or deletes):
        return ""
    body = read_body(environ)
    environ["wsgi.input"] = io.BytesIO(body)
    environ["CONTENT_LENGTH"] = str(len(body))
    return body.decode("utf-8", "replace")


def _names(query: str, name: str) -> bool:
    return any(item.partition("=")[0] == name for item in query.split("&"))
