"""A client's request as it is sent on: the same method, path, headers and body, as the emulator's account."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from wsgiref.types import WSGIEnvironment

from urllib3 import HTTPHeaderDict
from urllib3.util import SKIP_HEADER

from emulator.s3_hosts import virtual_host
from emulator.upstream.account import presigned_as, signed_as
from emulator.upstream.bodies import Body
from emulator.upstream.listings import continued_listing
from emulator.wire import HEADERS_KEY

Pairs = Iterable[tuple[str, str]]

_OF_ONE_CONNECTION = {
    "connection",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
}
_NOT_SENT_ON = {"content-length", "expect"}  # the server has answered 100-continue already
_NOT_ADDED = ("User-Agent", "Accept-Encoding")


@dataclass(frozen=True)
class Outgoing:
    """A request to the upstream; ``target`` is the path with its query, as they came."""

    method: str
    target: str
    headers: HTTPHeaderDict
    body: Body


def outgoing(environ: WSGIEnvironment, account: str) -> Outgoing:
    """What to send on for a request.

    A bucket that is named by the host comes into the path, which every upstream understands.
    """
    body = Body(environ)
    headers = HTTPHeaderDict()
    for name, value in end_to_end(environ[HEADERS_KEY]):
        if name.lower() not in _NOT_SENT_ON:
            headers.add(name, signed_as(account, value) if name.lower() == "authorization" else value)
    if body.length is not None and "CONTENT_LENGTH" in environ:
        headers["Content-Length"] = str(body.length)
    target = continued_listing(presigned_as(account, environ["RAW_URI"]))
    if named := virtual_host(environ):
        headers["Host"] = named.host
        target = f"/{named.bucket}{target}"
    for name in _NOT_ADDED:
        headers.setdefault(name, SKIP_HEADER)
    return Outgoing(environ["REQUEST_METHOD"], target, headers, body)


def end_to_end(headers: Pairs) -> list[tuple[str, str]]:
    """The headers without those that are about one connection (RFC 9110, section 7.6.1)."""
    given = list(headers)
    named = {
        option.strip().lower()
        for name, value in given
        if name.lower() == "connection"
        for option in value.split(",")
    }
    dropped = _OF_ONE_CONNECTION | named
    return [(name, value) for name, value in given if name.lower() not in dropped]
