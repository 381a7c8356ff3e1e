"""Functions as resources: their states, versions, settings, and what is refused."""

from __future__ import annotations

import io
import json
import zipfile
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ClientError

from tests.emulator.awslambda.deploying import ECHO, ROLE, Deployer, call, zipped

if TYPE_CHECKING:
    from types_boto3_lambda import LambdaClient


def test_new_function_is_pending_in_the_answer_and_active_after_the_waiter(functions: LambdaClient) -> None:
    created = functions.create_function(
        FunctionName="states",
        Runtime="python3.12",
        Role=ROLE,
        Handler="app.handler",
        Code={"ZipFile": zipped(app_py=ECHO)},
        Tags={"ward": "A"},
    )
    assert (created["State"], created["StateReasonCode"]) == ("Pending", "Creating")
    functions.get_waiter("function_active_v2").wait(FunctionName="states")
    found = functions.get_function(FunctionName="states")
    assert found["Tags"] == {"ward": "A"}
    assert found["Configuration"]["State"] == "Active"
    assert found["Configuration"]["LastUpdateStatus"] == "Successful"
    assert found["Configuration"]["CodeSha256"] == created["CodeSha256"]
    assert found["Configuration"]["RevisionId"] != created["RevisionId"]
    assert functions.delete_function(FunctionName="states")["ResponseMetadata"]["HTTPStatusCode"] == 204
    with pytest.raises(ClientError, match=r"Function not found: arn:aws:lambda:eu-west-2:.*:function:states"):
        functions.get_function(FunctionName="states")


def test_name_that_is_taken_is_a_conflict(functions: LambdaClient, deploy: Deployer) -> None:
    name = deploy()
    with pytest.raises(ClientError, match="Function already exist: " + name) as caught:
        deploy(FunctionName=name)
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 409


def test_partial_and_full_arns_name_the_same_function(functions: LambdaClient, deploy: Deployer) -> None:
    name = deploy()
    arn = f"arn:aws:lambda:eu-west-2:123456789012:function:{name}"
    for text in (arn, f"123456789012:function:{name}", f"function:{name}", f"{arn}:$LATEST"):
        assert call(functions, text, 1).payload == 1
    with pytest.raises(ClientError, match="not reachable in this region"):
        functions.get_function(FunctionName=arn.replace("eu-west-2", "us-east-1"))


def test_update_of_code_and_settings_shows_in_the_next_invocation(
    functions: LambdaClient, deploy: Deployer
) -> None:
    name = deploy("import os\ndef handler(event, context): return os.environ.get('WARD')")
    updated = functions.update_function_configuration(
        FunctionName=name, Environment={"Variables": {"WARD": "B"}}, Timeout=9, Description="beds"
    )
    assert (updated["LastUpdateStatus"], updated["Timeout"]) == ("InProgress", 9)
    deploy.wait(name)
    assert call(functions, name).payload == "B"
    functions.update_function_code(FunctionName=name, ZipFile=zipped(app_py=ECHO))
    deploy.wait(name)
    assert call(functions, name, 5).payload == 5
    kept = functions.get_function_configuration(FunctionName=name)
    assert (kept["Timeout"], kept["Description"]) == (9, "beds")


def test_stale_revision_is_refused(functions: LambdaClient, deploy: Deployer) -> None:
    name = deploy()
    with pytest.raises(ClientError, match="PreconditionFailedException"):
        functions.update_function_configuration(FunctionName=name, Timeout=5, RevisionId="stale")


def test_versions_keep_the_code_they_were_published_with(functions: LambdaClient, deploy: Deployer) -> None:
    name = deploy("def handler(event, context): return [1, context.function_version]")
    first = functions.publish_version(FunctionName=name, Description="first")
    assert (first["Version"], first["FunctionArn"].rpartition(":")[2]) == ("1", "1")
    assert functions.publish_version(FunctionName=name)["Version"] == "1"
    functions.update_function_code(
        FunctionName=name,
        ZipFile=zipped(app_py="def handler(event, context): return [2, context.function_version]"),
        Publish=True,
    )
    deploy.wait(name)
    assert call(functions, name).payload == [2, "$LATEST"]
    assert call(functions, name, Qualifier="1").payload == [1, "1"]
    assert call(functions, f"{name}:2").payload == [2, "2"]
    listed = functions.list_versions_by_function(FunctionName=name)["Versions"]
    assert [version["Version"] for version in listed] == ["$LATEST", "1", "2"]
    functions.delete_function(FunctionName=name, Qualifier="1")
    with pytest.raises(ClientError, match=f"Function not found: .*{name}:1"):
        functions.invoke(FunctionName=name, Qualifier="1")


def test_alias_moves_between_versions_and_shares_between_two(
    functions: LambdaClient, deploy: Deployer
) -> None:
    name = deploy(
        "def handler(event, context): return [context.function_version, context.invoked_function_arn]"
    )
    functions.publish_version(FunctionName=name)
    functions.update_function_code(
        FunctionName=name,
        ZipFile=zipped(app_py="def handler(event, context): return [context.function_version, '']"),
    )
    deploy.wait(name)
    functions.publish_version(FunctionName=name)
    alias = functions.create_alias(FunctionName=name, Name="live", FunctionVersion="1")
    assert call(functions, name, Qualifier="live").payload == ["1", alias["AliasArn"]]
    found = functions.get_function_configuration(FunctionName=name, Qualifier="live")
    assert (found["Version"], found["FunctionArn"]) == ("1", alias["AliasArn"])
    functions.update_alias(FunctionName=name, Name="live", FunctionVersion="2")
    assert call(functions, f"{name}:live").payload[0] == "2"
    functions.update_alias(
        FunctionName=name, Name="live", RoutingConfig={"AdditionalVersionWeights": {"1": 1.0}}
    )
    assert call(functions, name, Qualifier="live").version == "1"
    assert [a["Name"] for a in functions.list_aliases(FunctionName=name)["Aliases"]] == ["live"]
    with pytest.raises(ClientError, match="Unable to delete version because the following aliases"):
        functions.delete_function(FunctionName=name, Qualifier="2")
    functions.delete_alias(FunctionName=name, Name="live")
    with pytest.raises(ClientError, match="Cannot find alias arn: " + alias["AliasArn"]):
        functions.get_alias(FunctionName=name, Name="live")


@pytest.mark.parametrize(
    ("settings", "code", "message"),
    [
        ({"FunctionName": "f" * 65}, "InvalidParameterValueException", "less than or equal to 64"),
        ({"Runtime": "nodejs22.x"}, "InvalidParameterValueException", "Value nodejs22.x at 'runtime'"),
        ({"Runtime": "python3.8"}, "InvalidParameterValueException", "Value python3.8 at 'runtime'"),
        ({"Timeout": 901}, "ValidationException", "'timeout' failed .* less than or equal to 900"),
        ({"MemorySize": 10241}, "ValidationException", "'memorySize' failed .* less than or equal to 10240"),
        ({"Role": "me"}, "ValidationException", "'role' failed to satisfy constraint"),
        ({"PackageType": "Image"}, "InvalidParameterValueException", "PackageType is not supported"),
        ({"VpcConfig": {"SubnetIds": ["subnet-1"]}}, "InvalidParameterValueException", "VpcConfig is not"),
        ({"TracingConfig": {"Mode": "Active"}}, "InvalidParameterValueException", "TracingConfig is not"),
        ({"SnapStart": {"ApplyOn": "PublishedVersions"}}, "InvalidParameterValueException", "SnapStart is"),
        (
            {"Environment": {"Variables": {"AWS_REGION": "x"}}},
            "InvalidParameterValueException",
            "Reserved keys used in this request: AWS_REGION",
        ),
        (
            {"Environment": {"Variables": {"LONG": "x" * 5000}}},
            "InvalidParameterValueException",
            "exceeded the 4KB limit",
        ),
    ],
)
def test_settings_that_cannot_be_had_are_refused(
    deploy: Deployer, settings: dict[str, Any], code: str, message: str
) -> None:
    with pytest.raises(ClientError, match=message) as caught:
        deploy(**settings)
    assert caught.value.response["Error"]["Code"] == code


def test_settings_that_ask_for_nothing_are_taken(deploy: Deployer) -> None:
    deploy(VpcConfig={"SubnetIds": [], "SecurityGroupIds": []}, TracingConfig={"Mode": "PassThrough"})


@pytest.mark.parametrize(
    ("archive", "message"),
    [
        (b"no zip", "Could not unzip uploaded file"),
        (zipped(), "non-empty zip"),
    ],
)
def test_archives_that_lambda_would_not_take_are_refused(
    deploy: Deployer, archive: bytes, message: str
) -> None:
    with pytest.raises(ClientError, match="InvalidParameterValueException.*" + message):
        deploy(Code={"ZipFile": archive})


def test_archive_does_not_leave_its_directory(deploy: Deployer) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("../escaped.py", "")
    with pytest.raises(ClientError, match="leads out of the package"):
        deploy(Code={"ZipFile": buffer.getvalue()})


def test_code_comes_from_s3_too(
    functions: LambdaClient, deploy: Deployer, aws_session: boto3.Session
) -> None:
    s3 = aws_session.client("s3")
    s3.create_bucket(Bucket="packages", CreateBucketConfiguration={"LocationConstraint": "eu-west-2"})
    s3.put_object(Bucket="packages", Key="echo.zip", Body=zipped(app_py=ECHO))
    assert call(functions, deploy(Code={"S3Bucket": "packages", "S3Key": "echo.zip"}), [1]).payload == [1]
    with pytest.raises(ClientError, match=r"GetObject. S3 Error Code: NoSuchKey. S3 Error Message: The spec"):
        deploy(Code={"S3Bucket": "packages", "S3Key": "absent.zip"})


def test_operations_that_are_not_emulated_are_refused_by_name(functions: LambdaClient) -> None:
    with pytest.raises(ClientError, match="CreateEventSourceMapping is not emulated") as caught:
        functions.create_event_source_mapping(FunctionName="f", EventSourceArn="arn:aws:sqs:eu-west-2:1:q")
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501


def test_policies_are_kept_and_shown(functions: LambdaClient, deploy: Deployer) -> None:
    name = deploy()
    statement: Any = {"StatementId": "s3", "Action": "lambda:InvokeFunction", "Principal": "s3.amazonaws.com"}
    functions.add_permission(FunctionName=name, SourceArn="arn:aws:s3:::landing", **statement)
    with pytest.raises(ClientError, match=r"The statement id \(s3\) provided already exists"):
        functions.add_permission(FunctionName=name, **statement)
    (kept,) = json.loads(functions.get_policy(FunctionName=name)["Policy"])["Statement"]
    assert kept["Principal"] == {"Service": "s3.amazonaws.com"}
    assert kept["Condition"] == {"ArnLike": {"AWS:SourceArn": "arn:aws:s3:::landing"}}
    functions.remove_permission(FunctionName=name, StatementId="s3")
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        functions.get_policy(FunctionName=name)


def test_tags_and_concurrency_can_be_changed(functions: LambdaClient, deploy: Deployer) -> None:
    name = deploy(Tags={"a": "1"})
    arn = functions.get_function(FunctionName=name)["Configuration"]["FunctionArn"]
    functions.tag_resource(Resource=arn, Tags={"b": "2"})
    functions.untag_resource(Resource=arn, TagKeys=["a"])
    assert functions.list_tags(Resource=arn)["Tags"] == {"b": "2"}
    functions.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=10)
    assert functions.get_account_settings()["AccountLimit"]["UnreservedConcurrentExecutions"] <= 990
    with pytest.raises(ClientError, match=r"below its minimum value of \[100\]"):
        functions.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=901)
    functions.delete_function_concurrency(FunctionName=name)
    assert "ReservedConcurrentExecutions" not in functions.get_function_concurrency(FunctionName=name)


def test_functions_of_a_region_are_listed_in_pages(aws_session: boto3.Session) -> None:
    there = aws_session.client("lambda", region_name="eu-west-1")
    deploy = Deployer(there)
    names = sorted(deploy() for _ in range(3))
    pages = there.get_paginator("list_functions").paginate(PaginationConfig={"PageSize": 2})
    assert [[f["FunctionName"] for f in page["Functions"]] for page in pages] == [names[:2], names[2:]]
    deploy.delete_all()
