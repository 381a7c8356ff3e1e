"""AWS::Athena: workgroups, data catalogs, named queries and prepared statements."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import ClientError

from emulator.cloudformation.resources.base import (
    FixedType,
    Json,
    Made,
    ResourceType,
    Scope,
    picked,
    settle_tags,
)
from emulator.cloudformation.resources.kinds import BOOLEAN, INTEGER, TAGS, TEXT, MapOf, Structure

_RESULT = Structure(
    {
        "AclConfiguration": Structure({"S3AclOption": TEXT}),
        "EncryptionConfiguration": Structure({"EncryptionOption": TEXT, "KmsKey": TEXT}),
        "ExpectedBucketOwner": TEXT,
        "OutputLocation": TEXT,
    }
)
_CONFIGURATION = Structure(
    {
        "BytesScannedCutoffPerQuery": INTEGER,
        "EnforceWorkGroupConfiguration": BOOLEAN,
        "EngineVersion": Structure({"SelectedEngineVersion": TEXT}),
        "PublishCloudWatchMetricsEnabled": BOOLEAN,
        "RequesterPaysEnabled": BOOLEAN,
        "ResultConfiguration": _RESULT,
    }
)
_RESULT_DEFAULTS = {
    "AclConfiguration": "RemoveAclConfiguration",
    "EncryptionConfiguration": "RemoveEncryptionConfiguration",
    "ExpectedBucketOwner": "RemoveExpectedBucketOwner",
    "OutputLocation": "RemoveOutputLocation",
}
_DEFAULTS: Json = {
    "EnforceWorkGroupConfiguration": True,
    "EngineVersion": {"SelectedEngineVersion": "AUTO"},
    "PublishCloudWatchMetricsEnabled": True,
    "RequesterPaysEnabled": False,
}
"""What a setting of a workgroup is when a template does not say."""


class WorkGroup(ResourceType):
    """A workgroup."""

    name = "AWS::Athena::WorkGroup"
    properties = Structure(
        {
            "Description": TEXT,
            "Name": TEXT,
            "RecursiveDeleteOption": BOOLEAN,
            "State": TEXT,
            "Tags": TAGS,
            "WorkGroupConfiguration": _CONFIGURATION,
        },
        required=("Name",),
    )
    replaced_by = frozenset({"Name"})
    named_by = "Name"

    def create(self, scope: Scope, properties: Json) -> Made:
        """CreateWorkGroup, then its state if that is not ENABLED."""
        athena, name = scope.client("athena"), properties["Name"]
        more = picked(properties, "Description", "Tags")
        configuration = properties.get("WorkGroupConfiguration", {})
        athena.create_work_group(Name=name, Configuration={**_DEFAULTS, **configuration}, **more)
        scope.initiated(name)
        if properties.get("State", "ENABLED") != "ENABLED":
            athena.update_work_group(WorkGroup=name, State=properties["State"])
        return Made(name)

    def update(self, scope: Scope, physical_id: str, before: Json, after: Json) -> Made:
        """UpdateWorkGroup, and its tags."""
        athena = scope.client("athena")
        athena.update_work_group(
            WorkGroup=physical_id,
            Description=after.get("Description", ""),
            State=after.get("State", "ENABLED"),
            ConfigurationUpdates=_updates(
                before.get("WorkGroupConfiguration", {}), after.get("WorkGroupConfiguration", {})
            ),
        )
        arn = scope.arn("athena", f"workgroup/{physical_id}")
        settle_tags(
            before,
            after,
            lambda keys: athena.untag_resource(ResourceARN=arn, TagKeys=keys),
            lambda tags: athena.tag_resource(ResourceARN=arn, Tags=tags),
        )
        return Made(physical_id)

    def delete(self, scope: Scope, physical_id: str, properties: Json) -> None:
        """DeleteWorkGroup; one with queries only with RecursiveDeleteOption."""
        with _gone_is_fine():
            scope.client("athena").delete_work_group(
                WorkGroup=physical_id,
                RecursiveDeleteOption=properties.get("RecursiveDeleteOption", False),
            )


class DataCatalog(ResourceType):
    """A data catalog."""

    name = "AWS::Athena::DataCatalog"
    properties = Structure(
        {"Description": TEXT, "Name": TEXT, "Parameters": MapOf(TEXT), "Tags": TAGS, "Type": TEXT},
        required=("Name", "Type"),
    )
    replaced_by = frozenset({"Name"})
    named_by = "Name"

    def create(self, scope: Scope, properties: Json) -> Made:
        """CreateDataCatalog."""
        scope.client("athena").create_data_catalog(**properties)
        return Made(properties["Name"])

    def update(self, scope: Scope, physical_id: str, before: Json, after: Json) -> Made:
        """UpdateDataCatalog, and its tags."""
        athena = scope.client("athena")
        athena.update_data_catalog(**picked(after, "Description", "Name", "Parameters", "Type"))
        arn = scope.arn("athena", f"datacatalog/{physical_id}")
        settle_tags(
            before,
            after,
            lambda keys: athena.untag_resource(ResourceARN=arn, TagKeys=keys),
            lambda tags: athena.tag_resource(ResourceARN=arn, Tags=tags),
        )
        return Made(physical_id)

    def delete(self, scope: Scope, physical_id: str, properties: Json) -> None:
        """DeleteDataCatalog."""
        with _gone_is_fine():
            scope.client("athena").delete_data_catalog(Name=physical_id)


class NamedQuery(FixedType):
    """A saved query."""

    name = "AWS::Athena::NamedQuery"
    properties = Structure(
        {"Database": TEXT, "Description": TEXT, "Name": TEXT, "QueryString": TEXT, "WorkGroup": TEXT},
        required=("Database", "QueryString"),
    )
    replaced_by = frozenset({"Database", "Description", "Name", "QueryString", "WorkGroup"})
    attributes = frozenset({"NamedQueryId"})

    def create(self, scope: Scope, properties: Json) -> Made:
        """CreateNamedQuery."""
        given = {"Name": scope.new_name(128), **properties}
        made = scope.client("athena").create_named_query(**given)["NamedQueryId"]
        return Made(made, {"NamedQueryId": made})

    def delete(self, scope: Scope, physical_id: str, properties: Json) -> None:
        """DeleteNamedQuery."""
        with _gone_is_fine():
            scope.client("athena").delete_named_query(NamedQueryId=physical_id)


class PreparedStatement(ResourceType):
    """A prepared statement of a workgroup."""

    name = "AWS::Athena::PreparedStatement"
    properties = Structure(
        {"Description": TEXT, "QueryStatement": TEXT, "StatementName": TEXT, "WorkGroup": TEXT},
        required=("QueryStatement", "StatementName", "WorkGroup"),
    )
    replaced_by = frozenset({"StatementName", "WorkGroup"})

    def create(self, scope: Scope, properties: Json) -> Made:
        """CreatePreparedStatement."""
        scope.client("athena").create_prepared_statement(**properties)
        return Made(properties["StatementName"])

    def update(self, scope: Scope, physical_id: str, before: Json, after: Json) -> Made:
        """UpdatePreparedStatement."""
        scope.client("athena").update_prepared_statement(**after)
        return Made(physical_id)

    def delete(self, scope: Scope, physical_id: str, properties: Json) -> None:
        """DeletePreparedStatement."""
        with _gone_is_fine():
            scope.client("athena").delete_prepared_statement(
                **picked(properties, "StatementName", "WorkGroup")
            )


def _updates(before: Json, after: Json) -> Json:
    """What takes a workgroup from one configuration to another: new values, defaults, removals."""
    updates = {**_DEFAULTS, **{name: value for name, value in after.items() if name != "ResultConfiguration"}}
    if "BytesScannedCutoffPerQuery" in before and "BytesScannedCutoffPerQuery" not in after:
        updates["RemoveBytesScannedCutoffPerQuery"] = True
    old, new = before.get("ResultConfiguration", {}), after.get("ResultConfiguration", {})
    results = dict(new)
    for name, removal in _RESULT_DEFAULTS.items():
        if name in old and name not in new:
            results[removal] = True
    if results:
        updates["ResultConfigurationUpdates"] = results
    return updates


@contextmanager
def _gone_is_fine() -> Iterator[None]:
    """For deletions: Athena says that something is not there by an InvalidRequestException with a text."""
    try:
        yield
    except ClientError as error:
        text = str(error)
        if "not found" not in text and "not exist" not in text:
            raise


TYPES: tuple[ResourceType, ...] = (
    WorkGroup(),
    DataCatalog(),
    NamedQuery(),
    PreparedStatement(),
)
