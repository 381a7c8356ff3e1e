"""What roles may do and the recorded mornings do not show, each with the reason for which it is granted."""

from __future__ import annotations

ATHENA = "AWS's own list of what Athena asks for; the emulator's Athena has no need of it"
CLIENTS = "Athena's console, drivers and libraries ask it to show what there is, or on a user's word"
DELIVERS = "Step Functions sets up the delivery of the execution log with the machine's role"
RESULTS = "GetQueryResults reads the result in S3 on behalf of its caller; the emulator's has it in memory"
ABSENT = "S3 tells that a record is not there only to who may list: else the reason would be a refusal"
STOPPED = "asked of a run whose execution was stopped by hand"
OWN_END = "a function that fails notes that in its run's record"

DELIVERY_CALLS = (
    *("CreateLogDelivery", "GetLogDelivery", "UpdateLogDelivery", "DeleteLogDelivery", "ListLogDeliveries"),
    *("PutResourcePolicy", "DescribeResourcePolicies", "DescribeLogGroups"),
)

UNSEEN: dict[str, dict[tuple[str, str], str]] = {
    "purge": {("WhetherAnOwnerStillRuns", "states:DescribeExecution"): STOPPED},
    "publish": {("Results", "s3:GetObject"): RESULTS, ("RunsOnRecord", "s3:ListBucket"): ABSENT},
    "notify": {
        ("Results", "s3:GetObject"): RESULTS,
        ("Queries", "athena:GetQueryResults"): "the rows of a check that stopped a run",
    },
    "ingest": {
        ("Runs", "s3:GetObject"): OWN_END,
        ("Runs", "s3:PutObject"): OWN_END,
        ("Quarantine", "s3:GetObject"): "deliveries that an operator has put into quarantine",
    },
    "plan": {
        ("Quarantine", "s3:GetObject"): "deliveries that an operator has put into quarantine",
        ("Alerts", "sns:Publish"): "with OnMissingSource=continue, a day without a snapshot is told",
    },
    "catalog": {
        ("Statements", "s3:GetObject"): OWN_END,
        ("RunsOnRecord", "s3:ListBucket"): ABSENT,
        ("Tables", "glue:UpdateTable"): "a release that changes a view, or gives a table new columns",
        ("Tables", "glue:CreateDatabase"): "a database that somebody has deleted is made again",
    },
    "analysts": {
        ("Queries", "athena:StopQueryExecution"): CLIENTS,
        ("Queries", "athena:BatchGetQueryExecution"): CLIENTS,
        ("Queries", "athena:ListQueryExecutions"): CLIENTS,
        ("Queries", "athena:GetWorkGroup"): CLIENTS,
        ("Catalog", "athena:GetDataCatalog"): CLIENTS,
        ("Catalog", "athena:ListDatabases"): CLIENTS,
        ("Catalog", "athena:GetDatabase"): CLIENTS,
        ("Catalog", "athena:ListTableMetadata"): CLIENTS,
        ("Catalog", "athena:GetTableMetadata"): CLIENTS,
        ("Gold", "glue:GetDatabases"): ATHENA,
        ("Gold", "glue:GetPartition"): ATHENA,
        ("Gold", "glue:BatchGetPartition"): ATHENA,
        ("DefaultDatabase", "glue:GetDatabase"): ATHENA,
        ("DefaultDatabase", "glue:CreateDatabase"): ATHENA,
        ("Results", "s3:GetObject"): RESULTS,
        ("Results", "s3:AbortMultipartUpload"): ATHENA,
        ("Results", "s3:ListMultipartUploadParts"): ATHENA,
    },
    "inpatient": {
        ("DefaultDatabase", "glue:GetDatabase"): ATHENA,
        ("DefaultDatabase", "glue:CreateDatabase"): ATHENA,
        ("Queries", "athena:StopQueryExecution"): "an execution that is stopped stops its query",
        ("Queries", "athena:GetDataCatalog"): ATHENA,
        ("CatalogForAthena", "glue:GetDatabases"): ATHENA,
        ("CatalogForAthena", "glue:GetTables"): ATHENA,
        ("CatalogForAthena", "glue:BatchGetPartition"): ATHENA,
        ("PartitionsForAthena", "glue:CreatePartition"): ATHENA,
        ("WriteForAthena", "s3:AbortMultipartUpload"): ATHENA,
        ("WriteForAthena", "s3:ListMultipartUploadParts"): ATHENA,
        ("BucketsForAthena", "s3:ListBucketMultipartUploads"): ATHENA,
        **{("LogDelivery", f"logs:{call}"): DELIVERS for call in DELIVERY_CALLS},
    },
}
"""Of each role: statement and action, and why it is granted."""


def unseen(role: str) -> dict[tuple[str, str], str]:
    """The listed exceptions of a role; each function's role has those of its log."""
    log = "Lambda itself writes the log with the function's role"
    logs = {("Log", action): log for action in ("logs:CreateLogStream", "logs:PutLogEvents")}
    return UNSEEN.get(role, {}) | (logs if role not in ("inpatient", "schedule", "analysts") else {})
