"""The operations that only look: stacks, resources, events, templates, exports."""

from __future__ import annotations

import json

from emulator.cloudformation import descriptions
from emulator.cloudformation.engine.exports import Exports
from emulator.cloudformation.errors import NotEmulated, ValidationError
from emulator.cloudformation.model import Json, Resource, Stack
from emulator.cloudformation.pages import page
from emulator.cloudformation.requests import Reader
from emulator.cloudformation.stacks import Stacks
from emulator.cloudformation.template import Template
from emulator.cloudformation.validation import check_template

_ABSENT = "Stack with id {} does not exist"
_ABSENT_QUOTED = "Stack '{}' does not exist"


class Queries:
    """What can be asked about the stacks of one account in one region."""

    def __init__(self, stacks: Stacks, reader: Reader, exports: Exports) -> None:
        self._stacks, self._reader, self._exports = stacks, reader, exports

    def stacks(self, request: Json) -> Json:
        """DescribeStacks."""
        name = request.get("StackName")
        chosen = [self._stacks.get(name, _ABSENT)] if name else self._stacks.living()
        found, more = page(chosen, request)
        return {"Stacks": [descriptions.stack(stack) for stack in found], **more}

    def list_stacks(self, request: Json) -> Json:
        """ListStacks."""
        wanted = request.get("StackStatusFilter")
        found, more = page(
            [stack for stack in self._stacks.all() if not wanted or stack.status in wanted], request
        )
        return {"StackSummaries": [descriptions.stack_summary(stack) for stack in found], **more}

    def events(self, request: Json) -> Json:
        """DescribeStackEvents, the newest first."""
        stack = self._stacks.get(request["StackName"])
        found, more = page(stack.events[::-1], request)
        return {"StackEvents": [descriptions.event(stack, event) for event in found], **more}

    def resources(self, request: Json) -> Json:
        """DescribeStackResources."""
        name, physical_id = request.get("StackName"), request.get("PhysicalResourceId")
        if (name is None) == (physical_id is None):
            raise ValidationError("Either StackName or PhysicalResourceId must be specified, not both.")
        stack = self._stacks.get(name, _ABSENT) if name else self._owner(str(physical_id))
        wanted = request.get("LogicalResourceId")
        found = [one for one in _resources(stack) if wanted in (None, one.logical_id)]
        return {"StackResources": [descriptions.resource(stack, one) for one in found]}

    def resource(self, request: Json) -> Json:
        """DescribeStackResource."""
        stack, name = self._stacks.get(request["StackName"], _ABSENT_QUOTED), request["LogicalResourceId"]
        if name not in stack.resources:
            raise ValidationError(f"Resource {name} does not exist for stack {stack.name}")
        return {"StackResourceDetail": descriptions.resource_detail(stack, stack.resources[name])}

    def list_resources(self, request: Json) -> Json:
        """ListStackResources."""
        stack = self._stacks.get(request["StackName"], _ABSENT)
        found, more = page(_resources(stack), request)
        return {"StackResourceSummaries": [descriptions.resource_summary(one) for one in found], **more}

    def template(self, request: Json) -> Json:
        """GetTemplate: the text as it was given."""
        if request.get("ChangeSetName"):
            _, change_set = self._stacks.change_set(request["ChangeSetName"], request.get("StackName"))
            text = change_set.target.template.text
        else:
            text = self._stacks.get(request.get("StackName", ""), _ABSENT).target.template.text
        return {"TemplateBody": text, "StagesAvailable": ["Original", "Processed"]}

    def summary(self, request: Json) -> Json:
        """GetTemplateSummary."""
        if request.get("StackSetName"):
            raise NotEmulated("Stack sets are not supported by this emulator")
        if request.get("StackName"):
            template = self._stacks.get(request["StackName"], _ABSENT).target.template
        else:
            template = self._reader.template(request)
        metadata = {"Metadata": json.dumps(template.metadata)} if template.metadata else {}
        types = sorted({resource.type for resource in template.resources.values()})
        return {
            "Parameters": descriptions.template_parameters(template, with_types=True),
            "ResourceTypes": types,
            **self._common(template),
            **({"Version": template.version} if template.version else {}),
            **metadata,
        }

    def validate(self, request: Json) -> Json:
        """ValidateTemplate."""
        template = self._reader.template(request)
        check_template(template, self._reader.types)
        return {
            "Parameters": descriptions.template_parameters(template, with_types=False),
            **self._common(template),
        }

    def exports(self, request: Json) -> Json:
        """ListExports."""
        found, more = page(
            [
                {"ExportingStackId": stack.stack_id, "Name": output.export, "Value": output.value}
                for stack, output in self._exports.all()
            ],
            request,
        )
        return {"Exports": found, **more}

    def imports(self, request: Json) -> Json:
        """ListImports."""
        name = request["ExportName"]
        users = self._exports.importers(name)
        if not users:
            raise ValidationError(f"Export '{name}' is not imported by any stack.")
        found, more = page(users, request)
        return {"Imports": found, **more}

    def _common(self, template: Template) -> Json:
        described = {"Description": template.description} if template.description else {}
        return {**described, **descriptions.template_capabilities(template, self._reader.types)}

    def _owner(self, physical_id: str) -> Stack:
        for stack in self._stacks.living():
            if any(one.physical_id == physical_id for one in _resources(stack)):
                return stack
        raise ValidationError(f"Stack for {physical_id} does not exist")


def _resources(stack: Stack) -> list[Resource]:
    return list(stack.resources.values())
