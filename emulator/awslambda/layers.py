"""Layers of one region, and AWS's own layer AWSSDKPandas, which the emulator's interpreter meets."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from emulator.awslambda.errors import InvalidParameterValue, ResourceNotFound
from emulator.awslambda.names import LayerName, layer_arn, layer_name
from emulator.awslambda.packages import Package
from emulator.awslambda.settings import MOST_LAYERS

Json = dict[str, Any]

AWS_ACCOUNT = "336392948345"
"""That AWS publishes AWSSDKPandas from."""

AWS_PANDAS = "AWSSDKPandas-"


@dataclass(frozen=True)
class LayerVersion:
    """A published version of a layer."""

    name: LayerName
    package: Package
    description: str
    created: str
    runtimes: tuple[str, ...]
    architectures: tuple[str, ...]
    license: str | None

    @property
    def layer(self) -> LayerName:
        """The layer, without the version."""
        return replace(self.name, version=None)

    def described(self, with_content: bool) -> Json:
        """AWS's form: of GetLayerVersion and PublishLayerVersion, or of a list."""
        described: Json = {
            "LayerVersionArn": layer_arn(self.name),
            "Version": self.name.version,
            "Description": self.description,
            "CreatedDate": self.created,
        }
        if self.runtimes:
            described["CompatibleRuntimes"] = list(self.runtimes)
        if self.architectures:
            described["CompatibleArchitectures"] = list(self.architectures)
        if self.license:
            described["LicenseInfo"] = self.license
        if with_content:
            described["LayerArn"] = layer_arn(self.layer)
            described["Content"] = {"CodeSha256": self.package.sha256, "CodeSize": self.package.size}
        return described


@dataclass(frozen=True)
class LayerUse:
    """A layer of a function; AWS's own one has no package here."""

    name: LayerName
    package: Package | None

    def described(self) -> Json:
        """As a function's configuration shows it."""
        return {"Arn": layer_arn(self.name), "CodeSize": self.package.size if self.package else 0}


class Layers:
    """The layers of a region; safe to call from several threads."""

    def __init__(self, region: str, account: str, clock: Callable[[], datetime]) -> None:
        self._region = region
        self._account = account
        self._clock = clock
        self._lock = threading.Lock()
        self._versions: dict[str, dict[int, LayerVersion]] = {}
        self._last: dict[str, int] = {}

    def publish(self, name: str, package: Package, parameters: Json) -> LayerVersion:
        """A new version of a layer; numbers are never used again."""
        layer = self._named(name)
        with self._lock:
            number = self._last[layer.name] = self._last.get(layer.name, 0) + 1
            version = LayerVersion(
                replace(layer, version=number),
                package,
                parameters.get("Description", ""),
                self._clock().isoformat(timespec="milliseconds").replace("+00:00", "+0000"),
                tuple(parameters.get("CompatibleRuntimes", ())),
                tuple(parameters.get("CompatibleArchitectures", ())),
                parameters.get("LicenseInfo"),
            )
            self._versions.setdefault(layer.name, {})[number] = version
            return version

    def get(self, name: str, number: int) -> LayerVersion:
        """A version; raises `ResourceNotFound`."""
        layer = self._named(name)
        found = self._versions.get(layer.name, {}).get(number)
        if found is None:
            raise ResourceNotFound("The resource you requested does not exist.")
        return found

    def get_by_arn(self, arn: str) -> LayerVersion:
        """A version by its ARN; raises `ResourceNotFound` and `InvalidParameterValue`."""
        layer = layer_name(arn, self._region, self._account)
        if layer is None or layer.version is None:
            raise InvalidParameterValue(f"Not the ARN of a layer's version: {arn}")
        if layer.account != self._account:
            raise ResourceNotFound("The resource you requested does not exist.")
        return self.get(layer.name, layer.version)

    def versions(self, name: str) -> list[LayerVersion]:
        """The versions of a layer, the latest first."""
        with self._lock:
            kept = self._versions.get(self._named(name).name, {})
            return [kept[number] for number in sorted(kept, reverse=True)]

    def latest(self) -> list[LayerVersion]:
        """The latest version of each layer, by name."""
        with self._lock:
            return [kept[max(kept)] for _, kept in sorted(self._versions.items()) if kept]

    def delete(self, name: str, number: int) -> None:
        """Delete a version if it is there; functions that use it keep it."""
        with self._lock:
            self._versions.get(self._named(name).name, {}).pop(number, None)

    def uses(self, arns: Sequence[str]) -> tuple[LayerUse, ...]:
        """The layers that a function names; raises `InvalidParameterValue`."""
        if len(arns) > MOST_LAYERS:
            raise InvalidParameterValue(f"Cannot reference more than {MOST_LAYERS} layers.")
        uses = tuple(self._use(arn) for arn in arns)
        seen: dict[LayerName, str] = {}
        for use, arn in zip(uses, arns, strict=True):
            other = seen.setdefault(replace(use.name, version=None), arn)
            if other is not arn:
                raise InvalidParameterValue(
                    "Two different versions of the same layer are not allowed to be referenced in the same "
                    f"function. {other} and {arn}."
                )
        return uses

    def _use(self, arn: str) -> LayerUse:
        layer = layer_name(arn, self._region, self._account)
        if layer is None or layer.version is None:
            raise InvalidParameterValue(f"Layer version {arn} does not exist.")
        if layer.region != self._region:
            raise InvalidParameterValue(
                "Layers are not in the same region as the function. Layers are expected to be in region "
                f"{self._region}."
            )
        if is_pandas_of_aws(layer):
            return LayerUse(layer, None)
        found = self._versions.get(layer.name, {}).get(layer.version)
        if found is None or layer.account != self._account:
            raise InvalidParameterValue(f"Layer version {arn} does not exist.")
        return LayerUse(layer, found.package)

    def _named(self, text: str) -> LayerName:
        layer = layer_name(text, self._region, self._account)
        if layer is None:
            raise InvalidParameterValue(f"Invalid layer name: {text}")
        return layer


def is_pandas_of_aws(layer: LayerName) -> bool:
    """Whether this is AWS's layer AWSSDKPandas, in any of its versions."""
    return layer.account == AWS_ACCOUNT and layer.name.startswith(AWS_PANDAS)
