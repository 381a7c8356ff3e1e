"""The lake of tests.emulator.lake over AWS's API: the same doors, in whatever place the tests run.

A test writes of the database `db` and the buckets `lake` and `results`. Here every database it makes has a
name of this session's own, and both buckets are folders of one bucket; what is sent and heard is translated.
"""

from __future__ import annotations

import base64
import io
import re
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import boto3
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from emulator.catalog.glue import partition_of, table_of
from emulator.catalog.model import Database, GlueTable, Partition
from emulator.engine.base import Row
from emulator.storage.objects import ObjectInfo
from emulator.storage.s3_objects import S3Objects
from tests.emulator.asking import Asker, Told

if TYPE_CHECKING:
    from types_boto3_glue import GlueClient

BUCKETS = ("lake", "results")
_VIEW, _VIEW_END = "/* Presto View: ", " */"
_RESULT = re.compile(r"out/[0-9a-f-]{36}(-manifest\.csv|\.(csv|txt)(\.metadata)?|\.metadata)")
_MAKES = re.compile(r"^\s*CREATE\s+(?:DATABASE|SCHEMA)\s+(?:IF\s+NOT\s+EXISTS\s+)?[`\"]?(\w+)", re.IGNORECASE)


@dataclass
class Names:
    """What things are called there: `s3://lake/` is `s3://<bucket>/<prefix>/lake/`, `db` has a prefix too."""

    bucket: str
    prefix: str
    databases: dict[str, str] = field(default_factory=dict)

    def database(self, name: str) -> str:
        """A database's name there; known from now on."""
        return self.databases.setdefault(name, f"{self.prefix.replace('-', '_')}_{name}")

    def there(self, text: str) -> str:
        """A text as it is sent."""
        for name in BUCKETS:
            text = re.sub(rf"s3://{name}\b", f"s3://{self.bucket}/{self.prefix}/{name}", text)
        for name, own in self.databases.items():
            text = re.sub(rf"\b{name}\b", own, text)
        return text

    def back(self, text: str) -> str:
        """A text that was heard, as the test writes it."""
        text = text.replace(f"s3://{self.bucket}/{self.prefix}/", "s3://")
        for name, own in self.databases.items():
            text = text.replace(own, name)
        return text

    def facts_back(self, facts: Any) -> Any:
        """The same for all texts in what an API answers."""
        if isinstance(facts, str):
            return self._view_back(facts) if facts.startswith(_VIEW) else self.back(facts)
        if isinstance(facts, Mapping):
            return {key: self.facts_back(value) for key, value in facts.items()}
        return [self.facts_back(value) for value in facts] if isinstance(facts, list) else facts

    def _view_back(self, text: str) -> str:
        """The same for a view, which Glue keeps encoded."""
        encoded = text.removeprefix(_VIEW).removesuffix(_VIEW_END)
        view = self.back(base64.b64decode(encoded).decode())
        return f"{_VIEW}{base64.b64encode(view.encode()).decode()}{_VIEW_END}"


@dataclass(frozen=True)
class WireCatalog:
    """Glue, as far as tests look into it."""

    glue: GlueClient
    names: Names

    def database(self, name: str) -> Database | None:
        """A database, or None."""
        try:
            found = self.glue.get_database(Name=self.names.databases.get(name, name))["Database"]
        except self.glue.exceptions.EntityNotFoundException:
            return None
        facts = self.names.facts_back(found)
        return Database(
            facts["Name"], facts.get("Description"), facts.get("LocationUri"), facts.get("Parameters", {})
        )

    def table(self, database: str, name: str) -> GlueTable | None:
        """A table, or None."""
        try:
            found = self.glue.get_table(DatabaseName=self.names.database(database), Name=name)["Table"]
        except self.glue.exceptions.EntityNotFoundException:
            return None
        return table_of(database, name, self.names.facts_back(found))

    def create_table(self, database: str, table_input: Any) -> None:
        """Create a table by its TableInput."""
        facts: Any = {**table_input}
        if storage := facts.get("StorageDescriptor"):
            facts["StorageDescriptor"] = {**storage, "Location": self.names.there(storage["Location"])}
        self.glue.create_table(DatabaseName=self.names.database(database), TableInput=facts)

    def partitions(self, table: GlueTable) -> tuple[Partition, ...]:
        """The registered partitions of a table."""
        pages = self.glue.get_paginator("get_partitions").paginate(
            DatabaseName=self.names.database(table.database), TableName=table.name
        )
        found = (self.names.facts_back(facts) for page in pages for facts in page["Partitions"])
        return tuple(partition_of(table, facts["Values"], facts) for facts in found)


@dataclass(frozen=True)
class WireObjects:
    """S3, as far as tests look into it; keys are those below a bucket's folder."""

    store: S3Objects
    names: Names

    def read(self, bucket: str, key: str) -> bytes:
        """An object's content."""
        return self.store.read(self.names.bucket, self._folder(bucket) + key)

    def put_bytes(self, bucket: str, key: str, body: bytes) -> None:
        """Put an object."""
        self.store.put_bytes(self.names.bucket, self._folder(bucket) + key, body)

    def list(self, bucket: str, prefix: str) -> list[ObjectInfo]:
        """The objects whose key starts with `prefix`."""
        folder = self._folder(bucket)
        found = self.store.list(self.names.bucket, folder + prefix)
        return [replace(info, bucket=bucket, key=info.key.removeprefix(folder)) for info in found]

    def delete(self, bucket: str, keys: Sequence[str]) -> None:
        """Delete objects."""
        self.store.delete(self.names.bucket, [self._folder(bucket) + key for key in keys])

    def _folder(self, bucket: str) -> str:
        return f"{self.names.prefix}/{bucket}/"


@dataclass(frozen=True)
class WireEngine:
    """The start of a statement alone."""

    asker: Asker

    def check(self, sql: str) -> None:
        """Start a statement and stop it. Raises ParseError where Athena refuses the start."""
        self.asker.stop(self.asker.start(sql))


@dataclass(frozen=True)
class WireLake:
    """What tests do with a lake, over the wire; `enforced` asks in a workgroup that enforces its location."""

    asker: Asker
    enforced: Asker | None
    names: Names
    catalog: WireCatalog
    objects: WireObjects

    @property
    def engine(self) -> WireEngine:
        """What refuses statements."""
        return WireEngine(self.asker)

    def execute(self, sql: str, *, output_enforced: bool = False, **changes: Any) -> Told:
        """Run a statement to its end."""
        if made := _MAKES.match(sql):
            self.names.database(made[1])
        asker = self.enforced if output_enforced else self.asker
        if asker is None:
            pytest.skip("this place lends no workgroup that enforces its output location")
        return asker.ask(sql, **changes)

    def rows(self, sql: str, **changes: Any) -> list[Row]:
        """Run a statement and read its rows."""
        return list(self.execute(sql, **changes).rows)

    def table(self, name: str) -> GlueTable:
        """A table of `db` as Glue has it."""
        found = self.catalog.table("db", name)
        assert found is not None, f"no table {name}"
        return found

    def put(self, key: str, body: bytes) -> None:
        """Put an object into the bucket `lake`."""
        self.objects.put_bytes("lake", key, body)

    def put_parquet(self, key: str, columns: dict[str, Any]) -> None:
        """Put a Parquet file made of the columns into the bucket `lake`."""
        buffer = io.BytesIO()
        pq.write_table(pa.table(columns), buffer)
        self.put(key, buffer.getvalue())

    def keys(self, prefix: str = "", bucket: str = "lake") -> list[str]:
        """The keys in a bucket; without the results that queries leave."""
        found = (info.key for info in self.objects.list(bucket, prefix))
        return [key for key in found if bucket != "results" or not _RESULT.fullmatch(key)]


def wire_lake(
    session: boto3.Session, bucket: str, prefix: str, workgroup: str, enforced: str | None
) -> WireLake:
    """A lake in a folder of a bucket, asked through these workgroups."""
    names = Names(bucket, prefix)
    s3, athena = session.client("s3"), session.client("athena")
    output = f"s3://{bucket}/{prefix}/results/out"

    def asker(name: str) -> Asker:
        return Asker(athena, s3, name, output, names.there, names.back)

    return WireLake(
        asker=asker(workgroup),
        enforced=asker(enforced) if enforced else None,
        names=names,
        catalog=WireCatalog(session.client("glue"), names),
        objects=WireObjects(S3Objects(lambda: s3), names),
    )


def lake_of_its_own(session: boto3.Session) -> WireLake:
    """A lake in a new bucket, with two new workgroups: for an emulator, where nothing of them is kept."""
    name = f"wardlake-test-{secrets.token_hex(4)}"
    session.client("s3").create_bucket(
        Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-2"}
    )
    athena = session.client("athena")
    enforced = f"{name}-enforced"
    athena.create_work_group(Name=name, Configuration={"EnforceWorkGroupConfiguration": False})
    athena.create_work_group(
        Name=enforced,
        Configuration={
            "EnforceWorkGroupConfiguration": True,
            "ResultConfiguration": {"OutputLocation": f"s3://{name}/{name}/results/out"},
        },
    )
    return wire_lake(session, name, name, name, enforced)


def emptied_wire(lake: WireLake) -> Iterator[WireLake]:
    """The lake for one test, its database `db` made anew; all that the test made is taken away after it."""
    glue, names = lake.catalog.glue, lake.names
    glue.create_database(DatabaseInput={"Name": names.database("db")})
    yield lake
    for name in list(names.databases.values()):
        try:
            glue.delete_database(Name=name)
        except glue.exceptions.EntityNotFoundException:
            continue
    for bucket in BUCKETS:
        lake.objects.delete(bucket, [info.key for info in lake.objects.list(bucket, "")])
