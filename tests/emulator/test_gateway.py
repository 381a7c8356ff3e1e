"""The one endpoint, as a real process: S3, Glue, messages and errors, spoken to with boto3."""

from __future__ import annotations

import io
import json
import urllib.error
import urllib.request
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import boto3
import pytest
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from types_boto3_s3.client import S3Client


@pytest.fixture
def s3(aws_session: boto3.Session) -> S3Client:
    return aws_session.client("s3")


@pytest.fixture
def bucket(s3: S3Client) -> str:
    name = f"bucket-{uuid.uuid4().hex}"
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-2"})
    return name


def test_health_tells_that_it_is_ready_and_who_it_is(emulator_endpoint: str) -> None:
    with urllib.request.urlopen(f"{emulator_endpoint}/_wardlake/health") as answer:
        health = json.loads(answer.read())
    assert health["status"] == "ready"
    assert health["port"] == int(emulator_endpoint.rpartition(":")[2])
    assert health["pid"] > 0
    assert health["version"]


@pytest.mark.parametrize("key", ["plain", "a b/c+d é.txt", "p=1/x%2Fy", "a//b/", "day=2026-01-01 00:00/f"])
def test_keys_are_kept_as_they_were_sent(s3: S3Client, bucket: str, key: str) -> None:
    s3.put_object(Bucket=bucket, Key=key, Body=b"body")
    assert [found["Key"] for found in s3.list_objects_v2(Bucket=bucket)["Contents"]] == [key]
    assert s3.get_object(Bucket=bucket, Key=key)["Body"].read() == b"body"


@pytest.mark.parametrize(
    "host", ["{}.s3.eu-west-2.amazonaws.com", "{}.s3.localhost.localstack.cloud:4566", "{}.localhost:4566"]
)
def test_a_bucket_may_be_named_by_the_host(
    emulator_endpoint: str, s3: S3Client, bucket: str, host: str
) -> None:
    s3.put_object(Bucket=bucket, Key="a/b", Body=b"body", ACL="public-read")
    request = urllib.request.Request(f"{emulator_endpoint}/a/b", headers={"Host": host.format(bucket)})
    with urllib.request.urlopen(request) as answer:
        assert answer.read() == b"body"


@pytest.mark.parametrize("host", ["s3.eu-west-2.amazonaws.com", "emulator.example.org:4566", "emulator"])
def test_a_bucket_in_the_path_is_found_under_any_host(
    emulator_endpoint: str, s3: S3Client, bucket: str, host: str
) -> None:
    s3.put_object(Bucket=bucket, Key="a/b", Body=b"body", ACL="public-read")
    request = urllib.request.Request(f"{emulator_endpoint}/{bucket}/a/b", headers={"Host": host})
    with urllib.request.urlopen(request) as answer:
        assert answer.read() == b"body"


def test_metadata_names_may_have_underscores(s3: S3Client, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="k", Metadata={"with_underscore": "1", "with-dash": "2"})
    assert s3.head_object(Bucket=bucket, Key="k")["Metadata"] == {"with_underscore": "1", "with-dash": "2"}


def test_an_object_may_have_the_type_of_a_form(s3: S3Client, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="k", Body=b"a=1", ContentType="application/x-www-form-urlencoded")
    found = s3.get_object(Bucket=bucket, Key="k")
    assert (found["Body"].read(), found["ContentType"]) == (b"a=1", "application/x-www-form-urlencoded")


def test_a_large_object_goes_up_in_parts_and_down_in_ranges(s3: S3Client, bucket: str) -> None:
    body = bytes(range(256)) * 80_000
    s3.upload_fileobj(io.BytesIO(body), bucket, "large")
    assert s3.get_object(Bucket=bucket, Key="large")["Body"].read() == body
    part = s3.get_object(Bucket=bucket, Key="large", Range="bytes=9000000-9000009")["Body"].read()
    assert part == body[9_000_000:9_000_010]


def test_versions_are_kept_and_listed(s3: S3Client, bucket: str) -> None:
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    versions = [s3.put_object(Bucket=bucket, Key="k", Body=text)["VersionId"] for text in (b"1", b"2")]
    listed = s3.list_object_versions(Bucket=bucket)["Versions"]
    assert [version["VersionId"] for version in listed] == versions[::-1]
    assert s3.get_object(Bucket=bucket, Key="k", VersionId=versions[0])["Body"].read() == b"1"


def test_only_one_of_many_conditional_puts_wins(s3: S3Client, bucket: str) -> None:
    def claim(number: int) -> bool:
        try:
            s3.put_object(Bucket=bucket, Key="lock", Body=str(number).encode(), IfNoneMatch="*")
        except ClientError as error:
            assert error.response["Error"]["Code"] in ("PreconditionFailed", "ConditionalRequestConflict")
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(claim, range(32)))
    assert won.count(True) == 1
    winner = won.index(True)
    assert s3.get_object(Bucket=bucket, Key="lock")["Body"].read() == str(winner).encode()


def test_a_topic_delivers_to_its_queue(aws_session: boto3.Session) -> None:
    sns, sqs = aws_session.client("sns"), aws_session.client("sqs")
    queue = sqs.create_queue(QueueName=f"q-{uuid.uuid4().hex}")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    topic = sns.create_topic(Name=f"t-{uuid.uuid4().hex}")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    sns.publish(TopicArn=topic, Subject="late", Message="no extract today")
    message = sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=5)["Messages"][0]
    assert json.loads(message["Body"])["Message"] == "no extract today"


def test_glue_is_the_catalog_that_athena_reads(aws_session: boto3.Session) -> None:
    name = f"db_{uuid.uuid4().hex}"
    aws_session.client("glue").create_database(DatabaseInput={"Name": name})
    found = aws_session.client("athena").get_database(CatalogName="AwsDataCatalog", DatabaseName=name)
    assert found["Database"]["Name"] == name


def test_the_region_of_the_signature_separates_state(aws_session: boto3.Session) -> None:
    name = f"group-{uuid.uuid4().hex}"
    aws_session.client("athena").create_work_group(Name=name)
    elsewhere = aws_session.client("athena", region_name="us-west-2")
    with pytest.raises(ClientError, match="WorkGroup is not found"):
        elsewhere.get_work_group(WorkGroup=name)


def test_everything_belongs_to_one_account(aws_session: boto3.Session) -> None:
    assert aws_session.client("sts").get_caller_identity()["Account"] == "123456789012"


@pytest.mark.only_on("embedded", because="an upstream says it in its own words")
def test_a_service_that_is_not_emulated_is_refused_by_name(aws_session: boto3.Session) -> None:
    with pytest.raises(ClientError, match="gamelift") as error:
        aws_session.client("gamelift").list_fleets()
    assert error.value.response["Error"]["Code"] == "NotImplementedException"
    assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501


@pytest.mark.only_on("embedded", because="an upstream says it in its own words")
def test_an_operation_that_is_not_emulated_is_refused_by_name(aws_session: boto3.Session) -> None:
    with pytest.raises(ClientError, match="list_message_move_tasks") as error:
        aws_session.client("sqs").list_message_move_tasks(SourceArn="arn")
    assert error.value.response["Error"]["Code"] == "NotImplementedException"
    with pytest.raises(ClientError, match="No emulated operation") as error:
        aws_session.client("macie2").get_usage_totals()
    assert error.value.response["Error"]["Code"] == "NotImplementedException"


@pytest.mark.only_on("embedded", because="an upstream has pages of its own")
def test_motos_own_api_cannot_be_reached(emulator_endpoint: str) -> None:
    request = urllib.request.Request(f"{emulator_endpoint}/moto-api/reset", method="POST")
    with pytest.raises(urllib.error.HTTPError) as error:
        urllib.request.urlopen(request)
    assert error.value.code == 501


def test_a_policy_that_denies_plain_http_closes_the_bucket_for_nobody(s3: S3Client, bucket: str) -> None:
    only_tls = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": [only_tls]}))
    s3.put_object(Bucket=bucket, Key="a", Body=b"body")
    assert s3.head_object(Bucket=bucket, Key="a")["ContentLength"] == 4
    assert s3.get_object(Bucket=bucket, Key="a")["Body"].read() == b"body"
