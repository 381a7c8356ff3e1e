"""The operations on what hangs on functions: policies, concurrency, tags, and how events are retried."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from emulator.awslambda.errors import InvalidParameterValue
from emulator.awslambda.function_operations import Operation
from emulator.awslambda.functions import Function
from emulator.awslambda.invoker import ACCOUNT_CONCURRENCY, unreserved_concurrency
from emulator.awslambda.names import LATEST, function_name
from emulator.awslambda.paging import page
from emulator.awslambda.protocol import Answer, Call
from emulator.awslambda.regions import Region, Regions

Json = dict[str, Any]

LEAST_UNRESERVED = 100
MOST_CODE_BYTES = 80_530_636_800
MOST_TAGS = 50


class AttachmentOperations:
    """What a function has besides code and configuration."""

    def __init__(self, regions: Regions, clock: Callable[[], datetime]) -> None:
        self._regions = regions
        self._clock = clock

    def operations(self) -> dict[str, Operation]:
        """The operations by AWS's names."""
        return {
            "AddPermission": self.add_permission,
            "DeleteFunctionConcurrency": self.delete_concurrency,
            "DeleteFunctionEventInvokeConfig": self.delete_event_invoke,
            "GetAccountSettings": self.account_settings,
            "GetFunctionConcurrency": self.get_concurrency,
            "GetFunctionEventInvokeConfig": self.get_event_invoke,
            "GetPolicy": self.get_policy,
            "ListFunctionEventInvokeConfigs": self.list_event_invoke,
            "ListTags": self.list_tags,
            "PutFunctionConcurrency": self.put_concurrency,
            "PutFunctionEventInvokeConfig": self.put_event_invoke,
            "RemovePermission": self.remove_permission,
            "TagResource": self.tag,
            "UntagResource": self.untag,
            "UpdateFunctionEventInvokeConfig": self.update_event_invoke,
        }

    def add_permission(self, call: Call) -> Answer:
        """Add a statement to the policy of a function, version or alias."""
        region, arn = self._arn(call)
        statement = region.permissions.add(arn, call.parameters)
        return Answer({"Statement": json.dumps(statement, separators=(",", ":"))})

    def remove_permission(self, call: Call) -> Answer:
        """Remove a statement."""
        region, arn = self._arn(call)
        region.permissions.remove(arn, call.parameters["StatementId"], call.parameters.get("RevisionId"))
        return Answer()

    def get_policy(self, call: Call) -> Answer:
        """The policy of a function, version or alias."""
        region, arn = self._arn(call)
        return Answer(region.permissions.get(arn))

    def put_concurrency(self, call: Call) -> Answer:
        """Reserve concurrency for a function."""
        region, function = self._function(call)
        wanted: int = call.parameters["ReservedConcurrentExecutions"]
        with region.functions.lock:
            left = unreserved_concurrency(region.functions) + (function.reserved_concurrency or 0) - wanted
            if left < LEAST_UNRESERVED:
                raise InvalidParameterValue(
                    "Specified ReservedConcurrentExecutions for function decreases account's "
                    f"UnreservedConcurrentExecution below its minimum value of [{LEAST_UNRESERVED}]."
                )
            function.reserved_concurrency = wanted
        return Answer({"ReservedConcurrentExecutions": wanted})

    def get_concurrency(self, call: Call) -> Answer:
        """What is reserved, if anything."""
        _, function = self._function(call)
        reserved = function.reserved_concurrency
        return Answer({} if reserved is None else {"ReservedConcurrentExecutions": reserved})

    def delete_concurrency(self, call: Call) -> Answer:
        """Reserve nothing any more."""
        region, function = self._function(call)
        with region.functions.lock:
            function.reserved_concurrency = None
        return Answer()

    def account_settings(self, call: Call) -> Answer:
        """AWS's default quotas, and what is used of them."""
        functions = self._regions.get(call.region).functions
        every = functions.all()
        versions = [version for one in every for version in (one.latest, *one.published.values())]
        return Answer(
            {
                "AccountLimit": {
                    "TotalCodeSize": MOST_CODE_BYTES,
                    "CodeSizeUnzipped": 262_144_000,
                    "CodeSizeZipped": 52_428_800,
                    "ConcurrentExecutions": ACCOUNT_CONCURRENCY,
                    "UnreservedConcurrentExecutions": unreserved_concurrency(functions),
                },
                "AccountUsage": {
                    "TotalCodeSize": sum(version.package.size for version in versions),
                    "FunctionCount": len(every),
                },
            }
        )

    def put_event_invoke(self, call: Call) -> Answer:
        """Set how events are retried and where they go."""
        region, arn = self._arn(call, always_qualified=True)
        return Answer(region.event_invoke.put(arn, call.parameters, self._clock()).described())

    def update_event_invoke(self, call: Call) -> Answer:
        """Change a part of it."""
        region, arn = self._arn(call, always_qualified=True)
        return Answer(region.event_invoke.update(arn, call.parameters, self._clock()).described())

    def get_event_invoke(self, call: Call) -> Answer:
        """How events are retried and where they go."""
        region, arn = self._arn(call, always_qualified=True)
        return Answer(region.event_invoke.get(arn).described())

    def list_event_invoke(self, call: Call) -> Answer:
        """The same for a function with all its versions and aliases."""
        region, function = self._function(call)
        shown = [config.described() for config in region.event_invoke.of_function(function.arn)]
        return Answer(page("FunctionEventInvokeConfigs", shown, call.parameters))

    def delete_event_invoke(self, call: Call) -> Answer:
        """Back to AWS's defaults."""
        region, arn = self._arn(call, always_qualified=True)
        region.event_invoke.delete(arn)
        return Answer()

    def tag(self, call: Call) -> Answer:
        """Add tags, or change them."""
        region, function = self._tagged(call)
        with region.functions.lock:
            tags = {**function.tags, **call.parameters["Tags"]}
            if len(tags) > MOST_TAGS:
                raise InvalidParameterValue(f"Number of tags exceeds resource tag limit of {MOST_TAGS}.")
            function.tags = tags
        return Answer()

    def untag(self, call: Call) -> Answer:
        """Remove tags."""
        region, function = self._tagged(call)
        with region.functions.lock:
            function.tags = {k: v for k, v in function.tags.items() if k not in call.parameters["TagKeys"]}
        return Answer()

    def list_tags(self, call: Call) -> Answer:
        """The tags of a function."""
        _, function = self._tagged(call)
        return Answer({"Tags": dict(function.tags)})

    def _tagged(self, call: Call) -> tuple[Region, Function]:
        if ":function:" not in call.parameters["Resource"]:
            raise InvalidParameterValue("Tags of other resources than functions are not supported here")
        return self._function(call, "Resource")

    def _function(self, call: Call, member: str = "FunctionName") -> tuple[Region, Function]:
        region = self._regions.get(call.region)
        name = function_name(call.parameters[member], None, call.region, self._regions.account)
        return region, region.functions.get(name.name)

    def _arn(self, call: Call, always_qualified: bool = False) -> tuple[Region, str]:
        """The ARN of the function, version or alias that a call is about."""
        region = self._regions.get(call.region)
        wanted = call.parameters
        name = function_name(
            wanted["FunctionName"], wanted.get("Qualifier"), call.region, self._regions.account
        )
        function = region.functions.get(name.name, name.qualifier)
        function.qualified(name.qualifier)
        qualifier = name.qualifier or (LATEST if always_qualified else None)
        return region, f"{function.arn}:{qualifier}" if qualifier else function.arn
