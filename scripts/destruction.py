"""Delete what a stage leaves behind: its buckets with all versions, its databases, and in time its key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import boto3
from botocore.exceptions import ClientError

from scripts.aws import endpoint_of, open_session
from scripts.cloudformation import Stack
from scripts.errors import CliError, ExitCode, NotFound
from scripts.output import counted, say
from scripts.settings import CliSettings

if TYPE_CHECKING:
    from types_boto3_glue import GlueClient
    from types_boto3_s3 import S3Client

KEY_WAITS_DAYS = 30
"""How long a key can still be had back: the longest that KMS has."""


@dataclass(frozen=True)
class Remains:
    """What is left of a stage, by name."""

    buckets: tuple[str, ...]
    databases: tuple[str, ...]
    keys: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        """Whether nothing is left."""
        return not (self.buckets or self.databases or self.keys)


class Destroyer:
    """The remains of one stage in one account and region."""

    def __init__(self, session: boto3.Session, endpoint: str | None, account: str, stage: str) -> None:
        self._s3: S3Client = session.client("s3", endpoint_url=endpoint)
        self._glue: GlueClient = session.client("glue", endpoint_url=endpoint)
        self._kms: Any = session.client("kms", endpoint_url=endpoint)
        self._stack = Stack(session.client("cloudformation", endpoint_url=endpoint), f"wardlake-{stage}")
        self._account = account
        self._stage = stage

    def find(self) -> Remains:
        """What is left.

        Raises:
            CliError: the stack still exists: it would write to what is destroyed.
            NotFound: nothing is left.
        """
        if self._stack.describe() is not None:
            raise CliError(
                f"stack {self._stack.name} still exists: its data is in use",
                ExitCode.BUSY,
                hint=f"`wardlake --stage {self._stage} undeploy` first",
            )
        remains = Remains(self._buckets(), self._databases(), self._keys())
        if remains.is_empty:
            raise NotFound(f"nothing is left of stage {self._stage} in this account and region")
        return remains

    def destroy(self, remains: Remains) -> None:
        """Delete it; of keys, say when."""
        for bucket in remains.buckets:
            count = self._empty(bucket)
            self._s3.delete_bucket(Bucket=bucket)
            say(f"  {bucket} deleted, with {counted(count, 'version')} of objects")
        for database in remains.databases:
            self._glue.delete_database(Name=database)
            say(f"  {database} deleted")
        for key in remains.keys:
            answer = self._kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=KEY_WAITS_DAYS)
            say(f"  key {key} is deleted on {answer['DeletionDate']:%Y-%m-%d}; until then it can be had back")

    def _buckets(self) -> tuple[str, ...]:
        names = (f"wardlake-{self._stage}-{kind}-{self._account}" for kind in ("source", "lake", "artifacts"))
        return tuple(name for name in names if self._has_bucket(name))

    def _has_bucket(self, name: str) -> bool:
        try:
            self._s3.head_bucket(Bucket=name, ExpectedBucketOwner=self._account)
        except ClientError as error:
            if error.response["Error"]["Code"] == "404":
                return False
            raise
        return True

    def _databases(self) -> tuple[str, ...]:
        names = {f"wardlake_{self._stage}_{level}" for level in ("bronze", "silver", "gold")}
        pages = self._glue.get_paginator("get_databases").paginate()
        found = {item["Name"] for page in pages for item in page["DatabaseList"]}
        return tuple(sorted(names & found))

    def _keys(self) -> tuple[str, ...]:
        """The keys that the stage's stacks made; their alias went with the stack, their description stays."""
        wanted = f"Wardlake {self._stage}, its data"
        pages = self._kms.get_paginator("list_keys").paginate()
        keys = [item["KeyId"] for page in pages for item in page["Keys"]]
        facts = [self._kms.describe_key(KeyId=key)["KeyMetadata"] for key in keys]
        is_ours = (
            fact["KeyId"] for fact in facts if fact.get("Description") == wanted and fact.get("Enabled")
        )
        return tuple(is_ours)

    def _empty(self, bucket: str) -> int:
        """Delete all versions and delete markers; how many there were."""
        count = 0
        for page in self._s3.get_paginator("list_object_versions").paginate(Bucket=bucket):
            items = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
            if not items:
                continue
            answer = self._s3.delete_objects(
                Bucket=bucket,
                Delete={
                    "Objects": [{"Key": item["Key"], "VersionId": item["VersionId"]} for item in items],
                    "Quiet": True,
                },
            )
            if refused := answer.get("Errors"):
                raise CliError(
                    f"s3://{bucket}/{refused[0].get('Key')}: {refused[0].get('Message')}", ExitCode.UNEXPECTED
                )
            count += len(items)
        return count


def open_destroyer(settings: CliSettings, account: str) -> Destroyer:
    """The destroyer of the settings' stage."""
    return Destroyer(open_session(settings), endpoint_of(settings), account, settings.stage)
