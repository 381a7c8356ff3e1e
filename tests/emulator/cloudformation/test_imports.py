"""Change sets that take over what is there already, as `ImportExistingResources` asks for."""

from __future__ import annotations

import json
import time
import uuid
from typing import TYPE_CHECKING, Any

import boto3
import pytest

if TYPE_CHECKING:
    from types_boto3_cloudformation import CloudFormationClient
    from types_boto3_s3 import S3Client


@pytest.fixture
def cloudformation(aws_session: boto3.Session) -> CloudFormationClient:
    return aws_session.client("cloudformation")


@pytest.fixture
def s3(aws_session: boto3.Session) -> S3Client:
    return aws_session.client("s3")


@pytest.fixture
def bucket(s3: S3Client) -> str:
    """A bucket that no stack has made, with an object in it."""
    name = f"kept-{uuid.uuid4().hex}"
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-2"})
    s3.put_object(Bucket=name, Key="a", Body=b"body")
    return name


def template(bucket: str, policy: str | None = "Retain", **more: Any) -> str:
    resource: dict[str, Any] = {
        "Type": "AWS::S3::Bucket",
        "Properties": {"BucketName": bucket, "VersioningConfiguration": {"Status": "Enabled"}},
    }
    if policy:
        resource |= {"DeletionPolicy": policy, "UpdateReplacePolicy": "Retain"}
    return json.dumps({"Resources": {"Bucket": resource, **more}})


def propose(client: CloudFormationClient, body: str, *, imports: bool = True) -> tuple[str, list[Any]]:
    """A change set for a new stack; the stack's name and what would change."""
    stack = f"stack-{uuid.uuid4().hex}"
    client.create_change_set(
        StackName=stack,
        ChangeSetName="first",
        ChangeSetType="CREATE",
        TemplateBody=body,
        ImportExistingResources=imports,
    )
    changes = client.describe_change_set(StackName=stack, ChangeSetName="first")["Changes"]
    return stack, [
        (item["ResourceChange"]["LogicalResourceId"], item["ResourceChange"]["Action"]) for item in changes
    ]


def execute(client: CloudFormationClient, stack: str) -> str:
    """Execute the stack's change set; the status that it comes to."""
    client.execute_change_set(StackName=stack, ChangeSetName="first")
    while True:
        status = client.describe_stacks(StackName=stack)["Stacks"][0]["StackStatus"]
        if not status.endswith("PROGRESS"):
            return status
        time.sleep(0.02)


def test_a_bucket_that_is_there_is_taken_over_with_what_it_holds(
    cloudformation: CloudFormationClient, s3: S3Client, bucket: str
) -> None:
    stack, changes = propose(cloudformation, template(bucket))
    assert changes == [("Bucket", "Import")]
    assert execute(cloudformation, stack) == "CREATE_COMPLETE"
    assert s3.get_object(Bucket=bucket, Key="a")["Body"].read() == b"body"
    assert s3.get_bucket_versioning(Bucket=bucket)["Status"] == "Enabled"
    cloudformation.delete_stack(StackName=stack)
    cloudformation.get_waiter("stack_delete_complete").wait(StackName=stack)
    assert s3.get_object(Bucket=bucket, Key="a")["Body"].read() == b"body"


def test_a_failed_stack_leaves_what_it_has_taken_over(
    cloudformation: CloudFormationClient, s3: S3Client, bucket: str
) -> None:
    broken = {
        "Type": "AWS::S3::BucketPolicy",
        "DependsOn": "Bucket",
        "Properties": {"Bucket": "there-is-no-such-bucket", "PolicyDocument": {}},
    }
    stack, _ = propose(cloudformation, template(bucket, "RetainExceptOnCreate", Policy=broken))
    assert execute(cloudformation, stack) == "ROLLBACK_COMPLETE"
    assert s3.get_object(Bucket=bucket, Key="a")["Body"].read() == b"body"


@pytest.mark.parametrize(("policy", "imports"), [("Retain", False), (None, True)])
def test_nothing_is_taken_over_unasked_or_to_be_deleted_later(
    cloudformation: CloudFormationClient, s3: S3Client, bucket: str, policy: str | None, imports: bool
) -> None:
    stack, changes = propose(cloudformation, template(bucket, policy), imports=imports)
    assert changes == [("Bucket", "Add")]
    assert execute(cloudformation, stack) == "ROLLBACK_COMPLETE"
    assert s3.get_object(Bucket=bucket, Key="a")["Body"].read() == b"body"


def test_a_name_that_a_function_makes_is_not_looked_for(
    cloudformation: CloudFormationClient, s3: S3Client, bucket: str
) -> None:
    named = json.loads(template(bucket))
    named["Resources"]["Bucket"]["Properties"]["BucketName"] = {"Fn::Sub": bucket}
    stack, changes = propose(cloudformation, json.dumps(named))
    assert changes == [("Bucket", "Add")]
    assert execute(cloudformation, stack) == "ROLLBACK_COMPLETE"
    assert s3.get_object(Bucket=bucket, Key="a")["Body"].read() == b"body"


def test_a_database_is_taken_over_with_its_tables(
    cloudformation: CloudFormationClient, aws_session: boto3.Session
) -> None:
    glue, name = aws_session.client("glue"), f"kept_{uuid.uuid4().hex}"
    glue.create_database(DatabaseInput={"Name": name})
    glue.create_table(DatabaseName=name, TableInput={"Name": "facts"})
    database = {
        "Type": "AWS::Glue::Database",
        "DeletionPolicy": "Retain",
        "UpdateReplacePolicy": "Retain",
        "Properties": {
            "CatalogId": "123456789012",
            "DatabaseName": name,
            "DatabaseInput": {"Name": name, "Description": "taken"},
        },
    }
    stack, changes = propose(cloudformation, json.dumps({"Resources": {"Database": database}}))
    assert changes == [("Database", "Import")]
    assert execute(cloudformation, stack) == "CREATE_COMPLETE"
    assert glue.get_database(Name=name)["Database"]["Description"] == "taken"
    assert glue.get_table(DatabaseName=name, Name="facts")["Table"]["Name"] == "facts"
