"""Hospitals on the emulator: each is a stage of its own."""

from collections.abc import Callable
from itertools import count

import boto3
import pytest

from pipeline.context import connect
from pipeline.settings import Settings
from scripts.provision import provision
from tests.pipeline.hospital import Hospital

_STAGES = count(1)


@pytest.fixture(scope="session")
def new_hospital(aws_session: boto3.Session, worker_id: str) -> Callable[[], Hospital]:
    """Makes hospitals that have delivered nothing yet."""

    def make() -> Hospital:
        context = connect(aws_session, Settings(stage=f"t{worker_id}n{next(_STAGES)}"))
        provision(context)
        return Hospital(context)

    return make


@pytest.fixture
def hospital(new_hospital: Callable[[], Hospital]) -> Hospital:
    """A hospital that has delivered nothing yet."""
    return new_hospital()
