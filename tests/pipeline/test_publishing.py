"""What readers see: one pointer, switched whole; back to earlier runs; old runs purged."""

import pytest
from botocore.exceptions import ClientError

from pipeline.backfill import backfill
from pipeline.catalog import ensure
from pipeline.errors import ConfigurationError, NotFound, QueryFailed
from pipeline.manifest import list_runs, read_manifest
from pipeline.publish import current_run, rollback
from pipeline.purge import purge
from pipeline.run import RunResult
from tests.pipeline.hospital import Hospital, day, episode


def run_days(hospital: Hospital, days: int) -> list[RunResult]:
    for number in range(1, days + 1):
        hospital.deliver(number, *(episode(f"E{item}", f"S{item}", f"P{item}") for item in range(number)))
    return [hospital.run(number) for number in range(1, days + 1)]


def count(hospital: Hospital) -> int:
    (row,) = hospital.query("select count(*) as episodes from fact_episode")
    return int(row["episodes"] or 0)


def test_before_the_first_run_the_public_tables_are_there_and_empty(hospital: Hospital) -> None:
    assert count(hospital) == 0
    assert current_run(hospital.context) is None


def test_ensuring_the_catalog_again_changes_nothing(hospital: Hospital) -> None:
    report = ensure(hospital.context)
    assert (report.created, report.changed) == ((), ())


def test_a_column_appended_to_a_ddl_is_added_to_the_table_and_its_view(hospital: Hospital) -> None:
    (run,) = run_days(hospital, 1)
    glue, database = hospital.context.glue, hospital.context.settings.gold_database
    table = glue.get_table(DatabaseName=database, Name="dim_ward_runs")["Table"]
    storage = table["StorageDescriptor"]
    glue.update_table(
        DatabaseName=database,
        TableInput={
            "Name": "dim_ward_runs",
            "TableType": "EXTERNAL_TABLE",
            "Parameters": table["Parameters"],
            "PartitionKeys": table["PartitionKeys"],
            "StorageDescriptor": {**storage, "Columns": storage["Columns"][:1]},
        },
    )
    assert ensure(hospital.context).changed == ("dim_ward_runs",)
    assert hospital.rows("dim_ward", "ward_code", "ward_name") == [("A1", "Daisy")]
    assert run.is_published


def test_a_column_that_changed_its_type_is_refused(hospital: Hospital) -> None:
    glue, database = hospital.context.glue, hospital.context.settings.gold_database
    table = glue.get_table(DatabaseName=database, Name="dim_ward_runs")["Table"]
    storage = table["StorageDescriptor"]
    retyped = {**storage, "Columns": [{"Name": "ward_code", "Type": "int"}]}
    glue.update_table(
        DatabaseName=database,
        TableInput={"Name": "dim_ward_runs", "StorageDescriptor": retyped},  # type: ignore[typeddict-item]
    )
    with pytest.raises(ConfigurationError, match=r"ward_code int where .* has ward_code string"):
        ensure(hospital.context)


def test_an_earlier_run_can_be_made_public_again(hospital: Hospital) -> None:
    first, second = run_days(hospital, 2)
    assert count(hospital) == 2
    switch = rollback(hospital.context, first.run_id)
    assert (switch.previous, switch.current) == (second.run_id, first.run_id)
    assert count(hospital) == 1


def test_only_a_finished_run_can_be_made_public(hospital: Hospital) -> None:
    (good,) = run_days(hospital, 1)
    hospital.deliver(2, episode(start="x"))
    failed = hospital.stopped(2).run_id
    assert failed
    for unfit in (failed, good.run_id[:-1] + "?"):
        with pytest.raises(NotFound):
            rollback(hospital.context, unfit)
    assert count(hospital) == 1


def test_a_run_of_an_earlier_day_may_leave_a_later_one_public(hospital: Hospital) -> None:
    run_days(hospital, 2)
    quiet = hospital.run(1, publish="newer")
    assert not quiet.is_published
    assert quiet.manifest.status == "complete"
    assert count(hospital) == 2


def test_a_failed_query_leaves_what_was_public_and_names_the_query(hospital: Hospital) -> None:
    run_days(hospital, 1)
    database = hospital.context.settings.gold_database
    hospital.context.glue.delete_table(DatabaseName=database, Name="dim_ward_runs")
    broken = hospital.context.glue.get_table(DatabaseName=database, Name="dim_consultant_runs")["Table"]
    hospital.context.glue.create_table(
        DatabaseName=database,
        TableInput={
            "Name": "dim_ward_runs",
            "StorageDescriptor": {
                "Columns": [{"Name": "ward_code", "Type": "string"}, {"Name": "ward_name", "Type": "string"}],
                "Location": broken["StorageDescriptor"]["Location"],
            },
        },
    )
    with pytest.raises(QueryFailed) as caught:
        hospital.run(1)
    assert caught.value.name == "gold.dim_ward"
    assert caught.value.query_id in str(caught.value)
    newest = list_runs(hospital.context)[0]
    assert (newest.status, newest.failed_step, newest.query_id) == (
        "failed",
        "build gold",
        caught.value.query_id,
    )
    assert count(hospital) == 1


def test_purging_drops_old_runs_and_nothing_else(hospital: Hospital) -> None:
    first, second, third = run_days(hospital, 3)
    rollback(hospital.context, second.run_id)
    report = purge(hospital.context, keep=1)
    assert report.runs == (first.run_id,)
    assert report.objects > 0
    assert count(hospital) == 2
    rollback(hospital.context, third.run_id)
    assert count(hospital) == 3
    assert read_manifest(hospital.context, first.run_id).purged == "done"
    with pytest.raises(NotFound, match="purged"):
        rollback(hospital.context, first.run_id)
    bucket = hospital.context.settings.lake_bucket
    keys = [item["Key"] for item in hospital.context.s3.list_objects_v2(Bucket=bucket).get("Contents", [])]
    assert not [key for key in keys if f"run_id={first.run_id}/" in key]


def test_a_run_purges_what_is_beyond_the_retention(hospital: Hospital) -> None:
    first, second, _ = run_days(hospital.with_settings(keep_runs=2), 3)
    assert read_manifest(hospital.context, first.run_id).purged == "done"
    assert read_manifest(hospital.context, second.run_id).purged == "no"
    assert count(hospital) == 3


def test_a_run_whose_purge_fails_is_public_all_the_same(hospital: Hospital) -> None:
    run_days(hospital, 2)

    def refuse(**arguments: object) -> None:
        raise ClientError({"Error": {"Code": "AccessDeniedException"}}, "BatchDeletePartition")

    hospital.context.glue.meta.events.register("before-call.glue.BatchDeletePartition", refuse)
    try:
        (run,) = run_days(hospital.with_settings(keep_runs=1), 1)
    finally:
        hospital.context.glue.meta.events.unregister("before-call.glue.BatchDeletePartition", refuse)
    assert read_manifest(hospital.context, run.run_id).status == "published"
    assert [item["name"] for item in hospital.read_json(f"runs/{run.run_id}/manifest.json")["steps"]][
        -1
    ] == "publish"


def test_purging_again_finds_nothing(hospital: Hospital) -> None:
    run_days(hospital, 2)
    purge(hospital.context, keep=1)
    assert purge(hospital.context, keep=1).runs == ()


def test_the_manifest_says_what_went_in_and_what_came_out(hospital: Hospital) -> None:
    (run,) = run_days(hospital, 1)
    manifest = read_manifest(hospital.context, run.run_id)
    assert manifest == run.manifest
    assert [item.file for item in manifest.inputs] == ["Episodes 01-01-2026.csv"]
    assert manifest.rows["fact_episode"] == 1
    assert manifest.rows["post_discharge_change"] == 0
    assert [step.name for step in manifest.steps][1:4] == [
        "ingest",
        "choose deliveries",
        "check source",
    ]
    assert {"source_format", "audit.staging", "audit.silver", "audit.gold"} <= {
        item.name for item in manifest.statements
    }
    assert all(item.query_id and len(item.sha256) == 64 for item in manifest.statements)


def test_a_backfill_runs_the_days_missed_and_passes_over_those_without_a_file(hospital: Hospital) -> None:
    for number in (1, 2, 4):
        hospital.deliver(number, episode())
    hospital.run(2)
    report = backfill(hospital.context, day(1), day(4))
    assert [(item.as_of.day, item.outcome) for item in report.days] == [
        (1, "ran"),
        (2, "done before"),
        (3, "no snapshot"),
        (4, "ran"),
    ]
    public = current_run(hospital.context)
    assert public and public.as_of == day(4)
    again = backfill(hospital.context, day(1), day(4))
    assert [item.outcome for item in again.days] == [
        "done before",
        "done before",
        "no snapshot",
        "done before",
    ]
