"""Stop a run before silver when the source is not what the contract says, and when too many of its rows are
gone."""

from collections.abc import Sequence

from pipeline import sqltext
from pipeline.athena import Athena, Execution, Row
from pipeline.errors import BadValues, Finding, VanishedRows
from pipeline.manifest import GuardRecord
from pipeline.parameters import RunKey, run_parameters
from pipeline.plan import Plan

SOURCE_FORMAT = "source_format"
VANISHED_ROWS = "vanished_rows"


def check_source(athena: Athena, plan: Plan, run: RunKey) -> Execution:
    """Check the format of every value of the deliveries that count.

    Raises BadValues with file, row, column, value and hint of each that is not exactly right; of more than a
    hundred, the first hundred and their number.
    """
    settings = athena.context.settings
    sql = sqltext.render_with(plan.checks[SOURCE_FORMAT], run_parameters(settings, run), SOURCE_FORMAT)
    execution, rows = athena.query(SOURCE_FORMAT, sql, settings.bronze_database)
    if rows:
        total = int(rows[0]["total_count"] or 0)
        files = len({row["source_file"] for row in rows})
        raise BadValues(
            f"{total} values are not in their column's format, in {files} files or more",
            _findings(rows),
            total,
        )
    return execution


def _findings(rows: Sequence[Row]) -> list[Finding]:
    return [
        Finding(
            rule=row["rule"] or "",
            file=row["source_file"],
            row=int(row["source_row_number"] or 0),
            column=row["column_name"],
            value=row["value"],
            hint=row["hint"],
            delivery_id=row["delivery_id"],
        )
        for row in rows
    ]


def check_vanished(
    athena: Athena, plan: Plan, run: RunKey, baseline_run_id: str, *, accept: bool
) -> tuple[Execution, GuardRecord]:
    """Compare the newest snapshot with the last published run (domain.md: a truncated file looks like a mass
    discharge).

    Raises VanishedRows when more than the settings' share, and at least their count, of the episodes that
    were active there are missing, unless the operator accepts it.
    """
    settings = athena.context.settings
    values = run_parameters(settings, run) | {"baseline_run_id": baseline_run_id}
    sql = sqltext.render_with(plan.checks[VANISHED_ROWS], values, VANISHED_ROWS)
    execution, rows = athena.query(VANISHED_ROWS, sql, settings.silver_database)
    active, vanished = (int(rows[0][name] or 0) for name in ("active_count", "vanished_count"))
    too_many = vanished >= settings.vanished_count and vanished > settings.vanished_share * active
    if too_many and not accept:
        raise VanishedRows(
            f"{vanished} of {active} episodes that were active in run {baseline_run_id} are missing from the "
            "newest snapshot; deliver it again if it was cut off, or accept it if they are really gone",
            [
                Finding(
                    "vanished_rows", value=f"{vanished} of {active}", hint=f"compared with {baseline_run_id}"
                )
            ],
        )
    return execution, GuardRecord(baseline_run_id, active, vanished, is_accepted=too_many)
