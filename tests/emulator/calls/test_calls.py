"""The page of calls on the wire: what was called while it recorded, by whom, and how it was answered."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import boto3
import pytest

from emulator.principals import access_key_of, role_of
from tests.emulator.conftest import FakeAthena

ROLE = "arn:aws:iam::123456789012:role/team/reader"


@dataclass(frozen=True)
class Door:
    """The page of calls."""

    url: str

    def ask(self, method: str) -> Any:
        with urllib.request.urlopen(urllib.request.Request(self.url, method=method)) as answer:
            return json.loads(answer.read())

    def calls(self, service: str) -> list[dict[str, Any]]:
        return [call for call in self.ask("GET")["calls"] if call["service"] == service]


@pytest.fixture
def door(fake: FakeAthena) -> Iterator[Door]:
    """The page, recording."""
    door = Door(f"{fake.endpoint}/_wardlake/calls")
    door.ask("POST")
    yield door
    door.ask("DELETE")


def client(fake: FakeAthena, service: str, key: str = "test") -> Any:
    session = boto3.Session(aws_access_key_id=key, aws_secret_access_key="test", region_name="eu-west-2")
    return session.client(service, endpoint_url=fake.endpoint)  # type: ignore[call-overload]


def test_a_call_is_recorded_with_its_role_and_its_answers_status(fake: FakeAthena, door: Door) -> None:
    s3 = client(fake, "s3", access_key_of(ROLE))
    with pytest.raises(s3.exceptions.NoSuchBucket):
        s3.list_objects_v2(Bucket="nowhere", Prefix="a/")
    (call,) = door.calls("s3")
    assert (call["role"], call["method"], call["path"], call["status"]) == ("reader", "GET", "/nowhere", 404)
    assert "prefix=a%2F" in call["query"]


def test_equal_calls_are_counted_and_those_of_nobodys_role_have_none(fake: FakeAthena, door: Door) -> None:
    athena = client(fake, "athena")
    for _ in range(3):
        athena.get_work_group(WorkGroup="primary")
    (call,) = door.calls("athena")
    assert (call["role"], call["operation"], call["times"]) == (None, "GetWorkGroup", 3)
    assert json.loads(call["body"]) == {"WorkGroup": "primary"}


def test_a_form_is_recorded_and_still_answered(fake: FakeAthena, door: Door) -> None:
    made = client(fake, "sns").create_topic(Name="alerts")["TopicArn"]
    assert made.endswith(":alerts")
    (call,) = door.calls("sns")
    assert call["operation"] == "CreateTopic"
    assert "Name=alerts" in call["body"]


def test_what_athena_does_in_s3_and_glue_is_recorded_for_who_asked_it(fake: FakeAthena, door: Door) -> None:
    client(fake, "athena", access_key_of(ROLE)).list_table_metadata(
        CatalogName="AwsDataCatalog", DatabaseName="default"
    )
    calls = door.calls("glue")
    assert {(call["role"], call["via"]) for call in calls} == {("reader", "athena")}
    assert "GetTables" in {call["operation"] for call in calls}


def test_nothing_is_recorded_after_the_end_and_a_new_start_forgets(fake: FakeAthena, door: Door) -> None:
    athena = client(fake, "athena")
    athena.get_work_group(WorkGroup="primary")
    kept = door.ask("DELETE")
    athena.list_work_groups()
    assert door.ask("GET") == kept
    assert door.ask("POST") == {"recording": True, "calls": []}


def test_a_roles_key_can_be_told_from_others_and_names_the_role() -> None:
    assert role_of(access_key_of("arn:aws:iam::123456789012:role/a,b=c@d")) == "a,b=c@d"
    assert role_of("AKIAIOSFODNN7EXAMPLE") is None
