"""The stack of a test session."""

from __future__ import annotations

import os

import pytest

from tests.stack.parts import Stack, running_already


@pytest.fixture(scope="session")
def stack() -> Stack:
    """The gateway with LocalStack and Trino behind it; one for all tests."""
    if running := running_already(os.environ):
        return running
    pytest.skip("no stack is running: name one by WARDLAKE_TEST_STACK_ENDPOINT and its parts")
