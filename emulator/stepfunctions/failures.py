"""Failures of the interpreter's own, and which of a state's retriers and catchers an error concerns."""

from __future__ import annotations

from typing import Any

from moto.stepfunctions.parser.api import (
    EvaluationFailedEventDetails,
    ExecutionFailedEventDetails,
    HistoryEventType,
)
from moto.stepfunctions.parser.asl.component.common.error_name.error_equals_decl import ErrorEqualsDecl
from moto.stepfunctions.parser.asl.component.common.error_name.error_name import ErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import (
    FailureEvent,
    FailureEventException,
)
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name import StatesErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name_type import (
    StatesErrorNameType,
)
from moto.stepfunctions.parser.asl.eval.environment import Environment
from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails

from emulator.stepfunctions.history import event_details

ENTERED_AT = "entered_at"
"""The attribute of an environment that holds the id of its state's event of entry."""
_PREFIX = "An error occurred while executing the state "
_OWN_ERRORS = {"States.Runtime", "States.QueryEvaluationError", "States.IntrinsicFailure"}
_NEVER_BY_WILDCARD = {"States.DataLimitExceeded", "States.Runtime"}
_TIMEOUTS = {"States.Timeout", "States.HeartbeatTimeout"}


def runtime_failure(env: Environment, cause: str) -> FailureEventException:
    """States.Runtime, which no retrier or catcher concerns, with that cause."""
    name = StatesErrorName(StatesErrorNameType.StatesRuntime)
    details = ExecutionFailedEventDetails(error=name.error_name, cause=cause)
    return FailureEventException(
        FailureEvent(
            env=env,
            error_name=name,
            event_type=HistoryEventType.ExecutionFailed,
            event_details=event_details(executionFailedEventDetails=details),
        )
    )


def query_failure(env: Environment, field: str, cause: str) -> FailureEventException:
    """States.QueryEvaluationError of a field, with AWS's event for it in the history."""
    name = StatesErrorName(StatesErrorNameType.StatesQueryEvaluationError)
    details = EvaluationFailedEventDetails(error=name.error_name, cause=cause, location=field)
    failure = FailureEventException(
        FailureEvent(
            env=env,
            error_name=name,
            event_type=HistoryEventType.EvaluationFailed,
            event_details=event_details(evaluationFailedEventDetails=details),
        )
    )
    told = EvaluationFailedEventDetails(
        **failed_details(failure), location=field, state=failure.failure_event.state_name
    )
    shown = event_details(evaluationFailedEventDetails=told)
    env.event_manager.add_event(env.event_history_context, HistoryEventType.EvaluationFailed, shown)
    return failure


def failed_details(failure: FailureEventException) -> ExecutionFailedEventDetails:
    """Error and cause of a failure; the interpreter's own tell the state, once, the innermost."""
    error, cause = failure.extract_error_cause_pair() or (None, None)
    details = ExecutionFailedEventDetails()
    if error is not None:
        details["error"] = error
    if cause is not None:
        event: Any = failure.failure_event
        if error in _OWN_ERRORS and not cause.startswith(_PREFIX):
            cause = f"{_PREFIX}'{event.state_name}' (entered at the event id #{event.entered_at}). {cause}"
        details["cause"] = cause
    return details


def note_failure(
    event: Any,
    env: Environment,
    error_name: ErrorName | None,
    event_type: HistoryEventType,
    event_details: EventDetails | None = None,
) -> None:
    """Make a failure that knows the event of its state's entry; moto takes the event before the failure."""
    event.state_name = env.next_state_name
    event.source_event_id = env.event_history_context.source_event_id
    event.entered_at = getattr(env, ENTERED_AT, event.source_event_id)
    event.error_name = error_name
    event.event_type = event_type
    event.event_details = event_details


def error_output(failure: FailureEvent) -> dict[str, str]:
    """What a catcher sees of a failure."""
    details = failed_details(FailureEventException(failure))
    return {"Error": details.get("error") or "", "Cause": details.get("cause") or ""}


def match_error(names: ErrorEqualsDecl, env: Environment) -> None:
    """Whether ``ErrorEquals`` names the error on the stack, with AWS's exceptions to the wildcards."""
    name = env.stack.pop()
    error = name.error_name if name is not None else None
    wanted = {each.error_name for each in names.error_names}
    if error == "States.Runtime":
        found = False
    elif error in wanted or ("States.Timeout" in wanted and error in _TIMEOUTS):
        found = True
    elif "States.ALL" in wanted:
        found = error not in _NEVER_BY_WILDCARD
    else:
        found = "States.TaskFailed" in wanted and error not in _NEVER_BY_WILDCARD | _TIMEOUTS
    env.stack.append(found)
