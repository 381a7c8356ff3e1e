"""AWS::S3: buckets and their policies."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

from emulator.cloudformation.resources.base import (
    AlreadyThere,
    Json,
    Made,
    ResourceType,
    Scope,
    error_code,
    is_there,
    picked,
    renamed,
)
from emulator.cloudformation.resources.kinds import (
    BOOLEAN,
    INTEGER,
    JSON_TEXT,
    TAGS,
    TEXT,
    TEXTS,
    ListOf,
    Structure,
)

_TRANSITION = Structure({"StorageClass": TEXT, "TransitionInDays": INTEGER, "TransitionDate": TEXT})
_NONCURRENT_TRANSITION = Structure(
    {"StorageClass": TEXT, "TransitionInDays": INTEGER, "NewerNoncurrentVersions": INTEGER}
)
_RULE = Structure(
    {
        "Id": TEXT,
        "Status": TEXT,
        "Prefix": TEXT,
        "TagFilters": TAGS,
        "ObjectSizeGreaterThan": INTEGER,
        "ObjectSizeLessThan": INTEGER,
        "AbortIncompleteMultipartUpload": Structure({"DaysAfterInitiation": INTEGER}),
        "ExpirationDate": TEXT,
        "ExpirationInDays": INTEGER,
        "ExpiredObjectDeleteMarker": BOOLEAN,
        "NoncurrentVersionExpirationInDays": INTEGER,
        "NoncurrentVersionExpiration": Structure(
            {"NoncurrentDays": INTEGER, "NewerNoncurrentVersions": INTEGER}
        ),
        "Transition": _TRANSITION,
        "Transitions": ListOf(_TRANSITION),
        "NoncurrentVersionTransition": _NONCURRENT_TRANSITION,
        "NoncurrentVersionTransitions": ListOf(_NONCURRENT_TRANSITION),
    },
    required=("Status",),
)
_ENCRYPTION_RULE = Structure(
    {
        "BucketKeyEnabled": BOOLEAN,
        "ServerSideEncryptionByDefault": Structure(
            {"SSEAlgorithm": TEXT, "KMSMasterKeyID": TEXT}, required=("SSEAlgorithm",)
        ),
    }
)


class Bucket(ResourceType):
    """A bucket; deleting it fails while it holds objects, as on AWS."""

    name = "AWS::S3::Bucket"
    properties = Structure(
        {
            "BucketName": TEXT,
            "BucketEncryption": Structure({"ServerSideEncryptionConfiguration": ListOf(_ENCRYPTION_RULE)}),
            "LifecycleConfiguration": Structure({"Rules": ListOf(_RULE)}),
            "LoggingConfiguration": Structure({"DestinationBucketName": TEXT, "LogFilePrefix": TEXT}),
            "OwnershipControls": Structure({"Rules": ListOf(Structure({"ObjectOwnership": TEXT}))}),
            "PublicAccessBlockConfiguration": Structure(
                {
                    "BlockPublicAcls": BOOLEAN,
                    "BlockPublicPolicy": BOOLEAN,
                    "IgnorePublicAcls": BOOLEAN,
                    "RestrictPublicBuckets": BOOLEAN,
                }
            ),
            "CorsConfiguration": Structure(
                {
                    "CorsRules": ListOf(
                        Structure(
                            {
                                "AllowedHeaders": TEXTS,
                                "AllowedMethods": TEXTS,
                                "AllowedOrigins": TEXTS,
                                "ExposedHeaders": TEXTS,
                                "Id": TEXT,
                                "MaxAge": INTEGER,
                            }
                        )
                    )
                }
            ),
            "Tags": TAGS,
            "VersioningConfiguration": Structure({"Status": TEXT}, required=("Status",)),
        }
    )
    replaced_by = frozenset({"BucketName"})
    named_by = "BucketName"
    attributes = frozenset({"Arn", "DomainName", "DualStackDomainName", "RegionalDomainName", "WebsiteURL"})

    def create(self, scope: Scope, properties: Json) -> Made:
        """CreateBucket, then one call for each of its configurations."""
        s3 = scope.client("s3")
        bucket = properties.get("BucketName") or scope.new_name(63).lower()
        if is_there(
            lambda: s3.head_bucket(Bucket=bucket)
        ):  # CreateBucket of one's own bucket succeeds in us-east-1
            raise AlreadyThere(bucket)
        more: Json = {}
        if scope.region != "us-east-1":
            more["CreateBucketConfiguration"] = {"LocationConstraint": scope.region}
        ownership = properties.get("OwnershipControls")
        if ownership:
            more["ObjectOwnership"] = ownership["Rules"][0]["ObjectOwnership"]
        s3.create_bucket(Bucket=bucket, **more)
        scope.initiated(bucket)
        _configure(s3, bucket, {}, properties)
        return _bucket(scope, bucket)

    def exists(self, scope: Scope, name: str) -> bool:
        """HeadBucket."""
        return is_there(lambda: scope.client("s3").head_bucket(Bucket=name))

    def update(self, scope: Scope, physical_id: str, before: Json, after: Json) -> Made:
        """One call for each configuration that differs."""
        _configure(scope.client("s3"), physical_id, before, after)
        return _bucket(scope, physical_id)

    def delete(self, scope: Scope, physical_id: str, properties: Json) -> None:
        """DeleteBucket."""
        scope.client("s3").delete_bucket(Bucket=physical_id)


class BucketPolicy(ResourceType):
    """A bucket's policy."""

    name = "AWS::S3::BucketPolicy"
    properties = Structure(
        {"Bucket": TEXT, "PolicyDocument": JSON_TEXT}, required=("Bucket", "PolicyDocument")
    )
    replaced_by = frozenset({"Bucket"})

    def create(self, scope: Scope, properties: Json) -> Made:
        """PutBucketPolicy; fails if the bucket has one already."""
        s3, bucket = scope.client("s3"), properties["Bucket"]
        try:
            s3.get_bucket_policy(Bucket=bucket)
        except ClientError as error:
            if error_code(error) != "NoSuchBucketPolicy":
                raise
        else:
            raise AlreadyThere(f"The bucket policy of {bucket}")
        s3.put_bucket_policy(Bucket=bucket, Policy=properties["PolicyDocument"])
        return Made(bucket)

    def update(self, scope: Scope, physical_id: str, before: Json, after: Json) -> Made:
        """PutBucketPolicy."""
        scope.client("s3").put_bucket_policy(Bucket=physical_id, Policy=after["PolicyDocument"])
        return Made(physical_id)

    def delete(self, scope: Scope, physical_id: str, properties: Json) -> None:
        """DeleteBucketPolicy."""
        scope.client("s3").delete_bucket_policy(Bucket=physical_id)


def _bucket(scope: Scope, bucket: str) -> Made:
    domain = "amazonaws.com"
    return Made(
        bucket,
        {
            "Arn": f"arn:aws:s3:::{bucket}",
            "DomainName": f"{bucket}.s3.{domain}",
            "DualStackDomainName": f"{bucket}.s3.dualstack.{scope.region}.{domain}",
            "RegionalDomainName": f"{bucket}.s3.{scope.region}.{domain}",
            "WebsiteURL": f"http://{bucket}.s3-website-{scope.region}.{domain}",
        },
    )


def _configure(s3: Any, bucket: str, before: Json, after: Json) -> None:
    """Bring a bucket's configurations from one set of properties to another."""
    for name, (put, remove) in _CONFIGURATIONS.items():
        if before.get(name) == after.get(name):
            continue
        if after.get(name):
            put(s3, bucket, after[name])
        else:
            remove(s3, bucket)


def _put_encryption(s3: Any, bucket: str, value: Json) -> None:
    rules = [
        {
            **picked(rule, "BucketKeyEnabled"),
            "ApplyServerSideEncryptionByDefault": rule["ServerSideEncryptionByDefault"],
        }
        for rule in value["ServerSideEncryptionConfiguration"]
    ]
    s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": rules})


def _put_lifecycle(s3: Any, bucket: str, value: Json) -> None:
    rules = [_lifecycle_rule(rule) for rule in value["Rules"]]
    s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": rules})


def _lifecycle_rule(rule: Json) -> Json:
    """A rule as S3's API has it: with a filter, and lists where CloudFormation allows single ones too."""
    found: Json = {**picked(rule, "Status", "AbortIncompleteMultipartUpload"), "Filter": _filter(rule)}
    if "Id" in rule:
        found["ID"] = rule["Id"]
    expiration = renamed(
        rule,
        {
            "ExpirationInDays": "Days",
            "ExpirationDate": "Date",
            "ExpiredObjectDeleteMarker": "ExpiredObjectDeleteMarker",
        },
    )
    if expiration:
        found["Expiration"] = expiration
    if "NoncurrentVersionExpirationInDays" in rule:
        found["NoncurrentVersionExpiration"] = {"NoncurrentDays": rule["NoncurrentVersionExpirationInDays"]}
    found.update(picked(rule, "NoncurrentVersionExpiration"))
    days = {"StorageClass": "StorageClass", "TransitionInDays": "Days", "TransitionDate": "Date"}
    if transitions := _both(rule, "Transition"):
        found["Transitions"] = [renamed(one, days) for one in transitions]
    if transitions := _both(rule, "NoncurrentVersionTransition"):
        names = {
            **days,
            "TransitionInDays": "NoncurrentDays",
            "NewerNoncurrentVersions": "NewerNoncurrentVersions",
        }
        found["NoncurrentVersionTransitions"] = [renamed(one, names) for one in transitions]
    return found


def _both(rule: Json, name: str) -> list[Json]:
    return [*([rule[name]] if name in rule else []), *rule.get(f"{name}s", [])]


def _filter(rule: Json) -> Json:
    parts = picked(rule, "Prefix", "ObjectSizeGreaterThan", "ObjectSizeLessThan")
    tags = rule.get("TagFilters", [])
    if len(parts) + len(tags) > 1:
        return {"And": {**parts, **({"Tags": tags} if tags else {})}}
    return {"Tag": tags[0]} if tags else parts or {"Prefix": ""}


def _put_logging(s3: Any, bucket: str, value: Json) -> None:
    enabled = {
        "TargetBucket": value.get("DestinationBucketName", bucket),
        "TargetPrefix": value.get("LogFilePrefix", ""),
    }
    s3.put_bucket_logging(Bucket=bucket, BucketLoggingStatus={"LoggingEnabled": enabled})


def _put_cors(s3: Any, bucket: str, value: Json) -> None:
    names = {"ExposedHeaders": "ExposeHeaders", "Id": "ID", "MaxAge": "MaxAgeSeconds"}
    rules = [
        {**picked(rule, "AllowedHeaders", "AllowedMethods", "AllowedOrigins"), **renamed(rule, names)}
        for rule in value["CorsRules"]
    ]
    s3.put_bucket_cors(Bucket=bucket, CORSConfiguration={"CORSRules": rules})


_CONFIGURATIONS: dict[str, tuple[Callable[[Any, str, Any], Any], Callable[[Any, str], Any]]] = {
    "VersioningConfiguration": (
        lambda s3, bucket, value: s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration=value),
        lambda s3, bucket: s3.put_bucket_versioning(
            Bucket=bucket, VersioningConfiguration={"Status": "Suspended"}
        ),
    ),
    "BucketEncryption": (_put_encryption, lambda s3, bucket: s3.delete_bucket_encryption(Bucket=bucket)),
    "OwnershipControls": (
        lambda s3, bucket, value: s3.put_bucket_ownership_controls(Bucket=bucket, OwnershipControls=value),
        lambda s3, bucket: s3.delete_bucket_ownership_controls(Bucket=bucket),
    ),
    "PublicAccessBlockConfiguration": (
        lambda s3, bucket, value: s3.put_public_access_block(
            Bucket=bucket, PublicAccessBlockConfiguration=value
        ),
        lambda s3, bucket: s3.delete_public_access_block(Bucket=bucket),
    ),
    "LifecycleConfiguration": (_put_lifecycle, lambda s3, bucket: s3.delete_bucket_lifecycle(Bucket=bucket)),
    "LoggingConfiguration": (
        _put_logging,
        lambda s3, bucket: s3.put_bucket_logging(Bucket=bucket, BucketLoggingStatus={}),
    ),
    "CorsConfiguration": (_put_cors, lambda s3, bucket: s3.delete_bucket_cors(Bucket=bucket)),
    "Tags": (
        lambda s3, bucket, value: s3.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": value}),
        lambda s3, bucket: s3.delete_bucket_tagging(Bucket=bucket),
    ),
}

TYPES: tuple[ResourceType, ...] = (Bucket(), BucketPolicy())
