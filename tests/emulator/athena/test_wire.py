"""Athena's JSON on the wire: what boto3 never sends, and the exact shape of error answers."""

from __future__ import annotations

import json
import urllib.error
import urllib.request

import pytest
from botocore.exceptions import ClientError

from tests.emulator.conftest import FakeAthena

TOKEN = "t" * 32


def post(fake: FakeAthena, operation: str, body: str) -> tuple[int, dict[str, object]]:
    """Status and JSON of a raw call."""
    request = urllib.request.Request(
        fake.endpoint,
        data=body.encode(),
        headers={
            "X-Amz-Target": f"AmazonAthena.{operation}",
            "Content-Type": "application/x-amz-json-1.1",
            "Authorization": "AWS4-HMAC-SHA256 Credential=test/20260101/eu-west-2/athena/aws4_request, x=y",
        },
    )
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read())


def invalid(message: str, code: str = "INVALID_INPUT") -> tuple[int, dict[str, object]]:
    answer = {"__type": "InvalidRequestException", "AthenaErrorCode": code, "ErrorCode": code}
    return 400, {**answer, "Message": message}


def constraint(path: str, rule: str) -> str:
    return f"Value at '{path}' failed to satisfy constraint: Member must {rule}"


@pytest.mark.parametrize(
    ("operation", "body", "message"),
    [
        (
            "GetQueryExecution",
            "{}",
            "1 validation error detected: Value null at 'queryExecutionId' failed to satisfy constraint: "
            "Member must not be null",
        ),
        (
            "ListWorkGroups",
            '{"MaxResults": 0}',
            "1 validation error detected: "
            + constraint("maxResults", "have value greater than or equal to 1"),
        ),
        (
            "ListWorkGroups",
            '{"MaxResults": 51}',
            "1 validation error detected: " + constraint("maxResults", "have value less than or equal to 50"),
        ),
        (
            "GetQueryResults",
            '{"QueryExecutionId": "x", "NextToken": "", "MaxResults": 0}',
            "2 validation errors detected: "
            + constraint("nextToken", "have length greater than or equal to 1")
            + "; "
            + constraint("maxResults", "have value greater than or equal to 1"),
        ),
        (
            "StartQueryExecution",
            '{"QueryString": "select 1", "ClientRequestToken": "short"}',
            "1 validation error detected: "
            + constraint("clientRequestToken", "have length greater than or equal to 32"),
        ),
        ("StartQueryExecution", '{"QueryString": "select 1"}', "clientRequestToken is null or empty"),
        ("ListWorkGroups", '{"NextToken": "bad"}', "The nextPageToken is malformed: bad"),
        (
            "CreateWorkGroup",
            '{"Name": "cheap", "Configuration": {"BytesScannedCutoffPerQuery": 9999999}}',
            "1 validation error detected: "
            + constraint(
                "configuration.bytesScannedCutoffPerQuery", "have value greater than or equal to 10000000"
            ),
        ),
        (
            "UpdateWorkGroup",
            '{"WorkGroup": "primary", "State": "OFF"}',
            "1 validation error detected: "
            + constraint("state", "satisfy enum value set: [ENABLED, DISABLED]"),
        ),
    ],
)
def test_broken_constraints_are_told_in_the_services_words(
    fake: FakeAthena, operation: str, body: str, message: str
) -> None:
    assert post(fake, operation, body) == invalid(message)


@pytest.mark.parametrize(
    ("body", "answer"),
    [
        ('{"MaxResults": "1"}', {"Message": "STRING_VALUE can not be converted to an Integer"}),
        ('{"MaxResults": true}', {"Message": "TRUE_VALUE can not be converted to an Integer"}),
        ('{"NextToken": 1}', {"Message": "NUMBER_VALUE can not be converted to a String"}),
        ('{"NextToken": []}', {"Message": "Start of list found where not expected"}),
        ("[]", {"Message": "Start of list found where not expected"}),
        ('{"NextToken": {}}', {"Message": "Start of structure or map found where not expected."}),
        ("{", {}),
        ("", {}),
        ("null", {}),
    ],
)
def test_wrong_json_is_a_serialization_error(fake: FakeAthena, body: str, answer: dict[str, object]) -> None:
    assert post(fake, "ListWorkGroups", body) == (400, {"__type": "SerializationException", **answer})


def test_members_that_the_service_does_not_know_are_ignored(fake: FakeAthena) -> None:
    status, answer = post(fake, "ListWorkGroups", '{"Nonsense": 1, "MaxResults": null}')
    assert status == 200
    assert "WorkGroups" in answer


def test_an_operation_that_athena_has_not_is_unknown(fake: FakeAthena) -> None:
    assert post(fake, "MakeCoffee", "{}") == (400, {"__type": "UnknownOperationException"})


def test_an_operation_that_is_not_emulated_is_refused_by_name(fake: FakeAthena) -> None:
    with pytest.raises(ClientError, match="The Athena operation ListNotebookMetadata is not supported"):
        fake.athena.list_notebook_metadata(WorkGroup="primary")


def test_regions_have_their_own_state(fake: FakeAthena) -> None:
    request = '{"Name": "only-here"}'
    assert post(fake, "CreateWorkGroup", request)[0] == 200
    assert post(fake, "CreateWorkGroup", request) == invalid("WorkGroup is already created")
