"""The AWS command line's own `deploy`, as people use it."""

from __future__ import annotations

import os
import subprocess
import sys
import uuid
from pathlib import Path

from tests.emulator.cloudformation.conftest import Cloud

TEMPLATE = """
Parameters: {Days: {Type: Number, Default: 3}}
Resources:
  B:
    Type: AWS::S3::Bucket
    Properties:
      LifecycleConfiguration: {Rules: [{Id: x, Status: Enabled, ExpirationInDays: !Ref Days}]}
"""


def deploy(cloud: Cloud, path: Path, name: str, *more: str) -> subprocess.CompletedProcess[str]:
    """`awslocal cloudformation deploy`."""
    environment = {**os.environ, "AWS_ENDPOINT_URL": cloud.endpoint, "AWS_DEFAULT_REGION": "eu-west-2"}
    command = [str(Path(sys.executable).with_name("awslocal")), "cloudformation", "deploy"]
    return subprocess.run(
        [*command, "--template-file", str(path), "--stack-name", name, *more],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_awslocal_deploys_says_that_nothing_changed_and_updates(cloud: Cloud, tmp_path: Path) -> None:
    path, name = tmp_path / "template.yaml", f"s{uuid.uuid4().hex[:10]}"
    path.write_text(TEMPLATE)
    cloud.made.append(name)
    first = deploy(cloud, path, name)
    assert "Successfully created/updated stack" in first.stdout, first.stderr
    bucket = cloud.physical_id(name, "B")
    second = deploy(cloud, path, name, "--no-fail-on-empty-changeset")
    assert (second.returncode, "No changes to deploy" in second.stdout) == (0, True)
    third = deploy(cloud, path, name, "--parameter-overrides", "Days=4", "--tags", "team=t")
    assert "Successfully created/updated stack" in third.stdout, third.stderr
    rules = cloud.client("s3").get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]
    assert rules[0]["Expiration"]["Days"] == 4
