"""Make what the pipeline expects to find: buckets, topic, workgroup, databases and tables.

On AWS the deployment makes the first three; on an emulator the command line does, when they are first needed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from pipeline import catalog
from pipeline.context import Context
from scripts.aws import open_context
from scripts.settings import CliSettings

if TYPE_CHECKING:
    from types_boto3_s3.literals import BucketLocationConstraintType

RESULTS_PREFIX = "results/"
HOME_REGION = "us-east-1"
"""The one region in which S3 wants no location constraint."""


def ready_context(settings: CliSettings) -> Context:
    """The pipeline's context; on an endpoint of this machine, all that it needs is there afterwards."""
    context = open_context(settings)
    if settings.is_local:
        provision(context)
    return context


def provision(context: Context) -> None:
    """Make whatever is missing; what is there already is left as it is."""
    names = context.settings
    _bucket(context, names.source_bucket)
    _bucket(context, names.lake_bucket)
    context.s3.put_bucket_versioning(
        Bucket=names.source_bucket, VersioningConfiguration={"Status": "Enabled"}
    )
    topic = names.alert_topic_arn.rsplit(":", 1)[-1]
    context.sns.create_topic(Name=topic)
    _workgroup(context)
    catalog.ensure(context)


def hand_over(context: Context) -> None:
    """Remove what `provision` made and a stack is about to make itself: the workgroup and the topic.

    Buckets and databases stay: the stack takes them over with what they hold.
    """
    context.sns.delete_topic(TopicArn=context.settings.alert_topic_arn)
    try:
        context.athena.delete_work_group(WorkGroup=context.settings.workgroup, RecursiveDeleteOption=True)
    except ClientError as error:
        if "not found" not in error.response["Error"]["Message"]:
            raise


def _bucket(context: Context, name: str) -> None:
    region = context.settings.region
    try:
        if region == HOME_REGION:
            context.s3.create_bucket(Bucket=name)
        else:
            location: BucketLocationConstraintType = region  # type: ignore[assignment]  # any region's name
            context.s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": location})
    except ClientError as error:
        if error.response["Error"]["Code"] != "BucketAlreadyOwnedByYou":
            raise


def _workgroup(context: Context) -> None:
    names = context.settings
    try:
        context.athena.create_work_group(
            Name=names.workgroup,
            Description="The daily job and its readers; results go to one place",
            Configuration={
                "EnforceWorkGroupConfiguration": True,
                "ResultConfiguration": {"OutputLocation": f"s3://{names.lake_bucket}/{RESULTS_PREFIX}"},
            },
        )
    except ClientError as error:
        said = error.response["Error"]
        if said["Code"] != "InvalidRequestException" or "already" not in said["Message"]:
            raise
