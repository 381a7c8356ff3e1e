"""One attempt to call a target, what its failure means, and the dead-letter queue.

Sources: the Scheduler User Guide, "Configuring a schedule's dead-letter queue", for the message; for which
errors are tried again, that permanent ones are not: the guide names no list, so it is by HTTP status.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError

from emulator.clients import Clients
from emulator.scheduler.calls import Call, arguments, operation_of
from emulator.scheduler.errors import SchedulerError
from emulator.scheduler.model import Schedule
from emulator.scheduler.targets import Invocation, call_of, moment, queue_url, region_of
from emulator.wire import NotEmulated

log = logging.getLogger(__name__)

FIRST_DELAY = timedelta(seconds=1)
LONGEST_DELAY = timedelta(minutes=5)
"""The delays double from the first to the longest: AWS says that they grow, and not how fast."""

OUT_OF_ATTEMPTS = "MaximumRetryAttempts"
OUT_OF_TIME = "MaximumEventAgeInSeconds"

_THROTTLED = ("Throttl", "TooManyRequests", "RequestLimitExceeded", "SlowDown", "ExecutionLimitExceeded")
_TIMEOUT_STATUS, _TOO_MANY_STATUS, _NOT_IMPLEMENTED_STATUS = 408, 429, 501
_OWN_FAILURE = "AWS.Scheduler.InternalServerError"


@dataclass(frozen=True)
class Delivered:
    """The target took the call. `execution_arn` is that of a state machine's execution that it started."""

    execution_arn: str | None


@dataclass(frozen=True)
class Failure:
    """The target did not take the call."""

    code: str
    message: str
    is_permanent: bool


class Delivery:
    """Calls targets, and writes what they never took to dead-letter queues."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients

    def attempt(self, schedule: Schedule, invocation: Invocation) -> Delivered | Failure:
        """Call the schedule's target once."""
        region = region_of(schedule.target, schedule.key.region)
        try:
            call = call_of(schedule.target, invocation)
            operation = operation_of(call)
            method = getattr(self._client(schedule, operation.service, region), operation.method)
            answer: dict[str, Any] = method(**arguments(operation, call))
        except ClientError as error:
            return _refused(error)
        except (ParamValidationError, SchedulerError, NotEmulated) as error:
            return Failure("ValidationException", str(error), is_permanent=True)
        except BotoCoreError as error:
            return Failure(_OWN_FAILURE, str(error), is_permanent=False)
        return _partial(answer) or Delivered(answer.get("executionArn"))

    def bury(
        self, schedule: Schedule, invocation: Invocation, failure: Failure, exhausted: str | None
    ) -> bool:
        """Put a call that failed for good into the schedule's dead-letter queue; False if it has none.

        exhausted: which limit of the retry policy ended it, None for a permanent failure. Where the queue
        refuses the message, the call is lost, as on AWS; the log says so.
        """
        queue = schedule.target.dead_letter_arn
        if queue is None:
            return False
        call = call_of(schedule.target, invocation)
        attributes = {
            "ERROR_CODE": failure.code,
            "ERROR_MESSAGE": failure.message,
            "EXECUTION_ID": invocation.execution_id,
            "IS_PAYLOAD_TRUNCATED": "false",
            "RETRY_ATTEMPTS": str(invocation.attempt - 1),
            "SCHEDULED_TIME": moment(invocation.scheduled),
            "SCHEDULE_ARN": schedule.key.arn,
            "TARGET_ARN": call.arn,
        }
        if exhausted is not None:
            attributes["EXHAUSTED_RETRY_CONDITION"] = exhausted
        return self._send(schedule, queue, call, attributes)

    def _send(self, schedule: Schedule, queue: str, call: Call, attributes: dict[str, str]) -> bool:
        try:
            self._client(schedule, "sqs", queue.split(":")[3]).send_message(
                QueueUrl=queue_url(queue),
                MessageBody=call.payload,
                MessageAttributes={
                    name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()
                },
            )
        except (BotoCoreError, ClientError):
            log.exception("The dead-letter queue %s did not take %s", queue, attributes)
            return False
        return True

    def _client(self, schedule: Schedule, service: str, region: str) -> Any:
        return self._clients.client(service, region, schedule.target.given["RoleArn"])


def delay_before(attempt: int) -> timedelta:
    """How long to wait before an attempt; 2 is the first retry."""
    doubled: timedelta = FIRST_DELAY * 2 ** min(attempt - 2, 16)
    return min(doubled, LONGEST_DELAY)


def exhausted_by(schedule: Schedule, attempt: int, retry_at: datetime, scheduled: datetime) -> str | None:
    """The limit of the retry policy that a next attempt, then and with that number, would break."""
    retry = schedule.target.retry
    if attempt - 1 > retry.attempts:
        return OUT_OF_ATTEMPTS
    if retry_at - scheduled > timedelta(seconds=retry.event_age_seconds):
        return OUT_OF_TIME
    return None


def _refused(error: ClientError) -> Failure:
    said = error.response.get("Error", {})
    code = said.get("Code", "Unknown")
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 500)
    is_passing = (
        status in (_TIMEOUT_STATUS, _TOO_MANY_STATUS)
        or (status >= 500 and status != _NOT_IMPLEMENTED_STATUS)
        or any(word in code for word in _THROTTLED)
    )
    return Failure(code, said.get("Message", str(error)), is_permanent=not is_passing)


def _partial(answer: dict[str, Any]) -> Failure | None:
    """The failure inside an answer of PutEvents, which takes a call whose entries it refuses."""
    if not answer.get("FailedEntryCount"):
        return None
    entry = next(entry for entry in answer["Entries"] if "ErrorCode" in entry)
    return Failure(entry["ErrorCode"], entry.get("ErrorMessage", ""), is_permanent=False)
