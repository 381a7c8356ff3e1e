"""The operations on aliases."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any

from emulator.awslambda.errors import (
    InvalidParameterValue,
    ResourceConflict,
    ResourceNotFound,
    ValidationError,
)
from emulator.awslambda.function_operations import Operation
from emulator.awslambda.functions import Alias, Function, check_revision
from emulator.awslambda.names import LATEST, function_name
from emulator.awslambda.paging import page
from emulator.awslambda.protocol import Answer, Call
from emulator.awslambda.regions import Region, Regions

Json = dict[str, Any]


class AliasOperations:
    """Names for versions."""

    def __init__(self, regions: Regions) -> None:
        self._regions = regions

    def operations(self) -> dict[str, Operation]:
        """The operations by AWS's names."""
        return {
            "CreateAlias": self.create,
            "DeleteAlias": self.delete,
            "GetAlias": self.get,
            "ListAliases": self.list,
            "UpdateAlias": self.update,
        }

    def create(self, call: Call) -> Answer:
        """A new alias."""
        region, name = self._regions.get(call.region), call.parameters["Name"]
        with region.functions.lock:
            function = self._function(region, call)
            arn = f"{function.arn}:{name}"
            if name in function.aliases:
                raise ResourceConflict(f"Alias already exists: {arn}")
            version = function.version(call.parameters["FunctionVersion"]).number
            weights = _weights(function, version, call.parameters.get("RoutingConfig"))
            description = call.parameters.get("Description", "")
            alias = function.aliases[name] = Alias(name, arn, version, description, weights)
        return Answer(alias.described())

    def update(self, call: Call) -> Answer:
        """Change what the parameters name."""
        region, wanted = self._regions.get(call.region), call.parameters
        with region.functions.lock:
            function = self._function(region, call)
            alias = self._alias(function, wanted["Name"])
            check_revision(wanted.get("RevisionId"), alias.revision)
            version = function.version(wanted.get("FunctionVersion", alias.version)).number
            weights = alias.weights
            if "RoutingConfig" in wanted:
                weights = _weights(function, version, wanted["RoutingConfig"])
            alias = function.aliases[alias.name] = replace(
                alias,
                version=version,
                weights=weights,
                description=wanted.get("Description", alias.description),
                revision=str(uuid.uuid4()),
            )
        return Answer(alias.described())

    def get(self, call: Call) -> Answer:
        """An alias."""
        region = self._regions.get(call.region)
        return Answer(self._alias(self._function(region, call), call.parameters["Name"]).described())

    def list(self, call: Call) -> Answer:
        """The aliases of a function, or of one of its versions."""
        region, version = self._regions.get(call.region), call.parameters.get("FunctionVersion")
        with region.functions.lock:
            aliases = sorted(self._function(region, call).aliases.values(), key=lambda alias: alias.name)
        shown = [alias.described() for alias in aliases if version in (None, alias.version)]
        return Answer(page("Aliases", shown, call.parameters))

    def delete(self, call: Call) -> Answer:
        """Remove an alias if it is there."""
        region = self._regions.get(call.region)
        with region.functions.lock:
            self._function(region, call).aliases.pop(call.parameters["Name"], None)
        return Answer()

    def _function(self, region: Region, call: Call) -> Function:
        name = function_name(call.parameters["FunctionName"], None, call.region, self._regions.account)
        return region.functions.get(name.name)

    def _alias(self, function: Function, name: str) -> Alias:
        alias = function.aliases.get(name)
        if alias is None:
            raise ResourceNotFound(f"Cannot find alias arn: {function.arn}:{name}")
        return alias


def _weights(function: Function, version: str, routing: Json | None) -> tuple[tuple[str, float], ...]:
    weights: dict[str, float] = (routing or {}).get("AdditionalVersionWeights", {})
    if len(weights) > 1:
        raise InvalidParameterValue("Number of items in AdditionalVersionWeights cannot be greater than 1")
    for other, weight in weights.items():
        if not 0 <= weight <= 1:
            raise ValidationError(
                f"1 validation error detected: Value '{{{other}={weight}}}' at "
                "'routingConfig.additionalVersionWeights' failed to satisfy constraint: Map value must "
                "satisfy constraint: [Member must have value less than or equal to 1.0, Member must have "
                "value greater than or equal to 0.0]"
            )
        if other == version:
            raise InvalidParameterValue(
                f"Invalid function version {other}. Function version {other} is already included in routing "
                "configuration."
            )
        if LATEST in (version, other):
            raise InvalidParameterValue(
                "$LATEST is not supported for an alias pointing to more than 1 version"
            )
        function.version(other)
    return tuple(weights.items())
