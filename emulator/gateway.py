"""The one endpoint: Athena's calls go to our own service, all others to moto or to the upstream."""

from __future__ import annotations

import json
import logging
import os
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Protocol
from wsgiref.types import StartResponse, WSGIEnvironment
from xml.sax.saxutils import escape

from emulator import VERSION
from emulator.calls.record import Calls
from emulator.clock import Clock
from emulator.faults.calls import call_of
from emulator.faults.rules import Faults
from emulator.principals import caller, role_of
from emulator.upstream.errors import ClientGone, UpstreamAway
from emulator.wire import NotEmulated, WsgiApp, read_body, signed_key, signed_region, signed_service

log = logging.getLogger(__name__)

HEALTH_PATH = "/_wardlake/health"
JSON_TYPE = "application/x-amz-json-1.1"
_ATHENA_TARGET = "AmazonAthena."
_REST_XML_SERVICES = ("s3", "route53", "cloudfront")


@dataclass(frozen=True)
class Reply:
    """An answer to a JSON call: HTTP status and body."""

    status: int
    body: bytes


class AthenaCalls(Protocol):
    """The Athena service on the wire."""

    def call(self, region: str, operation: str, body: bytes) -> Reply:
        """Answer one call; errors are answers too."""


class Gateway:
    """The WSGI application of the emulator."""

    def __init__(
        self,
        athena: AthenaCalls,
        services: WsgiApp,
        own: Mapping[str, WsgiApp] | None = None,
        pages: Mapping[str, WsgiApp] | None = None,
        faults: Faults | None = None,
        calls: Calls | None = None,
        upstream: str | None = None,
        clock: Clock | None = None,
    ) -> None:
        """Put services behind one door.

        own: by the name that requests are signed for (``lambda``, ``states``, …), what is not `services`'
        task. pages: the emulator's own paths, such as ``/_wardlake/clock``. faults: what requests are to be
        answered with errors; the pages are not. calls: where requests are recorded when that is on.
        upstream: the URL behind `services`, for the health page; None if they are in this process. clock: for
        that page, too.
        """
        self._athena = athena
        self._services = services
        self._own = dict(own or {})
        self._pages = dict(pages or {})
        self._faults = faults or Faults()
        self._calls = calls or Calls()
        self._upstream = upstream
        self._clock = clock or Clock()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request of the AWS wire protocol, or of the emulator's health."""
        path = environ["PATH_INFO"]
        if path == HEALTH_PATH:
            return _respond(start_response, 200, "application/json", self._health(environ))
        caller.set(role_of(signed_key(environ) or ""))
        if self._calls.on and path not in self._pages:
            return self._calls.request(self._answer, environ, start_response)
        return self._answer(environ, start_response)

    def _answer(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        page = self._pages.get(environ["PATH_INFO"])
        fault = self._faults.answer(call_of(environ)) if self._faults.any and page is None else None
        if fault is not None:
            return _refuse(environ, start_response, fault.status, fault.error, fault.message)
        target = environ.get("HTTP_X_AMZ_TARGET", "")
        if target.startswith(_ATHENA_TARGET):
            return self._call_athena(environ, start_response, target.removeprefix(_ATHENA_TARGET))
        app = page or self._own.get(signed_service(environ) or "", self._services)
        try:
            return app(environ, start_response)
        except NotEmulated as error:
            return _refuse(environ, start_response, 501, "NotImplementedException", str(error))
        except UpstreamAway as error:
            return _refuse(environ, start_response, 503, "ServiceUnavailable", str(error))
        except ClientGone as error:
            return _refuse(environ, start_response, 400, "IncompleteBody", str(error))
        except Exception as error:  # the last line of defence: an answer in AWS's shape, the trace in the log
            log.exception("%s %s failed", environ["REQUEST_METHOD"], environ["PATH_INFO"])
            return _refuse(
                environ, start_response, 500, "InternalFailure", f"{type(error).__name__}: {error}"
            )

    def _health(self, environ: Mapping[str, str]) -> bytes:
        return json.dumps(
            {
                "status": "ready",
                "pid": os.getpid(),
                "version": VERSION,
                "port": int(environ["SERVER_PORT"]),
                "upstream": self._upstream,
                "moved_seconds": self._clock.ahead.total_seconds(),
            }
        ).encode()

    def _call_athena(
        self, environ: WSGIEnvironment, start_response: StartResponse, operation: str
    ) -> Iterable[bytes]:
        reply = self._athena.call(signed_region(environ), operation, read_body(environ))
        return _respond(start_response, reply.status, JSON_TYPE, reply.body)


def _respond(
    start_response: StartResponse, status: int, kind: str, body: bytes, *more: tuple[str, str]
) -> Iterable[bytes]:
    headers = [
        ("Content-Type", kind),
        ("Content-Length", str(len(body))),
        ("x-amzn-RequestId", str(uuid.uuid4())),
        *more,
    ]
    start_response(f"{status} {HTTPStatus(status).phrase}", headers)
    return [body]


def _refuse(
    environ: WSGIEnvironment, start_response: StartResponse, status: int, code: str, message: str
) -> Iterable[bytes]:
    """An error as the client's protocol has it: XML for S3's kind and for query services, else JSON."""
    answer = _error(environ, start_response, status, code, message)
    return [] if environ["REQUEST_METHOD"] == "HEAD" else answer


def _error(
    environ: WSGIEnvironment, start_response: StartResponse, status: int, code: str, message: str
) -> Iterable[bytes]:
    error = f"<Code>{code}</Code><Message>{escape(message)}</Message>"
    if (signed_service(environ) or "s3") in _REST_XML_SERVICES:
        text = f'<?xml version="1.0" encoding="UTF-8"?>\n<Error>{error}</Error>'
        return _respond(start_response, status, "text/xml", text.encode())
    if environ.get("CONTENT_TYPE", "").startswith("application/x-www-form-urlencoded"):
        request_id = f"<RequestId>{uuid.uuid4()}</RequestId>"  # clients of this protocol read it here
        fault = "Sender" if status < 500 else "Receiver"
        text = f"<ErrorResponse><Error><Type>{fault}</Type>{error}</Error>{request_id}</ErrorResponse>"
        return _respond(start_response, status, "text/xml", text.encode())
    body = json.dumps({"__type": code, "message": message}).encode()
    return _respond(start_response, status, JSON_TYPE, body, ("x-amzn-ErrorType", code))
