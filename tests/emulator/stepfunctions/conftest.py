"""State machines on an emulator in this process, whose Athena knows what a test teaches it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import boto3
import pytest

from emulator.composition import Emulator
from emulator.engine.choice import single
from emulator.moto_services import MotoServices
from emulator.server import EmulatorServer
from tests.emulator.conftest import FakeAthena
from tests.emulator.fake_engine import FakeEngine
from tests.emulator.stepfunctions.machines import Machines


@pytest.fixture
def session(fake: FakeAthena, monkeypatch: pytest.MonkeyPatch) -> boto3.Session:
    """A session against the emulator of this process."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", fake.endpoint)
    return boto3.Session(aws_access_key_id="test", aws_secret_access_key="test", region_name="eu-west-2")


@pytest.fixture
def machines(session: boto3.Session) -> Iterator[Machines]:
    found = Machines(session.client("stepfunctions"))
    yield found
    found.delete_all()


@dataclass(frozen=True)
class World:
    """An emulator of its own, whose clock a test may move, and state machines on it."""

    emulator: Emulator
    machines: Machines


@pytest.fixture
def world() -> Iterator[World]:
    emulator = Emulator(single(FakeEngine()), MotoServices())
    server = EmulatorServer(emulator.app, "127.0.0.1", 0)
    emulator.listens_at(server.endpoint)
    thread = server.start()
    session = boto3.Session(aws_access_key_id="test", aws_secret_access_key="test", region_name="eu-west-2")
    machines = Machines(session.client("stepfunctions", endpoint_url=server.endpoint))
    yield World(emulator, machines)
    machines.delete_all()
    server.stop()
    thread.join(timeout=10)
    emulator.close()
