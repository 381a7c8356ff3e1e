"""Executions as the API sees them: start, stop, description, lists, history and task tokens."""

from __future__ import annotations

import copy
import json
import threading
import uuid
from collections.abc import Sequence
from typing import Any

from moto.stepfunctions.models import StateMachine
from moto.stepfunctions.parser.api import ExecutionStatus
from moto.stepfunctions.parser.asl.eval.callback.callback import (
    CallbackEndpoint,
    CallbackOutcomeFailure,
    CallbackOutcomeSuccess,
)

from emulator.stepfunctions.errors import StatesError, invalid_arn, invalid_value, no_execution
from emulator.stepfunctions.execution_log import log_session
from emulator.stepfunctions.executions import StateMachineExecution, is_running
from emulator.stepfunctions.history import shown_events
from emulator.stepfunctions.json_values import compact
from emulator.stepfunctions.machines import Machines
from emulator.stepfunctions.parameters import (
    Json,
    checked_name,
    execution_input,
    from_token,
    page_size,
    text,
    to_token,
)
from emulator.stepfunctions.programs import Programs
from emulator.stepfunctions.surroundings import Surroundings

_STATUSES = [status.value for status in ExecutionStatus]
_SYNC_STATUSES = {"SUCCEEDED": "SUCCEEDED", "TIMED_OUT": "TIMED_OUT"}


class Runs:
    """The executions of a region, in the order of their start."""

    def __init__(
        self,
        machines: Machines,
        programs: Programs,
        surroundings: Surroundings,
        region: str,
        account: str,
    ) -> None:
        """surroundings: what the executions see."""
        self._machines = machines
        self._programs = programs
        self._surroundings = surroundings
        self._now = surroundings.now
        self._region = region
        self._account = account
        self._runs: dict[str, StateMachineExecution] = {}
        self._lock = threading.Lock()

    def running(self) -> Sequence[str]:
        """The ARNs of the executions that run, but for those that wait for a later time alone."""
        return [arn for arn, run in list(self._runs.items()) if is_running(run) and not run.rests()]

    def close(self) -> None:
        """Abort what runs."""
        for run in list(self._runs.values()):
            if is_running(run):
                run.env.set_stop(stop_date=self._now(), error=None, cause=None)

    def start(self, parameters: Json) -> Json:
        """StartExecution: a name that runs with the same input is answered with that execution."""
        run = self._start(parameters)
        return {"executionArn": run.exec_arn, "startDate": run.start_date.timestamp()}

    def start_sync(self, parameters: Json) -> Json:
        """StartSyncExecution of an Express state machine; answers when it has ended."""
        arn = text(parameters, "stateMachineArn")
        if self._machines.owner(arn).type != "EXPRESS":
            raise StatesError("StateMachineTypeNotSupported", f"This operation is not supported by '{arn}'")
        run = self._start(parameters)
        run.ended.wait()
        answer = self._description(run)
        answer["status"] = _SYNC_STATUSES.get(answer["status"], "FAILED")
        return {key: value for key, value in answer.items() if not key.startswith("redrive")}

    def _start(self, parameters: Json) -> StateMachineExecution:
        machine, runs = self._machines.resolve(text(parameters, "stateMachineArn"))
        given_input = execution_input(parameters)
        name = checked_name(parameters["name"]) if parameters.get("name") is not None else str(uuid.uuid4())
        with self._lock:
            arn = self._arn(machine, name)
            before = self._runs.get(arn)
            if before is not None:
                if is_running(before) and json.loads(before.execution_input) == json.loads(given_input):
                    return before
                raise StatesError("ExecutionAlreadyExists", f"Execution Already Exists: '{arn}'")
            run = StateMachineExecution(
                machine=runs,
                name=name,
                arn=arn,
                input_text=given_input,
                programs=self._programs,
                surroundings=self._surroundings.of(machine.roleArn),
                region=self._region,
                account=self._account,
                trace_header=parameters.get("traceHeader"),
                log_session=log_session(self._client, machine, arn, self._now()),
            )
            run.state_machine_arn = machine.arn
            run.requested_arn = parameters["stateMachineArn"]
            self._runs[arn] = run
            executions: list[Any] = machine.executions
            executions.append(run)
        run.start()
        return run

    def _client(self, service: str) -> Any:
        return self._surroundings.client(service, self._region)

    def _arn(self, machine: StateMachine, name: str) -> str:
        if machine.type == "EXPRESS":
            return f"{machine.arn.replace(':stateMachine:', ':express:')}:{name}:{uuid.uuid4()}"
        return f"{machine.arn.replace(':stateMachine:', ':execution:')}:{name}"

    def stop(self, parameters: Json) -> Json:
        """StopExecution: answers when the execution is aborted and what it waited for was let go."""
        run = self._standard(parameters)
        if is_running(run):
            run.stop(self._now(), error=parameters.get("error"), cause=parameters.get("cause"))
        return {"stopDate": (run.stop_date or self._now()).timestamp()}

    def describe(self, parameters: Json) -> Json:
        """DescribeExecution."""
        return self._description(self._standard(parameters))

    def _description(self, run: StateMachineExecution) -> Json:
        answer = _summary(run) | {
            "input": run.execution_input,
            "inputDetails": {"included": True},
            "redriveCount": 0,
            "redriveStatus": "NOT_REDRIVABLE",
            "redriveStatusReason": "RedriveExecution is not supported by this emulator",
        }
        if run.exec_status == ExecutionStatus.SUCCEEDED:
            answer |= {"output": compact(run.output), "outputDetails": {"included": True}}
        for key, value in (("error", run.error), ("cause", run.cause), ("traceHeader", run.trace_header)):
            if value is not None:
                answer[key] = value
        return answer

    def list(self, parameters: Json) -> Json:
        """ListExecutions: the newest first."""
        if parameters.get("mapRunArn"):
            raise invalid_value("ListExecutions with 'mapRunArn' is not supported by this emulator")
        status = parameters.get("statusFilter")
        if status is not None and status not in _STATUSES:
            raise invalid_value(
                f"1 validation error detected: Value '{status}' at 'statusFilter' failed to satisfy "
                f"constraint: Member must satisfy enum value set: [{', '.join(_STATUSES)}]"
            )
        machine = self._machines.owner(text(parameters, "stateMachineArn"))
        found = [run for run in list(self._runs.values()) if run.state_machine_arn == machine.arn][::-1]
        after = from_token(parameters)
        if after is not None:
            arns = [run.exec_arn for run in found]
            found = found[arns.index(after) + 1 :] if after in arns else []
        found = [run for run in found if status in (None, run.status)]
        size = page_size(parameters)
        answer: Json = {"executions": [_summary(run) | {"redriveCount": 0} for run in found[:size]]}
        if len(found) > size:
            answer["nextToken"] = to_token(found[size - 1].exec_arn)
        return answer

    def history(self, parameters: Json) -> Json:
        """GetExecutionHistory."""
        run = self._standard(parameters)
        backwards = bool(parameters.get("reverseOrder"))
        events = run.env.event_manager.get_event_history()
        shown = shown_events(events, parameters.get("includeExecutionData") is not False, backwards)
        after = from_token(parameters)
        if after is not None:
            last = int(after)
            shown = [event for event in shown if (event["id"] < last if backwards else event["id"] > last)]
        size = page_size(parameters)
        answer: Json = {"events": shown[:size]}
        if len(shown) > size:
            answer["nextToken"] = to_token(str(shown[size - 1]["id"]))
        return answer

    def machine_of(self, parameters: Json) -> Json:
        """DescribeStateMachineForExecution: the state machine as it was when the execution started."""
        run = self._standard(parameters)
        machine: Any = run.state_machine
        return {
            "stateMachineArn": run.state_machine_arn,
            "name": machine.name,
            "definition": machine.definition,
            "roleArn": machine.roleArn,
            "updateDate": machine.update_date.timestamp(),
            "loggingConfiguration": copy.deepcopy(machine.loggingConfiguration),
            "tracingConfiguration": copy.deepcopy(machine.tracingConfiguration),
            "encryptionConfiguration": copy.deepcopy(machine.encryptionConfiguration),
        }

    def task_succeeded(self, parameters: Json) -> Json:
        """SendTaskSuccess."""
        token, output = text(parameters, "taskToken"), text(parameters, "output")
        try:
            json.loads(output)
        except ValueError as error:
            raise StatesError("InvalidOutput", f"Invalid Output: '{error}'") from error
        self._tell(token, CallbackOutcomeSuccess(callback_id=token, output=output))
        return {}

    def task_failed(self, parameters: Json) -> Json:
        """SendTaskFailure."""
        token = text(parameters, "taskToken")
        error, cause = parameters.get("error"), parameters.get("cause")
        self._tell(token, CallbackOutcomeFailure(callback_id=token, error=error, cause=cause))
        return {}

    def task_lives(self, parameters: Json) -> Json:
        """SendTaskHeartbeat."""
        endpoint = self._waiting(text(parameters, "taskToken"))
        endpoint.notify_heartbeat()
        return {}

    def _tell(self, token: str, outcome: Any) -> None:
        self._waiting(token).notify(outcome=outcome)

    def _waiting(self, token: str) -> CallbackEndpoint:
        """Where a task waits for its token; raises InvalidToken and TaskTimedOut."""
        for run in list(self._runs.values()):
            endpoint = run.env.callback_pool_manager.get(token)
            if endpoint is not None:
                if not is_running(run) or endpoint._notify_event.is_set():
                    raise StatesError(
                        "TaskTimedOut", "Task Timed Out: 'Provided task does not exist anymore'"
                    )
                return endpoint
        raise StatesError("InvalidToken", "Invalid Token: 'Invalid token'")

    def _standard(self, parameters: Json) -> StateMachineExecution:
        arn = text(parameters, "executionArn")
        if arn.split(":")[2:3] != ["states"]:
            raise invalid_arn(arn)
        run = self._runs.get(arn)
        if run is None:
            raise no_execution(arn)
        if ":express:" in arn:
            raise StatesError("StateMachineTypeNotSupported", f"This operation is not supported by '{arn}'")
        return run


def _summary(run: StateMachineExecution) -> Json:
    answer = {
        "executionArn": run.exec_arn,
        "stateMachineArn": run.state_machine_arn,
        "name": run.name,
        "status": run.status,
        "startDate": run.start_date.timestamp(),
    }
    if run.stop_date is not None:
        answer["stopDate"] = run.stop_date.timestamp()
    machine: Any = run.state_machine
    if machine.arn != run.state_machine_arn:
        answer["stateMachineVersionArn"] = machine.arn
    if run.requested_arn not in (run.state_machine_arn, machine.arn):
        answer["stateMachineAliasArn"] = run.requested_arn
    return answer
