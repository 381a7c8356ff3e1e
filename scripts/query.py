"""Run one statement for a person or a program, and give its rows."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from pipeline.athena import Athena, Execution, Pacing
from pipeline.context import Context
from pipeline.errors import QueryFailed
from pipeline.settings import Settings
from scripts.errors import CliError, ExitCode, NotFound, UsageError
from scripts.output import duration, number, say, size, waiting
from scripts.rows import TABLE_ROWS, Column, Format, Row, write_csv, write_json, write_jsonl, write_table

if TYPE_CHECKING:
    from types_boto3_athena.type_defs import GetQueryResultsOutputTypeDef

LONGEST_WAIT_SECONDS = 1.0
"""A person waits for a query, so it is looked at more often than a run's."""

_NAME = "of the command line"
_STREAMED = {Format.CSV: write_csv, Format.JSON: write_json, Format.JSONL: write_jsonl}


class StatementFailed(CliError):
    """Athena refused a statement, which then has no `query_id`, or failed it."""

    def __init__(self, reason: str, query_id: str | None) -> None:
        super().__init__(reason, ExitCode.QUERY_FAILED, hint=f"query id {query_id}" if query_id else None)
        self.query_id = query_id


@dataclass(frozen=True)
class Answer:
    """A statement that succeeded; `rows` are fetched while they are read, once. Not all give columns."""

    execution: Execution
    columns: tuple[Column, ...]
    rows: Iterator[Row]
    updated: int


def ask(context: Context, sql: str, database: str, workgroup: str | None = None) -> Answer:
    """Run a statement and open its result; `workgroup` is another one than the stage's own.

    Raises:
        StatementFailed: Athena refused or failed it; with its reason and, if it started, its query id.
    """
    athena = Athena(context, Pacing(longest=LONGEST_WAIT_SECONDS), workgroup=workgroup)
    try:
        execution = athena.run(_NAME, sql, database)
    except QueryFailed as error:
        raise StatementFailed(error.reason, error.query_id) from error
    except ClientError as error:
        if error.response["Error"]["Code"] != "InvalidRequestException":
            raise
        raise StatementFailed(error.response["Error"]["Message"], None) from error
    pages = iter(
        context.athena.get_paginator("get_query_results").paginate(QueryExecutionId=execution.query_id)
    )
    first = next(pages)
    metadata = first["ResultSet"].get("ResultSetMetadata", {}).get("ColumnInfo", [])
    columns = tuple(
        Column(info["Name"], info["Type"], info.get("Precision", 0), info.get("Scale", 0))
        for info in metadata
    )
    described = context.athena.get_query_execution(QueryExecutionId=execution.query_id)["QueryExecution"]
    header = [column.name for column in columns] if described.get("StatementType") == "DML" else None
    return Answer(execution, columns, _rows(first, pages, header), first.get("UpdateCount", 0))


def show_query(context: Context, sql: str, database: str, form: Format | None) -> None:
    """Run a statement and write its rows: by default a table on a terminal, CSV elsewhere.

    Raises:
        CliError: Athena refused or failed it.
    """
    to_terminal = sys.stdout.isatty()
    form = form or (Format.TABLE if to_terminal else Format.CSV)
    with waiting("running the query"):
        answer = ask(context, sql, database)
    if form is not Format.TABLE:
        _STREAMED[form](answer.columns, answer.rows, sys.stdout)
        return
    if answer.columns and write_table(answer.columns, answer.rows):
        say(f"the first {TABLE_ROWS} rows; --format csv, json or jsonl write all")
    done = answer.execution
    updated = f"{number(answer.updated)} rows written, " if answer.updated else ""
    say(f"{updated}{size(done.bytes_scanned)} scanned, {duration(done.seconds)}")


def statement_of(sql: str | None, file: Path | None) -> str:
    """The SQL that was given as an argument, in a file, or (as `-`) on standard input.

    Raises:
        UsageError: none was given, two were, or it is empty.
        NotFound: there is no such file.
    """
    if (sql is None) == (file is None):
        raise UsageError("give the SQL either as the argument (`-` reads standard input) or with --file")
    if file is not None:
        if not file.is_file():
            raise NotFound(f"there is no file {file}")
        text = file.read_text(encoding="utf-8")
    else:
        text = sys.stdin.read() if sql == "-" else sql or ""
    if not text.strip():
        raise UsageError("the SQL is empty")
    return text


def database_of(settings: Settings, name: str) -> str:
    """A level's database in this stage; any other name is a database as it is."""
    levels = {
        "bronze": settings.bronze_database,
        "silver": settings.silver_database,
        "gold": settings.gold_database,
    }
    return levels.get(name, name)


def _rows(
    first: GetQueryResultsOutputTypeDef,
    more: Iterator[GetQueryResultsOutputTypeDef],
    header: list[str] | None,
) -> Iterator[Row]:
    """All rows without the header, which only queries have, as their first row."""
    page_rows = _texts(first)
    yield from page_rows[1:] if header and page_rows[:1] == [header] else page_rows
    for page in more:
        yield from _texts(page)


def _texts(page: GetQueryResultsOutputTypeDef) -> list[list[str | None]]:
    return [[cell.get("VarCharValue") for cell in row["Data"]] for row in page["ResultSet"]["Rows"]]
