"""Deploy a stage: packages into its bucket, the change set shown and asked about, the stack brought to it."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import boto3
from botocore.exceptions import ClientError

from scripts.aws import account_of, endpoint_of, open_session
from scripts.cloudformation import Change, Event, Stack, Template
from scripts.errors import CliError, ConfigurationError, ExitCode
from scripts.output import counted, duration, say, show, stopwatch, table
from scripts.packaging import ROOT, build_package
from scripts.preflight import check_region, pandas_layer
from scripts.rendering import render
from scripts.settings import CliSettings

if TYPE_CHECKING:
    from types_boto3_cloudformation import CloudFormationClient
    from types_boto3_s3 import S3Client

TEMPLATE = ROOT / "deploy" / "template.yaml"
DEFINITION = ROOT / "deploy" / "inpatient.asl.json"

# A stack that never came to be can only be deleted; it holds nothing.
_NEVER_MADE = ("ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "DELETE_FAILED")


@dataclass(frozen=True)
class Target:
    """Where a stage is deployed: the clients, the account, and the stage's name."""

    cloudformation: CloudFormationClient
    s3: S3Client
    account: str
    region: str
    stage: str

    @property
    def stack(self) -> Stack:
        """The stage's stack."""
        return Stack(self.cloudformation, f"wardlake-{self.stage}")

    @property
    def artifacts_bucket(self) -> str:
        """The bucket of packages, which the stack makes."""
        return f"wardlake-{self.stage}-artifacts-{self.account}"


def open_target(settings: CliSettings) -> Target:
    """Where the settings' stage is deployed; says account, region and stage.

    Raises:
        ConfigurationError: there are no credentials, or they are not accepted.
    """
    session, endpoint = open_session(settings), endpoint_of(settings)
    account = _account(session, settings)
    where = "AWS" if settings.is_aws else settings.endpoint_url
    say(f"account {account}, region {settings.region}, stage {settings.stage}, at {where}")
    return Target(
        session.client("cloudformation", endpoint_url=endpoint),
        session.client("s3", endpoint_url=endpoint),
        account,
        settings.region,
        settings.stage,
    )


def deploy(target: Target, parameters: Mapping[str, str], confirm: Callable[[str], bool]) -> bool:
    """Bring the stage's stack to the template and the code of this checkout; whether anything changed.

    A new stack is made in two steps, as the packages need its bucket. Parameters that are not given keep the
    value that they have.

    Raises:
        CliError: it was not confirmed, or CloudFormation refuses the template or a parameter.
        StackFailed: it was rolled back.
    """
    stack = target.stack
    _clear_remains(stack)
    wanted = {"Stage": target.stage, **parameters}
    changed = False
    if stack.status is None:
        changed = _bring(target, wanted, confirm)
    return _bring(target, wanted | _upload(target), confirm) or changed


def check_before(settings: CliSettings, target: Target, parameters: Mapping[str, str]) -> None:
    """Check what has to hold of the region; the layer's version is the one that would be deployed.

    Raises:
        ConfigurationError: something does not hold.
    """
    stack = target.stack
    defaults = stack.defaults(TEMPLATE.read_text(encoding="utf-8"))
    version = {**defaults, **stack.parameters(), **parameters}["PandasLayerVersion"]
    layer = pandas_layer(settings.region, version)
    check_region(open_session(settings), endpoint_of(settings), settings.region, layer)


def undeploy(target: Target, confirm: Callable[[str], bool]) -> None:
    """Delete the stage's stack; buckets and databases stay.

    Raises:
        CliError: there is no such stack, or it was not confirmed.
    """
    stack = target.stack
    if stack.describe() is None:
        raise CliError(f"there is no stack {stack.name} in this account and region", ExitCode.NOT_FOUND)
    if not confirm(f"delete stack {stack.name}? Its data stays"):
        raise _not_confirmed()
    clock = stopwatch()
    stack.delete(_tell)
    say(f"{stack.name} deleted in {duration(clock.seconds)}; its buckets and databases are still there")


def _account(session: boto3.Session, settings: CliSettings) -> str:
    try:
        return account_of(session, settings)
    except ClientError as error:
        raise ConfigurationError(
            f"the credentials are not accepted: {error.response['Error']['Message']}",
            hint="`aws sts get-caller-identity` shows which ones are taken",
        ) from error


def _clear_remains(stack: Stack) -> None:
    status = stack.status
    if status in _NEVER_MADE:
        say(f"{stack.name} is {status}: what is left of it is deleted first")
        stack.delete(_tell)
    elif status and status.endswith("IN_PROGRESS"):
        raise CliError(
            f"stack {stack.name} is {status}: somebody else deploys it",
            ExitCode.BUSY,
            hint="wait for its end",
        )


def _upload(target: Target) -> dict[str, str]:
    """Put package and definition where they are missing; the parameters that name them."""
    package = build_package()
    definition = DEFINITION.read_bytes()
    objects = {
        "PackageKey": (f"packages/{package.digest}.zip", package.body),
        "DefinitionKey": (f"definitions/{hashlib.sha256(definition).hexdigest()[:16]}.json", definition),
    }
    for key, body in objects.values():
        _put_once(target, key, body)
    return {parameter: key for parameter, (key, _) in objects.items()}


def _put_once(target: Target, key: str, body: bytes) -> None:
    try:
        target.s3.head_object(Bucket=target.artifacts_bucket, Key=key)
    except ClientError as error:
        if error.response["Error"]["Code"] not in ("404", "NoSuchKey"):
            raise
        target.s3.put_object(Bucket=target.artifacts_bucket, Key=key, Body=body)


def _bring(target: Target, parameters: Mapping[str, str], confirm: Callable[[str], bool]) -> bool:
    """Show what would change, ask, and do it; false when nothing would."""
    stack = target.stack
    body = render(TEMPLATE.read_text(encoding="utf-8"), target.stage, target.account)
    template = Template(body, parameters)
    change_set = f"wardlake-{secrets.token_hex(6)}"  # an executed one keeps its name
    changes = stack.propose(template, change_set)
    if not changes:
        return False
    _show(changes)
    if not confirm(f"make {counted(len(changes), 'change')} to stack {stack.name}?"):
        stack.discard(change_set)
        raise _not_confirmed()
    clock = stopwatch()
    stack.execute(change_set, _tell)
    say(f"{stack.name} {stack.status}, in {duration(clock.seconds)}")
    return True


def _not_confirmed() -> CliError:
    return CliError("stopped, as it was not confirmed; nothing was changed", ExitCode.USAGE)


def _show(changes: list[Change]) -> None:
    rows = [(change.action, change.logical_id, change.type, change.replacement) for change in changes]
    show(table(("change", "resource", "type", "replaced"), rows))


def _tell(event: Event) -> None:
    reason = f": {event.reason}" if event.is_failure else ""
    if not event.status.endswith("IN_PROGRESS"):
        say(f"  {event.status:<24} {event.logical_id}{reason}")
