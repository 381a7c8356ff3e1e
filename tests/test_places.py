"""The places of the suite: what is left out elsewhere, and what AWS is asked for and given back."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import boto3
import pytest

from tests.conftest import ROOT
from tests.places import BUCKET, WORKGROUP, opted_in, place_of
from tests.stack.parts import REGION, EndpointSession

CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": REGION}
LENT = {BUCKET: "lent-to-tests", WORKGROUP: "lent-to-tests"}

ON_AWS = (
    "tests/pipeline/test_samples.py",
    "tests/pipeline/test_alerts.py::test_a_missing_snapshot_is_an_alert",
    "tests/emulator/statements/test_views.py",
    "tests/emulator/engine/test_lost_engine.py",
    "tests/emulator/trino/test_like.py",
    "tests/emulator/athena/test_end_to_end.py",
)
SIMULATED = pytest.mark.only_on("embedded", because="an emulator of its own stands for AWS")


@dataclass(frozen=True)
class Ran:
    """How a run of pytest ended, and what it showed."""

    code: int
    out: str


def run(environment: dict[str, str], *arguments: str) -> Ran:
    """Run pytest in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-rs", *arguments],
        cwd=ROOT,
        env=without_settings() | environment,
        capture_output=True,
        text=True,
        timeout=300,
    )
    return Ran(done.returncode, done.stdout + done.stderr)


def without_settings() -> dict[str, str]:
    """The environment without any settings of this run's."""
    return {k: v for k, v in os.environ.items() if not k.startswith(("AWS_", "WARDLAKE_", "PYTEST_"))}


@pytest.mark.parametrize("given", [{}, {BUCKET: "b-b-b"}, {WORKGROUP: "w"}, {**LENT, BUCKET: "s3://b/c"}])
def test_aws_is_refused_without_what_is_to_be_lent(given: Mapping[str, str]) -> None:
    with pytest.raises(pytest.UsageError, match=BUCKET if BUCKET not in given else "WARDLAKE_TEST_AWS"):
        opted_in(given)


def test_two_sessions_share_no_prefix() -> None:
    assert opted_in(LENT).prefix != opted_in(LENT).prefix


def test_the_long_form_is_for_the_stack_alone() -> None:
    assert place_of("stack", {}).is_long
    assert not place_of("embedded", {}).is_long
    assert not place_of("stack", {"WARDLAKE_TEST_PROFILE": "ci"}).is_long


@SIMULATED
def test_a_run_on_aws_says_where_it_is_and_leaves_nothing_behind(emulator_endpoint: str) -> None:
    """An emulator stands for AWS: the suite is given what AWS's own variables give it, and nothing else."""
    session = EndpointSession(emulator_endpoint)
    lend(session)
    before = things(session)
    ran = run({**CREDENTIALS, **LENT, "AWS_ENDPOINT_URL": emulator_endpoint}, "--place", "aws", *ON_AWS)
    assert ran.code == 0, ran.out
    assert "on AWS: account 123456789012, region eu-west-2" in ran.out
    assert "only on embedded: kills the engine of this process" in ran.out
    assert "would leave behind on AWS what it makes" in ran.out
    assert "deselected" in ran.out
    assert things(session) == before


@SIMULATED
def test_a_run_on_aws_does_not_begin_without_the_bucket_that_is_named(emulator_endpoint: str) -> None:
    given = {**CREDENTIALS, BUCKET: "never-made", WORKGROUP: "primary", "AWS_ENDPOINT_URL": emulator_endpoint}
    ran = run(given, "--place", "aws", *ON_AWS)
    assert ran.code == pytest.ExitCode.USAGE_ERROR
    assert "cannot begin" in ran.out and "HeadBucket" in ran.out


ENDLESS = """
import pathlib, time, pytest

@pytest.fixture(scope="session")
def started():
    yield
    pathlib.Path("ended").touch()

def test_endless(started):
    pathlib.Path("began").touch()
    time.sleep(600)
"""


@pytest.mark.parametrize("workers", ["0", "1"])
def test_a_session_that_is_terminated_ends_what_it_started(tmp_path: Path, workers: str) -> None:
    (tmp_path / "test_endless.py").write_text(ENDLESS)
    process = subprocess.Popen(
        [sys.executable, "-m", "pytest", "-p", "tests.conftest", "-n", workers],
        cwd=tmp_path,
        env=without_settings() | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while process.poll() is None and not (tmp_path / "began").exists():
            time.sleep(0.05)
        process.terminate()
        process.wait(timeout=60)
    finally:
        process.kill()
    assert (tmp_path / "ended").exists()


def lend(session: boto3.Session) -> None:
    """What a user has before."""
    session.client("s3").create_bucket(
        Bucket=LENT[BUCKET], CreateBucketConfiguration={"LocationConstraint": REGION}
    )
    session.client("athena").create_work_group(
        Name=LENT[WORKGROUP], Configuration={"EnforceWorkGroupConfiguration": False}
    )


def things(session: boto3.Session) -> dict[str, list[str]]:
    """What an account has, by name, and what the lent bucket holds."""
    s3, glue, athena = session.client("s3"), session.client("glue"), session.client("athena")
    return {
        "buckets": sorted(bucket["Name"] for bucket in s3.list_buckets()["Buckets"]),
        "objects": [item["Key"] for item in s3.list_objects_v2(Bucket=LENT[BUCKET]).get("Contents", [])],
        "databases": sorted(found["Name"] for found in glue.get_databases()["DatabaseList"]),
        "workgroups": sorted(found["Name"] for found in athena.list_work_groups()["WorkGroups"]),
        "topics": sorted(topic["TopicArn"] for topic in session.client("sns").list_topics()["Topics"]),
        "queues": session.client("sqs").list_queues().get("QueueUrls", []),
    }
