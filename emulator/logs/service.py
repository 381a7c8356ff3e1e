"""CloudWatch Logs in front of moto: the key of a log group can be changed, everything else is moto's."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

from emulator.wire import NotEmulated, WsgiApp, read_body, signed_region

_TARGET = "Logs_20140328."
_TYPE = "application/x-amz-json-1.1"
_ABSENT = {"__type": "ResourceNotFoundException", "message": "The specified log group does not exist."}

Groups = Callable[[str], dict[str, Any]]
"""moto's log groups of a region by name."""


class LogsService:
    """The Logs of all regions."""

    def __init__(self, groups: Groups, others: WsgiApp) -> None:
        """others: answers every operation but the two on keys."""
        self._groups, self._others = groups, others

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request; raises `NotEmulated` for the keys of query results."""
        operation = environ.get("HTTP_X_AMZ_TARGET", "").removeprefix(_TARGET)
        if operation not in ("AssociateKmsKey", "DisassociateKmsKey"):
            return self._others(environ, start_response)
        request = json.loads(read_body(environ))
        group = self._groups(signed_region(environ)).get(_group_name(request))
        if group is None:
            return _respond(start_response, "400 Bad Request", _ABSENT)
        group.kms_key_id = request.get("kmsKeyId")
        return _respond(start_response, "200 OK", {})

    def close(self) -> None:
        """Nothing runs here."""


def _group_name(request: dict[str, str]) -> str:
    if "logGroupName" in request:
        return request["logGroupName"]
    _, found, name = request.get("resourceIdentifier", "").partition(":log-group:")
    if not found:
        raise NotEmulated("Logs: only a log group's key can be changed in this emulator")
    return name


def _respond(start_response: StartResponse, status: str, answer: dict[str, str]) -> Iterable[bytes]:
    body = json.dumps(answer).encode()
    start_response(status, [("Content-Type", _TYPE), ("Content-Length", str(len(body)))])
    return [body]
