"""State machines on an emulator in this process, whose Athena knows what a test teaches it."""

from __future__ import annotations

from collections.abc import Iterator

import boto3
import pytest

from tests.emulator.conftest import FakeAthena
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
