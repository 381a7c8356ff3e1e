"""Taking a test's stage away again: by the names that it was made with, and nothing else."""

from __future__ import annotations

import boto3
from botocore.exceptions import ClientError

from pipeline.context import Context
from scripts.destruction import Destroyer, Remains
from scripts.provision import hand_over
from tests.pipeline.inbox import queue_name


def take_away(session: boto3.Session, context: Context) -> None:
    """Delete the stage that `provision` made: topic, workgroup, buckets with all versions, and databases.

    Nothing happens where that was done before.
    """
    names = context.settings
    if names.source_bucket not in {bucket["Name"] for bucket in context.s3.list_buckets()["Buckets"]}:
        return
    hand_over(context)
    databases = (names.bronze_database, names.silver_database, names.gold_database)
    remains = Remains((names.source_bucket, names.lake_bucket), databases, ())
    Destroyer(session, None, names.account, names.stage).destroy(remains)
    sqs = session.client("sqs", region_name=names.region)
    try:
        url = sqs.get_queue_url(QueueName=queue_name(context))["QueueUrl"]
    except ClientError as error:
        if "NonExistentQueue" not in error.response["Error"]["Code"]:
            raise
    else:
        sqs.delete_queue(QueueUrl=url)
