"""A function's configuration: read from requests, refused where it is not supported, told in answers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from emulator.awslambda.errors import InvalidParameterValue

Json = dict[str, Any]

RUNTIMES = ("python3.9", "python3.10", "python3.11", "python3.12", "python3.13", "python3.14")
MOST_LAYERS = 5
MOST_VARIABLE_BYTES = 4096

_OFF: Mapping[str, tuple[Any, ...]] = {
    "CapacityProviderConfig": (),
    "CodeSigningConfigArn": ("",),
    "DurableConfig": (),
    "FileSystemConfigs": ([],),
    "ImageConfig": ({},),
    "KMSKeyArn": ("",),
    "PackageType": ("Zip",),
    "PublishTo": (),
    "SnapStart": ({"ApplyOn": "None"},),
    "TenancyConfig": (),
    "TracingConfig": ({"Mode": "PassThrough"},),
    "VpcConfig": ({}, {"SubnetIds": [], "SecurityGroupIds": []}),
}
"""What is not emulated, with the values that ask for nothing."""

_RESERVED = frozenset(
    [
        "_HANDLER",
        "_X_AMZN_TRACE_ID",
        "AWS_ACCESS_KEY",
        "AWS_ACCESS_KEY_ID",
        "AWS_DEFAULT_REGION",
        "AWS_EXECUTION_ENV",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
        "AWS_LAMBDA_FUNCTION_NAME",
        "AWS_LAMBDA_FUNCTION_VERSION",
        "AWS_LAMBDA_INITIALIZATION_TYPE",
        "AWS_LAMBDA_LOG_GROUP_NAME",
        "AWS_LAMBDA_LOG_STREAM_NAME",
        "AWS_LAMBDA_RUNTIME_API",
        "AWS_REGION",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "LAMBDA_RUNTIME_DIR",
        "LAMBDA_TASK_ROOT",
    ]
)
_VARIABLES_REFUSED = (
    "Lambda was unable to configure your environment variables because the environment variables you have "
    "provided "
)


@dataclass(frozen=True)
class LogSettings:
    """Where and how a function logs; levels only with the format JSON."""

    group: str
    format: str = "Text"
    application_level: str | None = None
    system_level: str | None = None


@dataclass(frozen=True)
class Settings:
    """A function's configuration; times in seconds, memory and storage in MB (neither is enforced)."""

    runtime: str
    handler: str
    role: str
    logs: LogSettings
    description: str = ""
    timeout: int = 3
    memory: int = 128
    storage: int = 512
    variables: Mapping[str, str] | None = None
    layers: tuple[str, ...] = ()
    dead_letters: str | None = None
    architectures: tuple[str, ...] = ("x86_64",)

    def described(self) -> Json:
        """The members of AWS's FunctionConfiguration that come from here."""
        described: Json = {
            "Runtime": self.runtime,
            "Role": self.role,
            "Handler": self.handler,
            "Description": self.description,
            "Timeout": self.timeout,
            "MemorySize": self.memory,
            "EphemeralStorage": {"Size": self.storage},
            "Architectures": list(self.architectures),
            "PackageType": "Zip",
            "TracingConfig": {"Mode": "PassThrough"},
            "SnapStart": {"ApplyOn": "None", "OptimizationStatus": "Off"},
            "LoggingConfig": _described_logs(self.logs),
        }
        if self.variables is not None:
            described["Environment"] = {"Variables": dict(self.variables)}
        if self.dead_letters:
            described["DeadLetterConfig"] = {"TargetArn": self.dead_letters}
        return described


def new_settings(name: str, parameters: Json) -> Settings:
    """The configuration that CreateFunction asks for; raises `InvalidParameterValue`."""
    _refuse_unsupported(parameters)
    if "Runtime" not in parameters or "Handler" not in parameters:
        raise InvalidParameterValue(
            "Runtime and Handler are mandatory parameters for functions created with deployment packages."
        )
    base = Settings(
        runtime=_runtime(parameters["Runtime"]),
        handler=parameters["Handler"],
        role=parameters["Role"],
        logs=LogSettings(f"/aws/lambda/{name}"),
        architectures=tuple(parameters.get("Architectures", ("x86_64",))),
    )
    return _changed(base, name, parameters)


def changed_settings(settings: Settings, name: str, parameters: Json) -> Settings:
    """The configuration after UpdateFunctionConfiguration; raises `InvalidParameterValue`."""
    _refuse_unsupported(parameters)
    return _changed(settings, name, parameters)


def _changed(settings: Settings, name: str, parameters: Json) -> Settings:
    simple = {
        "Handler": "handler",
        "Role": "role",
        "Description": "description",
        "Timeout": "timeout",
        "MemorySize": "memory",
    }
    changes: Json = {field: parameters[name] for name, field in simple.items() if name in parameters}
    if "Runtime" in parameters:
        changes["runtime"] = _runtime(parameters["Runtime"])
    if "EphemeralStorage" in parameters:
        changes["storage"] = parameters["EphemeralStorage"]["Size"]
    if "Environment" in parameters:
        changes["variables"] = _variables(parameters["Environment"].get("Variables"))
    if "Layers" in parameters:
        changes["layers"] = tuple(parameters["Layers"])
    if "DeadLetterConfig" in parameters:
        changes["dead_letters"] = parameters["DeadLetterConfig"].get("TargetArn") or None
    if "LoggingConfig" in parameters:
        changes["logs"] = _logs(settings.logs, name, parameters["LoggingConfig"])
    return replace(settings, **changes)


def _refuse_unsupported(parameters: Json) -> None:
    for member, harmless in _OFF.items():
        if member in parameters and parameters[member] not in harmless:
            raise InvalidParameterValue(f"{member} is not supported by this emulator")


def _runtime(name: str) -> str:
    if name not in RUNTIMES:
        raise InvalidParameterValue(
            f"Value {name} at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: "
            f"[{', '.join(RUNTIMES)}] or be a valid ARN"
        )
    return name


def _variables(variables: Mapping[str, str] | None) -> Mapping[str, str] | None:
    if variables is None:
        return None
    if reserved := sorted(_RESERVED.intersection(variables)):
        raise InvalidParameterValue(
            f"{_VARIABLES_REFUSED}contains reserved keys that are currently not supported for modification. "
            f"Reserved keys used in this request: {', '.join(reserved)}"
        )
    measured = json.dumps(variables, separators=(",", ":"), ensure_ascii=False)
    if len(measured.encode()) > MOST_VARIABLE_BYTES:
        raise InvalidParameterValue(
            f"{_VARIABLES_REFUSED}exceeded the 4KB limit. String measured: {measured}"
        )
    return variables


def _logs(logs: LogSettings, name: str, asked: Json) -> LogSettings:
    if asked.get("LogFormat", logs.format) != "JSON":
        for member in ("ApplicationLogLevel", "SystemLogLevel"):
            if member in asked:
                raise InvalidParameterValue(f"{member} can only be set with the LogFormat JSON")
        return LogSettings(asked.get("LogGroup", logs.group), "Text")
    if asked.get("SystemLogLevel", "INFO") != "INFO":
        raise InvalidParameterValue("Another SystemLogLevel than INFO is not supported by this emulator")
    level = asked.get("ApplicationLogLevel", logs.application_level or "INFO")
    return LogSettings(asked.get("LogGroup", logs.group), "JSON", level, "INFO")


def _described_logs(logs: LogSettings) -> Json:
    described = {"LogFormat": logs.format, "LogGroup": logs.group}
    if logs.application_level and logs.system_level:
        described |= {"ApplicationLogLevel": logs.application_level, "SystemLogLevel": logs.system_level}
    return described
