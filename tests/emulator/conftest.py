"""An emulator in this process with an engine that the tests teach, and boto3 clients for it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from emulator.composition import Emulator
from emulator.engine.choice import single
from emulator.moto_services import MotoServices
from emulator.server import EmulatorServer
from tests.emulator.fake_engine import FakeEngine
from tests.emulator.wire_lake import WireLake, lake_of_its_own, wire_lake
from tests.places import Place

if TYPE_CHECKING:
    from types_boto3_athena.client import AthenaClient
    from types_boto3_athena.type_defs import QueryExecutionTypeDef
    from types_boto3_s3.client import S3Client

FINAL = ("SUCCEEDED", "FAILED", "CANCELLED")


@dataclass(frozen=True)
class FakeAthena:
    """An emulator in this process: its engine, clients, and a bucket for results."""

    engine: FakeEngine
    endpoint: str
    athena: AthenaClient
    s3: S3Client
    bucket: str

    @property
    def location(self) -> str:
        """An output location without its last slash."""
        return f"s3://{self.bucket}/results"

    def start(self, sql: str, **more: Any) -> str:
        """Start a query; gives its id."""
        parameters = {"ResultConfiguration": {"OutputLocation": self.location}, **more}
        return self.athena.start_query_execution(QueryString=sql, **parameters)["QueryExecutionId"]

    def end_of(self, query_id: str) -> QueryExecutionTypeDef:
        """The execution in its final state."""
        while True:
            execution = self.athena.get_query_execution(QueryExecutionId=query_id)["QueryExecution"]
            if execution["Status"]["State"] in FINAL:
                return execution

    def run(self, sql: str, **more: Any) -> QueryExecutionTypeDef:
        """Start a query and wait for its end."""
        return self.end_of(self.start(sql, **more))

    def read(self, uri: str) -> bytes:
        """The object at an s3:// URI."""
        bucket, _, key = uri.removeprefix("s3://").partition("/")
        return self.s3.get_object(Bucket=bucket, Key=key)["Body"].read()

    def keys(self) -> list[str]:
        """The keys in the results bucket."""
        return [found["Key"] for found in self.s3.list_objects_v2(Bucket=self.bucket).get("Contents", [])]


@pytest.fixture(scope="session")
def fake_server() -> Iterator[tuple[str, FakeEngine]]:
    """The endpoint and engine of an emulator in a thread of this process."""
    engine = FakeEngine()
    emulator = Emulator(single(engine), MotoServices())
    server = EmulatorServer(emulator.app, "127.0.0.1", 0)
    emulator.listens_at(server.endpoint)
    thread = server.start()
    yield server.endpoint, engine
    server.stop()
    thread.join(timeout=10)
    emulator.close()


@pytest.fixture(scope="session")
def fake_clients(fake_server: tuple[str, FakeEngine]) -> tuple[AthenaClient, S3Client]:
    """Clients of the emulator in this process."""
    endpoint, _ = fake_server
    session = boto3.Session(aws_access_key_id="test", aws_secret_access_key="test", region_name="eu-west-2")
    return session.client("athena", endpoint_url=endpoint), session.client("s3", endpoint_url=endpoint)


@pytest.fixture
def fake(fake_server: tuple[str, FakeEngine], fake_clients: tuple[AthenaClient, S3Client]) -> FakeAthena:
    """The emulator in this process, with a new bucket."""
    endpoint, engine = fake_server
    athena, s3 = fake_clients
    bucket = f"results-{uuid.uuid4().hex}"
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-2"})
    return FakeAthena(engine, endpoint, athena, s3, bucket)


@pytest.fixture(scope="session")
def lake_over_the_wire(place: Place, aws_session: boto3.Session) -> Iterator[WireLake]:
    """A lake in the session's place, reached by AWS's API alone."""
    if place.aws:
        yield wire_lake(aws_session, place.aws.bucket, place.aws.prefix, place.aws.workgroup, None)
    else:
        yield lake_of_its_own(aws_session)
