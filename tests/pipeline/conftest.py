"""Hospitals in the session's place: each is a stage of its own."""

import secrets
from collections.abc import Callable, Iterator

import boto3
import pytest

from pipeline.context import Context, connect
from pipeline.settings import Settings
from scripts.provision import provision
from tests.pipeline.clearing import take_away
from tests.pipeline.hospital import Hospital
from tests.places import Place


@pytest.fixture(scope="session")
def new_hospital(aws_session: boto3.Session, place: Place) -> Iterator[Callable[[], Hospital]]:
    """Makes hospitals that have delivered nothing yet; on AWS nothing is left of them at the end."""
    account = aws_session.client("sts").get_caller_identity()["Account"]
    made: list[Context] = []

    def make() -> Hospital:
        settings = Settings(stage=f"t{secrets.token_hex(4)}", account=account)
        context = connect(aws_session, settings)
        made.append(context)
        provision(context)
        return Hospital(context)

    yield make
    if place.name == "aws":
        for context in made:
            take_away(aws_session, context)


@pytest.fixture
def hospital(
    new_hospital: Callable[[], Hospital], place: Place, aws_session: boto3.Session
) -> Iterator[Hospital]:
    """A hospital that has delivered nothing yet; on AWS it goes with its test."""
    hospital = new_hospital()
    yield hospital
    if place.name == "aws":
        take_away(aws_session, hospital.context)
