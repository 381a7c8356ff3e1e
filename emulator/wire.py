"""What a request of the AWS wire protocol says of itself: its signature's scope and its body."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol, runtime_checkable
from wsgiref.types import StartResponse, WSGIEnvironment

DEFAULT_REGION = "us-east-1"
CLOCK_PATH = "/_wardlake/clock"
"""The page of the emulator's clock."""

HEADERS_KEY = "wardlake.headers"
"""Where the server leaves a request's headers as they came: pairs of name and value, repeated ones too."""

WsgiApp = Callable[[WSGIEnvironment, StartResponse], Iterable[bytes]]


class Service(Protocol):
    """An AWS service of ours on the wire."""

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""

    def close(self) -> None:
        """End what it runs: processes, threads, executions."""


@runtime_checkable
class WorksOn(Protocol):
    """A service that goes on with work whose caller does not wait for it."""

    def under_way(self) -> Sequence[str]:
        """What it works on now, a few words for each piece."""


class NotEmulated(Exception):
    """A service, or an operation of one, that neither we nor moto have."""


def read_body(environ: WSGIEnvironment) -> bytes:
    """The whole body of a request, with a length or chunked."""
    stream = environ["wsgi.input"]
    if environ.get("wsgi.input_terminated"):
        return bytes(stream.read())
    return bytes(stream.read(int(environ.get("CONTENT_LENGTH") or 0)))


def signed_region(environ: WSGIEnvironment) -> str:
    """The region of the credential scope, as in ``Credential=KEY/20260101/eu-west-2/athena/aws4_request``."""
    scope = _credential_scope(environ)
    return scope[2] if scope else DEFAULT_REGION


def signed_service(environ: WSGIEnvironment) -> str | None:
    """The service that a request's header was signed for, None for presigned and unsigned requests."""
    scope = _credential_scope(environ)
    return scope[3] if scope else None


def signed_key(environ: WSGIEnvironment) -> str | None:
    """The access key id that a request's header was signed with, None for presigned and unsigned requests."""
    scope = _credential_scope(environ)
    return scope[0] if scope else None


def _credential_scope(environ: WSGIEnvironment) -> list[str]:
    """Key, date, region, service and ending of a signature of version 4; empty without one."""
    _, found, scope = environ.get("HTTP_AUTHORIZATION", "").partition("Credential=")
    parts = scope.split(",", 1)[0].split("/") if found else []
    return parts if len(parts) == 5 else []
