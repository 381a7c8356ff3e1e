"""Tables that are changed while they are read."""

from __future__ import annotations

from typing import Any

from moto.glue.models import FakeTable

from emulator.catalog.glue import current_facts


class Overtaken(dict[str, dict[str, Any]]):
    """A table's versions, of which the first is taken away by an update just before it is read."""

    def __init__(self, table: FakeTable) -> None:
        super().__init__(table.versions)
        self._table = table

    def get(self, version: str, default: Any = None) -> Any:
        if version == "1":
            self._table.update({"Name": "t", "Description": "second"})
            self.pop("1")
        return super().get(version, default)


def test_a_version_that_an_update_takes_away_meanwhile_gives_way_to_the_new_one() -> None:
    table = FakeTable("db", "t", {"Name": "t", "Description": "first"}, "123456789012")
    table.versions = Overtaken(table)
    assert current_facts(table) == (2, {"Name": "t", "Description": "second"})
