"""Glue as the metastore of Trino's Hive connector: the same, with views that Athena reads and Trino does not.

A view that a client makes through Glue's API may have a description, and may have neither owner nor SerDe.
Athena reads it. Trino's connector takes the description for the table's comment and a view for one only if
its comment is ``Presto View``, runs it as its owner, and fails where there is no SerDe. So Trino asks this
page; everyone else sees the view as it was made.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

from emulator.catalog.model import VIRTUAL_VIEW
from emulator.wire import WsgiApp

PATH = "/_wardlake/metastore"
PATHS = (PATH, f"{PATH}/")
"""The clients of AWS's SDKs put a slash behind an endpoint's path."""

_READS = {"AWSGlue.GetTable": "Table", "AWSGlue.GetTables": "TableList"}
_OWNER = "hadoop"
"""Who owns the views that Athena makes."""


class MetastorePage:
    """Answers with Glue's own answers, views as Trino wants them."""

    def __init__(self, glue: WsgiApp) -> None:
        self._glue = glue

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request to Glue; raises as Glue does."""
        member = _READS.get(environ.get("HTTP_X_AMZ_TARGET", ""))
        if member is None:
            return self._glue(environ, start_response)
        started: list[tuple[str, list[tuple[str, str]]]] = []

        def start(status: str, headers: list[tuple[str, str]], *_: Any) -> Any:
            started.append((status, headers))

        body = b"".join(self._glue(environ, start))
        ((status, headers),) = started
        if status.startswith("200"):
            body = _adapted(body, member)
            headers = [pair for pair in headers if pair[0].lower() != "content-length"]
            headers.append(("Content-Length", str(len(body))))
        start_response(status, headers)
        return [body]


def _adapted(body: bytes, member: str) -> bytes:
    answer: dict[str, Any] = json.loads(body)
    found = answer[member]
    for table in found if isinstance(found, list) else [found]:
        _adapt(table)
    return json.dumps(answer).encode()


def _adapt(table: dict[str, Any]) -> None:
    if table.get("TableType") != VIRTUAL_VIEW:
        return
    table.setdefault("Owner", _OWNER)
    table.setdefault("StorageDescriptor", {}).setdefault("SerdeInfo", {})
    parameters = table.get("Parameters", {})
    if parameters.get("presto_view") == "true":
        table.pop("Description", None)
        table["Parameters"] = {**parameters, "comment": "Presto View"}
