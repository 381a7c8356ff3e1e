"""``aws-sdk:<service>:<action>``: any API of a service that botocore knows, called on the emulator."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from botocore.exceptions import ClientError
from botocore.loaders import Loader
from botocore.model import ServiceModel
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEvent
from moto.stepfunctions.parser.asl.component.state.exec.state_task.credentials import StateCredentials
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.resource import ResourceRuntimePart
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_aws_sdk import (
    StateTaskServiceAwsSdk,
)
from moto.stepfunctions.parser.asl.eval.environment import Environment

from emulator.stepfunctions.json_values import plain
from emulator.stepfunctions.surroundings import surroundings
from emulator.stepfunctions.tasks.casing import error_prefix, to_request, to_result
from emulator.stepfunctions.tasks.failures import sdk_cause, task_failed

_BOTO_NAMES = {
    "sfn": "stepfunctions",
    "cloudwatchlogs": "logs",
    "eventbridge": "events",
    "cognitoidentityprovider": "cognito-idp",
    "cognitoidentity": "cognito-identity",
    "elasticloadbalancingv2": "elbv2",
    "elasticloadbalancing": "elb",
    "costexplorer": "ce",
    "databasemigration": "dms",
    "resourcegroups": "resource-groups",
    "applicationautoscaling": "application-autoscaling",
    "s3control": "s3control",
    "redshiftdata": "redshift-data",
    "rdsdata": "rds-data",
}
"""Services whose name in the SDK for Java, which Step Functions uses, is not botocore's."""


class UnknownApi(ValueError):
    """A service or an action that AWS does not have."""


def boto_name(service: str) -> str:
    """botocore's name of a service; raises `UnknownApi`."""
    name = _BOTO_NAMES.get(service, service)
    if name not in _services():
        raise UnknownApi(f"the service '{service}' of an AWS SDK integration is not known")
    return name


def operation(service: str, action: str) -> str:
    """The API's name of an action such as ``getObject``; raises `UnknownApi`."""
    model = service_model(boto_name(service))
    for name in model.operation_names:
        if name.lower() == action.lower() and action[:1].islower():
            return str(name)
    raise UnknownApi(f"the service '{service}' has no action '{action}'")


@lru_cache(maxsize=64)
def service_model(name: str) -> ServiceModel:
    """botocore's description of a service, by its name there."""
    return ServiceModel(Loader().load_service_model(name, "service-2"), service_name=name)


@lru_cache(maxsize=1)
def _services() -> frozenset[str]:
    return frozenset(Loader().list_available_services("service-2"))


_MISSING_BY_HEAD = {"HeadBucket": "NoSuchBucket", "HeadObject": "NoSuchKey"}
"""What the SDK for Java says of a 404 that has no body, as the answer to a HEAD request has none."""


class AwsSdkTask(StateTaskServiceAwsSdk):
    """An AWS SDK integration."""

    def _eval_service_task(
        self,
        env: Environment,
        resource_runtime_part: ResourceRuntimePart,
        normalised_parameters: dict[str, Any],
        state_credentials: StateCredentials,
    ) -> None:
        name = boto_name(self.resource.api_name)
        model = service_model(name).operation_model(
            operation(self.resource.api_name, self.resource.api_action)
        )
        client = surroundings().client(name, resource_runtime_part.region)
        call = getattr(client, self._get_boto_service_action(_method(client, model.name)))
        answer = call(**to_request(normalised_parameters, model.input_shape))
        env.stack.append(plain(to_result(answer, model.output_shape)) if model.output_shape else {})

    def _get_boto_service_action(self, service_action_name: str | None = None) -> str:
        return service_action_name or super()._get_boto_service_action()

    def _from_error(self, env: Environment, ex: Exception) -> FailureEvent:
        if not isinstance(ex, ClientError):
            return super()._from_error(env=env, ex=ex)
        model = service_model(boto_name(self.resource.api_name))
        prefix = error_prefix(str(model.service_id))
        return task_failed(self, env, f"{prefix}.{_error_name(model, prefix, ex)}", sdk_cause(prefix, ex))


def _method(client: Any, api: str) -> str:
    methods: dict[str, str] = client.meta.method_to_api_mapping
    return next(method for method, name in methods.items() if name == api)


def _error_name(model: ServiceModel, prefix: str, error: ClientError) -> str:
    """The SDK's exception: one that the service models, with the ending of all, or the service's own."""
    code = str(error.response["Error"]["Code"])
    if code == "404":
        code = _MISSING_BY_HEAD.get(error.operation_name, code)
    modelled = {shape.metadata.get("error", {}).get("code", shape.name) for shape in model.error_shapes}
    modelled |= {shape.name for shape in model.error_shapes}
    name = code if code in modelled else prefix
    return str(name) if name.endswith("Exception") else f"{name}Exception"
