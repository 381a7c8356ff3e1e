"""Connections to AWS, or to what stands in for it, as the settings say."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import timedelta

import boto3

from pipeline.context import Context, connect, utc_now
from pipeline.settings import Settings
from scripts.emulator_process import listens
from scripts.errors import ConfigurationError, Unreachable
from scripts.settings import CliSettings
from scripts.stack.health import ask_gateway

TEST_CREDENTIAL = "test"


def open_session(settings: CliSettings) -> boto3.Session:
    """A boto3 session in the settings' region, with the credentials that AWS's own chain finds.

    An endpoint on this machine needs none: `test` is taken then, and nowhere else.

    Raises:
        ConfigurationError: no credentials for an endpoint elsewhere.
    """
    if settings.is_aws:
        # An endpoint that the environment names is not AWS, which was asked for by name.
        os.environ["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] = "true"
    else:
        # Outside AWS there is no instance metadata; asking for it takes seconds.
        os.environ.setdefault("AWS_EC2_METADATA_DISABLED", "true")
    session = boto3.Session(region_name=settings.region)
    if session.get_credentials() is not None:
        return session
    if not settings.is_local:
        raise ConfigurationError(
            f"no AWS credentials found for {settings.endpoint_url}",
            hint="`aws configure`, AWS_PROFILE or AWS_ACCESS_KEY_ID give them",
        )
    return boto3.Session(
        region_name=settings.region,
        aws_access_key_id=TEST_CREDENTIAL,
        aws_secret_access_key=TEST_CREDENTIAL,
    )


def endpoint_of(settings: CliSettings) -> str | None:
    """The endpoint as boto3 takes it: None is AWS itself."""
    return None if settings.is_aws else settings.endpoint_url


def open_context(settings: CliSettings) -> Context:
    """The pipeline's clients and settings.

    Raises:
        Unreachable: nobody listens at an endpoint on this machine.
    """
    if settings.is_local and not listens(settings):
        # Known at once, where boto3 would try for seconds.
        raise Unreachable(settings.endpoint_url)
    session = open_session(settings)
    account = account_of(session, settings)
    context = connect(
        session,
        Settings(
            stage=settings.stage,
            region=settings.region,
            account=account,
            vanished_share=settings.vanished_share,
            vanished_count=settings.vanished_count,
            on_missing_source=settings.on_missing_source,
            keep_runs=settings.keep_runs,
        ),
        endpoint_of(settings),
    )
    ahead = _ahead_of_real_time(settings)
    return replace(context, now=lambda: utc_now() + ahead) if ahead else context


def _ahead_of_real_time(settings: CliSettings) -> timedelta:
    """How far an emulator's clock was moved: a run of the command line is one of its days, too."""
    if not settings.is_local:
        return timedelta(0)
    # Nothing where what answers is another emulator, without a clock.
    return timedelta(seconds=ask_gateway(settings.endpoint_url).moved_seconds)


def account_of(session: boto3.Session, settings: CliSettings) -> str:
    """The account of a session's credentials."""
    sts = session.client("sts", endpoint_url=endpoint_of(settings))
    return str(sts.get_caller_identity()["Account"])
