"""What the emulator does not make is refused by name, before anything is made."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from tests.emulator.cloudformation.conftest import Cloud

HANDLE = "A: {Type: AWS::CloudFormation::WaitConditionHandle}"


@pytest.mark.parametrize(
    ("resources", "reason"),
    [
        (f"{HANDLE}, V: {{Type: AWS::EC2::VPC}}", "Unrecognized resource types: [AWS::EC2::VPC]"),
        (
            "V: {Type: AWS::CloudFormation::Stack}",
            "Unrecognized resource types: [AWS::CloudFormation::Stack]",
        ),
        ("V: {Type: Custom::Thing}", "Unrecognized resource types: [Custom::Thing]"),
        (
            f"{HANDLE}, B: {{Type: AWS::S3::Bucket, Properties: {{ReplicationConfiguration: {{}}}}}}",
            "Encountered unsupported property ReplicationConfiguration in AWS::S3::Bucket (B)",
        ),
        (
            "B: {Type: AWS::S3::Bucket, Properties: {LifecycleConfiguration: {Rules: [{Odd: 1}]}}}",
            "Encountered unsupported property LifecycleConfiguration/Rules/0/Odd in AWS::S3::Bucket (B)",
        ),
        (
            "B: {Type: AWS::S3::Bucket, Properties: {Tags: !If [C, [{Key: a, Valeu: b}], []]}}",
            "Encountered unsupported property Tags/0/Valeu in AWS::S3::Bucket (B)",
        ),
        (
            "B: {Type: AWS::S3::Bucket, Properties: {BucketName: !Ref Absent}}",
            "Unresolved resource dependencies [Absent] in the Resources block of the template",
        ),
        (
            "B: {Type: AWS::S3::Bucket, DependsOn: Absent}",
            "Unresolved resource dependencies [Absent] in the Resources block of the template",
        ),
        (
            "B: {Type: AWS::S3::Bucket, Properties: {BucketName: !Sub 'x-${Absent.Arn}'}}",
            "Unresolved resource dependencies [Absent] in the Resources block of the template",
        ),
        (
            f"{HANDLE}, B: {{Type: AWS::S3::Bucket, Properties: {{BucketName: !GetAtt A.Arn}}}}",
            "resource A does not support attribute type Arn in Fn::GetAtt",
        ),
        (
            "A: {Type: AWS::SSM::Parameter, Properties: {Type: String, Value: !Ref B}}, "
            "B: {Type: AWS::SSM::Parameter, Properties: {Type: String, Value: !Ref C}}, "
            "C: {Type: AWS::SSM::Parameter, Properties: {Type: String, Value: !Ref B}}",
            "Circular dependency between resources: [B, C]",
        ),
        (
            "A: {Type: AWS::CloudFormation::WaitConditionHandle, Condition: Absent}",
            "Unresolved condition dependency Absent in the Resources block of the template",
        ),
        (
            "A: {Type: AWS::CloudFormation::WaitConditionHandle, Condition: C}, "
            "B: {Type: AWS::S3::Bucket, DependsOn: A}",
            "Unresolved resource dependencies [A] in the Resources block of the template",
        ),
    ],
)
def test_a_template_is_refused_with_its_reason(cloud: Cloud, resources: str, reason: str) -> None:
    template = f"Conditions: {{C: !Equals [a, b]}}\nResources: {{{resources}}}"
    assert reason in cloud.refusal(template)


def test_a_rule_that_does_not_hold_refuses_the_parameters(cloud: Cloud) -> None:
    template = f"""
    Parameters: {{Stage: {{Type: String}}, Size: {{Type: String, Default: small}}}}
    Rules:
      LiveIsLarge:
        RuleCondition: !Equals [!Ref Stage, live]
        Assertions:
          - Assert: {{Fn::Contains: [[large, huge], !Ref Size]}}
            AssertDescription: live needs to be large
    Resources: {{{HANDLE}}}
    """
    assert "live needs to be large" in cloud.refusal(template, Stage="live")
    assert cloud.status(cloud.create(template, Stage="dev")) == "CREATE_COMPLETE"
    assert cloud.status(cloud.create(template, Stage="live", Size="huge")) == "CREATE_COMPLETE"


def test_a_parameter_of_the_request_that_is_not_read_is_refused_by_name(cloud: Cloud) -> None:
    body = f"Resources: {{{HANDLE}}}"
    for name, value in (
        ("StackPolicyBody", "{}"),
        ("TimeoutInMinutes", 5),
        ("NotificationARNs", ["x"]),
    ):
        with pytest.raises(ClientError, match=f"The parameter {name} is not supported") as error:
            cloud.cf.create_stack(StackName="never", TemplateBody=body, **{name: value})  # type: ignore[arg-type]
        assert error.value.response["Error"]["Code"] == "NotImplementedException"


def test_an_operation_that_is_not_emulated_is_refused_by_name(cloud: Cloud) -> None:
    with pytest.raises(ClientError, match="CreateStackSet is not supported by this emulator"):
        cloud.cf.create_stack_set(StackSetName="x")
    with pytest.raises(ClientError, match="DetectStackDrift is not supported by this emulator"):
        cloud.cf.detect_stack_drift(StackName="x")


def test_a_request_that_breaks_the_services_model_is_refused_in_its_words(cloud: Cloud) -> None:
    with pytest.raises(ClientError) as error:
        cloud.cf.create_stack(StackName="no_underscores", TemplateBody="x", OnFailure="NEVER")  # type: ignore[arg-type]
    assert "1 validation error detected: Value at 'onFailure'" in error.value.response["Error"]["Message"]


def test_a_stacks_name_has_letters_digits_and_hyphens(cloud: Cloud) -> None:
    with pytest.raises(ClientError, match="Value 'no_underscores' at 'stackName' failed"):
        cloud.cf.create_stack(StackName="no_underscores", TemplateBody=f"Resources: {{{HANDLE}}}")


def test_a_template_in_a_request_has_a_limit(cloud: Cloud) -> None:
    body = f"Description: {'x' * 52_000}\nResources: {{{HANDLE}}}"
    assert "Member must have length less than or equal to 51200" in cloud.refusal(body)
