"""Athena's clients against a real emulator process: this runs in `.venv-clients`, the emulator in `.venv`."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import boto3
import pytest

from tests.conftest import ROOT

REGION: Final = "eu-west-2"


@dataclass(frozen=True)
class Lake:
    """A bucket and a database of one test module's own."""

    bucket: str
    database: str

    @property
    def results(self) -> str:
        """The location of results."""
        return f"s3://{self.bucket}/results/"

    def at(self, name: str) -> str:
        """The location of a table."""
        return f"s3://{self.bucket}/tables/{name}/"


@pytest.fixture(scope="session")
def emulator_python() -> str:
    """The interpreter that has the emulator's packages."""
    return str(ROOT / ".venv" / "bin" / "python")


@pytest.fixture(scope="session", autouse=True)
def environment(emulator_endpoint: str) -> Iterator[None]:
    """AWS's own environment variables, which every client reads, the S3 reader of Arrow among them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", emulator_endpoint)
        patch.setenv("AWS_ACCESS_KEY_ID", "test")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "test")
        patch.setenv("AWS_DEFAULT_REGION", REGION)
        patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL_ATHENA"):
            patch.delenv(name, raising=False)
        boto3.setup_default_session()
        yield


@pytest.fixture(scope="module")
def lake() -> Lake:
    """A new bucket and a new database."""
    name = uuid.uuid4().hex[:12]
    lake = Lake(f"clients-{name}", f"clients_{name}")
    boto3.client("s3").create_bucket(
        Bucket=lake.bucket, CreateBucketConfiguration={"LocationConstraint": REGION}
    )
    boto3.client("glue").create_database(DatabaseInput={"Name": lake.database})
    return lake
