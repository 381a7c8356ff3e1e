"""AWS::IAM: roles, inline policies and managed policies."""

from __future__ import annotations

from typing import Any

from emulator.cloudformation.resources.base import (
    Json,
    Made,
    ResourceType,
    Scope,
    picked,
    settle_tags,
)
from emulator.cloudformation.resources.kinds import (
    INTEGER,
    JSON_TEXT,
    TAGS,
    TEXT,
    TEXTS,
    ListOf,
    Structure,
)

CAPABILITY_IAM = "CAPABILITY_IAM"
LONGEST_NAME = 64
VERSIONS_OF_A_POLICY = 5

_INLINE = Structure({"PolicyName": TEXT, "PolicyDocument": JSON_TEXT}, ("PolicyName", "PolicyDocument"))


class Role(ResourceType):
    """A role with its inline and attached policies."""

    name = "AWS::IAM::Role"
    properties = Structure(
        {
            "AssumeRolePolicyDocument": JSON_TEXT,
            "Description": TEXT,
            "ManagedPolicyArns": TEXTS,
            "MaxSessionDuration": INTEGER,
            "Path": TEXT,
            "PermissionsBoundary": TEXT,
            "Policies": ListOf(_INLINE),
            "RoleName": TEXT,
            "Tags": TAGS,
        },
        required=("AssumeRolePolicyDocument",),
    )
    replaced_by = frozenset({"Path", "RoleName"})
    named_by = "RoleName"
    attributes = frozenset({"Arn", "RoleId"})
    capability = CAPABILITY_IAM

    def create(self, scope: Scope, properties: Json) -> Made:
        """CreateRole, then its policies."""
        iam = scope.client("iam")
        name = properties.get("RoleName") or scope.new_name(LONGEST_NAME)
        names = (
            "AssumeRolePolicyDocument",
            "Description",
            "MaxSessionDuration",
            "Path",
            "PermissionsBoundary",
        )
        role = iam.create_role(RoleName=name, **picked(properties, *names, "Tags"))["Role"]
        scope.initiated(name)
        _settle_policies(iam, name, {}, properties)
        return _role(role)

    def update(self, scope: Scope, physical_id: str, before: Json, after: Json) -> Made:
        """One call for each part that differs."""
        iam = scope.client("iam")
        if before["AssumeRolePolicyDocument"] != after["AssumeRolePolicyDocument"]:
            document = after["AssumeRolePolicyDocument"]
            iam.update_assume_role_policy(RoleName=physical_id, PolicyDocument=document)
        if picked(before, "Description", "MaxSessionDuration") != picked(
            after, "Description", "MaxSessionDuration"
        ):
            iam.update_role(
                RoleName=physical_id,
                Description=after.get("Description", ""),
                MaxSessionDuration=after.get("MaxSessionDuration", 3600),
            )
        _settle_boundary(iam, physical_id, before, after)
        _settle_policies(iam, physical_id, before, after)
        settle_tags(
            before,
            after,
            lambda keys: iam.untag_role(RoleName=physical_id, TagKeys=keys),
            lambda tags: iam.tag_role(RoleName=physical_id, Tags=tags),
        )
        return _role(iam.get_role(RoleName=physical_id)["Role"])

    def delete(self, scope: Scope, physical_id: str, properties: Json) -> None:
        """Its own policies are removed and detached first, then DeleteRole."""
        iam = scope.client("iam")
        existing = iam.list_role_policies(RoleName=physical_id)["PolicyNames"]
        for policy in properties.get("Policies", []):
            if policy["PolicyName"] in existing:
                iam.delete_role_policy(RoleName=physical_id, PolicyName=policy["PolicyName"])
        attached = iam.list_attached_role_policies(RoleName=physical_id)["AttachedPolicies"]
        for found in attached:
            if found["PolicyArn"] in properties.get("ManagedPolicyArns", []):
                iam.detach_role_policy(RoleName=physical_id, PolicyArn=found["PolicyArn"])
        iam.delete_role(RoleName=physical_id)


class Policy(ResourceType):
    """An inline policy of roles."""

    name = "AWS::IAM::Policy"
    properties = Structure(
        {"PolicyDocument": JSON_TEXT, "PolicyName": TEXT, "Roles": TEXTS},
        required=("PolicyDocument", "PolicyName"),
    )
    replaced_by = frozenset({"PolicyName"})
    attributes = frozenset({"Id"})
    capability = CAPABILITY_IAM

    def create(self, scope: Scope, properties: Json) -> Made:
        """PutRolePolicy for each role."""
        iam = scope.client("iam")
        physical_id = scope.new_name()
        scope.initiated(physical_id)
        for role in properties.get("Roles", []):
            _put_inline(iam, role, properties)
        return Made(physical_id, {"Id": physical_id})

    def update(self, scope: Scope, physical_id: str, before: Json, after: Json) -> Made:
        """PutRolePolicy for each role, DeleteRolePolicy for those that left."""
        iam = scope.client("iam")
        for role in after.get("Roles", []):
            _put_inline(iam, role, after)
        for role in set(before.get("Roles", [])) - set(after.get("Roles", [])):
            iam.delete_role_policy(RoleName=role, PolicyName=before["PolicyName"])
        return Made(physical_id, {"Id": physical_id})

    def delete(self, scope: Scope, physical_id: str, properties: Json) -> None:
        """DeleteRolePolicy for each role."""
        iam = scope.client("iam")
        for role in properties.get("Roles", []):
            if properties["PolicyName"] in iam.list_role_policies(RoleName=role)["PolicyNames"]:
                iam.delete_role_policy(RoleName=role, PolicyName=properties["PolicyName"])


class ManagedPolicy(ResourceType):
    """A policy of its own that roles attach."""

    name = "AWS::IAM::ManagedPolicy"
    properties = Structure(
        {
            "Description": TEXT,
            "ManagedPolicyName": TEXT,
            "Path": TEXT,
            "PolicyDocument": JSON_TEXT,
            "Roles": TEXTS,
        },
        required=("PolicyDocument",),
    )
    replaced_by = frozenset({"Description", "ManagedPolicyName", "Path"})
    named_by = "ManagedPolicyName"
    attributes = frozenset({"PolicyArn", "PolicyId"})
    capability = CAPABILITY_IAM

    def create(self, scope: Scope, properties: Json) -> Made:
        """CreatePolicy, then AttachRolePolicy for each role."""
        iam = scope.client("iam")
        made = iam.create_policy(
            PolicyName=properties.get("ManagedPolicyName") or scope.new_name(128),
            **picked(properties, "Description", "Path", "PolicyDocument"),
        )["Policy"]
        scope.initiated(made["Arn"])
        for role in properties.get("Roles", []):
            iam.attach_role_policy(RoleName=role, PolicyArn=made["Arn"])
        return _managed(made)

    def update(self, scope: Scope, physical_id: str, before: Json, after: Json) -> Made:
        """A new default version, and roles attached and detached."""
        iam = scope.client("iam")
        if before["PolicyDocument"] != after["PolicyDocument"]:
            _make_room(iam, physical_id)
            iam.create_policy_version(
                PolicyArn=physical_id, PolicyDocument=after["PolicyDocument"], SetAsDefault=True
            )
        old, new = set(before.get("Roles", [])), set(after.get("Roles", []))
        for role in new - old:
            iam.attach_role_policy(RoleName=role, PolicyArn=physical_id)
        for role in old - new:
            iam.detach_role_policy(RoleName=role, PolicyArn=physical_id)
        return _managed(iam.get_policy(PolicyArn=physical_id)["Policy"])

    def delete(self, scope: Scope, physical_id: str, properties: Json) -> None:
        """Its roles are detached and old versions deleted first, then DeletePolicy."""
        iam = scope.client("iam")
        attached = iam.list_entities_for_policy(PolicyArn=physical_id)["PolicyRoles"]
        for role in attached:
            if role["RoleName"] in properties.get("Roles", []):
                iam.detach_role_policy(RoleName=role["RoleName"], PolicyArn=physical_id)
        for version in iam.list_policy_versions(PolicyArn=physical_id)["Versions"]:
            if not version["IsDefaultVersion"]:
                iam.delete_policy_version(PolicyArn=physical_id, VersionId=version["VersionId"])
        iam.delete_policy(PolicyArn=physical_id)


def _role(role: Json) -> Made:
    return Made(role["RoleName"], {"Arn": role["Arn"], "RoleId": role["RoleId"]})


def _managed(policy: Json) -> Made:
    return Made(policy["Arn"], {"PolicyArn": policy["Arn"], "PolicyId": policy["PolicyId"]})


def _put_inline(iam: Any, role: str, policy: Json) -> None:
    iam.put_role_policy(
        RoleName=role, PolicyName=policy["PolicyName"], PolicyDocument=policy["PolicyDocument"]
    )


def _settle_boundary(iam: Any, role: str, before: Json, after: Json) -> None:
    if before.get("PermissionsBoundary") == after.get("PermissionsBoundary"):
        return
    if "PermissionsBoundary" in after:
        iam.put_role_permissions_boundary(RoleName=role, PermissionsBoundary=after["PermissionsBoundary"])
    else:
        iam.delete_role_permissions_boundary(RoleName=role)


def _settle_policies(iam: Any, role: str, before: Json, after: Json) -> None:
    """Bring a role's inline and attached policies from one set of properties to another."""
    old = {policy["PolicyName"]: policy for policy in before.get("Policies", [])}
    new = {policy["PolicyName"]: policy for policy in after.get("Policies", [])}
    for name, policy in new.items():
        if old.get(name) != policy:
            _put_inline(iam, role, policy)
    for name in old.keys() - new.keys():
        iam.delete_role_policy(RoleName=role, PolicyName=name)
    arns_before, arns_after = (set(found.get("ManagedPolicyArns", [])) for found in (before, after))
    for arn in arns_after - arns_before:
        iam.attach_role_policy(RoleName=role, PolicyArn=arn)
    for arn in arns_before - arns_after:
        iam.detach_role_policy(RoleName=role, PolicyArn=arn)


def _make_room(iam: Any, arn: str) -> None:
    """Delete the oldest version that is not the default if there are as many as IAM keeps."""
    versions = iam.list_policy_versions(PolicyArn=arn)["Versions"]
    if len(versions) >= VERSIONS_OF_A_POLICY:
        spare = [version for version in versions if not version["IsDefaultVersion"]]
        oldest = min(spare, key=lambda version: int(version["VersionId"].removeprefix("v")))
        iam.delete_policy_version(PolicyArn=arn, VersionId=oldest["VersionId"])


TYPES: tuple[ResourceType, ...] = (Role(), Policy(), ManagedPolicy())
