"""awslambdaric's Runtime API client in plain Python, for platforms where its native one is not built.

Found by name: awslambdaric imports `runtime_client`. The same four functions, with the same results.
"""

from __future__ import annotations

import http.client
import os
from collections.abc import Mapping

_BASE = "/2018-06-01/runtime/invocation"
_agent = "aws-lambda-python"


def initialize_client(user_agent: str) -> None:
    """Remember how the client calls itself."""
    global _agent
    _agent = user_agent


def next() -> tuple[bytes, dict[str, str]]:
    """Wait for the next invocation: its event, and the headers that describe it."""
    status, body, headers = _call("GET", f"{_BASE}/next", b"", {})
    if status != http.client.OK:
        raise RuntimeError(f"Failed to get next invocation: HTTP status {status}")
    return body, headers


def post_invocation_result(
    invoke_id: str, data: bytes, content_type: str, invocation_id: str | None = None
) -> None:
    """Answer an invocation with the handler's result."""
    _post(f"{_BASE}/{invoke_id}/response", data, {"Content-Type": content_type}, invocation_id)


def post_error(invoke_id: str, data: str, xray_fault: str, invocation_id: str | None = None) -> None:
    """Answer an invocation with the error that the handler raised."""
    headers = {"Content-Type": "application/json", "Lambda-Runtime-Function-Error-Type": "Unhandled"}
    if xray_fault.isascii():
        headers["Lambda-Runtime-Function-XRay-Error-Cause"] = xray_fault
    _post(f"{_BASE}/{invoke_id}/error", data.encode(), headers, invocation_id)


def _post(path: str, body: bytes, headers: Mapping[str, str], invocation_id: str | None) -> None:
    more = {"Lambda-Runtime-Invocation-Id": invocation_id} if invocation_id else {}
    status, answer, _ = _call("POST", path, body, {**headers, **more})
    if status != http.client.ACCEPTED:
        raise RuntimeError(f"Failed to post to {path}: HTTP status {status}: {answer!r}")


def _call(
    method: str, path: str, body: bytes, headers: Mapping[str, str]
) -> tuple[int, bytes, dict[str, str]]:
    connection = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
    try:
        connection.request(method, path, body or None, {"User-Agent": _agent, **headers})
        response = connection.getresponse()
        return response.status, response.read(), dict(response.getheaders())
    finally:
        connection.close()
