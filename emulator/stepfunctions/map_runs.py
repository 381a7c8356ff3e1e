"""Runs of distributed Map states: an item that fails fails the run, which moto lets succeed."""

from __future__ import annotations

from typing import Any

from moto.stepfunctions.parser.api import HistoryEventType, MapRunFailedEventDetails
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import (
    FailureEvent,
    FailureEventException,
)
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name import StatesErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name_type import (
    StatesErrorNameType,
)
from moto.stepfunctions.parser.asl.eval.environment import Environment

from emulator.stepfunctions.history import event_details


def fail_with_items(map_run: Any) -> Any:
    """moto's run of a map, which raises States.ExceedToleratedFailureThreshold when an item failed."""

    def run(component: Any, env: Environment, eval_input: Any) -> None:
        map_run(component, env, eval_input)
        items = eval_input.map_run_record.item_counter
        if items.failed.get() or items.timed_out.get():
            raise _exceeded(env)

    return run


def _exceeded(env: Environment) -> FailureEventException:
    name = StatesErrorName(StatesErrorNameType.StatesExceedToleratedFailureThreshold)
    details = MapRunFailedEventDetails(
        error=name.error_name or "", cause="The specified tolerated failure threshold was exceeded"
    )
    return FailureEventException(
        FailureEvent(
            env=env,
            error_name=name,
            event_type=HistoryEventType.MapRunFailed,
            event_details=event_details(mapRunFailedEventDetails=details),
        )
    )
