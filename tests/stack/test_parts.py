"""The stack's parts answer, each at its own address."""

from __future__ import annotations

import json
import urllib.request

import pytest

from tests.stack.parts import ENDPOINT, Stack, running_already


def test_a_stack_that_runs_already_is_named_by_all_of_its_parts() -> None:
    with pytest.raises(ValueError, match="set WARDLAKE_TEST_TRINO_URL, WARDLAKE_TEST_UPSTREAM_URL too"):
        running_already({ENDPOINT: "http://127.0.0.1:4566"})
    assert running_already({}) is None


def test_every_part_answers(stack: Stack) -> None:
    def ask(url: str) -> dict[str, object]:
        with urllib.request.urlopen(url, timeout=20) as reply:
            answer: dict[str, object] = json.load(reply)
            return answer

    assert ask(f"{stack.endpoint}/_wardlake/health")["status"] == "ready"
    assert ask(f"{stack.trino_url}/v1/info")["starting"] is False
    assert stack.session.client("sts").get_caller_identity()["Account"] == "123456789012"
    assert ask(f"{stack.upstream_url}/_localstack/health")["version"] == "4.14.0"
