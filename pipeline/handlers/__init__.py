"""The Lambda functions of the state machine: each a thin handler over functions that the direct walk shares.

`pipeline.handlers.<name>.handler`, in the order of the day. A handler's event is checked at the door
(`events`), its settings come from the environment (`environment`), and its result is small: ids, keys and
counts, never a value of the data, as an execution's history keeps it for every operator to read.

    claim    {input, execution, started_at}
             -> {outcome: claimed, run} | {outcome: busy, owner} | {outcome: done, run_id}
    catalog  {run} -> {bucket, statements: [statement]}              the tables that are still to be created
    ingest   {run} -> {new, known, odd: [{status, count, delivery_ids}]}
    plan     {run, odd} -> {bucket, source_check, staging: […], silver: […], silver_audits: […], guard,
             gold: […], gold_audit}                        statements; guard is null without a baseline
    publish  {run, statements: [done], steps: [step], at} -> {status: published | complete}
    purge    {run} -> {runs, objects}
    notify   {run, execution, statements: [done], steps: [step], at, failure, purge_failure}
             -> {error, cause}                                       both null when the run did not fail

    watchdog {scheduled_time} -> {published}                  by a schedule of its own

    run        {run_id, as_of, owner, started_at, accept_vanished, publish, scheduled_time}
    statement  {name, kind, database, key, token}: the text lies in the lake bucket under the key,
               `runs/<run_id>/sql/…`; token is Athena's ClientRequestToken
    done       {name, kind, query_id}
    step       {name, entered_at}
    failure    {step, error: {Error, Cause}, query_id}: the error as it was caught, or the name alone of a
               stop that a query found, with the query's id; purge_failure is the same; both are null when
               all went well

The machine's own output is {outcome: published | complete, run_id}, or what claim gave when that was no
claim.

input, of a scheduled start: {scheduled_time}; by hand: {as_of, accept_vanished, publish}. A claim that is
"busy" or "done" (the same scheduled time has been run) ends the execution quietly.

What each needs of AWS, beside its log: S3 is the lake bucket unless the source bucket is named.

    claim    s3 get, put and list of runs/*; states:DescribeExecution
    catalog  s3 get and put of runs/*; glue GetTable(s), CreateDatabase, CreateTable and UpdateTable
    ingest   s3 get and put of runs/*, get and list of quarantine/*; of the source bucket
             ListBucketVersions, GetObjectVersion of landing/*, get, put and list of bronze/*; glue GetTable
             and BatchCreatePartition of bronze
    plan     s3 get, put and list of runs/*, get and list of quarantine/*, put of bronze/*; of the source
             bucket get and list of bronze/deliveries/*; glue GetTable and BatchCreatePartition of bronze;
             sns:Publish
    publish  s3 get and put of runs/*, get of results/*; athena BatchGetQueryExecution and GetQueryResults;
             glue GetTable and UpdateTable of gold
    purge    s3 get, put and list of runs/*, list and delete of bronze/delivery_runs/*, staging/*, silver/*,
             gold/*; glue GetTable and BatchDeletePartition; states:DescribeExecution
    notify   s3 get and put of runs/*, get of results/*; athena GetQueryExecution, BatchGetQueryExecution and
             GetQueryResults; glue GetTable of gold; sns:Publish
    watchdog glue GetTable of gold; sns:Publish

Metrics, in the namespace Wardlake with the dimensions Stage and Step (the step's name in the manifest, and
"report" of notify): DurationMilliseconds of each; Deliveries and Rows (ingest), Snapshots and SourceRows
(plan), Rows and ScannedBytes (publish), PurgedRuns and PurgedObjects (purge), Failed, RunSeconds,
QualityFindings, PublishedAgeDays and, of a failure, BlockingFindings (notify), Late (watchdog).

Only ingest and plan use pyarrow, from the layer; the others start without it.
"""
