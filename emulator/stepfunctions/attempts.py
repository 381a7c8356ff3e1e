"""Tasks, Parallel and Map: an attempt with its timeout, further attempts, and the catcher that takes over.

These stand for moto's own, whose waits nothing ends, whose failures in ``Assign`` and ``Output`` nothing
catches, and whose branches and iterations go on when one has failed.
"""

from __future__ import annotations

import copy
import threading
import time
from typing import Any

from botocore.exceptions import ParamValidationError
from moto.stepfunctions.parser.api import HistoryEventType
from moto.stepfunctions.parser.asl.component.common.catch.catch_outcome import CatchOutcome
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import (
    FailureEvent,
    FailureEventException,
)
from moto.stepfunctions.parser.asl.component.common.retry.max_attempts_decl import MaxAttemptsOutcome
from moto.stepfunctions.parser.asl.component.common.retry.retrier_decl import RetrierDecl
from moto.stepfunctions.parser.asl.component.common.retry.retrier_outcome import RetrierOutcome
from moto.stepfunctions.parser.asl.component.common.retry.retry_outcome import RetryOutcome
from moto.stepfunctions.parser.asl.component.common.timeouts.timeout import EvalTimeoutError
from moto.stepfunctions.parser.asl.component.state.exec.execute_state import ExecutionState
from moto.stepfunctions.parser.asl.component.state.exec.state_parallel.state_parallel import StateParallel
from moto.stepfunctions.parser.asl.eval.environment import Environment
from moto.stepfunctions.parser.asl.utils.json_path import NoSuchJsonPathError

from emulator.stepfunctions.failures import error_output, runtime_failure
from emulator.stepfunctions.surroundings import ATTRIBUTE, surround, surroundings
from emulator.stepfunctions.waiting import wait

_LOOK_SECONDS = 0.05
_TOLD_ALREADY = (HistoryEventType.EvaluationFailed, HistoryEventType.ExecutionFailed)
_OUTPUT_IS_MADE = CatchOutcome.Caught
"""On the stack this tells moto that the state's output is its next input already."""


class _Attempt:
    """One run of a state's task, branches or iterations, in a thread of its own."""

    def __init__(self, state: ExecutionState, frame: Environment) -> None:
        self._state = state
        self._frame = frame
        self.ended = threading.Event()
        self.error: Exception | None = None
        threading.Thread(target=self._run, daemon=True, name=f"state {state.name}").start()

    def _run(self) -> None:
        surround(getattr(self._frame, ATTRIBUTE))
        try:
            self._state._eval_execution(self._frame)
        except NoSuchJsonPathError as error:
            self.error = runtime_failure(self._frame, _missing_path(self._frame, error))
        except ParamValidationError as error:
            report = "; ".join(str(error).splitlines()[1:])
            self.error = runtime_failure(
                self._frame, f"The Parameters could not be used to start the Task: [{report}]"
            )
        except Exception as error:  # it is raised again in the state's own thread
            self.error = error
        self.ended.set()

    def wait(self, env: Environment, seconds: float) -> None:
        """Wait for its end, the execution's end or that many seconds."""
        end = time.monotonic() + seconds
        while env.is_running() and not self.ended.wait(max(0.0, min(_LOOK_SECONDS, end - time.monotonic()))):
            if time.monotonic() >= end:
                return


def run_with_timeout(state: ExecutionState, env: Environment) -> None:
    """Run what a state does and make its output; raises EvalTimeoutError and what the attempt raises.

    When the execution ends meanwhile, the attempt is left to itself: a service's call cannot be taken back.
    """
    state.timeout.eval(env=env)
    seconds: float = env.stack.pop()
    frame = env.open_frame()
    frame.states.reset(input_value=env.states.get_input())
    frame.stack = copy.deepcopy(env.stack)
    attempt = _Attempt(state, frame)
    attempt.wait(env, seconds)
    finished = attempt.ended.is_set()
    if finished and attempt.error is None:
        frame.set_ended()
    else:
        frame.set_stop(stop_date=surroundings().now(), cause=None, error=None)
    env.close_frame(frame)
    if not env.is_running():
        return
    if not finished:
        raise EvalTimeoutError
    if attempt.error is not None:
        raise attempt.error
    _take_result(state, env, frame.stack.pop())


def _take_result(state: Any, env: Environment, result: Any) -> None:
    env.stack.append(result)
    if not state._is_language_query_jsonpath():
        env.states.set_result(result)
        if state.assign_decl:
            state.assign_decl.eval(env=env)
        if state.output:
            state.output.eval(env=env)
        else:
            env.states.reset(env.stack.pop())
        env.stack.append(_OUTPUT_IS_MADE)
        return
    if state.result_selector:
        state.result_selector.eval(env=env)
    if state.assign_decl:
        selected = copy.deepcopy(env.stack[-1])
        state.assign_decl.eval(env=env)
        env.stack.append(selected)
    state.result_path.eval(env)


def run_task(task: ExecutionState, env: Environment) -> None:
    """Run a Task state."""
    _run_with_retries(task, env, None)


def run_map(map_state: ExecutionState, env: Environment) -> None:
    """Run a Map state."""
    _run_with_retries(map_state, env, HistoryEventType.MapStateFailed)


def run_parallel(parallel: StateParallel, env: Environment) -> None:
    """Run a Parallel state; each attempt gets the same input."""
    if parallel.parargs is not None:
        parallel.parargs.eval(env=env)
    given = copy.deepcopy(env.stack[-1])
    env.stack.append(given)
    _run_with_retries(parallel, env, HistoryEventType.ParallelStateFailed)


def _run_with_retries(state: ExecutionState, env: Environment, at_end: HistoryEventType | None) -> None:
    """Attempts till one succeeds or is caught; raises the last one's failure.

    at_end: the event of a state that failed for good; None for a task, each failure of which is told.
    """
    context: Any = env.states.context_object.context_object_data["State"]
    context["RetryCount"] = 0
    stack = list(env.stack)
    while env.is_running():
        env.stack[:] = copy.deepcopy(stack)
        try:
            run_with_timeout(state, env)
            return
        except NoSuchJsonPathError as error:
            raise runtime_failure(env, _missing_path(env, error)) from error
        except Exception as error:  # every error is one of the state, by `_from_error`
            failure = state._from_error(env=env, ex=error)
        if at_end is None and failure.event_type not in _TOLD_ALREADY:
            env.event_manager.add_event(env.event_history_context, failure.event_type, failure.event_details)
        if _caught(state, env, failure, at_end):
            return


def _caught(
    state: ExecutionState, env: Environment, failure: FailureEvent, at_end: HistoryEventType | None
) -> bool:
    """False for a further attempt, True for a state whose catcher took over; raises the failure of others."""
    output = error_output(failure)
    env.states.set_error_output(output)
    env.states.set_result(output)
    if state.retry and state._handle_retry(env=env, failure_event=failure) == RetryOutcome.CanRetry:
        return False
    if at_end is not None:
        env.event_manager.add_event(env.event_history_context, at_end)
    if state.catch:
        state._handle_catch(env=env, failure_event=failure)
        if env.stack[-1] == CatchOutcome.Caught:
            return True
    raise FailureEventException(failure)


def retry_after_wait(retrier: RetrierDecl, env: Environment) -> None:
    """Wait before a further attempt, in a way that a stop ends."""
    retrier.error_equals.eval(env)
    if not env.stack.pop():
        env.stack.append(RetrierOutcome.Skipped)
        return
    retrier.max_attempts.eval(env=env)
    if env.stack.pop() == MaxAttemptsOutcome.EXHAUSTED:
        env.stack.append(RetrierOutcome.Failed)
        return
    for part in (
        retrier.interval_seconds,
        retrier.backoff_rate,
        retrier.max_delay_seconds,
        retrier.jitter_strategy,
    ):
        part.eval(env=env)
    wait(env, env.stack.pop())
    env.stack.append(RetrierOutcome.Executed)


def _missing_path(env: Environment, error: NoSuchJsonPathError) -> str:
    found = error.message.partition(" could not be found")[2]
    where = f"The JSONPath '{error.json_path}' specified for the field '{env.next_field_name}'"
    return f"{where} could not be found{found}"
