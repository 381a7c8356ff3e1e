"""Stacks, resources and events as the API's answers show them."""

from __future__ import annotations

import json

from emulator.cloudformation.changesets import ChangeSet, describe_changes, secrets_of
from emulator.cloudformation.model import Event, Json, Resource, Stack, Target
from emulator.cloudformation.parameters import MASK
from emulator.cloudformation.template import ParameterDefinition, Template
from emulator.cloudformation.validation import Types, needed_capability

_NOT_CHECKED = {"StackDriftStatus": "NOT_CHECKED"}
_RESOURCE_NOT_CHECKED = {"StackResourceDriftStatus": "NOT_CHECKED"}


def stack(found: Stack) -> Json:
    """A stack of DescribeStacks."""
    return _without_none(
        {
            "StackId": found.stack_id,
            "StackName": found.name,
            "ChangeSetId": found.change_set_id,
            "Description": found.target.template.description,
            "Parameters": _parameters(found.target),
            "CreationTime": found.created_at,
            "DeletionTime": found.deleted_at,
            "LastUpdatedTime": found.updated_at,
            "RollbackConfiguration": {},
            "StackStatus": found.status,
            "StackStatusReason": found.reason,
            "DisableRollback": found.disable_rollback,
            "NotificationARNs": [],
            "Capabilities": list(found.target.capabilities) or None,
            "Outputs": [
                _without_none(
                    {
                        "OutputKey": output.name,
                        "OutputValue": output.value,
                        "Description": output.description,
                        "ExportName": output.export,
                    }
                )
                for output in found.outputs
            ]
            or None,
            "RoleARN": found.target.role_arn,
            "Tags": tags(found.target),
            "EnableTerminationProtection": found.termination_protection,
            "DriftInformation": _NOT_CHECKED,
        }
    )


def stack_summary(found: Stack) -> Json:
    """A stack of ListStacks."""
    return _without_none(
        {
            "StackId": found.stack_id,
            "StackName": found.name,
            "TemplateDescription": found.target.template.description,
            "CreationTime": found.created_at,
            "LastUpdatedTime": found.updated_at,
            "DeletionTime": found.deleted_at,
            "StackStatus": found.status,
            "StackStatusReason": found.reason,
            "DriftInformation": _NOT_CHECKED,
        }
    )


def event(found: Stack, one: Event) -> Json:
    """An event of DescribeStackEvents."""
    return _without_none(
        {
            "StackId": found.stack_id,
            "EventId": one.event_id,
            "StackName": found.name,
            "LogicalResourceId": one.logical_id,
            "PhysicalResourceId": one.physical_id,
            "ResourceType": one.type,
            "Timestamp": one.at,
            "ResourceStatus": one.status,
            "ResourceStatusReason": one.reason,
            "ResourceProperties": one.properties,
            "ClientRequestToken": one.token,
        }
    )


def resource(found: Stack, one: Resource) -> Json:
    """A resource of DescribeStackResources."""
    return _without_none(
        {
            "StackName": found.name,
            "StackId": found.stack_id,
            **_resource(one),
            "Timestamp": one.at,
            "Description": one.definition.description,
        }
    )


def resource_detail(found: Stack, one: Resource) -> Json:
    """The resource of DescribeStackResource."""
    metadata = one.definition.metadata
    return _without_none(
        {
            "StackName": found.name,
            "StackId": found.stack_id,
            **_resource(one),
            "LastUpdatedTimestamp": one.at,
            "Description": one.definition.description,
            "Metadata": json.dumps(metadata) if metadata else None,
        }
    )


def resource_summary(one: Resource) -> Json:
    """A resource of ListStackResources."""
    return _without_none({**_resource(one), "LastUpdatedTimestamp": one.at})


def change_set(found: Stack, one: ChangeSet, with_values: bool) -> Json:
    """DescribeChangeSet."""
    secrets = secrets_of(found.target, one.target)
    return _without_none(
        {
            **change_set_summary(found, one),
            "Parameters": _parameters(one.target) or None,
            "NotificationARNs": [],
            "RollbackConfiguration": {},
            "Capabilities": list(one.target.capabilities) or None,
            "Tags": tags(one.target) or None,
            "Changes": describe_changes(one.plan, secrets, with_values),
            "OnStackFailure": one.on_stack_failure,
        }
    )


def change_set_summary(found: Stack, one: ChangeSet) -> Json:
    """A change set of ListChangeSets."""
    return _without_none(
        {
            "StackId": found.stack_id,
            "StackName": found.name,
            "ChangeSetId": one.change_set_id,
            "ChangeSetName": one.name,
            "ExecutionStatus": one.execution_status,
            "Status": one.status,
            "StatusReason": one.reason,
            "CreationTime": one.created_at,
            "Description": one.description,
            "IncludeNestedStacks": False,
        }
    )


def template_parameters(template: Template, with_types: bool) -> list[Json]:
    """The parameters of ValidateTemplate, or with their types of GetTemplateSummary."""
    return [_parameter(definition, with_types) for definition in template.parameters.values()]


def template_capabilities(template: Template, types: Types) -> Json:
    """What a template asks to be acknowledged."""
    needed, asking = needed_capability(template, types)
    if needed is None:
        return {}
    reason = f"The following resource(s) require capabilities: [{', '.join(asking)}]"
    return {"Capabilities": [needed], "CapabilitiesReason": reason}


def tags(target: Target) -> list[Json]:
    """A stack's tags."""
    return [{"Key": key, "Value": value} for key, value in target.tags.items()]


def _resource(one: Resource) -> Json:
    return {
        "LogicalResourceId": one.logical_id,
        "PhysicalResourceId": one.physical_id,
        "ResourceType": one.definition.type,
        "ResourceStatus": one.status,
        "ResourceStatusReason": one.reason,
        "DriftInformation": _RESOURCE_NOT_CHECKED,
    }


def _parameters(target: Target) -> list[Json]:
    return [
        _without_none({"ParameterKey": one.name, "ParameterValue": one.shown, "ResolvedValue": one.resolved})
        for one in target.parameters.values()
    ]


def _parameter(definition: ParameterDefinition, with_types: bool) -> Json:
    members = definition.members
    default = members.get("Default")
    text = str(default).lower() if isinstance(default, bool) else None if default is None else str(default)
    described: Json = {
        "ParameterKey": definition.name,
        "DefaultValue": MASK if text is not None and definition.no_echo else text,
        "NoEcho": definition.no_echo,
        "Description": members.get("Description"),
    }
    if with_types:
        allowed = members.get("AllowedValues")
        described["ParameterType"] = definition.type
        described["ParameterConstraints"] = {"AllowedValues": list(map(str, allowed))} if allowed else {}
    return _without_none(described)


def _without_none(members: Json) -> Json:
    return {name: value for name, value in members.items() if value is not None}
