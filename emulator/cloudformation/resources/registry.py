"""Every resource type by its name."""

from __future__ import annotations

from collections.abc import Mapping

from emulator.cloudformation.resources import (
    athena,
    cloudformation,
    cloudwatch,
    events,
    glue,
    iam,
    kms,
    lambda_,
    logs,
    s3,
    scheduler,
    sns,
    sqs,
    ssm,
    stepfunctions,
)
from emulator.cloudformation.resources.base import ResourceType

_MODULES = (
    athena,
    cloudformation,
    cloudwatch,
    events,
    glue,
    iam,
    kms,
    lambda_,
    logs,
    s3,
    scheduler,
    sns,
    sqs,
    ssm,
    stepfunctions,
)

TYPES: Mapping[str, ResourceType] = {kind.name: kind for module in _MODULES for kind in module.TYPES}
