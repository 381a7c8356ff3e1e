"""What Trino's statistics say of an execution, in the words of `StatementResult.statistics`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from emulator.engine.base import INPUT_ROWS, PLANNING_MILLIS, QUEUED_MILLIS, RUNNING_MILLIS, SCANNED_BYTES

_NAMES = (SCANNED_BYTES, INPUT_ROWS, QUEUED_MILLIS, PLANNING_MILLIS, RUNNING_MILLIS)


class Statistics(Mapping[str, int]):
    """The sums over the queries of one execution; they grow while the queries run."""

    def __init__(self) -> None:
        self._queries: dict[str, dict[str, int]] = {}

    @property
    def query_ids(self) -> tuple[str, ...]:
        """Trino's ids of the queries so far."""
        return tuple(self._queries)

    def note(self, query_id: str, stats: Mapping[str, Any]) -> None:
        """Take the statistics of a reply: they replace the query's earlier ones."""
        queued = int(stats.get("queuedTimeMillis", 0))
        self._queries[query_id] = {
            SCANNED_BYTES: int(stats.get("physicalInputBytes", 0)),
            INPUT_ROWS: int(stats.get("processedRows", 0)),
            QUEUED_MILLIS: queued,
            PLANNING_MILLIS: int(stats.get("planningTimeMillis", 0)),
            RUNNING_MILLIS: max(0, int(stats.get("elapsedTimeMillis", 0)) - queued),
        }

    def __getitem__(self, name: str) -> int:
        if name not in _NAMES:
            raise KeyError(name)
        return sum(query[name] for query in self._queries.values())

    def __iter__(self) -> Iterator[str]:
        return iter(_NAMES)

    def __len__(self) -> int:
        return len(_NAMES)
