"""Stacks are updated: in place, by replacement, and back again when that fails."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

import pytest
from botocore.exceptions import ClientError

from tests.emulator.cloudformation.conftest import Cloud

TEMPLATE = """
Parameters:
  Days: {Type: Number, Default: 3}
  Queue: {Type: String, Default: %(queue)s}
Resources:
  Bucket:
    Type: AWS::S3::Bucket
    Properties:
      LifecycleConfiguration: {Rules: [{Id: old, Status: Enabled, ExpirationInDays: !Ref Days}]}
  Letters:
    Type: AWS::SQS::Queue
    UpdateReplacePolicy: %(policy)s
    Properties: {QueueName: !Ref Queue}
  Where:
    Type: AWS::SSM::Parameter
    Properties: {Type: String, Value: !GetAtt Letters.Arn}
"""
BROKEN = """
  Broken:
    Type: AWS::SNS::Subscription
    DependsOn: [Bucket, Letters, Where]
    Properties: {TopicArn: "arn:aws:sns:eu-west-2:123456789012:absent", Protocol: sqs, Endpoint: x}
"""


def names() -> tuple[str, str]:
    """Two names for queues."""
    return f"a-{uuid.uuid4().hex}", f"b-{uuid.uuid4().hex}"


def template(queue: str, policy: str = "Delete") -> str:
    return TEMPLATE % {"queue": queue, "policy": policy}


def days(cloud: Cloud, name: str) -> int:
    bucket = cloud.physical_id(name, "Bucket")
    rules = cloud.client("s3").get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]
    return int(rules[0]["Expiration"]["Days"])


def queues(cloud: Cloud, *wanted: str) -> list[str]:
    found = [url.rpartition("/")[2] for url in cloud.client("sqs").list_queues().get("QueueUrls", [])]
    return [name for name in wanted if name in found]


def where(cloud: Cloud, name: str) -> str:
    parameter: Mapping[str, str] = cloud.client("ssm").get_parameter(Name=cloud.physical_id(name, "Where"))[
        "Parameter"
    ]
    return parameter["Value"].rpartition(":")[2]


def test_a_changed_parameter_updates_in_place(cloud: Cloud) -> None:
    queue, _ = names()
    name = cloud.create(template(queue))
    bucket = cloud.physical_id(name, "Bucket")
    assert cloud.update(name, template(queue), Days="9") == "UPDATE_COMPLETE"
    assert (cloud.physical_id(name, "Bucket"), days(cloud, name)) == (bucket, 9)
    assert cloud.statuses(name) == {
        "Bucket": "UPDATE_COMPLETE",
        "Letters": "CREATE_COMPLETE",
        "Where": "CREATE_COMPLETE",
    }
    shown = {one["ParameterKey"]: one["ParameterValue"] for one in cloud.stack(name)["Parameters"]}
    assert shown["Days"] == "9"


def test_no_changes_are_said_in_the_words_that_clients_look_for(cloud: Cloud) -> None:
    name = cloud.create(template(names()[0]))
    with pytest.raises(ClientError) as error:
        cloud.cf.update_stack(StackName=name, UsePreviousTemplate=True)
    assert error.value.response["Error"] == {
        "Type": "Sender",
        "Code": "ValidationError",
        "Message": "No updates are to be performed.",
    }


@pytest.mark.parametrize(("policy", "left"), [("Delete", False), ("Retain", True)])
def test_a_replacement_is_made_before_the_old_one_goes(cloud: Cloud, policy: str, left: bool) -> None:
    before, after = names()
    name = cloud.create(template(before, policy))
    assert cloud.update(name, template(before, policy), Queue=after) == "UPDATE_COMPLETE"
    assert queues(cloud, before, after) == ([before] if left else []) + [after]
    assert where(cloud, name) == after
    letters = [status for who, status in cloud.events(name) if who == "Letters"]
    assert letters[-1] == ("DELETE_SKIPPED" if left else "DELETE_COMPLETE")
    assert letters.index("UPDATE_COMPLETE") < len(letters) - 1
    cloud.client("sqs").delete_queue(QueueUrl=cloud.client("sqs").get_queue_url(QueueName=after)["QueueUrl"])


def test_what_a_template_no_longer_has_is_deleted_at_the_end(cloud: Cloud) -> None:
    queue, _ = names()
    name = cloud.create(template(queue))
    shorter = template(queue).partition("  Letters:")[0]
    assert cloud.update(name, shorter) == "UPDATE_COMPLETE"
    assert list(cloud.statuses(name)) == ["Bucket"]
    assert queues(cloud, queue) == []
    assert ("Letters", "DELETE_COMPLETE") in cloud.events(name)


def test_a_failed_update_puts_everything_back(cloud: Cloud) -> None:
    before, after = names()
    name = cloud.create(template(before))
    where_before = cloud.physical_id(name, "Where")
    status = cloud.update(name, template(before) + BROKEN, Days="9", Queue=after)
    assert status == "UPDATE_ROLLBACK_COMPLETE"
    assert days(cloud, name) == 3
    assert queues(cloud, before, after) == [before]
    assert (where(cloud, name), cloud.physical_id(name, "Where")) == (before, where_before)
    assert list(cloud.statuses(name)) == ["Bucket", "Letters", "Where"]
    assert cloud.reasons(name, "UPDATE_ROLLBACK_IN_PROGRESS") == [
        "The following resource(s) failed to create: [Broken]. "
    ]
    shown = {one["ParameterKey"]: one["ParameterValue"] for one in cloud.stack(name)["Parameters"]}
    assert shown == {"Days": "3", "Queue": before}
    assert cloud.update(name, template(before), Days="5") == "UPDATE_COMPLETE"


def test_a_failed_update_can_be_left_as_it_is_and_mended(cloud: Cloud) -> None:
    queue, _ = names()
    name = cloud.create(template(queue))
    parameters = [{"ParameterKey": "Days", "ParameterValue": "9"}]
    cloud.cf.update_stack(
        StackName=name,
        TemplateBody=template(queue) + BROKEN,
        Parameters=parameters,  # type: ignore[arg-type]
        DisableRollback=True,
    )
    assert cloud.settled(name) == "UPDATE_FAILED"
    assert days(cloud, name) == 9
    assert cloud.update(name, template(queue), Days="9") == "UPDATE_COMPLETE"
    assert "Broken" not in cloud.statuses(name)


def test_a_resource_with_a_chosen_name_is_not_replaced_under_the_same_name(cloud: Cloud) -> None:
    fixed = f"m-{uuid.uuid4().hex}"
    text = (
        "Resources: {M: {Type: AWS::StepFunctions::StateMachine, Properties: {StateMachineName: %s, "
        "StateMachineType: %s, RoleArn: 'arn:aws:iam::123456789012:role/r', "
        'DefinitionString: \'{"StartAt":"A","States":{"A":{"Type":"Succeed"}}}\'}}}'
    )
    name = cloud.create(text % (fixed, "STANDARD"))
    assert cloud.status(name) == "CREATE_COMPLETE"
    assert cloud.update(name, text % (fixed, "EXPRESS")) == "UPDATE_ROLLBACK_COMPLETE"
    (reason,) = cloud.reasons(name, "UPDATE_FAILED")
    assert reason == (
        "CloudFormation cannot update a stack when a custom-named resource requires replacing. "
        f"Rename {fixed} and update the stack again."
    )


def test_a_rollback_that_fails_can_be_continued(cloud: Cloud) -> None:
    queue, _ = names()
    name = cloud.create(template(queue))
    bucket, s3 = cloud.physical_id(name, "Bucket"), cloud.client("s3")
    # the bucket vanishes behind the stack's back: neither the update nor its rollback can change it
    s3.delete_bucket(Bucket=bucket)
    assert cloud.update(name, template(queue), Days="9") == "UPDATE_ROLLBACK_FAILED"
    with pytest.raises(ClientError, match="is in UPDATE_ROLLBACK_FAILED state and can not be updated"):
        cloud.update(name, template(queue), Days="4")
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-2"})
    cloud.cf.continue_update_rollback(StackName=name)
    assert cloud.settled(name) == "UPDATE_ROLLBACK_COMPLETE"
    assert days(cloud, name) == 3


def test_a_rollback_can_skip_what_cannot_be_put_back(cloud: Cloud) -> None:
    queue, _ = names()
    name = cloud.create(template(queue))
    cloud.client("s3").delete_bucket(Bucket=cloud.physical_id(name, "Bucket"))
    assert cloud.update(name, template(queue), Days="9") == "UPDATE_ROLLBACK_FAILED"
    cloud.cf.continue_update_rollback(StackName=name, ResourcesToSkip=["Bucket"])
    assert cloud.settled(name) == "UPDATE_ROLLBACK_COMPLETE"


def test_numbers_and_booleans_may_be_written_as_texts(cloud: Cloud) -> None:
    queue, _ = names()
    text = "Resources: {Q: {Type: AWS::SQS::Queue, Properties: {QueueName: %s, VisibilityTimeout: %s}}}"
    name = cloud.create(text % (queue, 60))
    with pytest.raises(ClientError, match="No updates are to be performed"):
        cloud.update(name, text % (queue, "'60'"))


def test_only_an_update_under_way_can_be_cancelled(cloud: Cloud) -> None:
    name = cloud.create(template(names()[0]))
    with pytest.raises(ClientError, match="cannot be called from current stack status: CREATE_COMPLETE"):
        cloud.cf.cancel_update_stack(StackName=name)


def test_a_stack_that_never_was_cannot_be_updated(cloud: Cloud) -> None:
    with pytest.raises(ClientError, match=r"Stack \[never-was\] does not exist"):
        cloud.update("never-was", template("x"))
