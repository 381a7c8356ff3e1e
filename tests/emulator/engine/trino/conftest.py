"""An emulator in this process whose engine is a Trino in miniature, and clients for it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

import boto3
import pytest

from emulator.catalog.glue import MotoCatalog
from emulator.composition import Emulator
from emulator.engine.choice import Engines
from emulator.engine.trino.engine import TrinoEngine
from emulator.moto_backends import glue_backend, s3_backend
from emulator.moto_services import MotoServices
from emulator.server import EmulatorServer
from emulator.storage.moto_objects import MotoObjects
from tests.emulator.engine.trino.fake_trino import FakeTrino
from tests.emulator.fake_engine import FakeEngine

if TYPE_CHECKING:
    from types_boto3_athena.client import AthenaClient
    from types_boto3_athena.type_defs import QueryExecutionTypeDef, WorkGroupConfigurationTypeDef
    from types_boto3_s3.client import S3Client

REGION: Final = "eu-west-2"
ENDED = ("SUCCEEDED", "FAILED", "CANCELLED")


@dataclass(frozen=True)
class OnTrino:
    """The emulator's Athena, and the Trino and the other engine behind it."""

    athena: AthenaClient
    trino: FakeTrino
    embedded: FakeEngine
    bucket: str

    def start(self, sql: str, **more: Any) -> str:
        """Start a query; gives its id."""
        output = {"ResultConfiguration": {"OutputLocation": f"s3://{self.bucket}/"}}
        return self.athena.start_query_execution(QueryString=sql, **{**output, **more})["QueryExecutionId"]

    def end_of(self, query_id: str) -> QueryExecutionTypeDef:
        """The execution in its final state."""
        while True:
            found = self.athena.get_query_execution(QueryExecutionId=query_id)["QueryExecution"]
            if found["Status"]["State"] in ENDED:
                return found

    def run(self, sql: str, **more: Any) -> QueryExecutionTypeDef:
        """Start a query and wait for its end."""
        return self.end_of(self.start(sql, **more))

    def workgroup(self, engine: str | None = None, **configuration: Any) -> str:
        """A new workgroup that names an engine by its tag; gives its name."""
        name = f"w-{uuid.uuid4().hex}"
        self.athena.create_work_group(
            Name=name,
            Configuration=cast(
                "WorkGroupConfigurationTypeDef", {"EnforceWorkGroupConfiguration": False, **configuration}
            ),
            Tags=[{"Key": "wardlake:engine", "Value": engine}] if engine else [],
        )
        return name


def trino_engine(url: str) -> TrinoEngine:
    """The engine on moto's catalog and store."""
    objects = MotoObjects(s3_backend())
    return TrinoEngine(url, objects, lambda account, region: MotoCatalog(glue_backend(region)))


@pytest.fixture
def trino() -> Iterator[FakeTrino]:
    """A Trino of the test's own, which it may stop."""
    fake = FakeTrino()
    yield fake
    fake.stop()


@pytest.fixture(scope="session")
def on_trino_server() -> Iterator[tuple[str, FakeTrino, FakeEngine]]:
    """The endpoint of an emulator on a Trino in miniature, and its engines."""
    fake, embedded = FakeTrino(), FakeEngine()
    emulator = Emulator(
        Engines("trino", {"trino": trino_engine(fake.url), "duckdb": embedded}), MotoServices()
    )
    server = EmulatorServer(emulator.app, "127.0.0.1", 0)
    emulator.listens_at(server.endpoint)
    thread = server.start()
    yield server.endpoint, fake, embedded
    server.stop()
    thread.join(timeout=10)
    emulator.close()
    fake.stop()


@pytest.fixture(scope="session")
def on_trino_clients(on_trino_server: tuple[str, FakeTrino, FakeEngine]) -> tuple[AthenaClient, S3Client]:
    """Clients of that emulator."""
    session = boto3.Session(aws_access_key_id="test", aws_secret_access_key="test", region_name=REGION)
    endpoint = on_trino_server[0]
    return session.client("athena", endpoint_url=endpoint), session.client("s3", endpoint_url=endpoint)


@pytest.fixture
def on_trino(
    on_trino_server: tuple[str, FakeTrino, FakeEngine], on_trino_clients: tuple[AthenaClient, S3Client]
) -> OnTrino:
    """An Athena on a Trino in miniature, with a new bucket."""
    _, fake, embedded = on_trino_server
    athena, s3 = on_trino_clients
    bucket = f"results-{uuid.uuid4().hex}"
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
    return OnTrino(athena, fake, embedded, bucket)
