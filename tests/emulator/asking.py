"""Asking Athena one statement over its API, and hearing of it what the engine's own door tells."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from emulator.engine.base import Cancelled, CancelToken, Row
from emulator.trino.errors import ParseError, TrinoError, Unsupported

if TYPE_CHECKING:
    from types_boto3_athena import AthenaClient
    from types_boto3_s3 import S3Client

FINAL = ("SUCCEEDED", "FAILED", "CANCELLED")
ENDS_WITHIN_SECONDS = 120
LOOK_AGAIN_SECONDS = 0.01

Text = Callable[[str], str]


@dataclass(frozen=True)
class Column:
    """A column of a result: its name, and its type as Athena shows it."""

    name: str
    shown_type: str


@dataclass(frozen=True)
class Told:
    """What Athena tells of a statement that succeeded; the names are those of `StatementResult`."""

    statement_type: str
    substatement_type: str | None
    columns: tuple[Column, ...]
    rows: Iterator[Row]
    update_count: int | None
    data_scanned_bytes: int
    manifest: tuple[str, ...] | None
    text: bool


@dataclass(frozen=True)
class Asker:
    """Runs statements in one workgroup; `there` and `back` translate what is sent and what is heard."""

    athena: AthenaClient
    s3: S3Client
    workgroup: str
    output: str
    there: Text = field(default=lambda text: text)
    back: Text = field(default=lambda text: text)

    def start(self, sql: str, database: str = "db", parameters: Sequence[str] = ()) -> str:
        """Start a statement; gives its id. Raises ParseError where Athena refuses the start."""
        more: Any = {"ExecutionParameters": list(parameters)} if parameters else {}
        try:
            return self.athena.start_query_execution(
                QueryString=self.there(sql),
                QueryExecutionContext={"Database": self.there(database)},
                ResultConfiguration={"OutputLocation": self.output},
                WorkGroup=self.workgroup,
                **more,
            )["QueryExecutionId"]
        except self.athena.exceptions.InvalidRequestException as refused:
            raise ParseError(self.back(refused.response["Error"]["Message"])) from refused

    def ask(self, sql: str, cancel: CancelToken | None = None, **changes: Any) -> Told:
        """Run a statement to its end. Raises TrinoError where it fails, Cancelled where it was stopped."""
        query_id = self.start(sql, **changes)
        if cancel:
            cancel.on_cancel(lambda: self.stop(query_id))
        return self.end(query_id)

    def end(self, query_id: str) -> Told:
        """Wait for a statement's end, and tell of it as `ask` does."""
        found = self.end_of(query_id)
        status = found["Status"]
        if status["State"] == "CANCELLED":
            raise Cancelled
        if status["State"] == "FAILED":
            raise self._error(status["StateChangeReason"])
        return self._told(found)

    def stop(self, query_id: str) -> None:
        """Stop a statement."""
        self.athena.stop_query_execution(QueryExecutionId=query_id)

    def end_of(self, query_id: str) -> Any:
        """The execution in its final state."""
        deadline = time.monotonic() + ENDS_WITHIN_SECONDS
        while True:
            found = self.athena.get_query_execution(QueryExecutionId=query_id)["QueryExecution"]
            if found["Status"]["State"] in FINAL:
                return found
            assert time.monotonic() < deadline, f"{query_id} does not end: {found['Query']}"
            time.sleep(LOOK_AGAIN_SECONDS)

    def _error(self, reason: str) -> TrinoError:
        name, colon, message = self.back(reason).partition(": ")
        if not (colon and re.fullmatch(r"[A-Z_]+", name)) or name == "FAILED":
            return TrinoError("", self.back(reason))
        return Unsupported(message) if name == "NOT_SUPPORTED" else TrinoError(name, message)

    def _told(self, found: Any) -> Told:
        pages = list(self._pages(found["QueryExecutionId"]))
        is_text = found["ResultConfiguration"]["OutputLocation"].endswith(".txt")
        shown = pages[0]["ResultSet"]["ResultSetMetadata"]["ColumnInfo"]
        columns = tuple(Column(info["Name"], info["Type"]) for info in shown)
        rows = [self._row(row) for page in pages for row in page["ResultSet"]["Rows"]]
        if is_text and len(columns) > 1:
            # a line of text comes as one value, whatever its columns
            rows = [tuple(str(line).split("\t")) for (line,) in rows]
        names = tuple(column.name for column in columns)
        has_header = rows[:1] == [names] if is_text else bool(columns)
        statistics = found.get("Statistics", {})
        return Told(
            statement_type=found["StatementType"],
            substatement_type=found.get("SubstatementType"),
            columns=columns,
            rows=iter(rows[1:] if has_header else rows),
            update_count=pages[0].get("UpdateCount"),
            data_scanned_bytes=statistics.get("DataScannedInBytes", 0),
            manifest=self._manifest(statistics.get("DataManifestLocation")),
            text=is_text,
        )

    def _pages(self, query_id: str) -> Iterator[Any]:
        token: Any = {}
        while True:
            page = self.athena.get_query_results(QueryExecutionId=query_id, **token)
            yield page
            if not page.get("NextToken"):
                return
            token = {"NextToken": page["NextToken"]}

    def _row(self, row: Any) -> Row:
        cells = (cell.get("VarCharValue") for cell in row["Data"])
        return tuple(None if value is None else self.back(value) for value in cells)

    def _manifest(self, uri: str | None) -> tuple[str, ...] | None:
        if uri is None:
            return None
        bucket, _, key = uri.removeprefix("s3://").partition("/")
        text = self.s3.get_object(Bucket=bucket, Key=key)["Body"].read().decode()
        return tuple(self.back(line) for line in text.splitlines())
