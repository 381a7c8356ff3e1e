"""Faults on the wire: what was asked for strikes as often as was said, and nothing else."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.emulator.conftest import FakeAthena
from tests.emulator.fake_engine import rows_of


@dataclass(frozen=True)
class Door:
    """The page of faults."""

    url: str

    def ask(self, method: str, asked: object = None) -> Any:
        """Send a request; gives the answer's JSON, of an error too."""
        body = None if asked is None else json.dumps(asked).encode()
        request = urllib.request.Request(self.url, data=body, method=method)
        try:
            with urllib.request.urlopen(request) as answer:
                return json.loads(answer.read())
        except urllib.error.HTTPError as error:
            return json.loads(error.read())

    def add(self, **asked: object) -> Any:
        """Add a fault."""
        return self.ask("POST", asked)


@pytest.fixture
def door(fake: FakeAthena) -> Iterator[Door]:
    """The page, without faults before and after."""
    door = Door(f"{fake.endpoint}/_wardlake/faults")
    yield door
    door.ask("DELETE")


def client(fake: FakeAthena, service: str, attempts: int = 1) -> Any:
    session = boto3.Session(aws_access_key_id="test", aws_secret_access_key="test", region_name="eu-west-2")
    config = Config(retries={"total_max_attempts": attempts})
    return session.client(service, endpoint_url=fake.endpoint, config=config)  # type: ignore[call-overload]


def test_an_operation_fails_as_often_as_asked_and_then_works(fake: FakeAthena, door: Door) -> None:
    door.add(service="athena", operation="ListWorkGroups", error="TooManyRequestsException", times=2)
    athena = client(fake, "athena")
    for _ in range(2):
        with pytest.raises(athena.exceptions.TooManyRequestsException):
            athena.list_work_groups()
    assert athena.list_work_groups()["WorkGroups"]
    assert [(f["left"], f["struck"]) for f in door.ask("GET")["faults"]] == [(0, 2)]


def test_a_client_that_retries_gets_through_throttling(fake: FakeAthena, door: Door) -> None:
    door.add(service="athena", operation="ListWorkGroups", error="TooManyRequestsException")
    answer = client(fake, "athena", attempts=3).list_work_groups()
    assert answer["ResponseMetadata"]["RetryAttempts"] == 1


def test_other_operations_and_services_are_left_alone(fake: FakeAthena, door: Door) -> None:
    door.add(service="athena", operation="ListWorkGroups", error="InternalServerException")
    assert client(fake, "athena").list_engine_versions()["EngineVersions"]
    assert client(fake, "glue").get_databases()["DatabaseList"] is not None


def test_some_calls_can_pass_before_a_fault_strikes(fake: FakeAthena, door: Door) -> None:
    door.add(service="glue", operation="GetDatabases", error="InternalServiceException", after=1)
    glue = client(fake, "glue")
    glue.get_databases()
    with pytest.raises(ClientError) as error:
        glue.get_databases()
    assert error.value.response["Error"]["Code"] == "InternalServiceException"
    assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == 500


def test_rest_calls_are_met_by_method_and_path(fake: FakeAthena, door: Door) -> None:
    door.add(service="s3", method="PUT", path=f"/{fake.bucket}/a/.*", error="SlowDown", message="slower")
    s3 = client(fake, "s3")
    s3.put_object(Bucket=fake.bucket, Key="b/1", Body=b"x")
    with pytest.raises(ClientError, match=r"\(SlowDown\).*slower") as error:
        s3.put_object(Bucket=fake.bucket, Key="a/1", Body=b"x")
    assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == 503
    assert fake.keys() == ["b/1"]


def test_calls_of_query_protocols_are_met_by_their_action(fake: FakeAthena, door: Door) -> None:
    door.add(service="sns", operation="Publish", error="Throttling", status=429)
    sns = client(fake, "sns")
    topic = sns.create_topic(Name="alerts")["TopicArn"]
    with pytest.raises(ClientError) as error:
        sns.publish(TopicArn=topic, Message="late")
    assert error.value.response["Error"]["Code"] == "Throttling"
    assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == 429
    assert sns.publish(TopicArn=topic, Message="late")["MessageId"]


def test_faults_are_forgotten_when_asked(fake: FakeAthena, door: Door) -> None:
    door.add(service="athena", error="InternalServerException", times=100)
    assert door.ask("DELETE") == {"faults": []}
    assert client(fake, "athena").list_work_groups()["WorkGroups"]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ([], "a fault is a JSON object"),
        ({"service": "athena"}, "needs 'service' and 'error'"),
        ({"service": "athena", "error": "X", "often": 2}, "unknown: often"),
        ({"service": "athena", "error": "X", "times": 0}, "times: 0"),
        ({"service": "athena", "error": "X", "path": "("}, "no regular expression"),
        ({"service": "athena", "error": "X", "status": 200}, "status: 200"),
        ({"engine": "sleep"}, "only 'kill' is"),
        ({"engine": "kill", "times": 2}, "needs 'query'"),
    ],
)
def test_a_fault_that_is_none_is_refused_by_what_is_wrong(door: Door, asked: object, said: str) -> None:
    assert said in door.ask("POST", asked)["error"]
    assert door.ask("GET") == {"faults": []}


def test_a_fault_of_the_engine_meets_the_statement_that_it_names(fake: FakeAthena, door: Door) -> None:
    door.add(engine="kill", query="FROM wards")
    killed = fake.engine.killed
    for sql in ("SELECT 1", "SELECT 1 FROM wards"):
        fake.engine.teach(sql, lambda context: context.engine_used() or rows_of(("1",)))  # type: ignore[func-returns-value]
        fake.run(sql)
        assert fake.engine.killed == killed + sql.count("wards")


def test_the_engine_can_be_killed_at_once(fake: FakeAthena, door: Door) -> None:
    killed = fake.engine.killed
    assert door.add(engine="kill") == {"faults": []}
    assert fake.engine.killed == killed + 1
