"""The gateway in front of LocalStack: S3 and its neighbours as clients have them on AWS."""

from __future__ import annotations

import http.client
import json
import threading
import urllib.parse
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config

from tests.stack.parts import REGION, Stack

ACCOUNT = "123456789012"
MADE_HERE = {"LocationConstraint": REGION}
PIECE = 1024 * 1024
LARGE = 1200 * PIECE
MOST_GROWTH = 64 * PIECE
SCOPE = f"test/20260101/{REGION}/s3/aws4_request"
SIGNED = {"Authorization": f"AWS4-HMAC-SHA256 Credential={SCOPE}, SignedHeaders=host, Signature=0"}


@pytest.fixture(scope="module")
def bucket(stack: Stack) -> str:
    """A new bucket."""
    name = f"bucket-{uuid.uuid4().hex}"
    stack.session.client("s3").create_bucket(Bucket=name, CreateBucketConfiguration=MADE_HERE)
    return name


def connection(stack: Stack) -> http.client.HTTPConnection:
    host = urllib.parse.urlsplit(stack.endpoint).netloc
    return http.client.HTTPConnection(host, timeout=300)


def content(size: int) -> Iterator[bytes]:
    """A body of so many bytes, in pieces that differ."""
    return (bytes([number % 251]) * PIECE for number in range(size // PIECE))


@dataclass
class Memory:
    """The most memory that a process held, in bytes."""

    most: int = 0


@contextmanager
def watched(stack: Stack) -> Iterator[tuple[int, Memory]]:
    """The gateway's memory now, and the most of it during a block."""
    with urllib.request.urlopen(f"{stack.endpoint}/_wardlake/health") as answer:
        file = Path("/proc") / str(json.loads(answer.read())["pid"]) / "statm"
    if not file.exists():
        pytest.skip("the gateway is no process of this machine, so its memory cannot be seen")
    seen, ended = Memory(), threading.Event()

    def resident() -> int:
        return int(file.read_text().split()[1]) * 4096

    def watch() -> None:
        while not ended.wait(0.01):
            seen.most = max(seen.most, resident())

    before = resident()
    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield before, seen
    finally:
        ended.set()
        thread.join()


@pytest.mark.only_on("stack", because="it moves gigabytes")
def test_objects_of_more_than_a_gibibyte_pass_in_bounded_memory(stack: Stack, bucket: str) -> None:
    with watched(stack) as (before, memory):
        for chunked in (False, True):
            client = connection(stack)
            length = {} if chunked else {"Content-Length": str(LARGE)}
            client.request("PUT", f"/{bucket}/large", content(LARGE), SIGNED | length, encode_chunked=chunked)
            answer = client.getresponse()
            assert (answer.status, answer.read()) == (200, b"")
        client.request("GET", f"/{bucket}/large", headers=SIGNED)
        answer = client.getresponse()
        assert all(answer.read(PIECE) == piece for piece in content(LARGE))
        assert answer.read() == b""
    assert memory.most - before < MOST_GROWTH
    stack.session.client("s3").delete_object(Bucket=bucket, Key="large")


def test_an_object_goes_up_in_parts_and_down_in_ranges(stack: Stack, bucket: str) -> None:
    s3, body = stack.session.client("s3"), b"".join(content(20 * PIECE))
    upload = s3.create_multipart_upload(Bucket=bucket, Key="a b/é+%2F", Metadata={"my_key": "1"})["UploadId"]
    parts = []
    for number, start in enumerate(range(0, len(body), 8 * PIECE), 1):
        part = s3.upload_part(
            Bucket=bucket,
            Key="a b/é+%2F",
            UploadId=upload,
            PartNumber=number,
            Body=body[start : start + 8 * PIECE],
        )
        parts.append({"ETag": part["ETag"], "PartNumber": number})
    done = s3.complete_multipart_upload(
        Bucket=bucket, Key="a b/é+%2F", UploadId=upload, MultipartUpload={"Parts": parts}
    )
    assert done["ETag"].endswith('-3"')
    assert done["Location"].startswith(stack.endpoint)
    found = s3.get_object(Bucket=bucket, Key="a b/é+%2F", Range=f"bytes={PIECE - 2}-{PIECE + 1}")
    assert (found["Body"].read(), found["Metadata"]) == (bytes([0, 0, 1, 1]), {"my_key": "1"})
    assert s3.get_object(Bucket=bucket, Key="a b/é+%2F")["Body"].read() == body


@pytest.mark.parametrize("framing", ["Content-Length", "Transfer-Encoding"])
def test_a_body_in_aws_chunks_is_stored_without_them_and_its_trailer_is_checked(
    stack: Stack, bucket: str, framing: str
) -> None:
    headers = SIGNED | {
        "Content-Encoding": "aws-chunked",
        "x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
        "x-amz-decoded-content-length": "5",
        "x-amz-trailer": "x-amz-checksum-crc32",
    }
    for checksum, status in (("NhCmhg==", 200), ("AAAAAA==", 400)):
        body = f"5\r\nhello\r\n0\r\nx-amz-checksum-crc32:{checksum}\r\n\r\n".encode()
        client = connection(stack)
        whole = framing == "Content-Length"
        length = {"Content-Length": str(len(body))} if whole else {}
        client.request(
            "PUT", f"/{bucket}/trailed-{status}", iter([body]), headers | length, encode_chunked=not whole
        )
        assert client.getresponse().status == status
    found = stack.session.client("s3").get_object(Bucket=bucket, Key="trailed-200", ChecksumMode="ENABLED")
    assert (found["Body"].read(), found["ChecksumCRC32"]) == (b"hello", "NhCmhg==")


@pytest.mark.parametrize("version", ["s3v4", "s3"])
def test_presigned_urls_put_and_get(stack: Stack, bucket: str, version: str) -> None:
    s3 = stack.session.client("s3", config=Config(signature_version=version))
    place = {"Bucket": bucket, "Key": f"signed/{version} ü"}
    put = s3.generate_presigned_url("put_object", Params=place)
    with urllib.request.urlopen(urllib.request.Request(put, b"signed", method="PUT")) as answer:
        assert answer.status == 200
    with urllib.request.urlopen(s3.generate_presigned_url("get_object", Params=place)) as answer:
        assert answer.read() == b"signed"


def test_a_form_posts_an_object_and_its_place_leads_to_the_gateway(stack: Stack, bucket: str) -> None:
    s3, mark = stack.session.client("s3"), uuid.uuid4().hex
    form = s3.generate_presigned_post(bucket, "posted")
    fields = [*form["fields"].items(), ("file", "from a form")]
    parts = [
        f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n'
        for name, text in fields
    ]
    body = ("".join(parts) + f"--{mark}--\r\n").encode()
    kind = {"Content-Type": f"multipart/form-data; boundary={mark}"}
    with urllib.request.urlopen(urllib.request.Request(form["url"], body, kind)) as answer:
        assert (answer.status, answer.headers["Location"]) == (204, f"{stack.endpoint}/{bucket}/posted")
    assert s3.get_object(Bucket=bucket, Key="posted")["Body"].read() == b"from a form"


@pytest.mark.parametrize(
    "host", ["{}.s3.eu-west-2.amazonaws.com", "{}.s3.localhost.localstack.cloud:4566", "{}.localhost:4566"]
)
def test_a_bucket_may_be_named_by_the_host(stack: Stack, bucket: str, host: str) -> None:
    client = connection(stack)
    named = SIGNED | {"Host": host.format(bucket)}
    client.request("PUT", "/by/host", b"body", named)
    assert client.getresponse().read() == b""
    client.request("GET", f"/{bucket}/by/host", headers=SIGNED)
    assert client.getresponse().read() == b"body"


def test_a_listing_of_several_pages_has_every_key(stack: Stack, bucket: str) -> None:
    s3 = stack.session.client("s3")
    keys = ["Z", "a b", "a/1", "a=1", "a=2/x", "b", "~", "é"]
    for key in keys:
        s3.put_object(Bucket=bucket, Key=f"listed/{key}", Body=b"")
    for operation in ("list_objects_v2", "list_objects"):
        pages = s3.get_paginator(operation).paginate(
            Bucket=bucket, Prefix="listed/", PaginationConfig={"PageSize": 2}
        )
        found = [one["Key"] for page in pages for one in page.get("Contents", [])]
        assert found == [f"listed/{key}" for key in keys]


def test_a_topic_delivers_to_a_queue_whose_address_is_the_gateways(stack: Stack) -> None:
    sns, sqs = stack.session.client("sns"), stack.session.client("sqs")
    queue = sqs.create_queue(QueueName=f"q-{uuid.uuid4().hex}")["QueueUrl"]
    assert queue.startswith(f"{stack.endpoint}/")
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    assert arn.split(":")[4] == ACCOUNT
    topic = sns.create_topic(Name=f"t-{uuid.uuid4().hex}")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    sns.publish(TopicArn=topic, Subject="late", Message="no extract today")
    message = sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=10)["Messages"][0]
    assert json.loads(message["Body"])["Message"] == "no extract today"


def test_an_object_is_encrypted_by_a_key_of_the_account(stack: Stack, bucket: str) -> None:
    kms, s3 = stack.session.client("kms"), stack.session.client("s3")
    key = kms.create_key()["KeyMetadata"]["Arn"]
    assert key.split(":")[4] == ACCOUNT
    secret = kms.encrypt(KeyId=key, Plaintext=b"patient")["CiphertextBlob"]
    assert kms.decrypt(CiphertextBlob=secret)["Plaintext"] == b"patient"
    s3.put_object(Bucket=bucket, Key="k", Body=b"1", ServerSideEncryption="aws:kms", SSEKMSKeyId=key)
    assert s3.head_object(Bucket=bucket, Key="k")["SSEKMSKeyId"] == key


def test_whoever_asks_is_the_account_and_who_assumed_a_role_is_that_role(stack: Stack) -> None:
    iam, sts = stack.session.client("iam"), stack.session.client("sts")
    assert sts.get_caller_identity()["Account"] == ACCOUNT
    name = f"role-{uuid.uuid4().hex}"
    trust = {"Version": "2012-10-17", "Statement": []}
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    assert role == f"arn:aws:iam::{ACCOUNT}:role/{name}"
    keys = sts.assume_role(RoleArn=role, RoleSessionName="morning")["Credentials"]
    assumed: Any = boto3.Session(keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"], REGION)
    found = assumed.client("sts", endpoint_url=stack.endpoint).get_caller_identity()
    assert found["Arn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/{name}/morning"
