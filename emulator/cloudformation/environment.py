"""What names in a template stand for: parameters, pseudo parameters, conditions, exports of other stacks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from emulator.cloudformation.errors import ValidationError
from emulator.cloudformation.intrinsics import NO_VALUE, Evaluator
from emulator.cloudformation.parameters import Parameter
from emulator.cloudformation.references import PSEUDO_PARAMETERS, Reference
from emulator.cloudformation.template import ResourceDefinition, Template

PARTITION = "aws"
URL_SUFFIX = "amazonaws.com"

AttributeOf = Callable[[Reference], Any]
"""What Ref (no attribute) and GetAtt give for a resource."""


@dataclass(frozen=True)
class Place:
    """Where a stack lives and what it is called."""

    account: str
    region: str
    stack_name: str
    stack_id: str


@dataclass
class Environment:
    """A template with the values that were given for it."""

    template: Template
    parameters: Mapping[str, Parameter]
    place: Place
    imported: Callable[[str], str]
    imports_used: set[str] = field(default_factory=set)
    """Names of exports that were asked for."""
    _truths: dict[str, bool] = field(default_factory=dict)
    _asking: list[str] = field(default_factory=list)

    def condition(self, name: str) -> bool:
        """Whether a condition holds; raises `ValidationError` if there is none or it needs itself."""
        if name not in self.template.conditions:
            raise ValidationError(
                f"Template format error: Unresolved condition dependency {name} in the Conditions block"
            )
        if name in self._asking:
            raise ValidationError(f"Circular dependency between conditions: [{', '.join(self._asking)}]")
        if name not in self._truths:
            self._asking.append(name)
            try:
                self._truths[name] = self.evaluator(_no_resources).truth(self.template.conditions[name])
            finally:
                self._asking.remove(name)
        return self._truths[name]

    def resources(self) -> dict[str, ResourceDefinition]:
        """The resources whose condition holds."""
        return {
            name: resource
            for name, resource in self.template.resources.items()
            if resource.condition is None or self.condition(resource.condition)
        }

    def evaluator(self, attribute_of: AttributeOf) -> Evaluator:
        """An evaluator of this template's values; attribute_of: what resources are and have."""

        def lookup(reference: Reference) -> Any:
            if reference.attribute is None and reference.name in self.parameters:
                return self.parameters[reference.name].value
            if reference.attribute is None and reference.name in PSEUDO_PARAMETERS:
                return self._pseudo(reference.name)
            return attribute_of(reference)

        return Evaluator(lookup, self.condition, self.template.mappings, self._import)

    def _import(self, name: str) -> str:
        value = self.imported(name)
        self.imports_used.add(name)
        return value

    def _pseudo(self, name: str) -> Any:
        return {
            "AWS::AccountId": self.place.account,
            "AWS::NoValue": NO_VALUE,
            "AWS::NotificationARNs": [],
            "AWS::Partition": PARTITION,
            "AWS::Region": self.place.region,
            "AWS::StackId": self.place.stack_id,
            "AWS::StackName": self.place.stack_name,
            "AWS::URLSuffix": URL_SUFFIX,
        }[name]


def _no_resources(reference: Reference) -> Any:
    raise ValidationError(
        f"Template format error: Unresolved dependencies [{reference.name}]. Cannot reference resources in "
        "the Conditions block of the template"
    )
