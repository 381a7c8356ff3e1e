"""The functions of one region: what exists, in which versions, and what state they are in."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from emulator.awslambda.errors import (
    InvalidParameterValue,
    PreconditionFailed,
    ResourceConflict,
    ResourceNotFound,
)
from emulator.awslambda.layers import LayerUse
from emulator.awslambda.names import LATEST, FunctionName, function_arn
from emulator.awslambda.packages import Package
from emulator.awslambda.settings import Settings

Json = dict[str, Any]

STALE_REVISION = (
    "The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to "
    "retrieve the latest Revision Id"
)
_CREATING = "The function is being created."


@dataclass(frozen=True)
class Version:
    """A version of a function: code and configuration; `key` changes with either of them."""

    arn: str
    name: str
    number: str
    settings: Settings
    package: Package
    layers: tuple[LayerUse, ...]
    last_modified: str
    state: str = "Pending"
    update: str | None = None
    key: str = field(default_factory=lambda: str(uuid.uuid4()))
    revision: str = field(default_factory=lambda: str(uuid.uuid4()))

    def described(self, qualifier: str | None = None) -> Json:
        """AWS's FunctionConfiguration; its ARN ends with the qualifier, if there is one."""
        described: Json = {
            "FunctionName": self.name,
            "FunctionArn": f"{self.arn}:{qualifier}" if qualifier else self.arn,
            **self.settings.described(),
            "CodeSize": self.package.size,
            "CodeSha256": self.package.sha256,
            "Version": self.number,
            "LastModified": self.last_modified,
            "RevisionId": self.revision,
            "State": self.state,
        }
        if self.state == "Pending":
            described |= {"StateReason": _CREATING, "StateReasonCode": "Creating"}
        if self.update:
            described["LastUpdateStatus"] = self.update
        if self.update == "InProgress":
            described |= {"LastUpdateStatusReason": _CREATING, "LastUpdateStatusReasonCode": "Creating"}
        if self.layers:
            described["Layers"] = [layer.described() for layer in self.layers]
        return described


@dataclass(frozen=True)
class Alias:
    """A name for a version, or for two of them with the weight of the second."""

    name: str
    arn: str
    version: str
    description: str
    weights: tuple[tuple[str, float], ...] = ()
    revision: str = field(default_factory=lambda: str(uuid.uuid4()))

    def described(self) -> Json:
        """AWS's AliasConfiguration."""
        described: Json = {
            "AliasArn": self.arn,
            "Name": self.name,
            "FunctionVersion": self.version,
            "Description": self.description,
            "RevisionId": self.revision,
        }
        if self.weights:
            described["RoutingConfig"] = {"AdditionalVersionWeights": dict(self.weights)}
        return described


@dataclass
class Function:
    """A function with all that hangs on it; changed under the lock of `Functions` alone."""

    name: str
    arn: str
    latest: Version
    tags: dict[str, str] = field(default_factory=dict)
    published: dict[str, Version] = field(default_factory=dict)
    aliases: dict[str, Alias] = field(default_factory=dict)
    reserved_concurrency: int | None = None
    last_number: int = 0

    def version(self, number: str) -> Version:
        """A version by its number or ``$LATEST``; raises `ResourceNotFound`."""
        found = self.latest if number == LATEST else self.published.get(number)
        if found is None:
            raise ResourceNotFound(f"Function not found: {self.arn}:{number}")
        return found

    def qualified(self, qualifier: str | None) -> Version:
        """The version that a qualifier means; an alias means its first version."""
        alias = self.aliases.get(qualifier or LATEST)
        return self.version(alias.version if alias else qualifier or LATEST)


class Functions:
    """What exists in a region. Every method is safe to call from several threads."""

    def __init__(self, region: str, account: str, clock: Callable[[], datetime]) -> None:
        self.region = region
        self.account = account
        self.lock = threading.RLock()
        self._clock = clock
        self._functions: dict[str, Function] = {}

    def get(self, name: str, qualifier: str | None = None) -> Function:
        """A function; raises `ResourceNotFound`, with the qualifier in its text."""
        found = self._functions.get(name)
        if found is None:
            arn = function_arn(self.region, self.account, name, qualifier)
            raise ResourceNotFound(f"Function not found: {arn}")
        return found

    def all(self) -> list[Function]:
        """All functions by name."""
        with self.lock:
            return [self._functions[name] for name in sorted(self._functions)]

    def check_free(self, name: str) -> None:
        """Raise `ResourceConflict` if the name is taken."""
        if name in self._functions:
            raise ResourceConflict(f"Function already exist: {name}")

    def create(
        self,
        name: str,
        settings: Settings,
        package: Package,
        layers: tuple[LayerUse, ...],
        tags: dict[str, str],
    ) -> Function:
        """A new function, Pending until `activate`; raises `ResourceConflict`."""
        arn = function_arn(self.region, self.account, name)
        latest = Version(arn, name, LATEST, settings, package, layers, self._now())
        with self.lock:
            self.check_free(name)
            function = self._functions[name] = Function(name, arn, latest, tags)
            return function

    def change(
        self,
        name: str,
        revision: str | None,
        settings: Settings | None = None,
        package: Package | None = None,
        layers: tuple[LayerUse, ...] | None = None,
    ) -> Version:
        """Change ``$LATEST``, whose update is in progress until `activate`; gives it as it was before."""
        with self.lock:
            function = self.get(name)
            before = function.latest
            check_revision(revision, before.revision)
            if before.state == "Pending":
                raise ResourceConflict(
                    "The operation cannot be performed at this time. The function is currently in the "
                    "following state: Pending"
                )
            if before.update == "InProgress":
                raise ResourceConflict(
                    "The operation cannot be performed at this time. An update is in progress for resource: "
                    f"{before.arn}"
                )
            function.latest = replace(
                before,
                settings=settings or before.settings,
                package=package or before.package,
                layers=before.layers if layers is None else layers,
                last_modified=self._now(),
                update="InProgress",
                key=str(uuid.uuid4()),
                revision=str(uuid.uuid4()),
            )
            return before

    def activate(self, name: str, key: str) -> Version | None:
        """End the creation or update that gave ``$LATEST`` its key; None if it has another one by now."""
        with self.lock:
            function = self._functions.get(name)
            if function is None or function.latest.key != key:
                return None
            function.latest = replace(
                function.latest, state="Active", update="Successful", revision=str(uuid.uuid4())
            )
            return function.latest

    def publish(
        self, name: str, description: str | None, sha256: str | None, revision: str | None
    ) -> Version:
        """A version of ``$LATEST`` as it is; the last one if nothing has changed since."""
        with self.lock:
            function = self.get(name)
            latest = function.latest
            check_revision(revision, latest.revision)
            if sha256 is not None and sha256 != latest.package.sha256:
                raise InvalidParameterValue(
                    f"CodeSHA256 ({sha256}) is different from current CodeSHA256 in $LATEST "
                    f"({latest.package.sha256}). Please try again with the CodeSHA256 in $LATEST."
                )
            last = function.published.get(str(function.last_number))
            if last is not None and _same_content(last, latest):
                return last
            function.last_number += 1
            number = str(function.last_number)
            settings = latest.settings
            if description is not None:
                settings = replace(settings, description=description)
            version = replace(
                latest,
                number=number,
                settings=settings,
                state="Active",
                update="Successful",
                key=str(uuid.uuid4()),
                revision=str(uuid.uuid4()),
            )
            function.published[number] = version
            return version

    def delete(self, name: FunctionName) -> list[Version]:
        """Delete a function or one of its versions; gives the versions that are gone."""
        with self.lock:
            function = self.get(name.name, name.qualifier)
            if name.qualifier is None:
                del self._functions[name.name]
                return [function.latest, *function.published.values()]
            if name.qualifier == LATEST:
                raise InvalidParameterValue(
                    "$LATEST version cannot be deleted without deleting the function."
                )
            if name.qualifier in function.aliases:
                raise InvalidParameterValue("Deletion of aliases is not currently supported.")
            using = [
                alias.name
                for alias in function.aliases.values()
                if name.qualifier in (alias.version, *dict(alias.weights))
            ]
            if using:
                raise ResourceConflict(
                    f"Unable to delete version because the following aliases reference it: {using}"
                )
            gone = function.published.pop(name.qualifier, None)
            return [gone] if gone else []

    def _now(self) -> str:
        return self._clock().isoformat(timespec="milliseconds").replace("+00:00", "+0000")


def check_revision(asked: str | None, current: str) -> None:
    """Raise `PreconditionFailed` if a revision was named that is not the current one."""
    if asked is not None and asked != current:
        raise PreconditionFailed(STALE_REVISION)


def _same_content(published: Version, latest: Version) -> bool:
    same_settings = replace(published.settings, description="") == replace(latest.settings, description="")
    return same_settings and published.package.sha256 == latest.package.sha256
