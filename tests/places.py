"""The places where one suite runs: the embedded emulator, the stack, and AWS itself.

`--place` chooses. It is an option and not a variable, so that `pytest --help` shows it, a wrong word is
refused, and no forgotten export sends a run to AWS. What a user lends AWS for it is named by variables.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

import boto3
import pytest
from botocore.exceptions import BotoCoreError, ClientError

from tests.stack.known import known

PlaceName = Literal["embedded", "stack", "aws"]
PLACES: tuple[PlaceName, ...] = get_args(PlaceName)

BUCKET = "WARDLAKE_TEST_AWS_BUCKET"
WORKGROUP = "WARDLAKE_TEST_AWS_WORKGROUP"
COST = (
    "Athena bills at least 10 MB a query: some thousand queries are some 50 GB, well below 1 US dollar "
    "in all; the requests to S3, Glue and SNS come to cents"
)

TAKEN_AWAY = ("tests/pipeline/", "tests/emulator/engine/", "tests/emulator/statements/")
"""The folders whose tests take away from AWS all that they make there; no others run there."""

ONLY_ON = "only_on"
MARKER = f"{ONLY_ON}(*places, because): the test holds in these places only, and why"


@dataclass(frozen=True)
class OnAws:
    """What a user lends of an account: a bucket, of which only `prefix` is touched, and a workgroup."""

    bucket: str
    workgroup: str
    prefix: str = field(default_factory=lambda: f"wardlake-test-{secrets.token_hex(4)}")


@dataclass(frozen=True)
class Place:
    """Where the tests of this session run; `aws` is there on AWS alone.

    `is_long`: whether the tests of the stack take their long form. They do where all of it is asked for, and
    not where they run beside the embedded tests, or in CI.
    """

    name: PlaceName
    aws: OnAws | None = None
    is_long: bool = False


def opted_in(environment: Mapping[str, str]) -> OnAws:
    """What the user lends. Raises pytest.UsageError where it is not said in full."""
    bucket, workgroup = environment.get(BUCKET, ""), environment.get(WORKGROUP, "")
    missing = [name for name, value in ((BUCKET, bucket), (WORKGROUP, workgroup)) if not value]
    if missing:
        raise pytest.UsageError(
            f"--place aws runs on a real account, and costs money there: set {' and '.join(missing)} "
            "to say so. Both must exist; the workgroup must not enforce its settings"
        )
    if not re.fullmatch(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", bucket):
        raise pytest.UsageError(f"{BUCKET} is {bucket!r}: a bucket's name alone is expected")
    return OnAws(bucket, workgroup)


def place_of(name: PlaceName, environment: Mapping[str, str]) -> Place:
    """The place of that name. Raises pytest.UsageError where AWS is meant and not opted in."""
    is_long = name == "stack" and environment.get("WARDLAKE_TEST_PROFILE") not in ("ci", "quick")
    return Place(name, opted_in(environment) if name == "aws" else None, is_long)


def announcement(lent: OnAws) -> str:
    """What a run on AWS is about to do, with the account and region that it found.

    Raises pytest.UsageError where AWS does not know the caller, or the bucket or workgroup is not there.
    """
    session = boto3.Session()
    try:
        account = session.client("sts").get_caller_identity()["Account"]
        session.client("s3").head_bucket(Bucket=lent.bucket)
        session.client("athena").get_work_group(WorkGroup=lent.workgroup)
    except (BotoCoreError, ClientError) as error:
        raise pytest.UsageError(f"--place aws cannot begin: {error}") from error
    return (
        f"on AWS: account {account}, region {session.region_name}. Queries run in workgroup "
        f"{lent.workgroup}, their tables are below s3://{lent.bucket}/{lent.prefix}/ and in databases that "
        f"begin with {lent.prefix.replace('-', '_')}; hospitals are stages t<8 hex digits> with buckets, "
        f"databases, a workgroup and a topic of their own. All of it is deleted at the end, nothing else. "
        f"{COST}"
    )


def choose(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave what the session's place is about.

    Elsewhere than embedded, a test that speaks to no place would be the same again: it is left out. One that
    holds elsewhere only is skipped with its reason, and so is what would leave something behind on AWS.
    """
    name: PlaceName = config.getoption("place")
    for item in items:
        for mark in item.iter_markers(ONLY_ON):
            if name not in mark.args and "place" in _fixtures(item):
                reason = f"only on {' and '.join(mark.args)}: {mark.kwargs['because']}"
                item.add_marker(pytest.mark.skip(reason=reason))
        if name == "stack" and (why := known(item.nodeid)):
            item.add_marker(pytest.mark.xfail(reason=why, strict=True))
        if name == "aws" and not item.nodeid.startswith(TAKEN_AWAY):
            reason = "would leave behind on AWS what it makes, or needs a role there"
            item.add_marker(pytest.mark.skip(reason=reason))
    if name == "embedded":
        return
    meant = [item for item in items if _fixtures(item) & {"place", "stack"}]
    config.hook.pytest_deselected(items=[item for item in items if item not in meant])
    items[:] = meant


def _fixtures(item: pytest.Item) -> set[str]:
    return set(getattr(item, "fixturenames", ()))
