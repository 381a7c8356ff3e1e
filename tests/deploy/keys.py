"""What a stage encrypts with a key of its own, and the uses of that key which calls imply."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.deploy.called import ACCOUNT, REGION
from tests.deploy.iam import Need

_BOTH = ("kms:GenerateDataKey", "kms:Decrypt")
_USES = {
    "s3:GetObject": ("kms:Decrypt",),
    "s3:GetObjectVersion": ("kms:Decrypt",),
    "s3:PutObject": _BOTH,  # the second one when it comes in parts
    "sns:Publish": _BOTH,
    "sqs:SendMessage": _BOTH,
}
"""Of each action on what is encrypted, from what the guides of S3, SNS and SQS say of permissions for KMS."""


@dataclass(frozen=True)
class Key:
    """A key by its ARN, with its tags as a policy sees them, and the ARNs of what is encrypted with it."""

    arn: str
    tags: Mapping[str, str]
    encrypted: frozenset[str]

    def needs(self, needs: Iterable[Need]) -> Iterator[Need]:
        """The uses of the key that these permissions imply."""
        for need in needs:
            holder = need.resource.partition("/")[0]
            if holder in self.encrypted:
                yield from (Need(action, self.arn, self.tags) for action in _USES.get(need.action, ()))


def key_of(clients: Any, stage: str) -> Key:
    """The key of a deployed stage, which encrypts its buckets, its topic and its queue."""
    kms, s3, sns, sqs = (clients(service) for service in ("kms", "s3", "sns", "sqs"))
    arn = kms.describe_key(KeyId=f"alias/wardlake-{stage}")["KeyMetadata"]["Arn"]
    tags = {tag["TagKey"]: tag["TagValue"] for tag in kms.list_resource_tags(KeyId=arn)["Tags"]}
    found = {}
    for bucket in s3.list_buckets()["Buckets"]:
        rules = s3.get_bucket_encryption(Bucket=bucket["Name"])["ServerSideEncryptionConfiguration"]["Rules"]
        named = rules[0]["ApplyServerSideEncryptionByDefault"].get("KMSMasterKeyID")
        found[f"arn:aws:s3:::{bucket['Name']}"] = named
    topic = f"arn:aws:sns:{REGION}:{ACCOUNT}:wardlake-{stage}-alerts"
    found[topic] = sns.get_topic_attributes(TopicArn=topic)["Attributes"].get("KmsMasterKeyId")
    queue = f"wardlake-{stage}-dead-letters"
    url = sqs.get_queue_url(QueueName=queue)["QueueUrl"]
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["KmsMasterKeyId"])["Attributes"]
    found[f"arn:aws:sqs:{REGION}:{ACCOUNT}:{queue}"] = attributes.get("KmsMasterKeyId")
    encrypted = frozenset(
        holder for holder, key in found.items() if key and arn.endswith(key.rpartition("/")[2])
    )
    return Key(arn, {f"aws:ResourceTag/{name}": value for name, value in tags.items()}, encrypted)
