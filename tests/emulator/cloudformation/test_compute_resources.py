"""Functions, state machines and schedules are really made, changed in place and deleted."""

from __future__ import annotations

import io
import json
import uuid
import zipfile

import pytest

from tests.emulator.cloudformation.conftest import TRUST, Cloud, gone


@pytest.fixture
def package(cloud: Cloud) -> str:
    """A bucket with the package of a function."""
    bucket, packed = f"packages-{uuid.uuid4().hex}", io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("index.py", "def handler(event, context):\n    return 'from the package'\n")
    s3 = cloud.client("s3")
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-2"})
    s3.put_object(Bucket=bucket, Key="p.zip", Body=packed.getvalue())
    return bucket


def function_resources(package: str) -> str:
    """A function and what belongs to it; with places for code, memory, a word, a tag, a text and a number."""
    return f"""
      R: {{Type: AWS::IAM::Role, Properties: {{AssumeRolePolicyDocument: {TRUST % "lambda.amazonaws.com"}}}}}
      L: {{Type: AWS::Lambda::LayerVersion, Properties: {{Content: {{S3Bucket: {package}, S3Key: p.zip}}}}}}
      F:
        Type: AWS::Lambda::Function
        Properties:
          Runtime: python3.12
          Handler: index.handler
          Role: !GetAtt R.Arn
          Code: %s
          MemorySize: %s
          Timeout: 30
          Environment: {{Variables: {{WORD: %s}}}}
          Tags: [{{Key: %s, Value: v}}]
      V: {{Type: AWS::Lambda::Version, Properties: {{FunctionName: !Ref F}}}}
      A:
        Type: AWS::Lambda::Alias
        Properties: {{FunctionName: !Ref F, FunctionVersion: !GetAtt V.Version, Name: live, Description: %s}}
      P:
        Type: AWS::Lambda::Permission
        Properties: {{FunctionName: !Ref F, Action: "lambda:InvokeFunction", Principal: states.amazonaws.com}}
      E:
        Type: AWS::Lambda::EventInvokeConfig
        Properties: {{FunctionName: !Ref F, Qualifier: $LATEST, MaximumRetryAttempts: %s}}
    """


def test_a_function_with_all_that_belongs_to_it(cloud: Cloud, package: str) -> None:
    text = function_resources(package)
    inline = '{ZipFile: "def handler(event, context): return %s"}'
    name = cloud.changed(
        text % (inline % 1, 256, "one", "a", "one", 1),
        text % (f"{{S3Bucket: {package}, S3Key: p.zip}}", 512, "two", "b", "two", 0),
    )
    client, function = cloud.client("lambda"), cloud.physical_id(name, "F")
    found = client.get_function(FunctionName=function)
    assert found["Configuration"]["MemorySize"] == 512
    assert found["Configuration"]["Environment"]["Variables"] == {"WORD": "two"}
    assert found["Tags"] == {"b": "v"}
    assert client.get_alias(FunctionName=function, Name="live")["Description"] == "two"
    policy = json.loads(client.get_policy(FunctionName=function)["Policy"])
    assert policy["Statement"][0]["Sid"] == cloud.physical_id(name, "P")
    invoking = client.get_function_event_invoke_config(FunctionName=function, Qualifier="$LATEST")
    assert invoking["MaximumRetryAttempts"] == 0
    answer = client.invoke(FunctionName=function, Payload=b"{}")["Payload"].read()
    assert json.loads(answer) == "from the package"
    assert cloud.delete(name) == "DELETE_COMPLETE"
    assert gone(client.get_function, FunctionName=function)


def test_a_state_machine_on_a_schedule(cloud: Cloud, package: str) -> None:
    definition = '{"StartAt": "A", "States": {"A": {"Type": "Pass", "Result": "${Word}", "End": true}}}'
    renamed = definition.replace('"A"', '"B"')
    cloud.client("s3").put_object(Bucket=package, Key="d.json", Body=definition.encode())
    text = f"""
      R: {{Type: AWS::IAM::Role, Properties: {{AssumeRolePolicyDocument: {TRUST % "states.amazonaws.com"}}}}}
      M:
        Type: AWS::StepFunctions::StateMachine
        Properties:
          RoleArn: !GetAtt R.Arn
          %s
          DefinitionSubstitutions: {{Word: 'say "hello"'}}
      G: {{Type: AWS::Scheduler::ScheduleGroup}}
      S:
        Type: AWS::Scheduler::Schedule
        Properties:
          GroupName: !Ref G
          ScheduleExpression: cron(0 %s * * ? *)
          ScheduleExpressionTimezone: Europe/London
          State: DISABLED
          FlexibleTimeWindow: {{Mode: "OFF"}}
          Target: {{Arn: !Ref M, RoleArn: !GetAtt R.Arn, Input: "{{}}"}}
    """
    name = cloud.changed(
        text % (f"DefinitionS3Location: {{Bucket: {package}, Key: d.json}}", 8),
        text % (f"Definition: {renamed}", 9),
    )
    states, machine = cloud.client("stepfunctions"), cloud.physical_id(name, "M")
    found = json.loads(states.describe_state_machine(stateMachineArn=machine)["definition"])
    assert found["States"]["B"]["Result"] == 'say "hello"'
    scheduler, where = cloud.client("scheduler"), {"GroupName": cloud.physical_id(name, "G")}
    schedule = scheduler.get_schedule(Name=cloud.physical_id(name, "S"), **where)
    assert schedule["ScheduleExpression"] == "cron(0 9 * * ? *)"
    assert schedule["Target"]["Arn"] == machine
    assert cloud.delete(name) == "DELETE_COMPLETE"
    assert gone(scheduler.list_schedules, **where) or not scheduler.list_schedules(**where)["Schedules"]
