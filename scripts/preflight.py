"""What has to hold of an account and a region before anything is deployed there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import boto3
from botocore.exceptions import ClientError

from scripts.errors import ConfigurationError
from scripts.output import say

if TYPE_CHECKING:
    from types_boto3_lambda import LambdaClient

LEAST_CONCURRENCY = 10
"""Lambda executions at once: a new account's quota; a morning uses two, other programs more."""

_NOT_THERE = ("ResourceNotFoundException", "AccessDeniedException")
"""AWS answers the latter for what another account does not share, whether or not it exists."""


def pandas_layer(region: str, version: str) -> str:
    """The ARN of AWS's layer with pandas, in the account from which AWS gives it away."""
    return f"arn:aws:lambda:{region}:336392948345:layer:AWSSDKPandas-Python312:{version}"


def check_region(session: boto3.Session, endpoint: str | None, region: str, layer: str) -> None:
    """Check that the region is enabled, that Lambda may run enough at once, and that the layer is there.

    layer: its ARN with the version.

    Raises:
        ConfigurationError: one of these does not hold.
    """
    _check_enabled(session, endpoint, region)
    functions = session.client("lambda", endpoint_url=endpoint)
    at_once = functions.get_account_settings()["AccountLimit"]["ConcurrentExecutions"]
    if at_once < LEAST_CONCURRENCY:
        raise ConfigurationError(
            f"Lambda may run {at_once} functions at once in {region}; it should be {LEAST_CONCURRENCY}",
            hint="ask for more in the console: Service Quotas, AWS Lambda, Concurrent executions",
        )
    _check_layer(functions, layer)
    say(f"checked: {region} is enabled, Lambda may run {at_once} functions at once, {layer} is there")


def _check_enabled(session: boto3.Session, endpoint: str | None, region: str) -> None:
    regions = session.client("ec2", region_name=region, endpoint_url=endpoint)
    try:
        found = regions.describe_regions(RegionNames=[region], AllRegions=True)["Regions"]
    except ClientError as error:
        raise ConfigurationError(f"region {region}: {error.response['Error']['Message']}") from error
    if not found:
        raise ConfigurationError(f"region {region}: there is none", hint="name another by AWS_REGION")
    if found[0]["OptInStatus"] == "not-opted-in":
        raise ConfigurationError(
            f"region {region} is not enabled in this account",
            hint="enable it in the console under Account, or name another by AWS_REGION",
        )


def _check_layer(functions: LambdaClient, layer: str) -> None:
    try:
        functions.get_layer_version_by_arn(Arn=layer)
    except ClientError as error:
        if error.response["Error"]["Code"] not in _NOT_THERE:
            raise
        raise ConfigurationError(
            f"there is no layer {layer}",
            hint="AWS's page 'AWS SDK for pandas, Lambda managed layers' lists the versions; name one with "
            "--parameter PandasLayerVersion=…",
        ) from error
