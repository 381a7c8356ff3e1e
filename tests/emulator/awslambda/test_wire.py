"""Requests that no client of AWS's would send."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import Any

import pytest

from tests.emulator.awslambda.deploying import ROLE

SIGNED = "AWS4-HMAC-SHA256 Credential=test/20260101/eu-west-2/lambda/aws4_request, Signature=0"
FUNCTIONS = "/2015-03-31/functions"


def post(endpoint: str, path: str, body: object) -> tuple[str, dict[str, Any]]:
    """Send a request that is refused: the error's name, and the answer's body."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    request = urllib.request.Request(f"{endpoint}{path}", data, {"Authorization": SIGNED})
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(request)
    return caught.value.headers["x-amzn-ErrorType"], json.loads(caught.value.read())


FUNCTION = {"FunctionName": "wire", "Role": ROLE, "Runtime": "python3.12", "Handler": "a.b"}


@pytest.mark.parametrize(
    ("body", "code", "text"),
    [
        (b"{", "SerializationException", "Could not parse request body into json"),
        ([], "SerializationException", "Start of list found where not expected"),
        (
            {**FUNCTION, "Timeout": "3", "Code": {}},
            "SerializationException",
            "can not be converted to an Integer",
        ),
        ({**FUNCTION, "Code": {"ZipFile": "?"}}, "SerializationException", "not in base 64"),
        (
            {**FUNCTION, "Code": {}, "TimeOut": 3},
            "InvalidParameterValueException",
            "Unknown parameter: TimeOut",
        ),
        (
            {**FUNCTION, "Code": {"ZipFiel": ""}},
            "InvalidParameterValueException",
            "Unknown parameter: Code.ZipFiel",
        ),
        (
            {**FUNCTION, "Code": {}},
            "InvalidParameterValueException",
            "Please provide a source for function code",
        ),
        (
            {"FunctionName": "no spaces", "Timeout": 0},
            "ValidationException",
            "Value '0' at 'timeout' failed to satisfy constraint: Member must have value greater than",
        ),
        (
            {**FUNCTION, "Code": {}, "Tags": {"k": "x" * 257}},
            "ValidationException",
            "Map value must satisfy constraint: [Member must have length less than or equal to 256]",
        ),
    ],
)
def test_malformed_creations_are_refused(emulator_endpoint: str, body: object, code: str, text: str) -> None:
    error, answer = post(emulator_endpoint, FUNCTIONS, body)
    assert error == code
    assert text in (answer.get("message") or answer.get("Message", ""))


def test_every_broken_constraint_is_told_at_once(emulator_endpoint: str) -> None:
    _, answer = post(emulator_endpoint, FUNCTIONS, {"FunctionName": "no spaces", "Timeout": 0})
    assert answer["message"].startswith("4 validation errors detected: ")
    assert "Value null at 'role' failed to satisfy constraint: Member must not be null" in answer["message"]


def test_runtime_and_handler_are_mandatory(emulator_endpoint: str) -> None:
    _, answer = post(emulator_endpoint, FUNCTIONS, {"FunctionName": "f", "Role": ROLE, "Code": {}})
    assert answer["message"].startswith("Runtime and Handler are mandatory parameters")


def test_paths_that_are_nothing_of_lambdas_are_unknown(emulator_endpoint: str) -> None:
    error, _ = post(emulator_endpoint, "/2015-03-31/wards", {})
    assert error == "UnknownOperationException"
