"""Change sets: what an update or a creation would do, kept until it is executed or thrown away."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from emulator.cloudformation.model import Json, Target
from emulator.cloudformation.parameters import MASK
from emulator.cloudformation.plan import Detail, Plan, ResourceChange

NO_CHANGES = (
    "The submitted information didn't contain changes. Submit different information to create a change set."
)
"""AWS's text; `aws cloudformation deploy` looks for it."""


@dataclass
class ChangeSet:
    """A change set of a stack."""

    change_set_id: str
    name: str
    type: str
    target: Target
    plan: Plan
    created_at: datetime
    description: str | None
    on_stack_failure: str | None
    status: str = "CREATE_COMPLETE"
    reason: str | None = None
    execution_status: str = "AVAILABLE"

    @property
    def is_available(self) -> bool:
        """Whether it can be executed."""
        return self.execution_status == "AVAILABLE"


def describe_changes(plan: Plan, secrets: tuple[str, ...], with_values: bool) -> list[Json]:
    """A plan as DescribeChangeSet shows it."""
    return [
        {"Type": "Resource", "ResourceChange": _resource_change(change, secrets, with_values)}
        for change in plan.resources
    ]


def _resource_change(change: ResourceChange, secrets: tuple[str, ...], with_values: bool) -> Json:
    scope = list(dict.fromkeys(detail.attribute for detail in change.details))
    described = {
        "PolicyAction": change.policy_action,
        "Action": change.action,
        "LogicalResourceId": change.logical_id,
        "PhysicalResourceId": change.physical_id,
        "ResourceType": change.type,
        "Replacement": change.replacement,
        "Scope": scope,
        "Details": [_detail(detail, secrets, with_values) for detail in change.details],
    }
    return {name: value for name, value in described.items() if value is not None}


def _detail(detail: Detail, secrets: tuple[str, ...], with_values: bool) -> Json:
    target: Json = {"Attribute": detail.attribute, "RequiresRecreation": detail.recreation}
    if detail.name is not None:
        target["Name"] = detail.name
    if with_values and detail.attribute == "Properties":
        target["Path"] = f"/Properties/{detail.name}"
        for member, value in (("BeforeValue", detail.before), ("AfterValue", detail.after)):
            if value is not None:
                target[member] = masked_text(value, secrets)
    described: Json = {"Target": target, "Evaluation": detail.evaluation, "ChangeSource": detail.source}
    if detail.cause is not None:
        described["CausingEntity"] = detail.cause
    return described


def masked_text(value: Any, secrets: tuple[str, ...]) -> str:
    """A value as a text in which no secret shows."""
    text = value if isinstance(value, str) else json.dumps(value)
    for secret in secrets:
        text = text.replace(secret, MASK)
    return text


def secrets_of(*targets: Target) -> tuple[str, ...]:
    """The values of parameters with NoEcho."""
    found: list[str] = []
    for target in targets:
        parameters: Mapping[str, Any] = target.parameters
        found.extend(one.given for one in parameters.values() if one.no_echo and one.given)
    return tuple(found)
