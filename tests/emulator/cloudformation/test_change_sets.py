"""Change sets say what would happen, and then let it happen."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.emulator.cloudformation.conftest import Cloud, given

TEMPLATE = """
Parameters:
  Value: {Type: String, Default: a, NoEcho: %s}
  Name: {Type: String, Default: first}
Resources:
  Plain: {Type: AWS::SSM::Parameter, Properties: {Type: String, Value: !Ref Value}}
  Named:
    Type: AWS::SSM::Parameter
    Properties: {Type: String, Value: x, Name: !Sub "/${AWS::StackName}/${Name}"}
  Follows: {Type: AWS::SSM::Parameter, Properties: {Type: String, Value: !Ref Named}}
"""
OPEN, MASKED = TEMPLATE % "false", TEMPLATE % "true"


def prepare(cloud: Cloud, name: str, kind: str, template: str, **parameters: str) -> Mapping[str, Any]:
    """Make a change set named `next` and describe it."""
    if name not in cloud.made:
        cloud.made.append(name)
    cloud.cf.create_change_set(
        StackName=name,
        ChangeSetName="next",
        ChangeSetType=kind,  # type: ignore[arg-type]
        TemplateBody=template,
        Parameters=given(parameters),
    )
    return cloud.cf.describe_change_set(StackName=name, ChangeSetName="next", IncludePropertyValues=True)


def summary(changes: Sequence[Mapping[str, Any]]) -> list[tuple[str, str, str | None]]:
    """Action, resource and replacement of each change."""
    found = [change["ResourceChange"] for change in changes]
    return [(one["Action"], one["LogicalResourceId"], one.get("Replacement")) for one in found]


def test_a_stack_can_begin_as_a_change_set(cloud: Cloud) -> None:
    name = f"s{uuid.uuid4().hex[:10]}"
    found = prepare(cloud, name, "CREATE", OPEN)
    assert (found["Status"], found["ExecutionStatus"]) == ("CREATE_COMPLETE", "AVAILABLE")
    assert summary(found["Changes"]) == [
        ("Add", "Plain", None),
        ("Add", "Named", None),
        ("Add", "Follows", None),
    ]
    assert cloud.status(name) == "REVIEW_IN_PROGRESS"
    assert cloud.statuses(name) == {}
    cloud.cf.execute_change_set(StackName=name, ChangeSetName="next")
    assert cloud.settled(name) == "CREATE_COMPLETE"
    executed = cloud.cf.describe_change_set(StackName=name, ChangeSetName="next")
    assert executed["ExecutionStatus"] == "EXECUTE_COMPLETE"


def test_a_change_set_says_what_is_changed_how_and_why(cloud: Cloud) -> None:
    name = cloud.create(OPEN)
    changed = OPEN.replace("Follows:", "New: {Type: AWS::S3::Bucket}\n  Follows:")
    found = prepare(cloud, name, "UPDATE", changed, Value="b", Name="second")
    assert summary(found["Changes"]) == [
        ("Modify", "Plain", "False"),
        ("Modify", "Named", "True"),
        ("Add", "New", None),
        ("Modify", "Follows", "False"),
    ]
    plain, named, _, follows = (change["ResourceChange"]["Details"] for change in found["Changes"])
    assert plain == [
        {
            "Target": {
                "Attribute": "Properties",
                "Name": "Value",
                "RequiresRecreation": "Never",
                "Path": "/Properties/Value",
                "BeforeValue": "a",
                "AfterValue": "b",
            },
            "Evaluation": "Static",
            "ChangeSource": "ParameterReference",
            "CausingEntity": "Value",
        }
    ]
    assert named[0]["Target"]["RequiresRecreation"] == "Always"
    assert (follows[0]["Evaluation"], follows[0]["ChangeSource"]) == ("Dynamic", "ResourceReference")
    assert follows[0]["Target"]["AfterValue"] == "{{changeSet:KNOWN_AFTER_APPLY}}"
    assert "New" not in cloud.statuses(name)
    cloud.cf.execute_change_set(StackName=name, ChangeSetName="next")
    assert cloud.settled(name) == "UPDATE_COMPLETE"
    assert cloud.physical_id(name, "Named") == f"/{name}/second"


def test_a_value_that_is_not_known_yet_replaces_on_a_condition(cloud: Cloud) -> None:
    text = (
        OPEN
        + "  Last: {Type: AWS::SSM::Parameter, Properties: {Type: String, Value: x, Name: !Sub '/x${%s}'}}\n"
    )
    name = cloud.create(text % "Name")
    found = prepare(cloud, name, "UPDATE", (text + "  New: {Type: AWS::SQS::Queue}\n") % "New.QueueName")
    assert ("Modify", "Last", "Conditional") in summary(found["Changes"])
    cloud.cf.execute_change_set(StackName=name, ChangeSetName="next")
    assert cloud.settled(name) == "UPDATE_COMPLETE"


def test_what_leaves_the_template_is_removed(cloud: Cloud) -> None:
    name = cloud.create(OPEN)
    found = prepare(cloud, name, "UPDATE", OPEN.partition("  Follows")[0])
    assert summary(found["Changes"]) == [("Remove", "Follows", None)]
    assert found["Changes"][0]["ResourceChange"]["PolicyAction"] == "Delete"


def test_metadata_and_policies_are_changes_too(cloud: Cloud) -> None:
    name = cloud.create(OPEN)
    changed = OPEN.replace("Plain: {", "Plain: {Metadata: {a: b}, DeletionPolicy: Retain, ")
    found = prepare(cloud, name, "UPDATE", changed)
    assert found["Changes"][0]["ResourceChange"]["Scope"] == ["Metadata", "DeletionPolicy"]
    cloud.cf.execute_change_set(StackName=name, ChangeSetName="next")
    assert cloud.settled(name) == "UPDATE_COMPLETE"
    plain, stack_id = cloud.physical_id(name, "Plain"), cloud.stack(name)["StackId"]
    cloud.delete(name)
    assert cloud.statuses(stack_id)["Plain"] == "DELETE_SKIPPED"
    cloud.client("ssm").delete_parameter(Name=plain)


def test_a_change_set_without_changes_fails_in_the_words_that_clients_look_for(cloud: Cloud) -> None:
    name = cloud.create(OPEN)
    found = prepare(cloud, name, "UPDATE", OPEN)
    assert (found["Status"], found["ExecutionStatus"]) == ("FAILED", "UNAVAILABLE")
    assert found["StatusReason"] == (
        "The submitted information didn't contain changes. "
        "Submit different information to create a change set."
    )
    with pytest.raises(ClientError, match="cannot be executed in its current status of"):
        cloud.cf.execute_change_set(StackName=name, ChangeSetName="next")


def test_an_output_alone_is_a_change(cloud: Cloud) -> None:
    name = cloud.create(OPEN)
    found = prepare(cloud, name, "UPDATE", OPEN + "Outputs: {A: {Value: !Ref Plain}}\n")
    assert (found["Status"], found["Changes"]) == ("CREATE_COMPLETE", [])
    cloud.cf.execute_change_set(StackName=name, ChangeSetName="next")
    assert cloud.settled(name) == "UPDATE_COMPLETE"
    assert cloud.outputs(name) == {"A": cloud.physical_id(name, "Plain")}


def test_values_without_echo_are_masked_in_change_sets(cloud: Cloud) -> None:
    name = cloud.create(MASKED, Value="old-secret")
    found = prepare(cloud, name, "UPDATE", MASKED, Value="new-secret")
    target = found["Changes"][0]["ResourceChange"]["Details"][0]["Target"]
    assert (target["BeforeValue"], target["AfterValue"]) == ("****", "****")
    assert "secret" not in str(found)


def test_executing_one_change_set_throws_the_others_away(cloud: Cloud) -> None:
    name = cloud.create(OPEN)
    prepare(cloud, name, "UPDATE", OPEN, Value="b")
    cloud.cf.create_change_set(
        StackName=name, ChangeSetName="other", TemplateBody=OPEN, Parameters=given({"Value": "c"})
    )
    listed = cloud.cf.list_change_sets(StackName=name)["Summaries"]
    assert [one["ChangeSetName"] for one in listed] == ["next", "other"]
    cloud.cf.execute_change_set(StackName=name, ChangeSetName="other")
    cloud.settled(name)
    with pytest.raises(ClientError) as error:
        cloud.cf.describe_change_set(StackName=name, ChangeSetName="next")
    assert error.value.response["Error"] == {
        "Type": "Sender",
        "Code": "ChangeSetNotFound",
        "Message": "ChangeSet [next] does not exist",
    }


def test_a_change_set_is_deleted_without_a_trace(cloud: Cloud) -> None:
    name = cloud.create(OPEN)
    found = prepare(cloud, name, "UPDATE", OPEN, Value="b")
    cloud.cf.delete_change_set(ChangeSetName=found["ChangeSetId"])
    assert cloud.cf.list_change_sets(StackName=name)["Summaries"] == []
    cloud.cf.delete_change_set(StackName=name, ChangeSetName="next")


def test_names_of_change_sets_are_taken_once(cloud: Cloud) -> None:
    name = cloud.create(OPEN)
    prepare(cloud, name, "UPDATE", OPEN, Value="b")
    with pytest.raises(ClientError, match="AlreadyExistsException"):
        prepare(cloud, name, "UPDATE", OPEN, Value="b")


def test_a_change_set_that_cannot_be_executed_gives_its_name_away(cloud: Cloud) -> None:
    name = cloud.create(OPEN)
    assert prepare(cloud, name, "UPDATE", OPEN)["Status"] == "FAILED"
    assert prepare(cloud, name, "UPDATE", OPEN, Value="b")["Status"] == "CREATE_COMPLETE"


def test_a_change_set_fits_the_stack_that_there_is(cloud: Cloud) -> None:
    name = cloud.create(OPEN)
    with pytest.raises(ClientError, match="already exists and cannot be created again"):
        prepare(cloud, name, "CREATE", OPEN)
    with pytest.raises(ClientError, match="does not exist"):
        prepare(cloud, "never-was", "UPDATE", OPEN)
    with pytest.raises(ClientError, match="The change set type IMPORT is not supported"):
        prepare(cloud, name, "IMPORT", OPEN)
