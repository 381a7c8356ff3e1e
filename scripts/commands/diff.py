"""`diff`: the same SQL on Trino and on the embedded engine."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from scripts.commands.flags import settings_of


def register(app: typer.Typer) -> None:
    """Add this group's commands."""
    app.command()(diff)


def diff(
    context: typer.Context,
    sql: Annotated[
        str | None,
        typer.Argument(help="The SQL, or a file with SQL; `-` reads it from standard input."),
    ] = None,
    file: Annotated[Path | None, typer.Option(help="A file with the SQL.")] = None,
    database: Annotated[str, typer.Option(help="gold, silver, bronze, or any database's name.")] = "gold",
    rows: Annotated[
        int, typer.Option(min=1, help="How many rows of each answer to show where they differ.")
    ] = 10,
) -> None:
    """Ask Trino and the embedded engine the same, and show where they differ.

    Of several statements, separated by semicolons, each is compared. Nothing is written: of INSERT and
    CREATE TABLE AS, the query is compared.
    """
    from scripts.diff import show_differences
    from scripts.errors import ConfigurationError
    from scripts.provision import ready_context
    from scripts.query import database_of, statement_of

    if sql is not None and file is None and _names_file(sql):
        file, sql = Path(sql), None
    text = statement_of(sql, file)
    settings = settings_of(context)
    if settings.is_aws:
        raise ConfigurationError("on AWS there is one engine: `diff` needs an emulator with a Trino")
    connected = ready_context(settings)
    raise typer.Exit(show_differences(connected, text, database_of(connected.settings, database), rows))


def _names_file(text: str) -> bool:
    """Whether an argument is a file's name rather than SQL, which has blanks."""
    return text.endswith(".sql") and not any(map(str.isspace, text))
