"""The events of an execution: their time, and that none follows the last."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from moto.stepfunctions.parser.api import HistoryEventType
from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails
from moto.stepfunctions.parser.asl.eval.event.event_manager import EventHistoryContext, EventManager

from emulator.stepfunctions.json_values import plain
from emulator.stepfunctions.surroundings import surroundings

_LAST = {
    HistoryEventType.ExecutionSucceeded,
    HistoryEventType.ExecutionFailed,
    HistoryEventType.ExecutionAborted,
    HistoryEventType.ExecutionTimedOut,
}
_DATA = ("input", "inputDetails", "output", "outputDetails")


def add_event(
    manager: EventManager,
    context: EventHistoryContext,
    event_type: HistoryEventType,
    event_details: dict[str, Any] | None = None,
    timestamp: datetime | None = None,
    update_source_event_id: bool = True,
) -> int:
    """Add an event; what threads that were left to themselves tell after the execution's end is dropped."""
    with manager._mutex:
        events = manager._history_event_list
        if events and events[-1]["type"] in _LAST:
            return int(events[-1]["id"])
        event_id = manager._event_id_gen.get()
        previous = context.source_event_id
        context.last_published_event_id = event_id
        if update_source_event_id:
            context.source_event_id = event_id
        told: dict[str, Any] = {
            "event_id": event_id,
            "source_event_id": previous,
            "event_type": event_type,
            "timestamp": timestamp or surroundings().now(),
            "event_details": event_details,
        }
        manager._publish_history_event(**told)
        manager._publish_history_log(**told)
        return int(event_id)


def event_details(**details: Any) -> EventDetails:
    """The details of an event by their member; moto's type asks for all members at once."""
    return cast(EventDetails, details)


def shown_events(events: list[Any], with_data: bool, backwards: bool) -> list[dict[str, Any]]:
    """Events as GetExecutionHistory answers them; without the executions' data their details stay."""
    shown = [_shown(event, with_data) for event in events]
    return shown[::-1] if backwards else shown


def _shown(event: dict[str, Any], with_data: bool) -> dict[str, Any]:
    told = plain(event, lambda moment: moment.timestamp())
    told["type"] = str(event["type"].value)
    if with_data:
        return told  # type: ignore[no-any-return]
    return {
        name: {key: item for key, item in value.items() if key not in _DATA}
        if isinstance(value, dict)
        else value
        for name, value in told.items()
    }
