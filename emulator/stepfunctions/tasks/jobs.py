"""Tasks that wait for what they started (``.sync``), and stop it when their state ends."""

from __future__ import annotations

import abc
from http import HTTPStatus
from typing import Any, Protocol

from botocore.exceptions import ClientError
from moto.stepfunctions.parser.asl.component.state.exec.state_task.credentials import StateCredentials
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.resource import (
    ResourceCondition,
    ResourceRuntimePart,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_callback import (  # noqa: E501
    StateTaskServiceCallback,
)
from moto.stepfunctions.parser.asl.eval.environment import Environment

from emulator.stepfunctions.waiting import growing_waits, wait

_THROTTLED = ("ThrottlingException", "TooManyRequestsException")


class Interrupted(Exception):
    """The state or the execution ended while its job ran."""


class Job(Protocol):
    """Something that was started and is waited for."""

    def result(self) -> Any | None:
        """The task's result, None while it runs; raises a FailureEventException when it failed."""

    def stop(self) -> None:
        """End it, as nobody waits for it any more."""


class JobTask(StateTaskServiceCallback, abc.ABC):
    """A service integration with ``.sync``."""

    @abc.abstractmethod
    def _job(self, env: Environment, region: str, submission: Any) -> Job:
        """The job that an answer of the service, `submission`, tells of."""

    def _eval_integration_pattern(
        self,
        env: Environment,
        resource_runtime_part: ResourceRuntimePart,
        normalised_parameters: dict[str, Any],
        state_credentials: StateCredentials,
    ) -> None:
        if self.resource.condition == ResourceCondition.WaitForTaskToken:
            super()._eval_integration_pattern(
                env, resource_runtime_part, normalised_parameters, state_credentials
            )
            return
        job = self._job(env, resource_runtime_part.region, env.stack.pop())
        env.stack.append(_result(env, job))


def _look(job: Job) -> Any | None:
    """The job's result; a look that the service throttles or fails at is done again, as AWS does."""
    try:
        return job.result()
    except ClientError as error:
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        if error.response["Error"]["Code"] in _THROTTLED or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return None
        raise


def _result(env: Environment, job: Job) -> Any:
    for seconds in growing_waits():
        if not env.is_running():
            job.stop()
            raise Interrupted
        result = _look(job)
        if result is not None:
            return result
        wait(env, seconds)
    raise AssertionError("the waits never end")
