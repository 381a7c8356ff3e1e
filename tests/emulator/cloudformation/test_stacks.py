"""Stacks are created, described, rolled back and deleted."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.emulator.cloudformation.conftest import Cloud

TWO = """
Parameters:
  Days: {Type: Number, Default: 3}
  Secret: {Type: String, NoEcho: true, Default: hidden-word}
Resources:
  Second:
    Type: AWS::SSM::Parameter
    Properties: {Type: String, Value: !Sub "${First} ${Secret}"}
  First:
    Type: AWS::SSM::Parameter
    Properties: {Type: String, Value: !Ref Days}
Outputs:
  Where: {Value: !Ref First, Description: the first}
  What: {Value: !GetAtt Second.Value}
"""
BROKEN = """
Resources:
  Good: {Type: AWS::SSM::Parameter, Properties: {Type: String, Value: x}}
  Kept:
    Type: AWS::S3::Bucket
    DeletionPolicy: %s
  Bad:
    Type: AWS::SNS::Subscription
    DependsOn: [Good, Kept]
    Properties: {TopicArn: "arn:aws:sns:eu-west-2:123456789012:absent", Protocol: sqs, Endpoint: x}
"""


def test_a_stack_makes_its_resources_in_the_order_that_they_need(cloud: Cloud) -> None:
    name = cloud.create(TWO)
    assert cloud.status(name) == "CREATE_COMPLETE"
    steps = ["CREATE_IN_PROGRESS", "CREATE_IN_PROGRESS", "CREATE_COMPLETE"]
    assert cloud.events(name) == [
        (name, "CREATE_IN_PROGRESS"),
        *(("First", step) for step in steps),
        *(("Second", step) for step in steps),
        (name, "CREATE_COMPLETE"),
    ]
    first = cloud.physical_id(name, "First")
    assert cloud.client("ssm").get_parameter(Name=first)["Parameter"]["Value"] == "3"


def test_names_are_made_of_the_stack_the_resource_and_something_random(cloud: Cloud) -> None:
    name = cloud.create(TWO)
    stack, logical, random = cloud.physical_id(name, "First").split("-")
    assert (stack, logical, len(random)) == (name, "First", 12)


def test_outputs_are_evaluated_when_the_resources_are_there(cloud: Cloud) -> None:
    name = cloud.create(TWO)
    first = cloud.physical_id(name, "First")
    assert cloud.outputs(name) == {"Where": first, "What": f"{first} hidden-word"}


def test_a_parameter_without_echo_is_masked_wherever_it_could_show(cloud: Cloud) -> None:
    name = cloud.create(TWO)
    shown = {one["ParameterKey"]: one["ParameterValue"] for one in cloud.stack(name)["Parameters"]}
    assert shown == {"Days": "3", "Secret": "****"}
    events = cloud.cf.describe_stack_events(StackName=name)["StackEvents"]
    assert any("****" in event.get("ResourceProperties", "") for event in events)
    assert not any("hidden-word" in str(event) for event in events)
    summary = cloud.cf.get_template_summary(StackName=name)["Parameters"]
    assert {one["ParameterKey"]: one["DefaultValue"] for one in summary} == {"Days": "3", "Secret": "****"}


def test_a_deleted_stack_is_gone_by_its_name_and_told_of_by_its_id(cloud: Cloud) -> None:
    name = cloud.create(TWO)
    stack_id, first = cloud.stack(name)["StackId"], cloud.physical_id(name, "First")
    assert cloud.delete(name) == "DELETE_COMPLETE"
    with pytest.raises(ClientError, match=f"Stack with id {name} does not exist"):
        cloud.cf.describe_stacks(StackName=name)
    assert cloud.statuses(stack_id) == {"First": "DELETE_COMPLETE", "Second": "DELETE_COMPLETE"}
    deleted = [who for who, status in cloud.events(stack_id) if status == "DELETE_COMPLETE"]
    assert deleted == ["Second", "First", name]
    with pytest.raises(ClientError, match="ParameterNotFound"):
        cloud.client("ssm").get_parameter(Name=first)


def test_deletion_leaves_what_is_to_be_retained(cloud: Cloud) -> None:
    name = cloud.create(
        "Resources:\n"
        "  Kept: {Type: AWS::S3::Bucket, DeletionPolicy: Retain}\n"
        "  Too: {Type: AWS::S3::Bucket, DeletionPolicy: RetainExceptOnCreate}\n"
        "  Gone: {Type: AWS::S3::Bucket}\n"
    )
    stack_id = cloud.stack(name)["StackId"]
    buckets = {logical: cloud.physical_id(name, logical) for logical in ("Kept", "Too", "Gone")}
    assert cloud.delete(name) == "DELETE_COMPLETE"
    assert cloud.statuses(stack_id) == {
        "Kept": "DELETE_SKIPPED",
        "Too": "DELETE_SKIPPED",
        "Gone": "DELETE_COMPLETE",
    }
    left = {bucket["Name"] for bucket in cloud.client("s3").list_buckets()["Buckets"]}
    assert left & set(buckets.values()) == {buckets["Kept"], buckets["Too"]}


@pytest.mark.parametrize(
    ("policy", "status"),
    [
        ("Retain", "DELETE_SKIPPED"),
        ("RetainExceptOnCreate", "DELETE_COMPLETE"),
        ("Delete", "DELETE_COMPLETE"),
    ],
)
def test_a_broken_template_rolls_back_what_it_has_made(cloud: Cloud, policy: str, status: str) -> None:
    name = cloud.create(BROKEN % policy)
    assert cloud.status(name) == "ROLLBACK_COMPLETE"
    assert cloud.statuses(name) == {"Good": "DELETE_COMPLETE", "Kept": status, "Bad": "DELETE_COMPLETE"}
    (reason,) = cloud.reasons(name, "CREATE_FAILED")
    assert "Topic does not exist" in reason
    assert cloud.reasons(name, "ROLLBACK_IN_PROGRESS") == [
        "The following resource(s) failed to create: [Bad]. Rollback requested by user."
    ]
    with pytest.raises(ClientError, match="is in ROLLBACK_COMPLETE state and can not be updated"):
        cloud.update(name, TWO)


def test_a_resource_that_is_half_made_is_deleted_by_the_rollback(cloud: Cloud) -> None:
    role = f"half-{uuid.uuid4().hex}"
    absent = "arn:aws:iam::123456789012:policy/absent"
    name = cloud.create(
        f"Resources: {{R: {{Type: AWS::IAM::Role, Properties: {{RoleName: {role}, "
        f"ManagedPolicyArns: ['{absent}'], AssumeRolePolicyDocument: {{}}}}}}}}"
    )
    assert cloud.status(name) == "ROLLBACK_COMPLETE"
    with pytest.raises(ClientError, match="NoSuchEntity"):
        cloud.client("iam").get_role(RoleName=role)


def test_a_failed_creation_can_be_left_as_it_is(cloud: Cloud) -> None:
    name = f"s{uuid.uuid4().hex[:10]}"
    cloud.made.append(name)
    cloud.cf.create_stack(StackName=name, TemplateBody=BROKEN % "Delete", OnFailure="DO_NOTHING")
    assert cloud.settled(name) == "CREATE_FAILED"
    assert cloud.statuses(name)["Good"] == "CREATE_COMPLETE"
    mended = BROKEN.replace("AWS::SNS::Subscription", "AWS::CloudFormation::WaitConditionHandle")
    mended = mended[: mended.rindex("    Properties")] % "Delete"
    with pytest.raises(ClientError, match="Update of resource type is not permitted"):
        cloud.update(name, mended)


def test_a_failed_creation_can_delete_its_stack(cloud: Cloud) -> None:
    name = f"s{uuid.uuid4().hex[:10]}"
    stack_id = cloud.cf.create_stack(StackName=name, TemplateBody=BROKEN % "Delete", OnFailure="DELETE")[
        "StackId"
    ]
    assert cloud.settled(stack_id) == "DELETE_COMPLETE"


def test_a_name_that_is_taken_fails_the_resource_and_leaves_what_has_it(cloud: Cloud) -> None:
    bucket = f"taken-{uuid.uuid4().hex}"
    cloud.client("s3").create_bucket(
        Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-2"}
    )
    name = cloud.create(f"Resources: {{B: {{Type: AWS::S3::Bucket, Properties: {{BucketName: {bucket}}}}}}}")
    assert cloud.status(name) == "ROLLBACK_COMPLETE"
    assert f"{bucket} already exists" in cloud.reasons(name, "CREATE_FAILED")[0]
    cloud.client("s3").head_bucket(Bucket=bucket)


def test_deletion_fails_where_aws_refuses_it_and_can_then_leave_the_resource(cloud: Cloud) -> None:
    name = cloud.create("Resources: {B: {Type: AWS::S3::Bucket}}")
    stack_id, bucket = cloud.stack(name)["StackId"], cloud.physical_id(name, "B")
    cloud.client("s3").put_object(Bucket=bucket, Key="k", Body=b"x")
    assert cloud.delete(name) == "DELETE_FAILED"
    assert "not empty" in cloud.reasons(stack_id, "DELETE_FAILED")[-1]
    cloud.cf.delete_stack(StackName=name, RetainResources=["B"])
    assert cloud.settled(stack_id) == "DELETE_COMPLETE"
    cloud.client("s3").head_bucket(Bucket=bucket)


def test_resources_are_only_named_to_be_retained_after_a_failed_deletion(cloud: Cloud) -> None:
    name = cloud.create(TWO)
    with pytest.raises(ClientError, match="only when the stack is in the DELETE_FAILED state"):
        cloud.cf.delete_stack(StackName=name, RetainResources=["First"])


def test_a_protected_stack_is_not_deleted(cloud: Cloud) -> None:
    name = cloud.create(TWO)
    cloud.cf.update_termination_protection(StackName=name, EnableTerminationProtection=True)
    with pytest.raises(ClientError, match="cannot be deleted while TerminationProtection is enabled"):
        cloud.cf.delete_stack(StackName=name)
    cloud.cf.update_termination_protection(StackName=name, EnableTerminationProtection=False)
    assert cloud.delete(name) == "DELETE_COMPLETE"


def test_deleting_what_does_not_exist_is_no_error(cloud: Cloud) -> None:
    cloud.cf.delete_stack(StackName="never-was")


def test_a_stack_of_that_name_exists(cloud: Cloud) -> None:
    name = cloud.create(TWO)
    with pytest.raises(ClientError) as error:
        cloud.cf.create_stack(StackName=name, TemplateBody=TWO)
    assert error.value.response["Error"]["Code"] == "AlreadyExistsException"


def test_iam_resources_need_to_be_acknowledged(cloud: Cloud) -> None:
    role = (
        "Resources: {R: {Type: AWS::IAM::Role, Properties: {%s AssumeRolePolicyDocument: "
        "{Version: 2012-10-17, Statement: []}}}}"
    )
    for text, needed in ((role % "", "CAPABILITY_IAM"), (role % "RoleName: r,", "CAPABILITY_NAMED_IAM")):
        with pytest.raises(ClientError) as error:
            cloud.cf.create_stack(StackName="roles", TemplateBody=text)
        assert error.value.response["Error"]["Code"] == "InsufficientCapabilitiesException"
        assert error.value.response["Error"]["Message"] == f"Requires capabilities : [{needed}]"
        assert cloud.cf.validate_template(TemplateBody=text)["Capabilities"] == [needed]


def test_tags_of_the_stack_are_those_of_its_resources_too(cloud: Cloud) -> None:
    name = f"s{uuid.uuid4().hex[:10]}"
    cloud.made.append(name)
    body = "Resources: {B: {Type: AWS::S3::Bucket, Properties: {Tags: [{Key: own, Value: o}]}}}"
    cloud.cf.create_stack(StackName=name, TemplateBody=body, Tags=[{"Key": "team", "Value": "t"}])
    cloud.settled(name)
    found: Any = cloud.client("s3").get_bucket_tagging(Bucket=cloud.physical_id(name, "B"))["TagSet"]
    assert {tag["Key"]: tag["Value"] for tag in found} == {"own": "o", "team": "t"}


def test_a_resource_whose_condition_does_not_hold_is_not_made(cloud: Cloud) -> None:
    name = cloud.create(
        """
        Conditions: {Never: !Equals [a, b]}
        Resources:
          A: {Type: AWS::CloudFormation::WaitConditionHandle}
          B: {Type: AWS::CloudFormation::WaitConditionHandle, Condition: Never}
        Outputs:
          A: {Value: !Ref A}
          B: {Value: !Ref B, Condition: Never}
        """
    )
    assert list(cloud.statuses(name)) == ["A"]
    assert list(cloud.outputs(name)) == ["A"]


def test_a_template_is_taken_from_s3(cloud: Cloud) -> None:
    s3, bucket = cloud.client("s3"), f"templates-{uuid.uuid4().hex}"
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-2"})
    s3.put_object(Bucket=bucket, Key="a/t.yaml", Body=TWO.encode())
    for url in (
        f"{cloud.endpoint}/{bucket}/a/t.yaml",
        f"https://{bucket}.s3.eu-west-2.amazonaws.com/a/t.yaml",
        f"https://s3.eu-west-2.amazonaws.com/{bucket}/a/t.yaml",
    ):
        assert len(cloud.cf.validate_template(TemplateURL=url)["Parameters"]) == 2
    with pytest.raises(ClientError, match="S3 error: NoSuchKey"):
        cloud.cf.validate_template(TemplateURL=f"{cloud.endpoint}/{bucket}/absent")


def test_the_template_is_given_back_as_it_was(cloud: Cloud) -> None:
    name = cloud.create(TWO)
    assert str(cloud.cf.get_template(StackName=name)["TemplateBody"]) == TWO


def test_regions_have_stacks_of_their_own(cloud: Cloud) -> None:
    name = cloud.create(TWO)
    elsewhere = cloud.client("cloudformation", "us-west-2")
    assert name not in {stack["StackName"] for stack in elsewhere.describe_stacks()["Stacks"]}
    assert name in {stack["StackName"] for stack in cloud.cf.list_stacks()["StackSummaries"]}
