"""Which texts name an upstream."""

from __future__ import annotations

import pytest

from emulator.__main__ import main
from emulator.upstream.endpoint import Endpoint
from emulator.upstream.errors import BadUpstream


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("http://127.0.0.1:4567", "http://127.0.0.1:4567"),
        ("http://localstack:4566/", "http://localstack:4566"),
        ("https://example.org", "https://example.org:443"),
        ("http://[::1]:4567", "http://[::1]:4567"),
    ],
)
def test_an_upstream_is_a_scheme_a_host_and_a_port(text: str, url: str) -> None:
    assert Endpoint.parse(text).url == url


@pytest.mark.parametrize(
    "text",
    ["", "127.0.0.1:4567", "ftp://host:1", "http://", "http://host:x", "http://host/path", "http://me@host"],
)
def test_anything_else_is_refused_with_what_to_give(text: str) -> None:
    with pytest.raises(BadUpstream, match=r"is no upstream: .* Give a URL like http://127\.0\.0\.1:4567"):
        Endpoint.parse(text)


def test_the_emulator_does_not_start_with_what_names_no_upstream(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--upstream", "localstack"])
    assert ended.value.code == 2
    assert "'localstack' is no upstream" in capsys.readouterr().err
