"""Stages that run themselves."""

from __future__ import annotations

from collections.abc import Callable

import boto3
import pytest

from tests.deploy.stage import Stage, deployed
from tests.pipeline.conftest import new_hospital
from tests.pipeline.hospital import Hospital

__all__ = ["new_hospital"]


@pytest.fixture(scope="module")
def stage(aws_session: boto3.Session, new_hospital: Callable[[], Hospital]) -> Stage:
    """A deployed stage that has delivered nothing yet; the tests of a module share it."""
    return deployed(aws_session, new_hospital())
