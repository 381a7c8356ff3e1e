"""Build one table of a run: its statement's rows, into the run's own partition."""

from pipeline import sqltext
from pipeline.athena import Athena, Execution
from pipeline.ddl import RUN_COLUMN, database_of
from pipeline.parameters import RunKey, run_parameters
from pipeline.plan import Statement


def build_table(athena: Athena, statement: Statement, run: RunKey) -> tuple[Execution, int]:
    """Insert a table's rows for a run; how it went, and how many rows. Raises QueryFailed."""
    database = database_of(athena.context.settings, statement.table.level)
    name = f"{statement.table.level}.{statement.table.name}"
    execution = athena.run(name, insert_statement(athena, statement, run), database)
    return execution, athena.inserted(execution.query_id)


def insert_statement(athena: Athena, statement: Statement, run: RunKey) -> str:
    """The INSERT of a statement's rows, by column name and not by place."""
    settings, table = athena.context.settings, statement.table
    text = sqltext.render_with(statement.text, run_parameters(settings, run), table.name)
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    return (
        f"insert into {database_of(settings, table.level)}.{table.stored_name} ({names}, {RUN_COLUMN})\n"
        f"select {names}, {sqltext.literal(run.run_id)}\nfrom (\n{text}\n) as built"
    )
