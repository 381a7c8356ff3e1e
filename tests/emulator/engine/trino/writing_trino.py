"""A Trino in miniature that also writes: objects, tables and partitions, as Trino's Hive connector does."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from emulator.catalog.model import Catalog, GlueTable
from emulator.catalog.partitions import bucket_and_prefix, partition_path
from emulator.statements.partitions import partition_input
from emulator.storage.objects import ObjectStore
from tests.emulator.engine.trino.fake_trino import FakeTrino, Reply, page

_CREATE = re.compile(
    r'\s*CREATE TABLE "awsdatacatalog"\."(?P<database>[^"]+)"\."(?P<name>[^"]+)" WITH \((.*)\)'
)
_INSERT = re.compile(r"\s*INSERT INTO (?P<name>\w+)", re.IGNORECASE)
_LOCATION = re.compile(r"external_location = '([^']+)'")
_ROWS = [{"name": "rows", "typeSignature": {"rawType": "bigint", "arguments": []}}]


@dataclass
class Writes:
    """What the next statement writes: columns, and a file for each of the partitions (none: one file).

    ``ends`` is the reply after it has written; None counts the rows.
    """

    columns: Sequence[tuple[str, str]] = (("a", "int"),)
    keys: Sequence[tuple[str, str]] = ()
    partitions: Sequence[tuple[str, ...]] = ()
    ends: Reply | None = None
    then: Callable[[], None] = field(default=lambda: None)


class WritingTrino(FakeTrino):
    """Runs CREATE TABLE … AS and INSERT on a catalog and a store, as `writes` says."""

    def __init__(self, catalog: Catalog, objects: ObjectStore) -> None:
        super().__init__()
        self.writes = Writes()
        self.looks = 0
        self.seen_tables: list[list[str]] = []
        self._catalog = catalog
        self._objects = objects

    def answer(self, method: str, path: str, sql: str) -> tuple[int, Reply]:
        """The status and the reply of one request; a statement writes before it is answered."""
        if path.startswith("/v1/query/"):
            self.looks += 1
            return 200, {"finalQueryInfo": self.looks > 1}
        if method == "POST" and not sql.startswith("PREPARE"):
            self._write(sql, f"query_{len(self.asked) + 1}")
        return super().answer(method, path, sql)

    def _write(self, sql: str, query_id: str) -> None:
        text = sql.replace("''", "'") if sql.startswith("EXECUTE IMMEDIATE") else sql
        created, inserted = _CREATE.search(text), _INSERT.search(text)
        if created:
            table = self._created(created, query_id)
        elif inserted:
            table = self._table("db", inserted["name"])
        else:
            return
        rows = self._fill(table, query_id)
        done = page(columns=_ROWS, data=[[rows]], updateType="INSERT", updateCount=rows)
        self.teach(sql, page(), self.writes.ends or done)
        self.writes.then()

    def _created(self, found: re.Match[str], query_id: str) -> GlueTable:
        location = _LOCATION.search(found[3])
        assert location is not None
        self._catalog.create_table(
            found["database"],
            {
                "Name": found["name"],
                "TableType": "EXTERNAL_TABLE",
                "Parameters": {"trino_query_id": query_id},
                "StorageDescriptor": {"Columns": _columns(self.writes.columns), "Location": location[1]},
                "PartitionKeys": _columns(self.writes.keys),
            },
        )
        return self._table(found["database"], found["name"])

    def _table(self, database: str, name: str) -> GlueTable:
        table = self._catalog.table(database, name)
        assert table is not None
        self.seen_tables.append([found.name for found in self._catalog.tables(database)])
        return table

    def _fill(self, table: GlueTable, query_id: str) -> int:
        names = [key.name for key in table.partition_keys]
        places = list(self.writes.partitions) or [()]
        for values in places:
            known = self._catalog.partition(table, values) if values else None
            path = f"{table.storage.location.rstrip('/')}/{partition_path(names, values)}"
            bucket, prefix = bucket_and_prefix(known.storage.location if known else path)
            self._objects.put_bytes(bucket, f"{prefix}20260101_{query_id}_x", b"rows")
            if values and known is None:
                given = {**partition_input(table, values, None), "Parameters": {"trino_query_id": query_id}}
                self._catalog.create_partition(table, given)
        return len(places)


def _columns(pairs: Sequence[tuple[str, str]]) -> list[dict[str, Any]]:
    return [{"Name": name, "Type": kind} for name, kind in pairs]
