"""Records a real Trino's replies for the fake one: ``python -m tests.emulator.engine.trino.record URL``.

The server needs the plugin ``geospatial``, as every release of Trino has it, and no table.
"""

from __future__ import annotations

import json
import sys
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.emulator.engine.trino.statements import RECORDED_STATEMENTS

_HEADERS = {
    "X-Trino-User": "recorder",
    "X-Trino-Time-Zone": "UTC",
    "X-Trino-Language": "en-US",
    "X-Trino-Client-Capabilities": "PARAMETRIC_DATETIME",
}
_KEPT = ("columns", "data", "updateType", "updateCount")
_KEPT_STATISTICS = (
    "state", "queuedTimeMillis", "elapsedTimeMillis", "planningTimeMillis", "physicalInputBytes",
    "processedRows",
)  # fmt: skip
_KEPT_OF_ERRORS = ("message", "errorName", "errorType", "errorLocation")


def record(url: str, sql: str) -> list[dict[str, Any]]:
    """The replies to a statement, without what belongs to that server or is not read."""
    replies: list[dict[str, Any]] = []
    found = _call(f"{url}/v1/statement", sql.encode())
    while True:
        known = any("columns" in reply for reply in replies)
        replies.append(_slim(found, ("data", "updateType", "updateCount") if known else _KEPT))
        if "nextUri" not in found:
            return replies
        found = _call(found["nextUri"])


def _slim(reply: dict[str, Any], names: Sequence[str]) -> dict[str, Any]:
    kept = {name: reply[name] for name in names if name in reply}
    kept["stats"] = {name: reply["stats"][name] for name in _KEPT_STATISTICS}
    kept["warnings"] = []
    if "error" in reply:
        kept["error"] = {name: reply["error"][name] for name in _KEPT_OF_ERRORS if name in reply["error"]}
    return kept


def _call(url: str, body: bytes | None = None) -> dict[str, Any]:
    request = urllib.request.Request(url, data=body, headers=_HEADERS)
    with urllib.request.urlopen(request, timeout=60) as answer:
        found: dict[str, Any] = json.load(answer)
        return found


if __name__ == "__main__":
    recorded = {sql: record(sys.argv[1], sql) for sql in RECORDED_STATEMENTS}
    text = ",\n".join(f"{json.dumps(sql)}: {json.dumps(replies)}" for sql, replies in recorded.items())
    (Path(__file__).parent / "recordings.json").write_text(f"{{\n{text}\n}}\n", encoding="utf-8")
