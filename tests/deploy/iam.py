"""IAM's evaluation of policies, as far as the template's statements go; anything else is an error."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

_KNOWN = {"Sid", "Effect", "Action", "Resource", "Condition"}
_OPERATORS: Mapping[str, Callable[[str, str], bool]] = {
    "StringEquals": str.__eq__,
    "StringLike": fnmatchcase,
    "ArnLike": fnmatchcase,
}


@dataclass(frozen=True)
class Need:
    """A permission that a call needs: the action on a resource, in a context of condition keys."""

    action: str
    resource: str
    context: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.action} on {self.resource} {dict(self.context) or ''}".rstrip()


@dataclass(frozen=True)
class Grant:
    """One action on one pattern of resources that a statement allows, under its condition."""

    sid: str
    action: str
    resource: str
    condition: Mapping[str, Mapping[str, str | Sequence[str]]]

    def allows(self, need: Need) -> bool:
        """Whether it gives that permission."""
        return (
            fnmatchcase(need.action, self.action)
            and fnmatchcase(need.resource, self.resource)
            and _holds(self.condition, need.context)
        )


def lacking(needs: Iterable[Need], grants: Sequence[Grant]) -> set[str]:
    """The needs that no grant gives, as texts."""
    return {str(need) for need in needs if not any(grant.allows(need) for grant in grants)}


def grants_of(iam: Any, role: str) -> list[Grant]:
    """All that a role's own and attached policies allow, one action and one resource each."""
    names = iam.list_role_policies(RoleName=role)["PolicyNames"]
    documents = [iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"] for name in names]
    attached = iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]
    documents += [managed_policy(iam, policy["PolicyArn"]) for policy in attached]
    grants = [grant for document in documents for grant in grants_in(document)]
    assert all("*" not in grant.action for grant in grants)
    return grants


def managed_policy(iam: Any, arn: str) -> Any:
    """The document of a managed policy."""
    version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
    return iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"]


def grants_in(document: Mapping[str, Any], principal: Mapping[str, str] | None = None) -> Iterable[Grant]:
    """What a document allows; of a resource's own policy, what it allows that principal."""
    for statement in document["Statement"]:
        assert statement["Effect"] == "Allow"
        if principal is None:
            assert set(statement) <= _KNOWN, f"this does not evaluate {set(statement) - _KNOWN}"
        elif not any(who in _listed(statement["Principal"].get(kind, [])) for kind, who in principal.items()):
            continue
        for action in _listed(statement["Action"]):
            for resource in _listed(statement["Resource"]):
                yield Grant(statement["Sid"], action, resource, statement.get("Condition", {}))


def _holds(condition: Mapping[str, Mapping[str, str | Sequence[str]]], context: Mapping[str, str]) -> bool:
    return all(
        key in context and any(_OPERATORS[operator](context[key], wanted) for wanted in _listed(values))
        for operator, keys in condition.items()
        for key, values in keys.items()
    )


def _listed(value: str | Sequence[str]) -> Sequence[str]:
    return [value] if isinstance(value, str) else value
