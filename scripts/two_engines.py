"""Ask one engine of an emulator's a query, in a workgroup that chooses the engine, and keep its answer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from botocore.exceptions import ClientError

from emulator.engine.choice import ENGINE_TAG
from emulator.engine.shadow.comparison import TRINO, Answer, AnswerColumn, Ending, Failed
from emulator.engine.shadow.rows import AnswerRows
from emulator.engine.shadow.terms import Terms, terms_of
from emulator.trino.syntax.queries import Query
from pipeline.context import Context
from scripts.errors import CliError, ExitCode
from scripts.provision import RESULTS_PREFIX
from scripts.query import StatementFailed, ask
from scripts.rows import Column

_NAMED = re.compile(r"(?P<name>[A-Z][A-Z_]+): (?P<message>.*)", re.DOTALL)
_PLACE = re.compile(r"line \d+:\d+: ")
_FAULT = re.compile(r"\[ErrorCode: INTERNAL_ERROR_QUERY_ENGINE\].*?\((?P<cause>.*)\)", re.DOTALL)
_UNBOUNDED = 2_147_483_647


@dataclass(frozen=True)
class Asked:
    """How an engine ended a query; what it cost is known of an answer only."""

    ending: Ending
    seconds: float | None = None
    bytes_scanned: int | None = None

    def close(self) -> None:
        """Let the rows go."""
        if isinstance(self.ending, Answer):
            self.ending.rows.close()


class EngineAway(CliError):
    """An engine did not end the query, neither with an answer nor with an error of the query's."""

    def __init__(self, engine: str, cause: str) -> None:
        hint = "`wardlake up` starts the stack, which has a Trino" if engine == TRINO else None
        super().__init__(f"the engine {engine} does not answer: {cause}", ExitCode.UNREACHABLE, hint=hint)


@dataclass(frozen=True)
class Question:
    """A query, the database that it runs in, and a directory for the answers' rows.

    ``tree`` is the query as the embedded engine reads it, None where it does not understand it.
    """

    sql: str
    database: str
    tree: Query | None
    directory: Path

    def terms(self, columns: tuple[AnswerColumn, ...]) -> Terms:
        """By what answers with these columns are judged."""
        return terms_of(self.tree, [column.name for column in columns]) if self.tree else Terms()


def ask_engine(context: Context, engine: str, question: Question) -> Asked:
    """Run a query on one engine to its end.

    Raises:
        EngineAway: nothing answers there.
        StatementFailed: Athena refused the query for another reason than its text.
    """
    try:
        answer = ask(context, question.sql, question.database, workgroup_of(context, engine))
    except StatementFailed as error:
        return Asked(_failed(engine, error))
    columns = tuple(AnswerColumn(column.name, type_text(column)) for column in answer.columns)
    rows = AnswerRows(question.directory, question.terms(columns).keys)
    for row in answer.rows:
        rows.add(tuple(row))
    done = answer.execution
    return Asked(Answer(columns, rows), done.engine_seconds, done.bytes_scanned)


def workgroup_of(context: Context, engine: str) -> str:
    """The workgroup of the stage whose queries an engine runs; it is made if it is missing."""
    name = f"{context.settings.workgroup}-{engine}"
    try:
        context.athena.create_work_group(
            Name=name,
            Description=f"Queries that `wardlake diff` asks the engine {engine}",
            Configuration={
                "ResultConfiguration": {
                    "OutputLocation": f"s3://{context.settings.lake_bucket}/{RESULTS_PREFIX}diff/"
                },
            },
            Tags=[{"Key": ENGINE_TAG, "Value": engine}],
        )
    except ClientError as error:
        said = error.response["Error"]
        if said["Code"] != "InvalidRequestException" or "already" not in said["Message"]:
            raise
    return name


def type_text(column: Column) -> str:
    """A column's type with the numbers that Athena shows beside it: ``decimal(10,2)``, ``varchar(3)``."""
    if column.type == "decimal":
        return f"decimal({column.precision},{column.scale})"
    if column.type in ("varchar", "char") and column.precision < _UNBOUNDED:
        return f"{column.type}({column.precision})"
    return column.type


def _failed(engine: str, error: StatementFailed) -> Failed:
    fault = _FAULT.match(error.message)
    if fault:
        raise EngineAway(engine, fault["cause"]) from error
    if _PLACE.match(error.message):  # a text that is refused at the start, without the error's name
        return Failed("SYNTAX_ERROR", error.message, "")
    named = _NAMED.match(error.message)
    if named is None:
        raise error
    return Failed(named["name"], named["message"], "")
