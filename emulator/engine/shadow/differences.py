"""What was compared so far: how often each verdict fell, and the last statements that were not equal."""

from __future__ import annotations

import logging
import threading
from collections import Counter, deque
from dataclasses import asdict, dataclass
from typing import Any

from emulator.engine.base import Row
from emulator.engine.shadow.comparison import EMBEDDED, TRINO, Comparison, Verdict

log = logging.getLogger(__name__)

KEPT = 200
"""Statements that are remembered; older ones stay in the log."""

SHOWN_ROWS = 5
"""The rows of each answer that are shown of a difference."""

_SHOWN_STATEMENT = 2000


@dataclass(frozen=True)
class Difference:
    """A statement whose two answers are not equal."""

    query_id: str
    statement: str
    comparison: Comparison

    def text(self) -> str:
        """What a reader of the log needs: which query, what differs, and the first rows of it."""
        found = self.comparison
        lines = [f"query {self.query_id}: {found.verdict}", *_indented(self.statement[:_SHOWN_STATEMENT])]
        lines += [f"  {reason}" for reason in found.reasons]
        lines += [f"  only {EMBEDDED}: {_shown(row)}" for row in found.only_embedded]
        lines += [f"  only {TRINO}: {_shown(row)}" for row in found.only_trino]
        return "\n".join(lines)

    def shown(self) -> dict[str, Any]:
        """The difference as JSON."""
        found = asdict(self.comparison)
        return {"query_id": self.query_id, "statement": self.statement, **found}


class Differences:
    """The verdicts of one emulator, from any thread."""

    def __init__(self, kept: int = KEPT) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[Verdict] = Counter()
        self._last: deque[Difference] = deque(maxlen=kept)

    def add(self, query_id: str, statement: str, comparison: Comparison) -> None:
        """Count a comparison; log and remember it unless the answers are equal."""
        found = Difference(query_id, statement, comparison)
        with self._lock:
            self._counts[comparison.verdict] += 1
            if comparison.verdict is Verdict.EQUAL:
                return
            self._last.append(found)
        log.warning("%s", found.text())

    def shown(self) -> dict[str, Any]:
        """The counts of all verdicts, and what is remembered, newest first, as JSON."""
        with self._lock:
            counts = {str(verdict): self._counts[verdict] for verdict in Verdict}
            return {"compared": counts, "differences": [found.shown() for found in reversed(self._last)]}

    def clear(self) -> None:
        """Forget all."""
        with self._lock:
            self._counts.clear()
            self._last.clear()


def _indented(text: str) -> list[str]:
    return [f"  | {line}" for line in text.strip().splitlines()]


def _shown(row: Row) -> str:
    return " | ".join("NULL" if value is None else repr(value)[1:-1] for value in row)
