"""Executions' events in CloudWatch Logs, for state machines whose logging configuration asks for it."""

from __future__ import annotations

import json
import logging
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from moto.stepfunctions.models import StateMachine
from moto.stepfunctions.parser.api import HistoryEventType, LogLevel
from moto.stepfunctions.parser.asl.eval.event.logging import is_logging_enabled_for

from emulator.stepfunctions.json_values import epoch_milliseconds, plain

log = logging.getLogger(__name__)

_EVENTS_AT_ONCE = 50


@dataclass(frozen=True)
class Configuration:
    """What moto's events ask of a session."""

    include_execution_data: bool


class LogSession:
    """The log stream of one execution: its events are put there in groups, the rest at its end."""

    def __init__(
        self,
        client: Callable[[str], Any],
        group: str,
        stream: str,
        level: LogLevel,
        arn: str,
        with_data: bool,
    ) -> None:
        self.configuration = Configuration(include_execution_data=with_data)
        self.execution_arn = arn
        self._client = client
        self._group = group
        self._stream = stream
        self._level = level
        self._events: list[dict[str, Any]] = []
        self._made = False

    def log_level_filter(self, history_event_type: HistoryEventType) -> bool:
        """Whether the level asks for this kind of event."""
        return bool(is_logging_enabled_for(self._level, history_event_type))

    def publish_history_log(self, history_log: dict[str, Any]) -> None:
        """Keep an event for the stream."""
        moment = epoch_milliseconds(history_log["event_timestamp"])
        told = plain(history_log) | {"event_timestamp": str(moment)}
        self._events.append({"timestamp": moment, "message": json.dumps(told, separators=(",", ":"))})
        if len(self._events) >= _EVENTS_AT_ONCE:
            self.flush()

    def flush(self) -> None:
        """Put the events that were kept; a log that cannot be written does not fail the execution."""
        events, self._events = self._events, []
        if not events:
            return
        client = self._client("logs")
        try:
            if not self._made:
                client.create_log_stream(logGroupName=self._group, logStreamName=self._stream)
                self._made = True
            client.put_log_events(logGroupName=self._group, logStreamName=self._stream, logEvents=events)
        except (BotoCoreError, ClientError) as error:
            log.warning("the events of %s could not be logged: %s", self.execution_arn, error)


def log_session(
    client: Callable[[str], Any], machine: StateMachine, arn: str, now: datetime
) -> LogSession | None:
    """The session for an execution of a state machine; None if it has no logging."""
    configuration = machine.loggingConfiguration
    destinations = configuration.get("destinations") or []
    if configuration.get("level", "OFF") == "OFF" or not destinations:
        return None
    group = destinations[0]["cloudWatchLogsLogGroup"]["logGroupArn"].split(":log-group:", 1)[1]
    return LogSession(
        client,
        group.removesuffix(":*"),
        f"states/{machine.name}/{now:%Y-%m-%d-%H-%M}/{uuid.uuid4().hex[:8]}",
        LogLevel(configuration["level"]),
        arn,
        bool(configuration.get("includeExecutionData")),
    )
