"""What comes back to the client: the upstream's own answer."""

from __future__ import annotations

import gzip
import threading

import pytest

from tests.emulator.upstream.conftest import Door
from tests.emulator.upstream.fake_upstream import FakeUpstream, Line

PIECE = 1024 * 1024


def test_status_headers_and_body_come_back_as_they_are(upstream: FakeUpstream, door: Door) -> None:
    upstream.answer = (
        "HTTP/1.1 206 Partial Content\r\nServer: theirs\r\nDate: Thu, 01 Jan 2026 00:00:00 GMT\r\n"
        "x-amz-meta-With_Underscore: 1\r\nSet-Cookie: a\r\nSet-Cookie: b\r\n"
        "Content-Range: bytes 1-2/9\r\nContent-Length: 2\r\n\r\nok"
    )
    answer = door.ask("GET", "/b/k")
    assert (answer.status, answer.reason, answer.body) == (206, "Partial Content", b"ok")
    assert answer.headers == [
        ("Server", "theirs"),
        ("Date", "Thu, 01 Jan 2026 00:00:00 GMT"),
        ("x-amz-meta-With_Underscore", "1"),
        ("Set-Cookie", "a"),
        ("Set-Cookie", "b"),
        ("Content-Range", "bytes 1-2/9"),
        ("Content-Length", "2"),
    ]


def test_a_redirect_is_the_clients_to_follow(upstream: FakeUpstream, door: Door) -> None:
    upstream.answer = (
        "HTTP/1.1 307 Temporary Redirect\r\nLocation: http://elsewhere/b/k\r\nContent-Length: 0\r\n\r\n"
    )
    answer = door.ask("PUT", "/b/k", body=b"body")
    assert (answer.status, dict(answer.headers)["Location"]) == (307, "http://elsewhere/b/k")
    assert len(upstream.arrived) == 1


def test_a_head_tells_the_length_of_the_body_that_it_does_not_have(
    upstream: FakeUpstream, door: Door
) -> None:
    upstream.answer = "HTTP/1.1 200 OK\r\nContent-Length: 123456\r\nETag: x\r\n\r\n"
    for _ in range(2):
        answer = door.ask("HEAD", "/b/k")
        assert (dict(answer.headers)["Content-Length"], answer.body) == ("123456", b"")
    assert upstream.connections == 1


@pytest.mark.parametrize("status", ["204 No Content", "304 Not Modified"])
def test_an_answer_without_a_body_ends_at_its_headers(
    upstream: FakeUpstream, door: Door, status: str
) -> None:
    upstream.answer = f"HTTP/1.1 {status}\r\nETag: x\r\n\r\n"
    for _ in range(2):
        assert door.ask("GET", "/b/k").status == int(status[:3])
    assert upstream.connections == 1


def test_a_compressed_object_comes_compressed(upstream: FakeUpstream, door: Door) -> None:
    body = gzip.compress(b"content")
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {len(body)}\r\n\r\n"
    upstream.answer = head.encode() + body
    assert door.ask("GET", "/b/k.gz").body == body


def test_a_chunked_answer_comes_whole(upstream: FakeUpstream, door: Door) -> None:
    upstream.answer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
    for _ in range(2):
        assert door.ask("GET", "/b/k").body == b"abcde"
    assert upstream.connections == 1


def test_an_answer_up_to_the_end_of_the_connection_comes_whole(upstream: FakeUpstream, door: Door) -> None:
    def script(line: Line) -> None:
        line.head()
        line.send("HTTP/1.1 200 OK\r\n\r\nall of it")

    upstream.script = script
    assert door.ask("GET", "/b/k").body == b"all of it"


def test_a_large_answer_reaches_the_client_while_it_is_still_being_sent(
    upstream: FakeUpstream, door: Door
) -> None:
    first_came = threading.Event()

    def script(line: Line) -> None:
        line.head()
        line.send(f"HTTP/1.1 200 OK\r\nContent-Length: {2 * PIECE}\r\n\r\n")
        line.send(b"1" * PIECE)
        assert first_came.wait(20)
        line.send(b"2" * PIECE)

    upstream.script = script
    connection = door.connect()
    connection.request("GET", "/b/k")
    answer = connection.getresponse()
    assert answer.read(PIECE // 2) == b"1" * (PIECE // 2)
    first_came.set()
    assert answer.read() == b"1" * (PIECE // 2) + b"2" * PIECE


def test_a_large_body_reaches_the_upstream_while_it_is_still_being_sent(
    upstream: FakeUpstream, door: Door
) -> None:
    first_came = threading.Event()
    received: list[bytes] = []

    def script(line: Line) -> None:
        line.head()
        received.append(line.piece(PIECE // 2))
        first_came.set()
        received.append(line.piece(2 * PIECE - PIECE // 2))
        line.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

    upstream.script = script
    connection = door.connect()
    connection.putrequest("PUT", "/b/k")
    connection.putheader("Content-Length", str(2 * PIECE))
    connection.endheaders()
    connection.send(b"1" * PIECE)
    assert first_came.wait(20)
    connection.send(b"2" * PIECE)
    assert connection.getresponse().status == 200
    assert b"".join(received) == b"1" * PIECE + b"2" * PIECE


@pytest.mark.parametrize("chunked", [False, True])
def test_an_answer_that_comes_before_the_end_of_the_body_reaches_the_client(
    upstream: FakeUpstream, door: Door, chunked: bool
) -> None:
    def script(line: Line) -> None:
        line.head()
        line.send("HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\nConnection: close\r\n\r\nnone")

    upstream.script = script
    connection = door.connect()
    for _ in range(2):  # and the client's connection is of further use
        body = (b"x" * PIECE for _ in range(8))
        headers = {} if chunked else {"Content-Length": str(8 * PIECE)}
        connection.request("PUT", "/nowhere/k", body, headers, encode_chunked=chunked)
        answer = connection.getresponse()
        assert (answer.status, answer.read()) == (404, b"none")
