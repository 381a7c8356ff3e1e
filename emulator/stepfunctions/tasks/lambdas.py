"""``lambda:invoke`` and a function's ARN as a task's resource."""

from __future__ import annotations

import json

from botocore.exceptions import ClientError
from moto.stepfunctions.parser.api import HistoryEventType, LambdaFunctionFailedEventDetails
from moto.stepfunctions.parser.asl.component.common.error_name.custom_error_name import CustomErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEvent
from moto.stepfunctions.parser.asl.component.state.exec.state_task.lambda_eval_utils import (
    LambdaFunctionErrorException,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_lambda import (
    StateTaskServiceLambda,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.state_task_lambda import StateTaskLambda
from moto.stepfunctions.parser.asl.eval.environment import Environment

from emulator.stepfunctions.history import event_details
from emulator.stepfunctions.tasks.failures import optimized_cause, service_error, task_failed

_PARAMETERS = {"ClientContext", "FunctionName", "InvocationType", "LogType", "Payload", "Qualifier"}


class LambdaTask(StateTaskServiceLambda):
    """The optimized integration of Lambda."""

    def _get_supported_parameters(self) -> set[str] | None:
        return _PARAMETERS if self.resource.api_action.lower() == "invoke" else None

    def _from_error(self, env: Environment, ex: Exception) -> FailureEvent:
        found = _error_and_cause(ex)
        return task_failed(self, env, *found) if found else super()._from_error(env=env, ex=ex)


class LambdaFunctionTask(StateTaskLambda):
    """A function's ARN as the resource."""

    def _from_error(self, env: Environment, ex: Exception) -> FailureEvent:
        found = _error_and_cause(ex)
        if found is None:
            return super()._from_error(env=env, ex=ex)
        error, cause = found
        return FailureEvent(
            env=env,
            error_name=CustomErrorName(error),
            event_type=HistoryEventType.LambdaFunctionFailed,
            event_details=event_details(
                lambdaFunctionFailedEventDetails=LambdaFunctionFailedEventDetails(error=error, cause=cause)
            ),
        )


def _error_and_cause(error: Exception) -> tuple[str, str] | None:
    """The function's own error by its type, or the service's."""
    if isinstance(error, ClientError):
        return service_error("Lambda", error), optimized_cause("AWSLambda", error)
    if not isinstance(error, LambdaFunctionErrorException):
        return None
    payload = json.loads(error.payload)
    kind = payload.get("errorType") if isinstance(payload, dict) else None
    if isinstance(kind, str) and kind:
        return kind, error.payload
    reason = "The cause could not be determined because Lambda did not return an error type."
    return "Lambda.Unknown", f"{reason} Returned payload: {error.payload}"
