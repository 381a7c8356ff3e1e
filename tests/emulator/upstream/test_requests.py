"""What arrives at the upstream: the client's own request, in the emulator's account."""

from __future__ import annotations

import pytest

from tests.emulator.upstream.conftest import Door
from tests.emulator.upstream.fake_upstream import FakeUpstream

SCOPE = "20260101/eu-west-2/s3/aws4_request"


def signed(key: str, service: str = "s3") -> tuple[str, str]:
    return (
        "Authorization",
        f"AWS4-HMAC-SHA256 Credential={key}/20260101/eu-west-2/{service}/aws4_request, "
        "SignedHeaders=host, Signature=0",
    )


@pytest.mark.parametrize(
    "target",
    [
        "/b/a%2Fb",
        "/b/a%2fb//c/../d",
        "/b/%E2%82%AC+%20~!*'()",
        "/b/k?versionId=x%2By&tagging",
        "/b?list-type=2&",
    ],
)
def test_a_path_arrives_as_it_was_sent(upstream: FakeUpstream, door: Door, target: str) -> None:
    door.ask("GET", target)
    assert [(request.method, request.target) for request in upstream.arrived] == [("GET", target)]


def test_headers_arrive_in_order_with_underscores_and_repeated_ones(
    upstream: FakeUpstream, door: Door
) -> None:
    sent = [
        ("Host", "localhost:4566"),
        ("x-amz-meta-with_underscore", "1"),
        ("X-Amz-Meta-Twice", "a"),
        ("X-Amz-Meta-Twice", "b, c"),
        ("If-None-Match", '"etag"'),
        ("Range", "bytes=1-2"),
        ("X-Amz-Meta-Empty", ""),
    ]
    door.ask("GET", "/b/k", *sent)
    assert upstream.arrived[0].headers == sent


def test_headers_of_the_clients_own_connection_stay_behind(upstream: FakeUpstream, door: Door) -> None:
    door.ask(
        "GET",
        "/b/k",
        ("Connection", "keep-alive, X-Mine"),
        ("X-Mine", "1"),
        ("TE", "trailers"),
        ("X-On", "2"),
    )
    assert [name for name, _ in upstream.arrived[0].headers] == ["Host", "X-On"]


def test_a_body_with_a_length_arrives_with_that_length(upstream: FakeUpstream, door: Door) -> None:
    for body in (b"", b"small", b"large" * 100_000):
        door.ask("PUT", "/b/k", body=body)
        assert upstream.arrived[-1].body == body
        assert upstream.arrived[-1].values("Content-Length") == [str(len(body))]
        assert upstream.arrived[-1].values("Transfer-Encoding") == []


def test_a_chunked_body_arrives_chunked_and_aws_chunks_in_it_are_left_alone(
    upstream: FakeUpstream, door: Door
) -> None:
    body = b"5;chunk-signature=0\r\nhello\r\n0;chunk-signature=0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n"
    connection = door.connect()
    headers = {"Content-Encoding": "aws-chunked", "X-Amz-Trailer": "x-amz-checksum-crc32"}
    connection.request("PUT", "/b/k", iter([body[:30], body[30:]]), headers, encode_chunked=True)
    assert connection.getresponse().read() == b"ok"
    request = upstream.arrived[0]
    assert (request.body, request.values("Content-Length")) == (body, [])
    assert request.values("Content-Encoding") == ["aws-chunked"]


def test_a_client_that_waits_for_100_continue_gets_it(upstream: FakeUpstream, door: Door) -> None:
    connection = door.raw(
        "PUT /b/k HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n"
    )
    assert connection.recv(100).startswith(b"HTTP/1.1 100 ")
    connection.sendall(b"body")
    assert connection.recv(100).startswith(b"HTTP/1.1 200 ")
    assert (upstream.arrived[0].body, upstream.arrived[0].values("Expect")) == (b"body", [])


@pytest.mark.parametrize(
    ("host", "path_style"),
    [
        ("bucket.s3.eu-west-2.amazonaws.com", "s3.eu-west-2.amazonaws.com"),
        ("my.bucket.s3.amazonaws.com", "s3.amazonaws.com"),
        ("bucket.s3.localhost.localstack.cloud:4566", "s3.localhost.localstack.cloud:4566"),
        ("bucket.s3.localhost:4566", "s3.localhost:4566"),
        ("bucket.localhost:4566", "localhost:4566"),
    ],
)
def test_a_bucket_in_the_host_comes_into_the_path(
    upstream: FakeUpstream, door: Door, host: str, path_style: str
) -> None:
    door.ask("GET", "/a%2Fb?acl", ("Host", host))
    bucket = host.split(".s3.")[0].split(".localhost")[0]
    assert upstream.arrived[0].target == f"/{bucket}/a%2Fb?acl"
    assert upstream.arrived[0].values("Host") == [path_style]


@pytest.mark.parametrize(
    "host", ["s3.eu-west-2.amazonaws.com", "127.0.0.1:4566", "s3.localhost", "gateway:4566"]
)
def test_any_other_host_arrives_as_it_was_sent(upstream: FakeUpstream, door: Door, host: str) -> None:
    door.ask("GET", "/bucket/k", ("Host", host))
    assert (upstream.arrived[0].target, upstream.arrived[0].values("Host")) == ("/bucket/k", [host])


def test_a_host_with_a_dot_names_no_bucket_for_other_services(upstream: FakeUpstream, door: Door) -> None:
    door.ask("POST", "/", ("Host", "sqs.localhost:4566"), signed("test", "sqs"), body=b"{}")
    assert (upstream.arrived[0].target, upstream.arrived[0].values("Host")) == ("/", ["sqs.localhost:4566"])


@pytest.mark.parametrize("key", ["test", "AKIAIOSFODNN7EXAMPLE", "000000000000", "ASIA.role%2Bname"])
def test_whoever_signs_is_the_emulators_account(upstream: FakeUpstream, door: Door, key: str) -> None:
    door.ask("GET", "/b/k", signed(key))
    assert upstream.arrived[0].values("Authorization") == [signed("123456789012")[1]]


def test_a_key_that_localstack_issued_stays_as_it_tells_who_assumed_which_role(
    upstream: FakeUpstream, door: Door
) -> None:
    door.ask("GET", "/b/k", signed("LSIARZPUZDIKKUFK5BMF"))
    assert upstream.arrived[0].values("Authorization") == [signed("LSIARZPUZDIKKUFK5BMF")[1]]


def test_an_old_signature_is_the_emulators_accounts_too(upstream: FakeUpstream, door: Door) -> None:
    door.ask("GET", "/b/k", ("Authorization", "AWS test:c2lnbmF0dXJl="))
    assert upstream.arrived[0].values("Authorization") == ["AWS 123456789012:c2lnbmF0dXJl="]


@pytest.mark.parametrize(
    ("sent", "arrives"),
    [
        (
            f"/b/k?x=1&X-Amz-Credential=test%2F{SCOPE.replace('/', '%2F')}&X-Amz-Signature=0",
            f"/b/k?x=1&X-Amz-Credential=123456789012%2F{SCOPE.replace('/', '%2F')}&X-Amz-Signature=0",
        ),
        ("/b/k?AWSAccessKeyId=test&Signature=a%3D", "/b/k?AWSAccessKeyId=123456789012&Signature=a%3D"),
        ("/b/X-Amz-Credential=test/k", "/b/X-Amz-Credential=test/k"),
    ],
)
def test_a_presigned_url_is_the_emulators_accounts(
    upstream: FakeUpstream, door: Door, sent: str, arrives: str
) -> None:
    door.ask("GET", sent)
    assert upstream.arrived[0].target == arrives
