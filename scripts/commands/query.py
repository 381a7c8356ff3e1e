"""`query`: SQL against the tables."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from scripts.commands.flags import settings_of
from scripts.errors import UsageError
from scripts.rows import Format


def register(app: typer.Typer) -> None:
    """Add this group's commands."""
    app.command()(query)


def query(
    context: typer.Context,
    sql: Annotated[str | None, typer.Argument(help="The SQL; `-` reads it from standard input.")] = None,
    file: Annotated[Path | None, typer.Option(help="A file with the SQL.")] = None,
    database: Annotated[str, typer.Option(help="gold, silver, bronze, or any database's name.")] = "gold",
    form: Annotated[
        Format | None, typer.Option("--format", help="By default a table on a terminal, else CSV.")
    ] = None,
    json: Annotated[
        bool, typer.Option("--json", help="The same as --format json: a list of objects.")
    ] = False,
) -> None:
    """Run SQL on Athena; gold is the default database."""
    from scripts.provision import ready_context
    from scripts.query import database_of, show_query, statement_of

    if json and form not in (None, Format.JSON):
        raise UsageError(f"--json and --format {form} contradict each other")
    text = statement_of(sql, file)
    connected = ready_context(settings_of(context))
    show_query(connected, text, database_of(connected.settings, database), Format.JSON if json else form)
