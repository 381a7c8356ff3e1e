"""The operations on functions and their versions."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from typing import Any

from emulator.awslambda.code_source import CodeSource
from emulator.awslambda.errors import InvalidParameterValue
from emulator.awslambda.functions import Version
from emulator.awslambda.invoker import Invoker
from emulator.awslambda.layers import LayerUse
from emulator.awslambda.names import LATEST, FunctionName, function_name
from emulator.awslambda.packages import Package, check_unzipped_size
from emulator.awslambda.paging import page
from emulator.awslambda.protocol import Answer, Call
from emulator.awslambda.regions import Region, Regions
from emulator.awslambda.settings import changed_settings, new_settings

Json = dict[str, Any]
Operation = Callable[[Call], Answer]
MOST_NAME_CHARACTERS = 64


class FunctionOperations:
    """CreateFunction, and what is done with functions from then on, but for running them."""

    def __init__(
        self,
        regions: Regions,
        code: CodeSource,
        invoker: Invoker,
        background: ThreadPoolExecutor,
    ) -> None:
        """background: where functions become active."""
        self._regions = regions
        self._code = code
        self._invoker = invoker
        self._background = background

    def operations(self) -> dict[str, Operation]:
        """The operations by AWS's names."""
        return {
            "CreateFunction": self.create,
            "DeleteFunction": self.delete,
            "GetFunction": self.get,
            "GetFunctionConfiguration": self.get_configuration,
            "ListFunctions": self.list,
            "ListVersionsByFunction": self.list_versions,
            "PublishVersion": self.publish,
            "UpdateFunctionCode": self.update_code,
            "UpdateFunctionConfiguration": self.update_configuration,
        }

    def create(self, call: Call) -> Answer:
        """A new function: Pending in the answer, Active soon."""
        region = self._regions.get(call.region)
        name = self._name(call).name
        if len(name) > MOST_NAME_CHARACTERS:
            raise InvalidParameterValue(
                f"1 validation error detected: Value '{name}' at 'functionName' failed to satisfy "
                f"constraint: Member must have length less than or equal to {MOST_NAME_CHARACTERS}"
            )
        region.functions.check_free(name)
        settings = new_settings(name, call.parameters)
        package = self._code.package(call, call.parameters["Code"])
        layers = self._layers(region, settings.layers, package)
        function = region.functions.create(name, settings, package, layers, call.parameters.get("Tags", {}))
        latest = function.latest
        self._activate(region, latest)
        if call.parameters.get("Publish"):
            return Answer(self._published(region, name))
        return Answer(latest.described())

    def get(self, call: Call) -> Answer:
        """A function with its tags and reserved concurrency."""
        region, name = self._regions.get(call.region), self._name(call)
        with region.functions.lock:
            function = region.functions.get(name.name, name.qualifier)
            version = function.qualified(name.qualifier)
            answer: Json = {
                "Configuration": version.described(name.qualifier),
                "Code": {"RepositoryType": "S3"},
            }
            if function.tags:
                answer["Tags"] = dict(function.tags)
            if function.reserved_concurrency is not None:
                answer["Concurrency"] = {"ReservedConcurrentExecutions": function.reserved_concurrency}
        return Answer(answer)

    def get_configuration(self, call: Call) -> Answer:
        """A version's configuration."""
        region, name = self._regions.get(call.region), self._name(call)
        version = region.functions.get(name.name, name.qualifier).qualified(name.qualifier)
        return Answer(version.described(name.qualifier))

    def list(self, call: Call) -> Answer:
        """All functions; with FunctionVersion ALL, all their versions."""
        every = call.parameters.get("FunctionVersion") == "ALL"
        if "MasterRegion" in call.parameters:
            raise InvalidParameterValue("MasterRegion is not supported by this emulator")
        shown: list[Json] = []
        for function in self._regions.get(call.region).functions.all():
            shown.append(function.latest.described(LATEST if every else None))
            if every:
                shown += [version.described(number) for number, version in function.published.items()]
        return Answer(page("Functions", shown, call.parameters))

    def list_versions(self, call: Call) -> Answer:
        """The versions of a function, ``$LATEST`` first."""
        region, name = self._regions.get(call.region), self._name(call)
        with region.functions.lock:
            function = region.functions.get(name.name)
            versions = [function.latest, *function.published.values()]
        shown = [version.described(version.number) for version in versions]
        return Answer(page("Versions", shown, call.parameters))

    def publish(self, call: Call) -> Answer:
        """A version of ``$LATEST``."""
        region, name = self._regions.get(call.region), self._name(call)
        wanted = call.parameters
        if "PublishTo" in wanted:
            raise InvalidParameterValue("PublishTo is not supported by this emulator")
        version = region.functions.publish(
            name.name, wanted.get("Description"), wanted.get("CodeSha256"), wanted.get("RevisionId")
        )
        return Answer(version.described(version.number))

    def update_code(self, call: Call) -> Answer:
        """New code for ``$LATEST``."""
        region, name = self._regions.get(call.region), self._name(call)
        wanted = call.parameters
        latest = region.functions.get(name.name).latest
        architectures = wanted.get("Architectures")
        if architectures not in (None, list(latest.settings.architectures)):
            raise InvalidParameterValue("A change of Architectures is not supported by this emulator")
        if "PublishTo" in wanted:
            raise InvalidParameterValue("PublishTo is not supported by this emulator")
        package = self._code.package(call, wanted)
        self._layers(region, latest.settings.layers, package)
        if wanted.get("DryRun"):
            return Answer(latest.described())
        before = region.functions.change(name.name, wanted.get("RevisionId"), package=package)
        changed = self._changed(region, before)
        if wanted.get("Publish"):
            return Answer(self._published(region, name.name))
        return Answer(changed.described())

    def update_configuration(self, call: Call) -> Answer:
        """New settings for ``$LATEST``."""
        region, name = self._regions.get(call.region), self._name(call)
        latest = region.functions.get(name.name).latest
        settings = changed_settings(latest.settings, name.name, call.parameters)
        layers = self._layers(region, settings.layers, latest.package)
        revision = call.parameters.get("RevisionId")
        before = region.functions.change(name.name, revision, settings=settings, layers=layers)
        return Answer(self._changed(region, before).described())

    def delete(self, call: Call) -> Answer:
        """Delete a function or one of its versions."""
        region, name = self._regions.get(call.region), self._name(call)
        gone = region.functions.delete(name)
        for version in gone:
            self._invoker.retire(version)
        if name.qualifier is None:
            region.permissions.forget(gone[0].arn)
            region.event_invoke.forget(gone[0].arn)
        return Answer(status=HTTPStatus.NO_CONTENT)

    def _name(self, call: Call) -> FunctionName:
        parameters = call.parameters
        return function_name(
            parameters["FunctionName"], parameters.get("Qualifier"), call.region, self._regions.account
        )

    def _layers(self, region: Region, arns: tuple[str, ...], package: Package) -> tuple[LayerUse, ...]:
        layers = region.layers.uses(arns)
        unzipped = sum(layer.package.unzipped_size for layer in layers if layer.package)
        check_unzipped_size(package.unzipped_size + unzipped)
        return layers

    def _published(self, region: Region, name: str) -> Json:
        version = region.functions.publish(name, description=None, sha256=None, revision=None)
        return version.described(version.number)

    def _changed(self, region: Region, before: Version) -> Version:
        """``$LATEST`` after a change, as it is while the update is in progress."""
        latest = region.functions.get(before.name).latest
        self._invoker.retire(before)
        self._activate(region, latest)
        return latest

    def _activate(self, region: Region, latest: Version) -> None:
        self._background.submit(self._become_active, region, latest)

    def _become_active(self, region: Region, latest: Version) -> None:
        active = region.functions.activate(latest.name, latest.key)
        if active is not None and active.number == LATEST:
            self._invoker.warm(region.name, active)
