"""``states:startExecution``: plain, ``.sync`` (output as text) and ``.sync:2`` (output as JSON)."""

from __future__ import annotations

import json
import logging
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import (
    FailureEvent,
    FailureEventException,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.credentials import StateCredentials
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.resource import (
    ResourceCondition,
    ResourceRuntimePart,
)
from moto.stepfunctions.parser.asl.eval.environment import Environment

from emulator.stepfunctions.json_values import epoch_milliseconds, plain
from emulator.stepfunctions.surroundings import surroundings
from emulator.stepfunctions.tasks.failures import optimized_cause, service_error, task_failed
from emulator.stepfunctions.tasks.jobs import JobTask

log = logging.getLogger(__name__)

_PARAMETERS = {"Input", "Name", "StateMachineArn", "TraceHeader"}
_PATTERNS = {
    ResourceCondition(pattern)
    for pattern in (ResourceCondition.WaitForTaskToken, ResourceCondition.Sync, ResourceCondition.Sync2)
}
_PARTS = ("Input", "Output")


class StartExecutionTask(JobTask):
    """The optimized integration of Step Functions with itself."""

    def __init__(self) -> None:
        super().__init__(supported_integration_patterns=_PATTERNS)

    def _get_supported_parameters(self) -> set[str] | None:
        return _PARAMETERS if self.resource.api_action.lower() == "startexecution" else None

    def _from_error(self, env: Environment, ex: Exception) -> FailureEvent:
        if isinstance(ex, ClientError):
            name = service_error("StepFunctions", ex)
            return task_failed(self, env, name, optimized_cause("AWSStepFunctions", ex))
        return super()._from_error(env=env, ex=ex)

    def _eval_service_task(
        self,
        env: Environment,
        resource_runtime_part: ResourceRuntimePart,
        normalised_parameters: dict[str, Any],
        state_credentials: StateCredentials,
    ) -> None:
        given = {key[:1].lower() + key[1:]: value for key, value in normalised_parameters.items()}
        execution_input = given.get("input", {})
        if not isinstance(execution_input, str):
            given["input"] = json.dumps(execution_input, separators=(",", ":"))
        client = surroundings().client("stepfunctions", resource_runtime_part.region)
        answer = client.start_execution(**given)
        started = {"ExecutionArn": answer["executionArn"], "StartDate": answer["startDate"]}
        env.stack.append(plain(started, epoch_milliseconds))

    def _job(self, env: Environment, region: str, submission: Any) -> NestedExecution:
        client = surroundings().client("stepfunctions", region)
        return NestedExecution(self, env, client, submission["ExecutionArn"])


class NestedExecution:
    """An execution that a task of another waits for."""

    def __init__(self, task: StartExecutionTask, env: Environment, client: Any, arn: str) -> None:
        self._task = task
        self._env = env
        self._client = client
        self._arn = arn

    def result(self) -> Any | None:
        """What DescribeExecution answers; for an execution that failed it is the failure's cause."""
        answer = self._client.describe_execution(executionArn=self._arn)
        if answer["status"] == "RUNNING":
            return None
        answer.pop("ResponseMetadata", None)
        shown = {_capital(key): _capitals(value) for key, value in plain(answer, epoch_milliseconds).items()}
        if self._task.resource.condition == ResourceCondition.Sync2:
            shown |= {part: json.loads(shown[part]) for part in _PARTS if part in shown}
        if answer["status"] == "SUCCEEDED":
            return shown
        cause = json.dumps(shown, separators=(",", ":"))
        raise FailureEventException(task_failed(self._task, self._env, "States.TaskFailed", cause))

    def stop(self) -> None:
        """Abort it."""
        try:
            self._client.stop_execution(executionArn=self._arn)
        except (BotoCoreError, ClientError) as error:
            log.warning("execution %s of an ended state could not be stopped: %s", self._arn, error)


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]


def _capitals(value: Any) -> Any:
    """Members such as ``inputDetails`` hold members themselves."""
    return {_capital(key): item for key, item in value.items()} if isinstance(value, dict) else value
