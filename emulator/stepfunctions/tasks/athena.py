"""``athena:startQueryExecution`` (also ``.sync``), getQueryExecution, getQueryResults, stopQueryExecution."""

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

_PARAMETERS = {
    "startqueryexecution": {
        "ClientRequestToken",
        "ExecutionParameters",
        "QueryExecutionContext",
        "QueryString",
        "ResultConfiguration",
        "ResultReuseConfiguration",
        "WorkGroup",
    },
    "stopqueryexecution": {"QueryExecutionId"},
    "getqueryexecution": {"QueryExecutionId"},
    "getqueryresults": {"MaxResults", "NextToken", "QueryExecutionId"},
}
_ENDED_BADLY = ("FAILED", "CANCELLED")


class AthenaTask(JobTask):
    """The optimized integration of Athena."""

    def __init__(self) -> None:
        super().__init__(supported_integration_patterns={ResourceCondition(ResourceCondition.Sync)})

    def _get_supported_parameters(self) -> set[str] | None:
        return _PARAMETERS.get(self.resource.api_action.lower())

    def _from_error(self, env: Environment, ex: Exception) -> FailureEvent:
        if isinstance(ex, ClientError):
            return task_failed(self, env, service_error("Athena", ex), optimized_cause("AmazonAthena", ex))
        return super()._from_error(env=env, ex=ex)

    def _eval_service_task(
        self,
        env: Environment,
        resource_runtime_part: ResourceRuntimePart,
        normalised_parameters: dict[str, Any],
        state_credentials: StateCredentials,
    ) -> None:
        client = surroundings().client("athena", resource_runtime_part.region)
        answer = getattr(client, self._get_boto_service_action())(**normalised_parameters)
        answer.pop("ResponseMetadata", None)
        env.stack.append(plain(answer, epoch_milliseconds))

    def _job(self, env: Environment, region: str, submission: Any) -> AthenaJob:
        return AthenaJob(self, env, surroundings().client("athena", region), submission["QueryExecutionId"])


class AthenaJob:
    """A query that a task waits for."""

    def __init__(self, task: AthenaTask, env: Environment, client: Any, query_id: str) -> None:
        self._task = task
        self._env = env
        self._client = client
        self._id = query_id

    def result(self) -> Any | None:
        """What GetQueryExecution answers, when the query succeeded; a failed one has it all as its cause."""
        answer = self._client.get_query_execution(QueryExecutionId=self._id)
        answer.pop("ResponseMetadata", None)
        state = answer["QueryExecution"]["Status"]["State"]
        shown = plain(answer, epoch_milliseconds)
        if state in _ENDED_BADLY:
            cause = json.dumps(shown, separators=(",", ":"))
            raise FailureEventException(task_failed(self._task, self._env, "States.TaskFailed", cause))
        return shown if state == "SUCCEEDED" else None

    def stop(self) -> None:
        """Cancel the query."""
        try:
            self._client.stop_query_execution(QueryExecutionId=self._id)
        except (BotoCoreError, ClientError) as error:
            log.warning("query %s of an ended state could not be stopped: %s", self._id, error)
