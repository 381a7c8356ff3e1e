"""The upstream is away, silent, starts anew or breaks off: errors that clients know and try again."""

from __future__ import annotations

import json
import socket
from queue import Queue
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ResponseStreamingError

from tests.conftest import free_port
from tests.emulator.upstream.conftest import Door, MakeDoor
from tests.emulator.upstream.fake_upstream import OK, FakeUpstream, Line

PIECE = 1024 * 1024


def client(door: Door, service: str, attempts: int = 1) -> Any:
    session = boto3.Session(aws_access_key_id="test", aws_secret_access_key="test", region_name="eu-west-2")
    config = Config(retries={"total_max_attempts": attempts, "mode": "standard"})
    return session.client(service, endpoint_url=door.url, config=config)  # type: ignore[call-overload]


@pytest.fixture
def nobody(door_to: MakeDoor) -> Door:
    """A gateway whose upstream is away."""
    return door_to(f"http://127.0.0.1:{free_port()}")


@pytest.mark.parametrize(
    ("service", "operation", "given"),
    [
        ("s3", "list_buckets", {}),
        ("sqs", "list_queues", {}),
        ("sns", "list_topics", {}),
        ("kms", "list_keys", {}),
    ],
)
def test_an_upstream_that_is_away_is_an_error_of_the_service_in_each_protocol(
    nobody: Door, service: str, operation: str, given: dict[str, Any]
) -> None:
    with pytest.raises(ClientError, match="start the emulator without --upstream") as error:
        getattr(client(nobody, service), operation)(**given)
    assert error.value.response["Error"]["Code"] == "ServiceUnavailable"
    assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == 503


@pytest.mark.parametrize("chunked", [False, True])
def test_a_large_body_for_an_upstream_that_is_away_leaves_the_connection_in_step(
    nobody: Door, chunked: bool
) -> None:
    connection = nobody.connect()
    for _ in range(2):
        headers = {} if chunked else {"Content-Length": str(8 * PIECE)}
        body = (b"x" * PIECE for _ in range(8))
        connection.request("PUT", "/b/k", body, headers, encode_chunked=chunked)
        answer = connection.getresponse()
        assert (answer.status, b"<Code>ServiceUnavailable</Code>" in answer.read()) == (503, True)


def test_a_head_finds_the_upstream_away_and_the_connection_stays_in_step(nobody: Door) -> None:
    connection = nobody.raw("HEAD /b/k HTTP/1.1\r\nHost: localhost\r\n\r\n" * 2)
    connection.shutdown(socket.SHUT_WR)
    answers = b""
    while piece := connection.recv(65536):
        answers += piece
    heads = answers.split(b"\r\n\r\n")
    assert [head[:13] for head in heads] == [b"HTTP/1.1 503 ", b"HTTP/1.1 503 ", b""]


def test_the_health_page_names_the_upstream_and_does_not_need_it(nobody: Door) -> None:
    health = json.loads(nobody.ask("GET", "/_wardlake/health").body)
    assert health["status"] == "ready"
    assert health["upstream"].startswith("http://127.0.0.1:")


def test_connections_are_used_again(upstream: FakeUpstream, door: Door) -> None:
    for _ in range(5):
        door.ask("GET", "/b/k")
    assert (len(upstream.arrived), upstream.connections) == (5, 1)


def test_an_upstream_that_was_started_anew_is_met_on_a_new_connection(
    upstream: FakeUpstream, door: Door
) -> None:
    door.ask("GET", "/b/k")
    upstream.hang_up()
    for method in ("POST", "GET"):
        assert door.ask(method, "/b/k", body=b"").status == 200
    assert upstream.connections == 2


def _closes_at_the_second_request(upstream: FakeUpstream) -> None:
    """Let each connection answer once and end when asked again, as one that timed out just then does."""

    def script(line: Line) -> None:
        for answer in (OK, ""):
            head = line.head()
            assert head is not None
            head.body = line.body(head)
            upstream.arrived.append(head)
            line.send(answer)

    upstream.script = script


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_a_request_that_can_be_repeated_is_sent_again_when_a_kept_connection_ends_under_it(
    upstream: FakeUpstream, door: Door, method: str
) -> None:
    _closes_at_the_second_request(upstream)
    assert [door.ask(method, "/b/k", body=b"same").status for _ in range(2)] == [200, 200]
    assert [request.body for request in upstream.arrived] == [b"same"] * 3


def test_a_post_is_left_to_its_client_to_repeat(upstream: FakeUpstream, door: Door) -> None:
    _closes_at_the_second_request(upstream)
    assert [door.ask("POST", "/", body=b"send").status for _ in range(2)] == [200, 503]
    assert len(upstream.arrived) == 2


def test_a_silent_upstream_is_an_error_and_is_not_asked_twice(upstream: FakeUpstream, door: Door) -> None:
    door.ask("GET", "/b/k")
    upstream.answer = ""
    answer = door.ask("GET", "/b/k")
    assert (answer.status, b"timed out" in answer.body) == (503, True)
    assert len(upstream.arrived) == 2


def test_an_answer_that_breaks_off_is_no_whole_answer_for_the_client(
    upstream: FakeUpstream, door: Door
) -> None:
    def script(line: Line) -> None:
        line.head()
        line.send(f"HTTP/1.1 200 OK\r\nContent-Length: {PIECE}\r\n\r\n")
        line.send(b"1" * (PIECE // 2))

    upstream.script = script
    body = client(door, "s3").get_object(Bucket="bucket", Key="k")["Body"]
    with pytest.raises(ResponseStreamingError):
        body.read()


def test_a_chunked_answer_that_breaks_off_is_no_whole_answer_either(
    upstream: FakeUpstream, door: Door
) -> None:
    def script(line: Line) -> None:
        line.head()
        line.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n")

    upstream.script = script
    body = client(door, "s3").get_object(Bucket="bucket", Key="k")["Body"]
    with pytest.raises(ResponseStreamingError):
        body.read()


@pytest.mark.parametrize("framing", ["Content-Length: 3000000", "Transfer-Encoding: chunked"])
def test_a_body_that_its_client_breaks_off_never_becomes_an_object(
    upstream: FakeUpstream, door: Door, framing: str
) -> None:
    ended: Queue[bytes] = Queue()

    def script(line: Line) -> None:
        line.head()
        try:
            ended.put(line.piece(3_000_000))
        except ConnectionResetError:
            ended.put(b"")  # what breaks off so is no body either

    upstream.script = script
    connection = door.raw(f"PUT /b/k HTTP/1.1\r\nHost: localhost\r\n{framing}\r\n\r\n")
    connection.sendall(b"100000\r\n" + b"x" * PIECE)
    connection.shutdown(socket.SHUT_WR)
    answer = connection.makefile("rb").read()
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b"<Code>IncompleteBody</Code>" in answer
    received = ended.get(timeout=60)
    assert len(received) < 3_000_000
    assert not received.endswith(b"0\r\n\r\n")


def test_a_client_that_leaves_in_the_middle_of_an_answer_harms_nobody(
    upstream: FakeUpstream, door: Door
) -> None:
    upstream.answer = f"HTTP/1.1 200 OK\r\nContent-Length: {8 * PIECE}\r\n\r\n".encode() + b"x" * 8 * PIECE
    connection = door.raw("GET /b/k HTTP/1.1\r\nHost: localhost\r\n\r\n")
    connection.recv(10)
    connection.close()
    upstream.answer = OK
    assert door.ask("GET", "/b/k").body == b"ok"
