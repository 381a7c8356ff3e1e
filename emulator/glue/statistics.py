"""Column statistics, kept as given, by column, as long as their table or partition."""

from __future__ import annotations

import weakref
from collections.abc import Mapping, Sequence
from typing import Any

from moto.glue.models import FakePartition, FakeTable

from emulator.glue.errors import EntityNotFound
from emulator.glue.requests import Json
from emulator.glue.store import Store

Columns = dict[str, Mapping[str, Any]]


class Statistics:
    """Statistics of one account and region."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: weakref.WeakKeyDictionary[FakeTable | FakePartition, Columns] = (
            weakref.WeakKeyDictionary()
        )

    def keep(self, before: FakePartition, after: FakePartition) -> None:
        """Keep what is known of a partition that an update made anew."""
        if before in self._known:
            self._known[after] = self._known[before]

    def update_table(self, parameters: Json) -> Json:
        """UpdateColumnStatisticsForTable."""
        return self._update(self._store.table(parameters), parameters["ColumnStatisticsList"])

    def get_table(self, parameters: Json) -> Json:
        """GetColumnStatisticsForTable."""
        return self._get(self._store.table(parameters), parameters["ColumnNames"])

    def delete_table(self, parameters: Json) -> Json:
        """DeleteColumnStatisticsForTable; succeeds where there are none."""
        return self._delete(self._store.table(parameters), parameters["ColumnName"])

    def update_partition(self, parameters: Json) -> Json:
        """UpdateColumnStatisticsForPartition."""
        return self._update(self._store.partition(parameters), parameters["ColumnStatisticsList"])

    def get_partition(self, parameters: Json) -> Json:
        """GetColumnStatisticsForPartition."""
        return self._get(self._store.partition(parameters), parameters["ColumnNames"])

    def delete_partition(self, parameters: Json) -> Json:
        """DeleteColumnStatisticsForPartition; succeeds where there are none."""
        return self._delete(self._store.partition(parameters), parameters["ColumnName"])

    def _update(self, of: FakeTable | FakePartition, given: Sequence[Mapping[str, Any]]) -> Json:
        known = self._known.setdefault(of, {})
        known.update({statistics["ColumnName"].lower(): statistics for statistics in given})
        return {"Errors": []}

    def _get(self, of: FakeTable | FakePartition, names: Sequence[str]) -> Json:
        known = self._known.get(of, {})
        missing = [name for name in names if name.lower() not in known]
        return {
            "ColumnStatisticsList": [known[name.lower()] for name in names if name.lower() in known],
            "Errors": [{"ColumnName": name, "Error": _none_of(name).detail()} for name in missing],
        }

    def _delete(self, of: FakeTable | FakePartition, name: str) -> Json:
        self._known.get(of, {}).pop(name.lower(), None)
        return {}


def _none_of(column: str) -> EntityNotFound:
    return EntityNotFound(f"Statistics do not exist for column: {column}")
