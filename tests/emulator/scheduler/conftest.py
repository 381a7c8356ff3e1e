"""An emulator in this process, whose clock a test can move without being noticed by another."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from emulator.composition import Emulator
from emulator.engine.choice import single
from emulator.moto_services import MotoServices
from emulator.server import EmulatorServer
from tests.emulator.fake_engine import FakeEngine

if TYPE_CHECKING:
    from types_boto3_scheduler.client import EventBridgeSchedulerClient
    from types_boto3_sqs.client import SQSClient

REGION = "eu-west-2"
ACCOUNT = "123456789012"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/scheduler"
OFF: Any = {"Mode": "OFF"}


@dataclass(frozen=True)
class Queue:
    """A queue of its own for each test."""

    client: SQSClient
    url: str
    name: str

    @property
    def arn(self) -> str:
        return f"arn:aws:sqs:{REGION}:{ACCOUNT}:{self.name}"

    def messages(self) -> list[dict[str, Any]]:
        """All that is in it, in the order in which it came; it is empty then."""
        found: list[Any] = []
        while True:
            answer = self.client.receive_message(
                QueueUrl=self.url, MaxNumberOfMessages=10, MessageAttributeNames=["All"]
            )
            if not answer.get("Messages"):
                return found
            for message in answer["Messages"]:
                self.client.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])
                found.append(message)

    def bodies(self) -> list[str]:
        """The bodies of all that is in it."""
        return [message["Body"] for message in self.messages()]


@dataclass(frozen=True)
class World:
    """An emulator with a clock of its own, and clients for it."""

    endpoint: str
    clients: dict[tuple[str, str], Any] = field(default_factory=dict)

    def client(self, service: str, region: str = REGION) -> Any:
        """A client for the emulator, made once."""
        if (service, region) not in self.clients:
            session = boto3.Session("test", "test", region_name=region)
            self.clients[(service, region)] = session.client(  # type: ignore[call-overload]
                service, endpoint_url=self.endpoint
            )
        return self.clients[(service, region)]

    def forget(self) -> None:
        """Delete every schedule and group of the tests' region, and every fault."""
        for schedule in self.scheduler.list_schedules()["Schedules"]:
            self.scheduler.delete_schedule(Name=schedule["Name"], GroupName=schedule["GroupName"])
        for group in self.scheduler.list_schedule_groups()["ScheduleGroups"]:
            if group["Name"] != "default":
                self.scheduler.delete_schedule_group(Name=group["Name"])
        request = urllib.request.Request(f"{self.endpoint}/_wardlake/faults", method="DELETE")
        urllib.request.urlopen(request).close()

    def now(self) -> datetime:
        """The emulated time."""
        return datetime.fromisoformat(self.clock()["now"])

    def at(self, **later: float) -> str:
        """An expression for an instant that is so much later than now, to the second."""
        return f"at({self.now() + timedelta(**later):%Y-%m-%dT%H:%M:%S})"

    @property
    def scheduler(self) -> EventBridgeSchedulerClient:
        client: EventBridgeSchedulerClient = self.client("scheduler")
        return client

    def queue(self, name: str = "") -> Queue:
        client: SQSClient = self.client("sqs")
        name = name or f"queue-{uuid.uuid4().hex[:8]}"
        return Queue(client, client.create_queue(QueueName=name)["QueueUrl"], name)

    def create(self, name: str, expression: str, target: dict[str, Any], **more: Any) -> str:
        """Create a schedule; gives its ARN."""
        whole: Any = {"RoleArn": ROLE, **target}
        more = {"FlexibleTimeWindow": OFF, **more}
        return self.scheduler.create_schedule(Name=name, ScheduleExpression=expression, Target=whole, **more)[
            "ScheduleArn"
        ]

    def clock(self) -> dict[str, Any]:
        """What the clock's page shows."""
        with urllib.request.urlopen(f"{self.endpoint}/_wardlake/clock") as reply:
            shown: dict[str, Any] = json.load(reply)
            return shown

    def post(self, page: str, body: Any) -> tuple[int, list[dict[str, Any]]]:
        """The status and the lines of JSON that a page of the emulator answers with."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.endpoint}/_wardlake/{page}", data=data, method="POST")
        try:
            with urllib.request.urlopen(request) as reply:
                return reply.status, [json.loads(line) for line in reply]
        except urllib.error.HTTPError as error:
            return error.code, [json.loads(error.read())]

    def move(self, **asked: Any) -> list[dict[str, Any]]:
        """Move the clock; gives the firings in order."""
        status, hops = self.post("clock", asked)
        assert status == 200, hops
        return [firing for hop in hops for firing in hop["firings"]]


@pytest.fixture(scope="module")
def emulated() -> Iterator[World]:
    """A new emulator, whose clock is real time at first."""
    emulator = Emulator(single(FakeEngine()), MotoServices())
    server = EmulatorServer(emulator.app, "127.0.0.1", 0)
    emulator.listens_at(server.endpoint)
    thread = server.start()
    yield World(server.endpoint)
    server.stop()
    thread.join(timeout=10)
    emulator.close()


@pytest.fixture
def world(emulated: World) -> World:
    """The module's emulator without any schedule; its clock is where an earlier test left it."""
    emulated.forget()
    return emulated
