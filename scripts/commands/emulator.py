"""`up`, `down`, `status`, `logs`: the emulator, and where things stand."""

from __future__ import annotations

from typing import Annotated

import typer

from scripts.commands.flags import settings_of
from scripts.errors import NotFound
from scripts.settings import CliSettings

Port = Annotated[int | None, typer.Option(min=1, max=65535, help="The port, instead of the endpoint's own.")]


def register(app: typer.Typer) -> None:
    """Add this group's commands."""
    for command in (up, down, status, logs):
        app.command()(command)


def _settings(context: typer.Context, port: int | None) -> CliSettings:
    settings = settings_of(context)
    if port is None:
        return settings
    return settings_of(
        context, endpoint_url=f"http://{settings.host if settings.is_local else '127.0.0.1'}:{port}"
    )


def up(context: typer.Context, port: Port = None) -> None:
    """Start the emulator and wait until it is ready."""
    from scripts.emulator_process import ensure_emulator
    from scripts.output import say

    settings = _settings(context, port)
    emulator = ensure_emulator(settings)
    variables = f"AWS_ENDPOINT_URL={settings.endpoint_url} AWS_DEFAULT_REGION={settings.region}"
    say(f"  point AWS tools at it  export {variables}")
    say("  with any credentials   export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test")
    say(f"  its log                {emulator.log}")


def down(context: typer.Context, port: Port = None) -> None:
    """Stop the emulator. What it held is gone.

    Only one that was started from this folder is stopped.
    """
    from scripts.emulator_process import EmulatorProcess
    from scripts.output import say, waiting

    settings = _settings(context, port)
    with waiting("stopping the emulator"):
        health = EmulatorProcess(settings).stop()
    if health is None:
        say(f"nothing to stop: no emulator runs at {settings.endpoint_url}")
    else:
        say(f"stopped the emulator at {settings.endpoint_url} (process {health.pid})")


def status(context: typer.Context) -> None:
    """Show what runs, what is published, what came last."""
    from scripts.status import show_status

    show_status(settings_of(context))


def logs(
    context: typer.Context,
    port: Port = None,
    lines: Annotated[int, typer.Option(min=1, help="How many lines from the end.")] = 50,
) -> None:
    """Show the end of the emulator's log."""
    from scripts.emulator_process import EmulatorProcess

    log = EmulatorProcess(_settings(context, port)).log
    if not log.exists():
        raise NotFound(
            f"there is no log {log}", hint="the emulator logs to the folder where `wardlake up` was called"
        )
    for line in log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:]:
        print(line)
