"""Drop what old runs built: their partitions and their objects, and never anything else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline import alerts, owners, storage
from pipeline.alerts import Alert
from pipeline.claim import IsAlive
from pipeline.context import Context
from pipeline.ddl import RUN_COLUMN, TableFile, database_of, read_tables
from pipeline.errors import ConfigurationError
from pipeline.manifest import FINISHED, Manifest, list_runs, manifest_key, write_manifest
from pipeline.publish import current_run

if TYPE_CHECKING:
    from types_boto3_glue.type_defs import PartitionValueListTypeDef
    from types_boto3_s3.type_defs import DeleteTypeDef

PARTITIONS_AT_ONCE = 25  # Glue's limit on a batch
OBJECTS_AT_ONCE = 1000  # S3's


@dataclass(frozen=True)
class PurgeReport:
    """The runs whose tables were dropped, oldest first, and how many objects that were."""

    runs: tuple[str, ...]
    objects: int


def purge(context: Context, keep: int | None = None, owner_is_alive: IsAlive | None = None) -> PurgeReport:
    """Drop the tables of all runs older than the newest `keep` (default: the settings') finished ones.

    The public run and runs still at work stay. Manifests and findings stay, marked as purged, and are marked
    before anything is dropped, so that neither rollback nor a guard meets half a run; what an interruption
    left is finished by the next purge. owner_is_alive says of a run's owner whether it may still be at work
    (`owners.judge`, unless given).
    """
    is_alive = owner_is_alive or owners.judge(context)
    runs = list_runs(context)
    public = current_run(context)
    kept = [run for run in runs if run.status in FINISHED and run.purged == "no"]
    kept = kept[: context.settings.keep_runs if keep is None else keep]
    oldest = min((run.started_at for run in kept), default="")
    victims = [
        run
        for run in reversed(runs)
        if run.purged == "begun"
        or (
            run.purged == "no"
            and run.started_at < oldest
            and (public is None or run.run_id != public.run_id)
            and not (run.status == "running" and is_alive(run.owner))
        )
    ]
    for run in victims:
        write_manifest(context, replace(run, purged="begun"))
    tables = [table for table in read_tables(context.settings.sql_root) if table.is_by_run]
    objects = sum(storage.in_threads(lambda table: _drop(context, table, victims), tables)) if victims else 0
    for run in victims:
        write_manifest(context, replace(run, purged="done"))
    return PurgeReport(tuple(run.run_id for run in victims), objects)


def tell_of_failure(context: Context, run: Manifest, reason: str) -> None:
    """Alert on a purge that failed: the run's day is done all the same, and the next run takes it up."""
    where = f"s3://{context.settings.lake_bucket}/{manifest_key(run.run_id)}"
    alerts.send(context, Alert("failed_purge", reason, run.run_id, str(run.as_of), "purge", where=where))


def _drop(context: Context, table: TableFile, victims: Sequence[Manifest]) -> int:
    """Drop the victims' partitions of one table and then their objects; how many objects there were."""
    database = database_of(context.settings, table.level)
    for start in range(0, len(victims), PARTITIONS_AT_ONCE):
        values: list[PartitionValueListTypeDef] = [
            {"Values": [run.run_id]} for run in victims[start : start + PARTITIONS_AT_ONCE]
        ]
        answer = context.glue.batch_delete_partition(
            DatabaseName=database, TableName=table.stored_name, PartitionsToDelete=values
        )
        for refused in answer.get("Errors", []):
            detail = refused.get("ErrorDetail", {})
            if detail.get("ErrorCode") != "EntityNotFoundException":  # one that is not there is what we want
                raise ConfigurationError(f"Glue kept partition {refused.get('PartitionValues')}: {detail}")
    bucket = context.settings.lake_bucket
    keys = [
        item.key
        for run in victims
        for item in storage.list_objects(
            context.s3, bucket, f"{table.level}/{table.stored_name}/{RUN_COLUMN}={run.run_id}/"
        )
    ]
    for start in range(0, len(keys), OBJECTS_AT_ONCE):
        chunk = keys[start : start + OBJECTS_AT_ONCE]
        wanted: DeleteTypeDef = {"Objects": [{"Key": key} for key in chunk], "Quiet": True}
        for kept in context.s3.delete_objects(Bucket=bucket, Delete=wanted).get("Errors", []):
            raise ConfigurationError(f"S3 kept {kept.get('Key')}: {kept.get('Message')}")
    return len(keys)
