"""What the checks beside the build say: values that are not in their format, and too many rows gone.

Each check is one query whose first row sums up what it found and holds no value of the data; what a run is
stopped by is made from its rows.
"""

from collections.abc import Sequence

from pipeline.errors import BadValues, Finding, VanishedRows
from pipeline.manifest import GuardRecord
from pipeline.queries import Row

SOURCE_FORMAT = "source_format"
VANISHED_ROWS = "vanished_rows"


def bad_values(rows: Sequence[Row]) -> BadValues | None:
    """What the rows of the source check stop a run with, or None when every value is exactly right.

    It names file, row, column, value and hint of each bad value; of more than a hundred, the first hundred
    and their number.
    """
    total = int(rows[0]["total_count"] or 0)
    if not total:
        return None
    findings = [_finding(row) for row in rows[1:]]
    files = len({finding.file for finding in findings})
    reason = f"{total} values are not in their column's format, in {files} files or more"
    return BadValues(reason, findings, total)


def _finding(row: Row) -> Finding:
    return Finding(
        rule=row["rule"] or "",
        file=row["source_file"],
        row=int(row["source_row_number"] or 0),
        column=row["column_name"],
        value=row["value"],
        hint=row["hint"],
        delivery_id=row["delivery_id"],
    )


def guard_record(rows: Sequence[Row], baseline_run_id: str) -> GuardRecord:
    """What the guard's row says of the newest snapshot, compared with the last published run (domain.md: a
    truncated file looks like a mass discharge); is_accepted of too many rows, as else the run is stopped.
    """
    (row,) = rows
    active, vanished = (int(row[name] or 0) for name in ("active_count", "vanished_count"))
    return GuardRecord(baseline_run_id, active, vanished, is_accepted=row["is_too_many"] == "true")


def vanished_rows(guard: GuardRecord) -> VanishedRows:
    """What a run is stopped with when too many rows are gone and the operator has not accepted it."""
    counts, baseline = f"{guard.vanished} of {guard.active}", guard.baseline_run_id
    return VanishedRows(
        f"{counts} episodes that were active in run {baseline} are missing from the newest snapshot; deliver "
        "it again if it was cut off, or accept it if they are really gone",
        [Finding("vanished_rows", value=counts, hint=f"compared with {baseline}")],
    )
