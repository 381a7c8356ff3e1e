"""Errors of services as AWS names them in the failure of a task."""

from __future__ import annotations

from typing import Protocol

from botocore.exceptions import ClientError
from moto.stepfunctions.parser.api import HistoryEventType, TaskFailedEventDetails
from moto.stepfunctions.parser.asl.component.common.error_name.custom_error_name import CustomErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEvent
from moto.stepfunctions.parser.asl.eval.environment import Environment

from emulator.stepfunctions.history import event_details


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
        event_details=event_details(
            taskFailedEventDetails=TaskFailedEventDetails(
                error=error,
                cause=cause,
                resource=task._get_sfn_resource(),
                resourceType=task._get_sfn_resource_type(),
            )
        ),
    )


def service_error(prefix: str, error: ClientError) -> str:
    """The error's name as in ``Athena.InvalidRequestException``, with the ending of SDK classes."""
    code = str(error.response["Error"]["Code"])
    ending = "" if code.endswith("Exception") else "Exception"
    return f"{prefix}.{code}{ending}"


def optimized_cause(service: str, error: ClientError) -> str:
    """The cause that optimized integrations give; service: as in ``AmazonAthena``."""
    status, request = _of_response(error)
    code = error.response["Error"]["Code"]
    details = (
        f"Service: {service}; Status Code: {status}; Error Code: {code}; Request ID: {request}; Proxy: null"
    )
    return f"{error.response['Error'].get('Message', '')} ({details})"


def sdk_cause(service: str, error: ClientError) -> str:
    """The cause that AWS SDK integrations give; service: as in ``S3``."""
    status, request = _of_response(error)
    details = f"Service: {service}, Status Code: {status}, Request ID: {request}"
    return f"{error.response['Error'].get('Message', '')} ({details})"


def _of_response(error: ClientError) -> tuple[int, str]:
    metadata = error.response["ResponseMetadata"]
    return metadata["HTTPStatusCode"], metadata.get("RequestId", "")
