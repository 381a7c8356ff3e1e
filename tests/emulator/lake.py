"""The engine without the wire: statements in, rows out, over a Glue catalog and an S3 of its own."""

from __future__ import annotations

import atexit
import functools
import io
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from moto.glue.models import GlueBackend
from moto.s3.models import S3Backend

from emulator.catalog.glue import MotoCatalog
from emulator.catalog.model import GlueTable
from emulator.engine.base import CancelToken, ExecutionContext, Row, S3Location, StatementResult
from emulator.engine.duckdb.connection import DuckDBSettings
from emulator.engine.duckdb.engine import DuckDBEngine
from emulator.storage.moto_objects import MotoObjects

ACCOUNT = "123456789012"
REGION = "eu-west-2"
BUCKETS = ("lake", "results")
STARTED = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


class KeptStatements(dict[str, str]):
    """A store of prepared statements."""

    def put(self, name: str, sql: str) -> None:
        self[name] = sql

    def delete(self, name: str) -> bool:
        return self.pop(name, None) is not None


@dataclass
class Lake:
    """An engine, its catalog and its objects; the database ``db`` and the bucket ``lake`` are there."""

    engine: DuckDBEngine
    catalog: MotoCatalog
    objects: MotoObjects
    s3: S3Backend
    prepared: KeptStatements = field(default_factory=KeptStatements)
    numbers: Iterator[int] = field(default_factory=itertools.count)

    def context(self, **changes: Any) -> ExecutionContext:
        """An execution's context; its query id is new."""
        query_id = f"00000000-0000-4000-8000-{next(self.numbers):012d}"
        context = ExecutionContext(
            query_id=query_id,
            account=ACCOUNT,
            region=REGION,
            catalog="AwsDataCatalog",
            database="db",
            started=STARTED,
            output=S3Location("results", f"out/{query_id}"),
            cancel=CancelToken(),
            prepared=self.prepared,
        )
        return replace(context, **changes)

    def execute(self, sql: str, **changes: Any) -> StatementResult:
        """Run a statement; its rows are yet to be read."""
        return self.engine.execute(self.engine.check(sql), self.context(**changes))

    def rows(self, sql: str, **changes: Any) -> list[Row]:
        """Run a statement and read its rows."""
        return list(self.execute(sql, **changes).rows)

    def table(self, name: str) -> GlueTable:
        """A table of ``db`` as Glue has it."""
        found = self.catalog.table("db", name)
        assert found is not None, f"no table {name}"
        return found

    def put(self, key: str, body: bytes) -> None:
        """Put an object into the bucket ``lake``."""
        self.objects.put_bytes("lake", key, body)

    def put_parquet(self, key: str, columns: dict[str, Any]) -> None:
        """Put a Parquet file made of the columns (lists or arrays) into the bucket ``lake``."""
        buffer = io.BytesIO()
        pq.write_table(pa.table(columns), buffer)
        self.put(key, buffer.getvalue())

    def keys(self, prefix: str = "", bucket: str = "lake") -> list[str]:
        """The keys in a bucket."""
        return [info.key for info in self.objects.list(bucket, prefix)]


@functools.cache
def shared_lake(settings: DuckDBSettings | None = None) -> Lake:
    """The lake of this test process; it is closed at its end."""
    s3 = S3Backend("us-east-1", ACCOUNT)
    for bucket in BUCKETS:
        s3.create_bucket(bucket, "us-east-1")
    objects = MotoObjects(s3)
    catalog = MotoCatalog(GlueBackend(REGION, ACCOUNT))
    engine = DuckDBEngine(objects, lambda account, region: catalog, settings)
    atexit.register(engine.close)
    catalog.create_database({"Name": "db"})
    return Lake(engine, catalog, objects, s3)


def emptied(lake: Lake) -> Iterator[Lake]:
    """The lake for one test; what the test left is taken away after it."""
    yield lake
    for database in lake.catalog.databases():
        if database.name != "default":
            lake.catalog.delete_database(database.name)
    lake.catalog.create_database({"Name": "db"})
    lake.prepared.clear()
    for bucket in BUCKETS:
        lake.objects.delete(bucket, lake.keys(bucket=bucket))
