"""AWS::Lambda: functions with their versions, aliases, permissions, asynchronous settings, and layers."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from emulator.cloudformation.resources.base import (
    FixedType,
    Json,
    Made,
    ResourceType,
    Scope,
    picked,
    renamed,
    settle_tags,
    tag_map,
)
from emulator.cloudformation.resources.kinds import (
    INTEGER,
    TAGS,
    TEXT,
    TEXTS,
    MapOf,
    Structure,
)

_CODE = Structure({"S3Bucket": TEXT, "S3Key": TEXT, "S3ObjectVersion": TEXT, "ZipFile": TEXT})
_CONFIGURATION = [
    "DeadLetterConfig",
    "Description",
    "Environment",
    "EphemeralStorage",
    "Handler",
    "Layers",
    "LoggingConfig",
    "MemorySize",
    "Role",
    "Runtime",
    "Timeout",
    "TracingConfig",
]
_DEFAULTS: Json = {
    "DeadLetterConfig": {},
    "Description": "",
    "Environment": {},
    "EphemeralStorage": {"Size": 512},
    "Layers": [],
    "MemorySize": 128,
    "Timeout": 3,
    "TracingConfig": {"Mode": "PassThrough"},
}
"""What a property that was taken out of a template becomes again."""


class Function(ResourceType):
    """A function from a package."""

    name = "AWS::Lambda::Function"
    properties = Structure(
        {
            "Architectures": TEXTS,
            "Code": _CODE,
            "DeadLetterConfig": Structure({"TargetArn": TEXT}),
            "Description": TEXT,
            "Environment": Structure({"Variables": MapOf(TEXT)}),
            "EphemeralStorage": Structure({"Size": INTEGER}),
            "FunctionName": TEXT,
            "Handler": TEXT,
            "KmsKeyArn": TEXT,
            "Layers": TEXTS,
            "LoggingConfig": Structure(
                {"ApplicationLogLevel": TEXT, "LogFormat": TEXT, "LogGroup": TEXT, "SystemLogLevel": TEXT}
            ),
            "MemorySize": INTEGER,
            "PackageType": TEXT,
            "ReservedConcurrentExecutions": INTEGER,
            "Role": TEXT,
            "Runtime": TEXT,
            "Tags": TAGS,
            "Timeout": INTEGER,
            "TracingConfig": Structure({"Mode": TEXT}),
        },
        required=("Code", "Role"),
    )
    replaced_by = frozenset({"FunctionName", "PackageType"})
    named_by = "FunctionName"
    attributes = frozenset({"Arn"})

    def create(self, scope: Scope, properties: Json) -> Made:
        """CreateFunction, then its reserved concurrency."""
        client = scope.client("lambda")
        name = properties.get("FunctionName") or scope.new_name(64)
        more = picked(properties, *_CONFIGURATION, "Architectures", "PackageType")
        more.update(renamed(properties, {"KmsKeyArn": "KMSKeyArn"}))
        if tags := tag_map(properties.get("Tags")):
            more["Tags"] = tags
        client.create_function(FunctionName=name, Code=_code(properties), **more)
        scope.initiated(name)
        client.get_waiter("function_active_v2").wait(FunctionName=name, WaiterConfig={"Delay": 1})
        _settle_concurrency(client, name, {}, properties)
        return _function(scope, name)

    def update(self, scope: Scope, physical_id: str, before: Json, after: Json) -> Made:
        """UpdateFunctionConfiguration, UpdateFunctionCode, tags, reserved concurrency: what differs."""
        client = scope.client("lambda")
        changes = _changed_configuration(before, after)
        if changes:
            client.update_function_configuration(FunctionName=physical_id, **changes)
            _wait_for_update(client, physical_id)
        if picked(before, "Code", "Architectures") != picked(after, "Code", "Architectures"):
            code = {**_code(after), **picked(after, "Architectures")}
            client.update_function_code(FunctionName=physical_id, **code)
            _wait_for_update(client, physical_id)
        made = _function(scope, physical_id)
        settle_tags(
            before,
            after,
            lambda keys: client.untag_resource(Resource=made.attributes["Arn"], TagKeys=keys),
            lambda tags: client.tag_resource(Resource=made.attributes["Arn"], Tags=tag_map(tags)),
        )
        _settle_concurrency(client, physical_id, before, after)
        return made

    def delete(self, scope: Scope, physical_id: str, properties: Json) -> None:
        """DeleteFunction."""
        scope.client("lambda").delete_function(FunctionName=physical_id)


class Version(FixedType):
    """What a function was when it was published."""

    name = "AWS::Lambda::Version"
    properties = Structure(
        {"CodeSha256": TEXT, "Description": TEXT, "FunctionName": TEXT}, required=("FunctionName",)
    )
    replaced_by = frozenset({"CodeSha256", "Description", "FunctionName"})
    attributes = frozenset({"FunctionArn", "Version"})

    def create(self, scope: Scope, properties: Json) -> Made:
        """PublishVersion."""
        made = scope.client("lambda").publish_version(**properties)
        return Made(made["FunctionArn"], {"FunctionArn": made["FunctionArn"], "Version": made["Version"]})

    def delete(self, scope: Scope, physical_id: str, properties: Json) -> None:
        """DeleteFunction of the version alone."""
        function, _, version = physical_id.rpartition(":")
        scope.client("lambda").delete_function(FunctionName=function, Qualifier=version)


class Alias(ResourceType):
    """A name for a version."""

    name = "AWS::Lambda::Alias"
    properties = Structure(
        {"Description": TEXT, "FunctionName": TEXT, "FunctionVersion": TEXT, "Name": TEXT},
        required=("FunctionName", "FunctionVersion", "Name"),
    )
    replaced_by = frozenset({"FunctionName", "Name"})
    named_by = "Name"
    attributes = frozenset({"AliasArn"})

    def create(self, scope: Scope, properties: Json) -> Made:
        """CreateAlias."""
        made = scope.client("lambda").create_alias(**properties)
        return Made(made["AliasArn"], {"AliasArn": made["AliasArn"]})

    def update(self, scope: Scope, physical_id: str, before: Json, after: Json) -> Made:
        """UpdateAlias."""
        made = scope.client("lambda").update_alias(**{"Description": "", **after})
        return Made(made["AliasArn"], {"AliasArn": made["AliasArn"]})

    def delete(self, scope: Scope, physical_id: str, properties: Json) -> None:
        """DeleteAlias."""
        scope.client("lambda").delete_alias(**picked(properties, "FunctionName", "Name"))


class Permission(FixedType):
    """A statement of a function's policy."""

    name = "AWS::Lambda::Permission"
    properties = Structure(
        {
            "Action": TEXT,
            "FunctionName": TEXT,
            "Principal": TEXT,
            "PrincipalOrgID": TEXT,
            "SourceAccount": TEXT,
            "SourceArn": TEXT,
        },
        required=("Action", "FunctionName", "Principal"),
    )
    replaced_by = frozenset(
        {"Action", "FunctionName", "Principal", "PrincipalOrgID", "SourceAccount", "SourceArn"}
    )
    attributes = frozenset({"Id"})

    def create(self, scope: Scope, properties: Json) -> Made:
        """AddPermission."""
        statement = scope.new_name(100)
        scope.client("lambda").add_permission(StatementId=statement, **properties)
        return Made(statement, {"Id": statement})

    def delete(self, scope: Scope, physical_id: str, properties: Json) -> None:
        """RemovePermission."""
        scope.client("lambda").remove_permission(
            FunctionName=properties["FunctionName"], StatementId=physical_id
        )


class EventInvokeConfig(ResourceType):
    """How a function's asynchronous invocations are repeated, and where failed ones go."""

    name = "AWS::Lambda::EventInvokeConfig"
    properties = Structure(
        {
            "DestinationConfig": Structure(
                {
                    "OnFailure": Structure({"Destination": TEXT}),
                    "OnSuccess": Structure({"Destination": TEXT}),
                }
            ),
            "FunctionName": TEXT,
            "MaximumEventAgeInSeconds": INTEGER,
            "MaximumRetryAttempts": INTEGER,
            "Qualifier": TEXT,
        },
        required=("FunctionName", "Qualifier"),
    )
    replaced_by = frozenset({"FunctionName", "Qualifier"})

    def create(self, scope: Scope, properties: Json) -> Made:
        """PutFunctionEventInvokeConfig."""
        scope.client("lambda").put_function_event_invoke_config(**properties)
        return Made(scope.new_name())

    def update(self, scope: Scope, physical_id: str, before: Json, after: Json) -> Made:
        """PutFunctionEventInvokeConfig, which forgets what it is not told."""
        scope.client("lambda").put_function_event_invoke_config(**after)
        return Made(physical_id)

    def delete(self, scope: Scope, physical_id: str, properties: Json) -> None:
        """DeleteFunctionEventInvokeConfig."""
        scope.client("lambda").delete_function_event_invoke_config(
            **picked(properties, "FunctionName", "Qualifier")
        )


class LayerVersion(FixedType):
    """A version of a layer."""

    name = "AWS::Lambda::LayerVersion"
    properties = Structure(
        {
            "CompatibleArchitectures": TEXTS,
            "CompatibleRuntimes": TEXTS,
            "Content": Structure({"S3Bucket": TEXT, "S3Key": TEXT, "S3ObjectVersion": TEXT}),
            "Description": TEXT,
            "LayerName": TEXT,
            "LicenseInfo": TEXT,
        },
        required=("Content",),
    )
    replaced_by = frozenset(
        {
            "CompatibleArchitectures",
            "CompatibleRuntimes",
            "Content",
            "Description",
            "LayerName",
            "LicenseInfo",
        }
    )
    attributes = frozenset({"LayerVersionArn"})

    def create(self, scope: Scope, properties: Json) -> Made:
        """PublishLayerVersion."""
        given = {"LayerName": scope.new_name(140), **properties}
        made = scope.client("lambda").publish_layer_version(**given)
        return Made(made["LayerVersionArn"], {"LayerVersionArn": made["LayerVersionArn"]})

    def delete(self, scope: Scope, physical_id: str, properties: Json) -> None:
        """DeleteLayerVersion."""
        layer, _, version = physical_id.rpartition(":")
        scope.client("lambda").delete_layer_version(LayerName=layer, VersionNumber=int(version))


def _function(scope: Scope, name: str) -> Made:
    return Made(name, {"Arn": scope.arn("lambda", f"function:{name}")})


def _code(properties: Json) -> Json:
    """The package; ZipFile is source text, which CloudFormation itself puts into a package as ``index``."""
    code: Json = properties["Code"]
    if "ZipFile" not in code:
        return code
    ending = "js" if properties.get("Runtime", "").startswith("nodejs") else "py"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as package:
        package.writestr(zipfile.ZipInfo(f"index.{ending}"), code["ZipFile"])
    return {"ZipFile": packed.getvalue()}


def _changed_configuration(before: Json, after: Json) -> Json:
    changes: Json = {}
    for name in _CONFIGURATION:
        if before.get(name) != after.get(name) and (name in after or name in _DEFAULTS):
            changes[name] = after.get(name, _DEFAULTS.get(name))
    if before.get("KmsKeyArn") != after.get("KmsKeyArn"):
        changes["KMSKeyArn"] = after.get("KmsKeyArn", "")
    return changes


def _settle_concurrency(client: Any, name: str, before: Json, after: Json) -> None:
    member = "ReservedConcurrentExecutions"
    if before.get(member) == after.get(member):
        return
    if member in after:
        client.put_function_concurrency(FunctionName=name, **picked(after, member))
    else:
        client.delete_function_concurrency(FunctionName=name)


def _wait_for_update(client: Any, name: str) -> None:
    client.get_waiter("function_updated_v2").wait(FunctionName=name, WaiterConfig={"Delay": 1})


TYPES: tuple[ResourceType, ...] = (
    Function(),
    Version(),
    Alias(),
    Permission(),
    EventInvokeConfig(),
    LayerVersion(),
)
