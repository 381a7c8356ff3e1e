"""What an AWS request calls, in any of the wire's protocols."""

from __future__ import annotations

import io
from urllib.parse import parse_qs
from wsgiref.types import WSGIEnvironment

from emulator.faults.rules import Call
from emulator.wire import read_body, signed_service

_FORM = "application/x-www-form-urlencoded"


def call_of(environ: WSGIEnvironment) -> Call:
    """The call of a request, whose body can still be read afterwards; unsigned ones are S3's."""
    return Call(
        signed_service(environ) or "s3",
        _operation(environ),
        environ["REQUEST_METHOD"],
        environ["PATH_INFO"],
    )


def _operation(environ: WSGIEnvironment) -> str | None:
    target: str = environ.get("HTTP_X_AMZ_TARGET", "")
    if target:
        return target.rpartition(".")[2]
    if environ.get("CONTENT_TYPE", "").startswith(_FORM):
        body = read_body(environ)
        environ["wsgi.input"] = io.BytesIO(body)
        return parse_qs(body.decode("utf-8", "replace")).get("Action", [None])[0]
    return None
