"""Stacks use each other's outputs."""

from __future__ import annotations

import uuid

import pytest
from botocore.exceptions import ClientError

from tests.emulator.cloudformation.conftest import Cloud


def exporter(name: str, value: str = "1") -> str:
    return f"""
    Resources: {{P: {{Type: AWS::SSM::Parameter, Properties: {{Type: String, Value: '{value}'}}}}}}
    Outputs: {{Out: {{Value: !GetAtt P.Value, Export: {{Name: !Sub '{name}'}}}}}}
    """


def importer(name: str) -> str:
    return f"""
    Resources:
      P: {{Type: AWS::SSM::Parameter, Properties: {{Type: String, Value: !ImportValue {name}}}}}
    """


@pytest.fixture
def shared() -> str:
    return f"shared-{uuid.uuid4().hex}"


def test_an_export_is_imported_by_its_name(cloud: Cloud, shared: str) -> None:
    owner, user = cloud.create(exporter(shared, "7")), cloud.create(importer(shared))
    parameter = cloud.client("ssm").get_parameter(Name=cloud.physical_id(user, "P"))["Parameter"]
    assert parameter["Value"] == "7"
    assert cloud.cf.list_imports(ExportName=shared)["Imports"] == [user]
    exports = {export["Name"]: export for export in cloud.cf.list_exports()["Exports"]}
    assert exports[shared]["Value"] == "7"
    assert exports[shared]["ExportingStackId"] == cloud.stack(owner)["StackId"]


def test_an_import_of_nothing_fails(cloud: Cloud, shared: str) -> None:
    name = cloud.create(importer(shared))
    assert cloud.status(name) == "ROLLBACK_COMPLETE"
    assert cloud.reasons(name, "CREATE_FAILED") == [f"No export named {shared} found."]


def test_a_stack_is_not_deleted_while_another_uses_its_export(cloud: Cloud, shared: str) -> None:
    owner, user = cloud.create(exporter(shared)), cloud.create(importer(shared))
    cloud.cf.delete_stack(StackName=owner)
    stack = cloud.stack(owner)
    assert stack["StackStatus"] == "CREATE_COMPLETE"
    assert stack["StackStatusReason"] == (
        f"Delete canceled. Cannot delete export {shared} as it is in use by {user}"
    )
    assert cloud.delete(user) == "DELETE_COMPLETE"
    assert cloud.delete(owner) == "DELETE_COMPLETE"


def test_an_export_in_use_keeps_its_value(cloud: Cloud, shared: str) -> None:
    owner, user = cloud.create(exporter(shared, "1")), cloud.create(importer(shared))
    assert cloud.update(owner, exporter(shared, "2")) == "UPDATE_ROLLBACK_COMPLETE"
    reasons = cloud.reasons(owner, "UPDATE_ROLLBACK_IN_PROGRESS")
    assert reasons == [f"Export {shared} cannot be updated as it is in use by {user}. "]
    assert cloud.outputs(owner) == {"Out": "1"}


def test_a_name_is_exported_once(cloud: Cloud, shared: str) -> None:
    owner, second = cloud.create(exporter(shared)), cloud.create(exporter(shared))
    assert cloud.status(second) == "ROLLBACK_COMPLETE"
    assert cloud.reasons(second, "ROLLBACK_IN_PROGRESS") == [
        f"Export with name {shared} is already exported by stack {owner}. Rollback requested by user."
    ]


def test_what_nobody_imports_is_an_error_to_ask_for(cloud: Cloud) -> None:
    with pytest.raises(ClientError, match="Export 'nothing' is not imported by any stack"):
        cloud.cf.list_imports(ExportName="nothing")
