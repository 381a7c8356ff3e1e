"""What must hold of a level's tables before anything is published, as one query that gives the offending
rows, after a first one that only says how many there are.

Keys (which may not be null), other columns that may not be null, and references come from the tables' own
properties; the other invariants are the files of `sql/audits/<level>`.
"""

from collections.abc import Iterator, Sequence

from pipeline import sqltext
from pipeline.ddl import RUN_COLUMN, TableFile, database_of
from pipeline.errors import AuditFailed, ConfigurationError, Finding
from pipeline.parameters import RunKey, run_parameters
from pipeline.plan import Level, Plan
from pipeline.queries import Row
from pipeline.settings import Settings

MOST_FINDINGS = 100

_KEY = "wardlake.key"
_NOT_NULL = "wardlake.not_null"
_REFERENCES = "wardlake.references."


_PREFIX = "audit."


def name_of(level: str) -> str:
    """The name of a level's audit among a run's statements."""
    return f"{_PREFIX}{level}"


def failed_audit(name: str, rows: Sequence[Row]) -> AuditFailed | None:
    """What the rows of an audit stop a run with, with the offending ones; None when there are none."""
    total, level = int(rows[0]["total_count"] or 0), name.removeprefix(_PREFIX)
    if not total:
        return None
    names = sorted({row["audit"] or "" for row in rows[1:]})
    findings = [
        Finding(row["audit"] or "", value=row["record"], hint=row["observed"], column=level)
        for row in rows[1:]
    ]
    return AuditFailed(f"{total} rows of {level} break {', '.join(names)}", findings, total)


def level_query(settings: Settings, plan: Plan, level: Level, run: RunKey) -> str:
    """All audits of a level as one query: in its first row only total_count, the number of offending rows;
    then audit, record and observed of these, and how often each is found.
    """
    values = run_parameters(settings, run)
    parts = [
        f"select {sqltext.literal(audit.name)} as audit, record, observed from (\n"
        f"{sqltext.render_with(audit.text, values, audit.name)}\n) as offending"
        for audit in level.audits
    ]
    for statement in level.statements:
        parts += _declared_audits(settings, plan.tables, statement.table, run)
    union = "\nunion all\n".join(parts)
    return (
        f"select count(*) as total_count, audit, record, observed\nfrom (\n{union}\n) as audits\n"
        "group by grouping sets ((audit, record, observed), ())\n"
        f"order by grouping(audits.audit) desc, audit, record\nlimit {MOST_FINDINGS + 1}"
    )


def _declared_audits(
    settings: Settings, tables: Sequence[TableFile], table: TableFile, run: RunKey
) -> Iterator[str]:
    """A query for each of a table's declared properties."""
    key = _names(table, table.properties.get(_KEY, ""))
    rows = f"{database_of(settings, table.level)}.{table.stored_name}"
    where = f"where {RUN_COLUMN} = {sqltext.literal(run.run_id)}"
    record = " || ', ' || ".join(f"coalesce(cast({name} as varchar), '')" for name in key) or "''"
    if key:
        yield (
            f"select '{table.name}.key' as audit, {record} as record, "
            f"cast(count(*) as varchar) || ' rows' as observed from {rows} {where} "
            f"group by {', '.join(key)} having count(*) > 1"
        )
    required = [*key, *_names(table, table.properties.get(_NOT_NULL, ""))]
    if required:
        nulls = " or ".join(f"{name} is null" for name in required)
        yield (
            f"select '{table.name}.not_null' as audit, {record} as record, "
            f"'null in one of {', '.join(required)}' as observed from {rows} {where} and ({nulls})"
        )
    for name, target in table.properties.items():
        if name.startswith(_REFERENCES):
            (column,) = _names(table, name.removeprefix(_REFERENCES))
            other, other_column = _target(tables, table, target)
            other_rows = f"{database_of(settings, other.level)}.{other.stored_name}"
            yield (
                f"select '{table.name}.{column}' as audit, facts.{column} as record, "
                f"'not in {other.name}' as observed from (select {column} from {rows} {where}) as facts "
                f"left join (select {other_column} as target from {other_rows} {where}) as others "
                f"on facts.{column} = others.target "
                f"where others.target is null and facts.{column} is not null"
            )


def _names(table: TableFile, text: str) -> list[str]:
    names = [name.strip() for name in text.split(",") if name.strip()]
    known = {column.name for column in table.columns}
    for name in names:
        if name not in known:
            raise ConfigurationError(
                f"a property of {table.level}/{table.name}.sql names {name}, not a column"
            )
    return names


def _target(tables: Sequence[TableFile], table: TableFile, target: str) -> tuple[TableFile, str]:
    name, _, column = target.partition(".")
    for other in tables:
        if other.name == name and column in {item.name for item in other.columns}:
            return other, column
    raise ConfigurationError(f"{table.level}/{table.name}.sql refers to {target}, which no DDL declares")
