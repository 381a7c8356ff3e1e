"""IAM's evaluation of roles' policies, as far as the template's statements go; anything else is an error."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

_KNOWN = {"Sid", "Effect", "Action", "Resource", "Condition"}


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
    prefixes: tuple[str, ...] | None

    def allows(self, need: Need) -> bool:
        """Whether it gives that permission."""
        if self.prefixes is not None:
            prefix = need.context.get("s3:prefix")
            if prefix is None or not any(fnmatchcase(prefix, pattern) for pattern in self.prefixes):
                return False
        return self.action == need.action and fnmatchcase(need.resource, self.resource)


def grants_of(iam: Any, role: str) -> list[Grant]:
    """All that a role's own policies allow, one action and one resource each."""
    names = iam.list_role_policies(RoleName=role)["PolicyNames"]
    documents: list[Any] = [
        iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"] for name in names
    ]
    return [grant for document in documents for one in document["Statement"] for grant in _grants(one)]


def _grants(statement: Mapping[str, Any]) -> Iterable[Grant]:
    assert set(statement) <= _KNOWN, f"this does not evaluate {set(statement) - _KNOWN}"
    assert statement["Effect"] == "Allow"
    condition = statement.get("Condition")
    if condition is not None:
        assert set(condition) == {"StringLike"} and set(condition["StringLike"]) == {"s3:prefix"}
    prefixes = tuple(_listed(condition["StringLike"]["s3:prefix"])) if condition else None
    for action in _listed(statement["Action"]):
        assert "*" not in action
        for resource in _listed(statement["Resource"]):
            yield Grant(statement["Sid"], action, resource, prefixes)


def _listed(value: str | Sequence[str]) -> Sequence[str]:
    return [value] if isinstance(value, str) else value
