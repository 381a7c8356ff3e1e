"""The pipeline that runs in AWS: daily episode snapshots in, episode and spell tables out.

Functions without a command line, over boto3 and pyarrow. Every step takes a `Context` (clients,
settings, clock) and small values.

    context     connect(session, settings, endpoint_url=None) -> Context
    catalog     ensure(context) -> CatalogReport            databases, tables, views, current_run
    ingest      ingest(context, progress=silent) -> IngestReport            landing versions into bronze
    run         run_day(context, as_of, options=RunOptions(), progress=silent) -> RunResult
    backfill    backfill(context, first, last, options=RunOptions(), progress=silent) -> BackfillReport
    publish     rollback(context, run_id) -> Switch;  current_run(context) -> RunKey | None
    quarantine  quarantine(context, delivery_id, reason, by) -> Quarantine
    deliveries  list_deliveries(context) -> tuple[Delivery, ...]
    purge       purge(context, keep=None) -> PurgeReport
    manifest    list_runs(context) -> tuple[Manifest, ...];  read_manifest(context, run_id) -> Manifest;
                read_findings(context, run_id) -> tuple[Finding, ...]
    errors      WardlakeError.kind is one of source, audit, query, not_found, busy, configuration

RunOptions(accept_vanished=False, publish="always", owner=None, owner_is_alive=process_is_alive): publish
"newer" leaves the public tables where they are when they show a later day.

How a day's run flows, each in its own module: claim, ingest (source_file, bronze, deliveries), checks, build
(plan, sqltext, athena), guard, audits, publish, manifest, alerts. Beside them: contract (what the source's
columns are), ddl and catalog (tables from `sql/tables`), presto_view (how Athena keeps a view in Glue).
"""
