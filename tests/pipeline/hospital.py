"""A small hospital for tests: a stage of its own on the emulator, rows as a clinician would write them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from pipeline.athena import Athena
from pipeline.context import Context
from pipeline.contract import SOURCE_COLUMNS
from pipeline.errors import RunStopped
from pipeline.run import RunOptions, RunResult, run_day

HEADERS = [column.header for column in SOURCE_COLUMNS]

Cells = dict[str, str]


def episode(
    episode_id: str = "E1",
    spell: str = "S1",
    patient: str = "P1",
    start: str = "01/01/2026",
    end: str = "",
    discharge: str = "",
    *,
    dob: str = "01/01/1980",
    ward: str = "A1",
    ward_name: str = "Daisy",
    consultant: str = "S.Smith",
    updated: str = "01/01/2026 08:00",
    surname: str = "Lee",
    comment: str = "",
) -> Cells:
    """One row of an extract, by header; dates as the source writes them."""
    values = [spell, episode_id, patient, "Ann", surname, dob, start, end, ward, ward_name, consultant]
    return dict(zip(HEADERS, [*values, discharge, updated, comment], strict=True))


def extract(rows: Iterable[Mapping[str, str]], headers: Sequence[str] = HEADERS) -> bytes:
    """The named columns of rows as the bytes of an extract."""
    target = io.StringIO(newline="")
    writer = csv.DictWriter(target, headers, restval="", extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return target.getvalue().encode()


def day(number: int) -> date:
    """A day of January 2026."""
    return date(2026, 1, number)


@dataclass
class Hospital:
    """One stage, and what a test does with it."""

    context: Context

    def deliver(self, number: int, *rows: Mapping[str, str]) -> str:
        """Land a day's snapshot; gives the object's version."""
        return self.deliver_bytes(f"Episodes {day(number):%d-%m-%Y}.csv", extract(rows))

    def deliver_bytes(self, name: str, body: bytes) -> str:
        """Land any file; gives the object's version."""
        bucket = self.context.settings.source_bucket
        answer = self.context.s3.put_object(Bucket=bucket, Key=f"landing/{name}", Body=body)
        return answer["VersionId"]

    def run(self, number: int, **options: Any) -> RunResult:
        """Run a day of January."""
        return run_day(self.context, day(number), RunOptions(**options))

    def stopped(self, number: int, **options: Any) -> RunStopped:
        """Run a day that must stop, and give what stopped it."""
        try:
            result = self.run(number, **options)
        except RunStopped as error:
            return error
        raise AssertionError(f"run {result.run_id} was not stopped")

    def query(self, sql: str) -> list[dict[str, str | None]]:
        """Rows of a query over gold, as texts."""
        return Athena(self.context).query("test", sql, self.context.settings.gold_database)[1]

    def rows(self, table: str, *columns: str) -> list[tuple[str | None, ...]]:
        """The chosen columns of a public table, in the order of those columns."""
        names = ", ".join(columns)
        return [tuple(row.values()) for row in self.query(f"select {names} from {table} order by {names}")]

    def tables(self) -> dict[str, list[tuple[str | None, ...]]]:
        """All of gold, sorted: the same for the same input."""
        names = [item["tab_name"] for item in self.query("show tables") if item["tab_name"]]
        public = [name for name in names if not name.endswith("_runs") and name != "current_run"]
        return {
            name: sorted((tuple(row.values()) for row in self.query(f"select * from {name}")), key=str)
            for name in public
        }

    def findings(self) -> list[tuple[str | None, ...]]:
        """Rule and episode, or what else it is about, of each data quality finding."""
        about = "coalesce(episode_id, spell_id, patient_id, cast(snapshot_date as varchar)) as about"
        rows = self.query(f"select rule, {about} from data_quality_finding order by 1, 2")
        return [tuple(row.values()) for row in rows]

    def with_settings(self, **changes: Any) -> Hospital:
        """The same hospital under other settings."""
        return Hospital(replace(self.context, settings=replace(self.context.settings, **changes)))

    def read_json(self, key: str) -> Any:
        """A JSON object of the lake bucket."""
        bucket = self.context.settings.lake_bucket
        return json.loads(self.context.s3.get_object(Bucket=bucket, Key=key)["Body"].read())
