"""Which task states there are: the class for each kind of resource, and what is refused by name."""

from __future__ import annotations

from collections.abc import Callable

from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.resource import (
    LambdaResource,
    Resource,
    ServiceResource,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_dynamodb import (  # noqa: E501
    StateTaskServiceDynamoDB,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_events import (
    StateTaskServiceEvents,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_sns import (
    StateTaskServiceSns,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_sqs import (
    StateTaskServiceSqs,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.state_task import StateTask

from emulator.stepfunctions.tasks.athena import AthenaTask
from emulator.stepfunctions.tasks.aws_sdk import AwsSdkTask
from emulator.stepfunctions.tasks.lambdas import LambdaFunctionTask, LambdaTask
from emulator.stepfunctions.tasks.nested import StartExecutionTask

_FUNCTION = "a function's ARN"
_SERVICES: dict[str, Callable[[], StateTask]] = {
    _FUNCTION: LambdaFunctionTask,
    "athena": AthenaTask,
    "aws-sdk": AwsSdkTask,
    "dynamodb": StateTaskServiceDynamoDB,
    "events": StateTaskServiceEvents,
    "lambda": LambdaTask,
    "sns": StateTaskServiceSns,
    "sqs": StateTaskServiceSqs,
    "states": StartExecutionTask,
}


class NotIntegrated(ValueError):
    """A resource that AWS has and this emulator has not."""


def task_for(resource: Resource | None) -> StateTask:
    """A task state for a resource; raises `NotIntegrated`."""
    if isinstance(resource, LambdaResource):
        return _SERVICES[_FUNCTION]()
    if isinstance(resource, ServiceResource) and resource.service_name in _SERVICES:
        return _SERVICES[resource.service_name]()
    arn = getattr(resource, "resource_arn", None)
    raise NotIntegrated(f"the resource '{arn}' is not supported by this emulator")
