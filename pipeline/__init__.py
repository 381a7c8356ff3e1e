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
    handlers    the functions of the state machine, over the same steps
    errors      WardlakeError.kind is one of source, audit, query, not_found, busy, configuration

RunOptions(accept_vanished=False, publish="always", owner=None, owner_is_alive=None): publish "newer" leaves
the public tables where they are when they show a later day; owner_is_alive is `owners.judge`, unless given.

How a day's run flows, each in its own module: claim (owners), catalog, ingest (source_file, bronze,
deliveries), planning (inputs, plan, sqltext, statements), checks and audits, publish, purge, manifest,
failures, alerts. `run` walks it in process with `athena`; `deploy/inpatient.asl.json` walks it in AWS, by the
same functions behind `handlers`, and `queries` is what both read of statements that have ended. Beside them:
contract (what the source's columns are), ddl (tables from `sql/tables`), presto_view (how Athena keeps a view
in Glue).
"""
