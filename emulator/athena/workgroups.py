"""Workgroups: their configuration, the operations on them, and what they decide for an execution."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from emulator.athena.errors import InvalidRequest
from emulator.athena.executions import Request, Settings
from emulator.athena.paging import page
from emulator.athena.shapes import Json
from emulator.engine.base import S3Location

PRIMARY = "primary"
AUTO = "AUTO"
ENGINE_VERSION = "Athena engine version 3"
ENABLED, DISABLED = "ENABLED", "DISABLED"
MOST_WORKGROUPS = 1000

NO_OUTPUT = (
    "No output location provided. An output location is required either through the Workgroup result "
    "configuration setting or as an API input."
)
_S3_URI = re.compile(r"s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/(.*))?", re.DOTALL)


@dataclass(frozen=True)
class WorkGroup:
    """A workgroup; its configuration is kept as the API's structure, with all that is always there."""

    name: str
    created: datetime
    configuration: Json
    state: str = ENABLED
    description: str = ""
    tags: dict[str, str] = field(default_factory=dict)

    @property
    def manages_results(self) -> bool:
        """Whether Athena keeps the results itself, outside any bucket of the user."""
        return bool(self.configuration.get("ManagedQueryResultsConfiguration", {}).get("Enabled"))

    @property
    def enforced(self) -> bool:
        """Whether the workgroup's settings override the client's."""
        return bool(self.configuration["EnforceWorkGroupConfiguration"])

    def detail(self) -> Json:
        """The WorkGroup structure; an empty description is left out here."""
        described = {"Description": self.description} if self.description else {}
        return {**self._common(), **described, "Configuration": self.configuration}

    def summary(self) -> Json:
        """The WorkGroupSummary structure."""
        version = self.configuration["EngineVersion"]
        return {**self._common(), "Description": self.description, "EngineVersion": version}

    def _common(self) -> Json:
        return {"Name": self.name, "State": self.state, "CreationTime": self.created.timestamp()}

    def settings_for(self, request: Request) -> Settings:
        """What this workgroup decides for a request; raises `InvalidRequest` for no or a bad location."""
        return Settings(
            prefix=self._prefix(request),
            enforced=self.enforced,
            bytes_cutoff=self.configuration.get("BytesScannedCutoffPerQuery"),
            engine_version=self.configuration["EngineVersion"]["SelectedEngineVersion"],
        )

    def _prefix(self, request: Request) -> S3Location | None:
        if request.output_location is not None:
            output_prefix(request.output_location)  # a bad one is refused even where it would be overridden
        if self.manages_results:
            if request.output_location is not None:
                raise InvalidRequest(
                    f"ResultConfiguration is not accepted: the workgroup {self.name} manages query results"
                )
            return None
        own = self.configuration["ResultConfiguration"].get("OutputLocation")
        location = own if self.enforced else request.output_location or own
        if not location:
            raise InvalidRequest(NO_OUTPUT)
        return output_prefix(location)


def output_prefix(location: str) -> S3Location:
    """The bucket and key prefix of an output location, whose last slash may be left out."""
    match = _S3_URI.fullmatch(location)
    if match is None:
        raise InvalidRequest("outputLocation is not a valid S3 path.")
    key = match.group(2) or ""
    return S3Location(match.group(1), key if not key or key.endswith("/") else f"{key}/")


class WorkGroups:
    """The workgroups of one account and region; ``primary`` is there from the start."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._all: dict[str, WorkGroup] = {}
        self._all[PRIMARY] = WorkGroup(PRIMARY, clock(), _configuration({}, enforced=False))

    def get(self, name: str) -> WorkGroup:
        """The workgroup; raises `InvalidRequest` if there is none."""
        found = self._all.get(name)
        if found is None:
            raise InvalidRequest("WorkGroup is not found.")
        return found

    def create(self, params: Json) -> Json:
        """CreateWorkGroup."""
        name = params["Name"]
        with self._lock:
            if name == PRIMARY:
                raise InvalidRequest("primary workGroup could not be created")
            if name in self._all:
                raise InvalidRequest("WorkGroup is already created")
            if len(self._all) >= MOST_WORKGROUPS:
                raise InvalidRequest(f"The limit of {MOST_WORKGROUPS} workgroups is reached")
            self._all[name] = WorkGroup(
                name,
                self._clock(),
                _configuration(params.get("Configuration", {}), enforced=True),
                description=params.get("Description", ""),
                tags={tag["Key"]: tag.get("Value", "") for tag in params.get("Tags", ())},
            )
        return {}

    def describe(self, params: Json) -> Json:
        """GetWorkGroup."""
        return {"WorkGroup": self.get(params["WorkGroup"]).detail()}

    def list(self, params: Json) -> Json:
        """ListWorkGroups, by name."""
        names = sorted(self._all)
        shown, token = page(names, params.get("NextToken"), params.get("MaxResults"))
        answer: Json = {"WorkGroups": [self._all[name].summary() for name in shown]}
        return {**answer, "NextToken": token} if token else answer

    def update(self, params: Json) -> Json:
        """UpdateWorkGroup."""
        with self._lock:
            found = self.get(params["WorkGroup"])
            changed = _updated(found.configuration, params.get("ConfigurationUpdates", {}))
            self._all[found.name] = replace(
                found,
                configuration=changed,
                state=params.get("State", found.state),
                description=params.get("Description", found.description),
            )
        return {}

    def delete(self, name: str) -> None:
        """Remove a workgroup; raises `InvalidRequest` if there is none."""
        with self._lock:
            del self._all[self.get(name).name]

    def set_tags(self, name: str, tags: dict[str, str]) -> None:
        """Replace the tags of a workgroup."""
        with self._lock:
            self._all[name] = replace(self.get(name), tags=tags)


def _configuration(given: Json, enforced: bool) -> Json:
    """A whole configuration from a given one; raises `InvalidRequest` for what is not allowed."""
    whole: Json = {
        "EnableMinimumEncryptionConfiguration": False,
        "EnforceWorkGroupConfiguration": enforced,
        "PublishCloudWatchMetricsEnabled": False,
        "RequesterPaysEnabled": False,
        "ResultConfiguration": {},
        **given,
    }
    whole["EngineVersion"] = _engine_version(given.get("EngineVersion", {}))
    return _checked(whole)


def _updated(configuration: Json, updates: Json) -> Json:
    """A configuration with ConfigurationUpdates applied, as UpdateWorkGroup defines them."""
    changed = {k: v for k, v in updates.items() if not k.startswith("Remove") and k not in _NESTED_UPDATES}
    whole = {**configuration, **changed}
    if "EngineVersion" in updates:
        whole["EngineVersion"] = _engine_version(updates["EngineVersion"])
    for name, target in _NESTED_UPDATES.items():
        if name in updates:
            whole[target] = _nested(whole.get(target, {}), updates[name])
    if updates.get("RemoveBytesScannedCutoffPerQuery"):
        whole.pop("BytesScannedCutoffPerQuery", None)
    if updates.get("RemoveCustomerContentEncryptionConfiguration"):
        whole.pop("CustomerContentEncryptionConfiguration", None)
    return _checked(whole)


_NESTED_UPDATES = {
    "ResultConfigurationUpdates": "ResultConfiguration",
    "ManagedQueryResultsConfigurationUpdates": "ManagedQueryResultsConfiguration",
}


def _nested(current: Json, updates: Json) -> Json:
    removed = {name.removeprefix("Remove") for name, wanted in updates.items() if _removes(name, wanted)}
    kept = {name: value for name, value in current.items() if name not in removed}
    return {**kept, **{name: value for name, value in updates.items() if not name.startswith("Remove")}}


def _removes(name: str, wanted: Any) -> bool:
    return name.startswith("Remove") and bool(wanted)


def _engine_version(given: Json) -> Json:
    selected = given.get("SelectedEngineVersion", AUTO)
    if selected not in (AUTO, ENGINE_VERSION):
        raise InvalidRequest(f"The engine version {selected} is not supported: use AUTO or {ENGINE_VERSION}")
    return {"SelectedEngineVersion": selected, "EffectiveEngineVersion": ENGINE_VERSION}


def _checked(configuration: Json) -> Json:
    location = configuration["ResultConfiguration"].get("OutputLocation")
    if location is not None:
        output_prefix(location)
    managed = configuration.get("ManagedQueryResultsConfiguration", {}).get("Enabled")
    if managed and location is not None:
        raise InvalidRequest(
            "ResultConfiguration and ManagedQueryResultsConfiguration cannot be set at the same time"
        )
    return configuration
