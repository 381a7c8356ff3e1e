"""AWS::KMS: keys and their aliases."""

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
from emulator.cloudformation.resources.kinds import BOOLEAN, INTEGER, JSON_TEXT, TAGS, TEXT, Structure

DEFAULT_WAIT_DAYS = 30


class Key(ResourceType):
    """A key; deleting it schedules its deletion, as on AWS."""

    name = "AWS::KMS::Key"
    properties = Structure(
        {
            "Description": TEXT,
            "Enabled": BOOLEAN,
            "EnableKeyRotation": BOOLEAN,
            "RotationPeriodInDays": INTEGER,
            "KeyPolicy": JSON_TEXT,
            "KeySpec": TEXT,
            "KeyUsage": TEXT,
            "MultiRegion": BOOLEAN,
            "PendingWindowInDays": INTEGER,
            "Tags": TAGS,
        }
    )
    replaced_by = frozenset({"KeySpec", "KeyUsage", "MultiRegion"})
    attributes = frozenset({"Arn", "KeyId"})

    def create(self, scope: Scope, properties: Json) -> Made:
        """CreateKey, then its rotation and whether it is enabled."""
        kms = scope.client("kms")
        more = picked(properties, "Description", "KeySpec", "KeyUsage", "MultiRegion")
        if "KeyPolicy" in properties:
            more["Policy"] = properties["KeyPolicy"]
        made = kms.create_key(**more, Tags=_tags(properties.get("Tags", [])))["KeyMetadata"]
        scope.initiated(made["KeyId"])
        _switch(kms, made["KeyId"], {}, properties)
        return _key(scope, made["KeyId"])

    def update(self, scope: Scope, physical_id: str, before: Json, after: Json) -> Made:
        """One call for each part that differs."""
        kms = scope.client("kms")
        if before.get("Description") != after.get("Description"):
            kms.update_key_description(KeyId=physical_id, Description=after.get("Description", ""))
        if before.get("KeyPolicy") != after.get("KeyPolicy"):
            policy = after.get("KeyPolicy")
            kms.put_key_policy(KeyId=physical_id, PolicyName="default", Policy=policy)
        settle_tags(
            before,
            after,
            lambda keys: kms.untag_resource(KeyId=physical_id, TagKeys=keys),
            lambda tags: kms.tag_resource(KeyId=physical_id, Tags=_tags(tags)),
        )
        _switch(kms, physical_id, before, after)
        return _key(scope, physical_id)

    def delete(self, scope: Scope, physical_id: str, properties: Json) -> None:
        """ScheduleKeyDeletion."""
        days = properties.get("PendingWindowInDays", DEFAULT_WAIT_DAYS)
        scope.client("kms").schedule_key_deletion(KeyId=physical_id, PendingWindowInDays=days)


class Alias(ResourceType):
    """Another name for a key."""

    name = "AWS::KMS::Alias"
    properties = Structure({"AliasName": TEXT, "TargetKeyId": TEXT}, required=("AliasName", "TargetKeyId"))
    replaced_by = frozenset({"AliasName"})
    named_by = "AliasName"

    def create(self, scope: Scope, properties: Json) -> Made:
        """CreateAlias."""
        scope.client("kms").create_alias(**properties)
        return Made(properties["AliasName"])

    def update(self, scope: Scope, physical_id: str, before: Json, after: Json) -> Made:
        """UpdateAlias."""
        scope.client("kms").update_alias(**after)
        return Made(physical_id)

    def delete(self, scope: Scope, physical_id: str, properties: Json) -> None:
        """DeleteAlias."""
        scope.client("kms").delete_alias(AliasName=physical_id)


def _key(scope: Scope, key_id: str) -> Made:
    return Made(key_id, {"Arn": scope.arn("kms", f"key/{key_id}"), "KeyId": key_id})


def _switch(kms: Any, key_id: str, before: Json, after: Json) -> None:
    """Turn rotation and the key itself on or off."""
    names = ("EnableKeyRotation", "RotationPeriodInDays")
    if picked(before, *names) != picked(after, *names):
        if after.get("EnableKeyRotation"):
            kms.enable_key_rotation(KeyId=key_id, **picked(after, "RotationPeriodInDays"))
        elif before.get("EnableKeyRotation"):
            kms.disable_key_rotation(KeyId=key_id)
    if before.get("Enabled", True) != after.get("Enabled", True):
        (kms.enable_key if after.get("Enabled", True) else kms.disable_key)(KeyId=key_id)


def _tags(tags: list[dict[str, str]]) -> list[dict[str, str]]:
    return [{"TagKey": tag["Key"], "TagValue": tag["Value"]} for tag in tags]


TYPES: tuple[ResourceType, ...] = (Key(), Alias())
