"""Errors of services as AWS names them in the failure of a task."""

from __future__ import annotations

from typing import Protocol

from botocore.exceptions import ClientError, ParamValidationError
from moto.stepfunctions.parser.api import HistoryEventType, TaskFailedEventDetails
from moto.stepfunctions.parser.asl.component.common.error_name.custom_error_name import CustomErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEvent
from moto.stepfunctions.parser.asl.eval.environment import Environment
from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails


class Task(Protocol):
    """What a failure says of its task."""

    def _get_sfn_resource(self) -> str: ...

    def _get_sfn_resource_type(self) -> str: ...


def task_failed(task: Task, env: Environment, error: str, cause: str) -> FailureEvent:
    """The failure of a task with that error name and cause."""
    return FailureEvent(
        env=env,
        error_name=CustomErrorName(error),
        event_type=HistoryEventType.TaskFailed,
        event_details=EventDetails(
            taskFailedEventDetails=TaskFailedEventDetails(
                error=error,
                cause=cause,
                resource=task._get_sfn_resource(),
                resourceType=task._get_sfn_resource_type(),
            )
        ),
    )


def service_error(prefix: str, error: ClientError) -> str:
    """The error's name as in ``Athena.InvalidRequestException``: always with the ending that SDK classes have."""
    code = str(error.response["Error"]["Code"])
    ending = "" if code.endswith("Exception") else "Exception"
    return f"{prefix}.{code}{ending}"


def optimized_cause(service: str, error: ClientError) -> str:
    """The cause that optimized integrations give; service: as in ``AmazonAthena``."""
    metadata = error.response["ResponseMetadata"]
    details = (
        f"Service: {service}; Status Code: {metadata['HTTPStatusCode']}; "
        f"Error Code: {error.response['Error']['Code']}; Request ID: {metadata.get('RequestId', '')}; Proxy: null"
    )
    return f"{error.response['Error'].get('Message', '')} ({details})"


def sdk_cause(service: str, error: ClientError) -> str:
    """The cause that AWS SDK integrations give; service: as in ``S3``."""
    metadata = error.response["ResponseMetadata"]
    details = f"Service: {service}, Status Code: {metadata['HTTPStatusCode']}, Request ID: {metadata.get('RequestId', '')}"
    if "HostId" in metadata:
        details += f", Extended Request ID: {metadata['HostId']}"
    return f"{error.response['Error'].get('Message', '')} ({details})"


def refused_parameters(parameters: str, error: ParamValidationError) -> str:
    """The cause for parameters that are not the API's; parameters: their JSON."""
    report = "; ".join(str(error).splitlines()[1:]) or str(error)
    return f"The Parameters '{parameters}' could not be used to start the Task: [{report}]"
