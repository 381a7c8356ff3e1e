"""Asynchronous invocations: retries on the emulator's clock, destinations, dead letters."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ClientError

from emulator.awslambda.service import LambdaService
from emulator.clients import Clients
from emulator.clock import Clock
from emulator.server import EmulatorServer
from tests.emulator.awslambda.deploying import ECHO, Deployer, wait_until

if TYPE_CHECKING:
    from types_boto3_lambda import LambdaClient

FAILS = "def handler(event, context): raise ValueError('no ward')"


@dataclass(frozen=True)
class OwnLambda:
    """A Lambda of the test's own, with a clock to move; its other services are the emulator's."""

    client: LambdaClient
    clock: Clock
    service: LambdaService

    def pass_time_until_queued_events_end(self) -> None:
        """Let the waits between attempts pass."""
        wait_until(lambda: not self.service.under_way())
        self.clock.move_to(self.clock.now() + timedelta(minutes=5))


@pytest.fixture
def own(aws_session: boto3.Session, emulator_endpoint: str) -> Iterator[OwnLambda]:
    clock = Clock()
    service = LambdaService(
        Clients(lambda: emulator_endpoint), clock, lambda: emulator_endpoint, "123456789012"
    )
    server = EmulatorServer(service, "127.0.0.1", 0)
    serving = server.start()
    yield OwnLambda(aws_session.client("lambda", endpoint_url=server.endpoint), clock, service)
    server.stop()
    serving.join()
    service.close()


@dataclass(frozen=True)
class Queue:
    """A queue of the emulator."""

    sqs: Any
    url: str
    arn: str

    def message(self) -> dict[str, Any]:
        """The next message, as soon as there is one."""
        found: list[dict[str, Any]] = []

        def receive() -> bool:
            answer = self.sqs.receive_message(
                QueueUrl=self.url, WaitTimeSeconds=1, MessageAttributeNames=["All"]
            )
            found.extend(answer.get("Messages", []))
            return bool(found)

        wait_until(receive)
        self.sqs.delete_message(QueueUrl=self.url, ReceiptHandle=found[0]["ReceiptHandle"])
        return found[0]


@pytest.fixture
def queue(aws_session: boto3.Session, request: pytest.FixtureRequest) -> Queue:
    sqs = aws_session.client("sqs")
    url = sqs.create_queue(QueueName=f"events-{abs(hash(request.node.name))}")["QueueUrl"]
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
    return Queue(sqs, url, attributes["QueueArn"])


def test_event_that_fails_is_tried_three_times_and_told_to_its_destination(
    own: OwnLambda, queue: Queue
) -> None:
    name = Deployer(own.client)(FAILS)
    own.client.put_function_event_invoke_config(
        FunctionName=name, DestinationConfig={"OnFailure": {"Destination": queue.arn}}
    )
    sent = own.client.invoke(FunctionName=name, InvocationType="Event", Payload=b'{"bed": 4}')
    assert (sent["StatusCode"], sent["Payload"].read()) == (202, b"")
    for _ in range(2):
        own.pass_time_until_queued_events_end()
    record = json.loads(queue.message()["Body"])
    assert record["requestContext"] == {
        "requestId": sent["ResponseMetadata"]["RequestId"],
        "functionArn": f"arn:aws:lambda:eu-west-2:123456789012:function:{name}:$LATEST",
        "condition": "RetriesExhausted",
        "approximateInvokeCount": 3,
    }
    assert record["requestPayload"] == {"bed": 4}
    assert record["responseContext"] == {
        "statusCode": 200,
        "executedVersion": "$LATEST",
        "functionError": "Unhandled",
    }
    assert record["responsePayload"]["errorMessage"] == "no ward"


def test_event_without_retries_goes_to_the_dead_letter_queue_at_once(
    functions: LambdaClient, deploy: Deployer, queue: Queue
) -> None:
    name = deploy(FAILS, DeadLetterConfig={"TargetArn": queue.arn})
    functions.put_function_event_invoke_config(FunctionName=name, MaximumRetryAttempts=0)
    functions.invoke(FunctionName=name, InvocationType="Event", Payload=b'{"bed": 5}')
    message = queue.message()
    assert json.loads(message["Body"]) == {"bed": 5}
    assert message["MessageAttributes"]["ErrorMessage"]["StringValue"] == "no ward"


def test_event_that_succeeds_is_told_too(functions: LambdaClient, deploy: Deployer, queue: Queue) -> None:
    name = deploy(ECHO)
    functions.put_function_event_invoke_config(
        FunctionName=name, DestinationConfig={"OnSuccess": {"Destination": queue.arn}}
    )
    functions.invoke(FunctionName=name, InvocationType="Event", Payload=b'{"bed": 6}')
    record = json.loads(queue.message()["Body"])
    assert (record["requestContext"]["condition"], record["responsePayload"]) == ("Success", {"bed": 6})


def test_event_of_a_function_with_no_concurrency_fails_at_once(
    functions: LambdaClient, deploy: Deployer, queue: Queue
) -> None:
    name = deploy(ECHO)
    functions.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)
    functions.put_function_event_invoke_config(
        FunctionName=name, DestinationConfig={"OnFailure": {"Destination": queue.arn}}
    )
    functions.invoke(FunctionName=name, InvocationType="Event")
    context = json.loads(queue.message()["Body"])["requestContext"]
    assert (context["condition"], context["approximateInvokeCount"]) == ("ZeroReservedConcurrency", 0)


def test_how_events_are_retried_is_kept_for_each_qualifier(functions: LambdaClient, deploy: Deployer) -> None:
    name = deploy()
    with pytest.raises(ClientError, match="doesn't have an EventInvokeConfig"):
        functions.get_function_event_invoke_config(FunctionName=name)
    functions.publish_version(FunctionName=name)
    functions.put_function_event_invoke_config(FunctionName=name, MaximumRetryAttempts=1)
    functions.put_function_event_invoke_config(FunctionName=name, Qualifier="1", MaximumEventAgeInSeconds=60)
    changed = functions.update_function_event_invoke_config(FunctionName=name, MaximumEventAgeInSeconds=90)
    assert (changed["MaximumRetryAttempts"], changed["MaximumEventAgeInSeconds"]) == (1, 90)
    listed = functions.list_function_event_invoke_configs(FunctionName=name)["FunctionEventInvokeConfigs"]
    assert [config["FunctionArn"].rpartition(":")[2] for config in listed] == ["$LATEST", "1"]
    functions.delete_function_event_invoke_config(FunctionName=name)
    assert "MaximumRetryAttempts" not in functions.get_function_event_invoke_config(
        FunctionName=name, Qualifier="1"
    )
    with pytest.raises(ClientError, match="is not supported by this emulator"):
        functions.put_function_event_invoke_config(
            FunctionName=name,
            DestinationConfig={
                "OnFailure": {"Destination": "arn:aws:events:eu-west-2:123456789012:event-bus/b"}
            },
        )
