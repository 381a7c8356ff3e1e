"""What Athena says of queries that have ended: their rows, what they cost, and why they failed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from pipeline import sqltext, storage
from pipeline.context import Context
from pipeline.errors import ConfigurationError, QueryFailed
from pipeline.manifest import StatementRecord

if TYPE_CHECKING:
    from types_boto3_athena.type_defs import QueryExecutionTypeDef

MOST_AT_ONCE = 50
"""Executions in one BatchGetQueryExecution."""

Row = dict[str, str | None]
StatementKind = Literal["create", "build", "check"]


@dataclass(frozen=True)
class Done:
    """A statement that succeeded, by its name in the manifest and its query's id."""

    name: str
    kind: StatementKind
    query_id: str


def rows_of(context: Context, query_id: str) -> list[Row]:
    """All rows of a query that succeeded, each as texts by column name."""
    pages = context.athena.get_paginator("get_query_results")
    rows: list[Row] = []
    names: list[str] = []
    for page in pages.paginate(QueryExecutionId=query_id):
        result = page["ResultSet"]
        values = [[cell.get("VarCharValue") for cell in row["Data"]] for row in result["Rows"]]
        if not names:
            names = [column["Name"] for column in result["ResultSetMetadata"]["ColumnInfo"]]
            values = values[1:]  # Athena's first row of the first page is the header
        rows += [dict(zip(names, row, strict=True)) for row in values]
    return rows


def inserted(context: Context, query_id: str) -> int:
    """How many rows an INSERT added."""
    return int(context.athena.get_query_results(QueryExecutionId=query_id)["UpdateCount"])


def statement_records(context: Context, done: Sequence[Done]) -> list[StatementRecord]:
    """What the manifest keeps of statements, in their order, as Athena has it on record."""
    found: dict[str, QueryExecutionTypeDef] = {}
    for start in range(0, len(done), MOST_AT_ONCE):
        ids = [item.query_id for item in done[start : start + MOST_AT_ONCE]]
        answer = context.athena.batch_get_query_execution(QueryExecutionIds=ids)
        found |= {item.get("QueryExecutionId", ""): item for item in answer["QueryExecutions"]}
    missing = [item for item in done if item.query_id not in found]
    if missing:
        raise ConfigurationError(f"Athena does not know query {missing[0].query_id} of {missing[0].name}")
    return storage.in_threads(lambda item: _record(context, item, found[item.query_id]), list(done))


def _record(context: Context, done: Done, execution: QueryExecutionTypeDef) -> StatementRecord:
    statistics: Any = execution.get("Statistics", {})
    return StatementRecord(
        name=done.name,
        query_id=done.query_id,
        sha256=sqltext.sha256(execution.get("Query", "")),
        bytes_scanned=statistics.get("DataScannedInBytes", 0),
        engine_seconds=statistics.get("EngineExecutionTimeInMillis", 0) / 1000,
        seconds=statistics.get("TotalExecutionTimeInMillis", 0) / 1000,
        rows=inserted(context, done.query_id) if done.kind == "build" else None,
    )


def query_failed(context: Context, name: str, query_id: str, execution: QueryExecutionTypeDef) -> QueryFailed:
    """The failure of a query that Athena failed or cancelled, from its record."""
    status: Any = execution.get("Status", {})
    reason = status.get("StateChangeReason", status.get("State", ""))
    return failure(context, name, query_id, reason, status.get("AthenaError", {}).get("ErrorCategory"))


def failure(context: Context, name: str, query_id: str, reason: str, category: int | None) -> QueryFailed:
    """The failure of a query, with the link to it in the AWS console."""
    region = context.settings.region
    console = f"https://{region}.console.aws.amazon.com/athena/home?region={region}#/query-editor/history/{query_id}"
    return QueryFailed(name, query_id, reason, category, console)
