"""Every statement of one run, as text ready for Athena: what both ways to run a day execute."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pipeline import audits, sqltext
from pipeline.checks import SOURCE_FORMAT, VANISHED_ROWS
from pipeline.ddl import RUN_COLUMN, database_of
from pipeline.parameters import RunKey, run_parameters
from pipeline.plan import BUILD_LEVELS, Plan, Statement
from pipeline.queries import StatementKind
from pipeline.settings import Settings
from pipeline.sqltext import Value

GOLD = BUILD_LEVELS[-1]


@dataclass(frozen=True)
class RunStatement:
    """One statement of a run.

    name: the table that it builds, or the check's name, as in the manifest. label tells it from the run's
    other statements.
    """

    name: str
    label: str
    kind: StatementKind
    database: str
    text: str


@dataclass(frozen=True)
class RunStatements:
    """The statements of a run. builds and audits are by level; guard is None without an earlier run."""

    source_check: RunStatement
    builds: Mapping[str, tuple[RunStatement, ...]]
    audits: Mapping[str, RunStatement]
    guard: RunStatement | None

    @property
    def lower_audits(self) -> tuple[RunStatement, ...]:
        """The audits of the levels below gold, which must hold before gold is built."""
        return tuple(audit for level, audit in self.audits.items() if level != GOLD)

    @property
    def all(self) -> tuple[RunStatement, ...]:
        """Every statement."""
        builds = [item for level in self.builds.values() for item in level]
        guard = [self.guard] if self.guard else []
        return (self.source_check, *builds, *self.audits.values(), *guard)


def statements_of(settings: Settings, plan: Plan, run: RunKey, baseline_run_id: str | None) -> RunStatements:
    """The statements of a run over a plan; the guard compares with the baseline."""
    values = run_parameters(settings, run)
    guard = None
    if baseline_run_id is not None:
        compared = values | {"baseline_run_id": baseline_run_id}
        guard = _check(plan, VANISHED_ROWS, compared, settings.silver_database)
    return RunStatements(
        source_check=_check(plan, SOURCE_FORMAT, values, settings.bronze_database),
        builds={
            level.name: tuple(_build(settings, statement, run) for statement in level.statements)
            for level in plan.levels
        },
        audits={level.name: _audit(settings, plan, level.name, run) for level in plan.levels},
        guard=guard,
    )


def _check(plan: Plan, name: str, values: Mapping[str, Value], database: str) -> RunStatement:
    text = sqltext.render_with(plan.checks[name], values, name)
    return RunStatement(name, name, "check", database, text)


def _audit(settings: Settings, plan: Plan, level: str, run: RunKey) -> RunStatement:
    name = audits.name_of(level)
    text = audits.level_query(settings, plan, plan.level(level), run)
    return RunStatement(name, name, "check", database_of(settings, level), text)


def _build(settings: Settings, statement: Statement, run: RunKey) -> RunStatement:
    """The INSERT of a statement's rows into the run's own partition, by column name and not by place."""
    table = statement.table
    database = database_of(settings, table.level)
    rows = sqltext.render_with(statement.text, run_parameters(settings, run), table.name)
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    text = (
        f"insert into {database}.{table.stored_name} ({names}, {RUN_COLUMN})\n"
        f"select {names}, {sqltext.literal(run.run_id)}\nfrom (\n{rows}\n) as built"
    )
    return RunStatement(table.name, f"{table.level}.{table.name}", "build", database, text)
