"""Hospitals on the emulator: each is a stage of its own."""

import secrets
from collections.abc import Callable

import boto3
import pytest

from pipeline.context import connect
from pipeline.settings import Settings
from scripts.provision import provision
from tests.pipeline.hospital import Hospital


@pytest.fixture(scope="session")
def new_hospital(aws_session: boto3.Session) -> Callable[[], Hospital]:
    """Makes hospitals that have delivered nothing yet."""
    account = aws_session.client("sts").get_caller_identity()["Account"]

    def make() -> Hospital:
        context = connect(aws_session, Settings(stage=f"t{secrets.token_hex(4)}", account=account))
        provision(context)
        return Hospital(context)

    return make


@pytest.fixture
def hospital(new_hospital: Callable[[], Hospital]) -> Hospital:
    """A hospital that has delivered nothing yet."""
    return new_hospital()
