"""What cannot work because one half of it is the upstream's and the other is the emulator's."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterable
from urllib.parse import parse_qs
from wsgiref.types import WSGIEnvironment

from emulator.wire import NotEmulated, read_body, signed_service

_OURS = re.compile(r"arn:aws[a-z-]*:(lambda|states|scheduler|athena|glue|logs):")
"""Targets that the upstream would look for among its own resources."""

_MOST = 1024 * 1024
"""Bytes; no request that is looked into here may be longer at AWS."""


def refuse_unreachable(environ: WSGIEnvironment) -> None:
    """Raise `NotEmulated` if a request asks the upstream to call a service of the emulator's own.

    The upstream would answer that all is well and then deliver to nobody. The body can still be read
    afterwards.
    """
    look = _LOOKS.get(signed_service(environ) or "s3")
    if look is not None and (found := look(environ)):
        raise NotEmulated(
            f"{found} cannot be called by the upstream: the emulator's own services are unknown there. "
            "Start the emulator without --upstream for it, or subscribe a queue of SQS and read that"
        )


def _of_sns(environ: WSGIEnvironment) -> str | None:
    if not environ.get("CONTENT_TYPE", "").startswith("application/x-www-form-urlencoded"):
        return None
    form = parse_qs(_body(environ).decode("utf-8", "replace"))
    if form.get("Action") == ["Subscribe"] and form.get("Protocol") == ["lambda"]:
        return f"The function {form.get('Endpoint', [''])[0]}"
    return None


def _of_events(environ: WSGIEnvironment) -> str | None:
    if environ.get("HTTP_X_AMZ_TARGET") != "AWSEvents.PutTargets":
        return None
    try:
        targets = json.loads(_body(environ)).get("Targets") or []
        arns: Iterable[str] = [target.get("Arn", "") for target in targets]
    except (ValueError, AttributeError):
        return None  # the upstream says what is wrong with it
    return next((f"The target {arn}" for arn in arns if _OURS.match(arn)), None)


def _of_s3(environ: WSGIEnvironment) -> str | None:
    query = environ.get("QUERY_STRING", "")
    if environ["REQUEST_METHOD"] != "PUT" or query.partition("&")[0].partition("=")[0] != "notification":
        return None
    found = re.search(rb"arn:aws[a-z-]*:lambda:[^<\s]*", _body(environ))
    return f"The function {found[0].decode('utf-8', 'replace')}" if found else None


def _body(environ: WSGIEnvironment) -> bytes:
    if int(environ.get("CONTENT_LENGTH") or 0) > _MOST:
        return b""
    body = read_body(environ)
    environ["wsgi.input"] = io.BytesIO(body)
    return body


_LOOKS: dict[str, Callable[[WSGIEnvironment], str | None]] = {
    "sns": _of_sns,
    "events": _of_events,
    "s3": _of_s3,
}
