"""How asynchronous invocations are retried and where their results go, as data."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from emulator.awslambda.errors import InvalidParameterValue, ResourceNotFound

Json = dict[str, Any]

_SUPPORTED_DESTINATIONS = ("sqs", "sns", "lambda")


@dataclass(frozen=True)
class EventInvokeConfig:
    """The configuration of a function, version or alias; None is AWS's default. Ages in seconds."""

    arn: str
    changed: datetime
    retries: int | None = None
    max_age: int | None = None
    on_success: str | None = None
    on_failure: str | None = None

    def described(self) -> Json:
        """AWS's FunctionEventInvokeConfig."""
        described: Json = {
            "FunctionArn": self.arn,
            "LastModified": self.changed.timestamp(),
            "DestinationConfig": {
                "OnSuccess": {"Destination": self.on_success} if self.on_success else {},
                "OnFailure": {"Destination": self.on_failure} if self.on_failure else {},
            },
        }
        if self.retries is not None:
            described["MaximumRetryAttempts"] = self.retries
        if self.max_age is not None:
            described["MaximumEventAgeInSeconds"] = self.max_age
        return described


class EventInvokeConfigs:
    """Configurations by the ARN of what they belong to, always qualified."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._configs: dict[str, EventInvokeConfig] = {}

    def put(self, arn: str, parameters: Json, now: datetime) -> EventInvokeConfig:
        """Set the configuration anew."""
        asked = _asked(parameters)
        if not asked:
            raise InvalidParameterValue(
                "You must specify at least one of error handling or destination setting."
            )
        with self._lock:
            config = self._configs[arn] = EventInvokeConfig(arn, now, **asked)
            return config

    def update(self, arn: str, parameters: Json, now: datetime) -> EventInvokeConfig:
        """Change what the parameters name; raises `ResourceNotFound`."""
        asked = _asked(parameters)
        with self._lock:
            config = self._configs[arn] = replace(self._get(arn), changed=now, **asked)
            return config

    def get(self, arn: str) -> EventInvokeConfig:
        """The configuration; raises `ResourceNotFound`."""
        with self._lock:
            return self._get(arn)

    def find(self, arn: str) -> EventInvokeConfig | None:
        """The configuration, if there is one."""
        return self._configs.get(arn)

    def of_function(self, function_arn: str) -> list[EventInvokeConfig]:
        """The configurations of a function with its versions and aliases."""
        with self._lock:
            return [config for arn, config in self._configs.items() if arn.startswith(f"{function_arn}:")]

    def delete(self, arn: str) -> None:
        """Remove the configuration; raises `ResourceNotFound`."""
        with self._lock:
            self._get(arn)
            del self._configs[arn]

    def forget(self, function_arn: str) -> None:
        """Drop what belongs to a function that is deleted."""
        for config in self.of_function(function_arn):
            self._configs.pop(config.arn, None)

    def _get(self, arn: str) -> EventInvokeConfig:
        found = self._configs.get(arn)
        if found is None:
            raise ResourceNotFound(f"The function {arn} doesn't have an EventInvokeConfig")
        return found


def _asked(parameters: Json) -> Json:
    asked: Json = {}
    if "MaximumRetryAttempts" in parameters:
        asked["retries"] = parameters["MaximumRetryAttempts"]
    if "MaximumEventAgeInSeconds" in parameters:
        asked["max_age"] = parameters["MaximumEventAgeInSeconds"]
    destinations = parameters.get("DestinationConfig", {})
    for member, name in (("OnSuccess", "on_success"), ("OnFailure", "on_failure")):
        if member in destinations:
            asked[name] = _destination(destinations[member].get("Destination"))
    return asked


def _destination(arn: str | None) -> str | None:
    if not arn:
        return None
    service = arn.split(":")[2] if arn.count(":") >= 5 else ""
    if service not in _SUPPORTED_DESTINATIONS:
        raise InvalidParameterValue(
            f"The provided destination {arn} is not supported by this emulator, which has SQS queues, SNS "
            "topics and Lambda functions"
        )
    return arn
