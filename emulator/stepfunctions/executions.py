"""Executions of state machines: moto's, with the emulated time and an end that is always told."""

from __future__ import annotations

import copy
import logging
import threading
from datetime import datetime
from typing import Any, cast

from moto.stepfunctions.models import StateMachineInstance
from moto.stepfunctions.parser.api import ExecutionStatus, HistoryEventType, StateMachineType
from moto.stepfunctions.parser.asl.component.eval_component import EvalComponent
from moto.stepfunctions.parser.asl.eval.environment import Environment
from moto.stepfunctions.parser.asl.eval.evaluation_details import EvaluationDetails
from moto.stepfunctions.parser.asl.eval.program_state import ProgramEnded, ProgramStopped, ProgramTimedOut
from moto.stepfunctions.parser.backend.execution import BaseExecutionWorkerCommunication, Execution
from moto.stepfunctions.parser.backend.execution_worker import ExecutionWorker

from emulator.stepfunctions.execution_log import LogSession
from emulator.stepfunctions.json_values import iso_milliseconds
from emulator.stepfunctions.programs import Programs
from emulator.stepfunctions.surroundings import ATTRIBUTE, Surroundings, surround

log = logging.getLogger(__name__)


_OPENING = (HistoryEventType.ParallelStateEntered, HistoryEventType.MapStateEntered)
_CLOSING = (HistoryEventType.ParallelStateExited, HistoryEventType.MapStateExited)


class StateMachineExecution(Execution):
    """One execution; its state machine is a copy, so that an update does not change what runs."""

    def __init__(
        self,
        machine: StateMachineInstance,
        name: str,
        arn: str,
        input_text: str,
        programs: Programs,
        surroundings: Surroundings,
        region: str,
        account: str,
        trace_header: str | None = None,
        log_session: LogSession | None = None,
    ) -> None:
        """input_text: JSON."""
        super().__init__(
            name=name,
            sm_type=StateMachineType(machine.type),
            role_arn=machine.roleArn,
            exec_arn=arn,
            account_id=account,
            region_name=region,
            state_machine=cast(Any, copy.copy(machine)),
            start_date=surroundings.now(),
            cloud_watch_logging_session=cast(Any, log_session),
            activity_store={},
            input_data=input_text,
            trace_header=trace_header,
        )
        self.surroundings = surroundings
        self.log_session = log_session
        self.requested_arn = machine.arn
        """The ARN that the start named: the state machine's, a version's or an alias'."""
        self._programs = programs
        self.ended = threading.Event()
        """Set when the execution has its last status and its whole history."""

    @property
    def env(self) -> Environment:
        """moto's state of the execution, once it was started."""
        return cast(_Worker, self.exec_worker).env

    def rests(self) -> bool:
        """Whether it is in a Wait state that no other of its states runs beside."""
        kinds = [event["type"] for event in self.env.event_manager.get_event_history()]
        open_states = sum(kind in _OPENING for kind in kinds) - sum(kind in _CLOSING for kind in kinds)
        return open_states == 0 and bool(kinds) and kinds[-1] == HistoryEventType.WaitStateEntered

    def _get_start_execution_worker(self) -> ExecutionWorker:
        return _Worker(self, self._programs)

    def _get_start_execution_worker_comm(self) -> BaseExecutionWorkerCommunication:
        return _End(self)

    def stop(self, stop_date: datetime, error: str | None, cause: str | None) -> None:
        """Abort it, and return when that is done; does nothing when it has ended."""
        super().stop(stop_date, error, cause)
        self.ended.wait()


class _End(BaseExecutionWorkerCommunication):
    """Takes over how the program ended; the status comes last, as others wait for it."""

    execution: StateMachineExecution

    def terminated(self) -> None:
        """Give the execution its output or error, its last status and its stop date."""
        run = self.execution
        env = run.env
        state: Any = env.program_state()
        if isinstance(state, ProgramEnded):
            status, run.output = ExecutionStatus.SUCCEEDED, env.states.get_input()
        elif isinstance(state, ProgramStopped):
            status, run.error, run.cause = ExecutionStatus.ABORTED, state.error, state.cause
        elif isinstance(state, ProgramTimedOut):
            status = ExecutionStatus.TIMED_OUT
        else:
            details = state.error or {}
            status, run.error, run.cause = ExecutionStatus.FAILED, details.get("error"), details.get("cause")
        if run.log_session is not None:
            run.log_session.flush()
        run.stop_date = run.surroundings.now()
        run.exec_status = status
        run.ended.set()


class _Worker(ExecutionWorker):
    """moto's worker, which parses each definition anew and starts to exist for others only in its thread."""

    env: Environment

    def __init__(self, execution: StateMachineExecution, programs: Programs) -> None:
        super().__init__(
            evaluation_details=EvaluationDetails(
                aws_execution_details=execution._get_start_aws_execution_details(),
                execution_details=execution.get_start_execution_details(),
                state_machine_details=execution.get_start_state_machine_details(),
            ),
            exec_comm=execution._get_start_execution_worker_comm(),
            cloud_watch_logging_session=execution._cloud_watch_logging_session,
            activity_store=execution._activity_store,
        )
        details: Any = self._evaluation_details.execution_details
        details.start_time = iso_milliseconds(execution.start_date)
        self._programs = programs
        self._surroundings = execution.surroundings
        self.env = super()._get_evaluation_environment()
        setattr(self.env, ATTRIBUTE, self._surroundings)

    def _get_evaluation_entrypoint(self) -> EvalComponent:
        return self._programs.get(self._evaluation_details.state_machine_details.definition)

    def start(self) -> None:
        """Run in a thread; from here on the execution can be stopped."""
        program: Any = self._get_evaluation_entrypoint()
        self.env.next_state_name = program.start_at.start_at_name
        threading.Thread(target=self._execution_logic, daemon=True, name="execution").start()

    def _get_evaluation_environment(self) -> Environment:
        return self.env

    def _execution_logic(self) -> None:
        surround(self._surroundings)
        try:
            super()._execution_logic()  # type: ignore[no-untyped-call]
        except Exception as error:  # nothing may leave an execution that seems to run for ever
            log.exception("execution %s ended by an error of the interpreter", self._evaluation_details)
            self.env.set_error({"error": "States.Runtime", "cause": f"{type(error).__name__}: {error}"})
            self._execution_communication.terminated()


def is_running(execution: Execution) -> bool:
    """Whether an execution has not ended."""
    return bool(execution.exec_status == ExecutionStatus.RUNNING)
