"""The `wardlake` command: its options, its commands, and what an error becomes.

Nothing heavy is imported here or in `scripts.commands`: `wardlake --help` answers in a fraction of a second.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from scripts.commands import clock, deploy, diff, emulator, landing, query, run, runs
from scripts.commands.flags import Flags
from scripts.errors import CliError, ExitCode

app = typer.Typer(
    name="wardlake",
    help="Daily inpatient snapshots to gold tables on S3 and Athena, and an emulator to run them on.",
    no_args_is_help=True,
    # Plain help: the formatted one costs more time than all the rest of --help.
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
for group in (emulator, landing, run, runs, query, diff, deploy, clock):
    group.register(app)


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        print(f"wardlake {version('wardlake')}")
        raise typer.Exit


@app.callback()
def options(
    context: typer.Context,
    endpoint_url: Annotated[
        str | None, typer.Option(help="Where the AWS calls go: a URL, or `aws` for AWS itself.")
    ] = None,
    region: Annotated[str | None, typer.Option(help="The AWS region.")] = None,
    stage: Annotated[str | None, typer.Option(help="Part of every bucket and database name.")] = None,
    config: Annotated[Path | None, typer.Option(help="The settings file, else ./wardlake.toml.")] = None,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say the version.")
    ] = False,
) -> None:
    """The options that every command shares."""
    context.obj = Flags(
        values={"endpoint_url": endpoint_url, "region": region, "stage": stage}, config=config
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and end the process with its exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        app(args=given, prog_name="wardlake")
    except Exception as error:
        if "--debug" in given:
            raise
        sys.exit(_report(error))


def _report(error: Exception) -> ExitCode:
    """Say on standard error what went wrong, and give the exit code for it."""
    from scripts.explain import explain

    known = error if isinstance(error, CliError) else explain(error)
    print(f"Error: {known.message}", file=sys.stderr)
    if known.hint:
        print(f"Hint: {known.hint}", file=sys.stderr)
    return known.code
