"""`up`, `down`, `status`, `logs`: the stack, and where things stand."""

from __future__ import annotations

from typing import Annotated

import typer

from scripts.commands.flags import settings_of
from scripts.settings import CliSettings

Port = Annotated[int | None, typer.Option(min=1, max=65535, help="The port, instead of the endpoint's own.")]


def register(app: typer.Typer) -> None:
    """Add this group's commands."""
    for command in (up, down, status, logs):
        app.command()(command)


def _settings(context: typer.Context, port: int | None, **more: str | None) -> CliSettings:
    settings = settings_of(context, **more)
    if port is None:
        return settings
    host = settings.host if settings.is_local else "127.0.0.1"
    return settings_of(context, endpoint_url=f"http://{host}:{port}", **more)


def up(
    context: typer.Context,
    port: Port = None,
    stack: Annotated[
        str | None, typer.Option(metavar="FORM", help="auto, compose, local or embedded, else the setting.")
    ] = None,
    engine: Annotated[
        str | None, typer.Option(metavar="NAME", help="auto, duckdb, trino or shadow, else the setting.")
    ] = None,
) -> None:
    """Start the stack and wait until it is ready.

    LocalStack, Trino and the emulator in front of them: in Docker where that works, else as processes where
    this machine can run them, else the emulator alone. Says which, and what it downloads the first time.
    """
    from scripts.emulator_process import say_ready
    from scripts.output import say, stopwatch
    from scripts.stack.control import Stack

    settings = _settings(context, port, stack=stack, engine=engine)
    clock = stopwatch()
    started = Stack(settings).up()
    say_ready(settings, started is not None, clock.seconds)
    variables = f"AWS_ENDPOINT_URL={settings.endpoint_url} AWS_DEFAULT_REGION={settings.region}"
    say(f"  point AWS tools at it  export {variables}")
    say("  with any credentials   export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test")
    say("  its parts, their logs  wardlake status, wardlake logs")


def down(context: typer.Context, port: Port = None) -> None:
    """Stop what `up` started. What it held is gone.

    Only what was started from this folder is stopped.
    """
    from scripts.output import say, waiting
    from scripts.stack.control import Stack

    settings = _settings(context, port)
    with waiting("stopping the emulator"):
        ended = Stack(settings).down()
    if ended:
        say(f"stopped at {settings.endpoint_url}: {', '.join(ended)}")
    else:
        say(f"nothing to stop: no emulator runs at {settings.endpoint_url}")


def status(context: typer.Context) -> None:
    """Show what runs, what is published, what came last."""
    from scripts.status import show_status

    show_status(settings_of(context))


def logs(
    context: typer.Context,
    part: Annotated[
        str | None, typer.Argument(help="gateway, localstack or trino; else each of them.")
    ] = None,
    port: Port = None,
    lines: Annotated[int, typer.Option(min=1, help="How many lines from the end.")] = 50,
) -> None:
    """Show the end of the logs."""
    from scripts.stack.control import Stack

    found = list(Stack(_settings(context, port)).logs(part, lines))
    for name, shown in found:
        if len(found) > 1:
            print(f"==> {name} <==")
        for line in shown:
            print(line)
