"""The operations on layers."""

from __future__ import annotations

from typing import Any

from emulator.awslambda.code_source import CodeSource
from emulator.awslambda.function_operations import Operation
from emulator.awslambda.layers import LayerVersion
from emulator.awslambda.names import layer_arn
from emulator.awslambda.paging import page
from emulator.awslambda.protocol import Answer, Call
from emulator.awslambda.regions import Regions

Json = dict[str, Any]


class LayerOperations:
    """Versions of layers."""

    def __init__(self, regions: Regions, code: CodeSource) -> None:
        self._regions = regions
        self._code = code

    def operations(self) -> dict[str, Operation]:
        """The operations by AWS's names."""
        return {
            "DeleteLayerVersion": self.delete,
            "GetLayerVersion": self.get,
            "GetLayerVersionByArn": self.get_by_arn,
            "ListLayerVersions": self.list_versions,
            "ListLayers": self.list,
            "PublishLayerVersion": self.publish,
        }

    def publish(self, call: Call) -> Answer:
        """A new version of a layer."""
        package = self._code.package(call, call.parameters["Content"])
        layers = self._regions.get(call.region).layers
        version = layers.publish(call.parameters["LayerName"], package, call.parameters)
        return Answer(version.described(with_content=True))

    def get(self, call: Call) -> Answer:
        """A version of a layer."""
        layers = self._regions.get(call.region).layers
        version = layers.get(call.parameters["LayerName"], call.parameters["VersionNumber"])
        return Answer(version.described(with_content=True))

    def get_by_arn(self, call: Call) -> Answer:
        """A version of a layer by its ARN."""
        version = self._regions.get(call.region).layers.get_by_arn(call.parameters["Arn"])
        return Answer(version.described(with_content=True))

    def list_versions(self, call: Call) -> Answer:
        """The versions of a layer, the latest first."""
        versions = self._regions.get(call.region).layers.versions(call.parameters["LayerName"])
        shown = [version.described(with_content=False) for version in _compatible(versions, call)]
        return Answer(page("LayerVersions", shown, call.parameters))

    def list(self, call: Call) -> Answer:
        """The layers, each with its latest version."""
        latest = _compatible(self._regions.get(call.region).layers.latest(), call)
        shown = [
            {
                "LayerName": version.name.name,
                "LayerArn": layer_arn(version.layer),
                "LatestMatchingVersion": version.described(with_content=False),
            }
            for version in latest
        ]
        return Answer(page("Layers", shown, call.parameters))

    def delete(self, call: Call) -> Answer:
        """Remove a version; functions that have it keep it."""
        layers = self._regions.get(call.region).layers
        layers.delete(call.parameters["LayerName"], call.parameters["VersionNumber"])
        return Answer()


def _compatible(versions: list[LayerVersion], call: Call) -> list[LayerVersion]:
    runtime = call.parameters.get("CompatibleRuntime")
    architecture = call.parameters.get("CompatibleArchitecture")
    return [
        version
        for version in versions
        if (runtime is None or runtime in version.runtimes)
        and (architecture is None or architecture in version.architectures)
    ]
