"""Reads what a request wants a stack to become: its template, parameters, tags and leave."""

from __future__ import annotations

import urllib.parse
from dataclasses import dataclass
from typing import Any

from emulator.cloudformation.engine.exports import Exports
from emulator.cloudformation.engine.steps import ClientSource
from emulator.cloudformation.environment import Environment, Place
from emulator.cloudformation.errors import NotEmulated, ValidationError
from emulator.cloudformation.model import Json, Stack, Target
from emulator.cloudformation.parameters import read_parameters
from emulator.cloudformation.resources.base import error_code
from emulator.cloudformation.rules import check_rules
from emulator.cloudformation.template import MOST_BYTES, MOST_STORED_BYTES, Template, read_template
from emulator.cloudformation.validation import Types, check_capabilities, check_environment, check_template

_HARMLESS = {
    "ClientRequestToken",
    "ClientToken",
    "DisableValidation",
    "IncludeNestedStacks",
}
"""Members that change nothing here: there are no nested stacks, and requests are not repeated by the wire."""

_READ = {
    "Capabilities",
    "ChangeSetName",
    "ChangeSetType",
    "Description",
    "DisableRollback",
    "EnableTerminationProtection",
    "ImportExistingResources",
    "OnFailure",
    "OnStackFailure",
    "Parameters",
    "RetainExceptOnCreate",
    "RoleARN",
    "StackName",
    "Tags",
    "TemplateBody",
    "TemplateURL",
    "UsePreviousTemplate",
}


@dataclass(frozen=True)
class Reader:
    """Reads requests of one account in one region."""

    clients: ClientSource
    region: str
    types: Types
    exports: Exports

    def template(self, request: Json, previous: Template | None = None) -> Template:
        """The template that a request brings or names; raises `ValidationError`."""
        given = [name for name in ("TemplateBody", "TemplateURL") if request.get(name)]
        if request.get("UsePreviousTemplate"):
            if given or previous is None:
                raise ValidationError("Either Template URL or Template Body must be specified.")
            return previous
        if len(given) != 1:
            raise ValidationError("Either Template URL or Template Body must be specified.")
        if given == ["TemplateURL"]:
            return read_template(self._stored(request["TemplateURL"]))
        body: str = request["TemplateBody"]
        if len(body.encode()) > MOST_BYTES:
            raise ValidationError(
                "1 validation error detected: Value at 'templateBody' failed to satisfy constraint: Member "
                f"must have length less than or equal to {MOST_BYTES}"
            )
        return read_template(body)

    def target(self, request: Json, place: Place, current: Stack | None) -> Target:
        """What a request makes of a stack, checked as far as can be done before anything is made.

        current: the stack as it is, None for a new one. Raises `ValidationError`, `InsufficientCapabilities`
        and, for members that are not read, `NotEmulated`.
        """
        _refuse_unread(request)
        before = current.target if current is not None else None
        template = self.template(request, before.template if before else None)
        check_template(template, self.types)
        previous = before.parameters if before else {}
        parameters = read_parameters(
            template.parameters, request.get("Parameters", []), previous, self._stored_parameter
        )
        capabilities = request.get("Capabilities", [])
        check_capabilities(template, self.types, capabilities)
        environment = Environment(template, parameters, place, self.exports.value)
        check_rules(environment)
        check_environment(environment, self.types)
        tags = request.get("Tags")
        kept = dict(before.tags) if before else {}
        return Target(
            environment=environment,
            tags={tag["Key"]: tag["Value"] for tag in tags} if tags is not None else kept,
            capabilities=tuple(capabilities),
            role_arn=request.get("RoleARN", before.role_arn if before else None),
            imports_existing=bool(request.get("ImportExistingResources")),
        )

    def _stored(self, url: str) -> str:
        bucket, key, version = _s3_object(url)
        more = {"VersionId": version} if version else {}
        try:
            found = self.clients.client("s3", self.region).get_object(Bucket=bucket, Key=key, **more)
        except Exception as error:
            if not error_code(error):
                raise
            raise ValidationError(f"S3 error: {error_code(error)}: {url}") from error
        body: bytes = found["Body"].read()
        if len(body) > MOST_STORED_BYTES:
            raise ValidationError(f"Template may not exceed {MOST_STORED_BYTES} bytes in size.")
        return body.decode()

    def _stored_parameter(self, name: str) -> str:
        try:
            found = self.clients.client("ssm", self.region).get_parameter(Name=name)
        except Exception as error:
            if not error_code(error):
                raise
            raise ValidationError(
                f"Unable to fetch parameters [{name}] from parameter store for this account."
            ) from error
        value: str = found["Parameter"]["Value"]
        return value


def _refuse_unread(request: Json) -> None:
    for name, value in request.items():
        if name not in _READ | _HARMLESS and not _says_nothing(name, value):
            raise NotEmulated(f"The parameter {name} is not supported by this emulator")


def _says_nothing(name: str, value: Any) -> bool:
    """Whether a member that is not read has a value that asks for nothing."""
    if name == "RollbackConfiguration":
        return not value.get("RollbackTriggers") and not value.get("MonitoringTimeInMinutes")
    return value in (False, [], "")


def _s3_object(url: str) -> tuple[str, str, str | None]:
    """Bucket, key and version of a template's URL, with the bucket in the path or in the host's name."""
    parts = urllib.parse.urlsplit(url)
    path = urllib.parse.unquote(parts.path).lstrip("/")
    version = urllib.parse.parse_qs(parts.query).get("versionId", [None])[0]
    host = parts.hostname or ""
    first = host.split(".")[0]
    if parts.scheme == "s3":
        return host, path, version
    if parts.scheme not in ("http", "https") or not path:
        raise ValidationError("TemplateURL must be a supported URL.")
    in_path = first in ("s3", "localhost") or first.startswith("s3-") or first.isdigit()
    if in_path:
        bucket, _, key = path.partition("/")
        return bucket, key, version
    bucket = host.partition(".s3")[0]
    if bucket == host:
        raise ValidationError("TemplateURL must reference a valid S3 object to which you have access.")
    return bucket, path, version
