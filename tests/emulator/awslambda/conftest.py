"""Clients of the emulator's Lambda, and functions to call."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import boto3
import pytest

from tests.emulator.awslambda.deploying import Deployer

if TYPE_CHECKING:
    from types_boto3_lambda import LambdaClient


@pytest.fixture(scope="session")
def functions(aws_session: boto3.Session) -> LambdaClient:
    return aws_session.client("lambda")


@pytest.fixture
def deploy(functions: LambdaClient) -> Iterator[Deployer]:
    deployer = Deployer(functions)
    yield deployer
    deployer.delete_all()
