"""Where asynchronous invocations end: destinations and dead-letter queues, told over the wire."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from emulator.awslambda.logs import ClientSource

Json = dict[str, Any]


@dataclass(frozen=True)
class Ended:
    """An asynchronous invocation that is over; `payload` of the last attempt, None if there was none."""

    request_id: str
    arn: str
    condition: str
    attempts: int
    event: bytes
    payload: bytes | None
    function_error: str | None
    version: str
    at: datetime

    def record(self) -> Json:
        """What a destination gets."""
        record: Json = {
            "version": "1.0",
            "timestamp": self.at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "requestContext": {
                "requestId": self.request_id,
                "functionArn": self.arn,
                "condition": self.condition,
                "approximateInvokeCount": self.attempts,
            },
            "requestPayload": _json(self.event),
        }
        if self.payload is not None:
            context: Json = {"statusCode": 200, "executedVersion": self.version}
            if self.function_error:
                context["functionError"] = self.function_error
            record |= {"responseContext": context, "responsePayload": _json(self.payload)}
        return record

    def error_message(self) -> str:
        """What a dead-letter queue is told of the error."""
        answer = _json(self.payload) if self.payload else None
        return str(answer.get("errorMessage", "")) if isinstance(answer, dict) else self.condition


class Destinations:
    """Sends messages to queues, topics and functions of the emulator."""

    def __init__(self, clients: ClientSource) -> None:
        self._clients = clients

    def send(self, arn: str, ended: Ended) -> None:
        """Tell a destination; raises botocore's ClientError."""
        text = json.dumps(ended.record())
        service, region = _service_and_region(arn)
        client = self._clients.client(service, region)
        if service == "lambda":
            client.invoke(FunctionName=arn, InvocationType="Event", Payload=text)
        elif service == "sns":
            client.publish(TopicArn=arn, Message=text)
        else:
            client.send_message(QueueUrl=_queue_url(client, arn), MessageBody=text)

    def send_dead_letter(self, arn: str, ended: Ended) -> None:
        """Give the event itself to a dead-letter queue or topic; raises botocore's ClientError."""
        text = ended.event.decode()
        attributes = {
            "RequestID": {"DataType": "String", "StringValue": ended.request_id},
            "ErrorCode": {"DataType": "Number", "StringValue": "200" if ended.payload else "429"},
            "ErrorMessage": {"DataType": "String", "StringValue": ended.error_message()[:1024] or "none"},
        }
        service, region = _service_and_region(arn)
        client = self._clients.client(service, region)
        if service == "sns":
            client.publish(TopicArn=arn, Message=text, MessageAttributes=attributes)
        else:
            url = _queue_url(client, arn)
            client.send_message(QueueUrl=url, MessageBody=text, MessageAttributes=attributes)


def _service_and_region(arn: str) -> tuple[str, str]:
    parts = arn.split(":")
    return parts[2], parts[3]


def _queue_url(sqs: Any, arn: str) -> str:
    url: str = sqs.get_queue_url(QueueName=arn.rpartition(":")[2])["QueueUrl"]
    return url


def _json(text: bytes) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text.decode(errors="replace")
