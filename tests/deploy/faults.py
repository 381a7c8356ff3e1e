"""Faults that the emulator shows on request (docs/faults.md)."""

from __future__ import annotations

import json
import urllib.request
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Faults:
    """The page of faults of an emulator."""

    endpoint: str

    def add(self, **fault: Any) -> None:
        """Ask for one."""
        self._call("POST", json.dumps(fault).encode())

    def clear(self) -> None:
        """Forget all."""
        self._call("DELETE")

    def struck(self) -> int:
        """How often those that are known have struck."""
        return sum(fault["struck"] for fault in self._call("GET")["faults"])

    def _call(self, method: str, body: bytes | None = None) -> Any:
        request = urllib.request.Request(f"{self.endpoint}/_wardlake/faults", data=body, method=method)
        with urllib.request.urlopen(request, timeout=10) as reply:
            return json.loads(reply.read())
