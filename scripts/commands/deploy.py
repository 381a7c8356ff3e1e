"""`deploy`, `undeploy`: the stage's stack."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from scripts.commands.flags import settings_of
from scripts.errors import UsageError
from scripts.settings import CliSettings

Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]


def register(app: typer.Typer) -> None:
    """Add this group's commands."""
    for command in (deploy, undeploy):
        app.command()(command)


def deploy(
    context: typer.Context,
    parameter: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=VALUE", help="A parameter of deploy/template.yaml; may be repeated."),
    ] = None,
    yes: Yes = False,
) -> None:
    """Bring the stage's stack to this checkout: bucket by bucket, function by function.

    Shows what would change and asks; on an emulator of this machine it does not ask.
    """
    from scripts.aws import open_context
    from scripts.deployment import deploy, open_target
    from scripts.emulator_process import ensure_emulator
    from scripts.output import say
    from scripts.provision import hand_over

    settings = settings_of(context)
    if settings.is_local:
        ensure_emulator(settings)
    given = dict(_pair(text) for text in parameter or ())
    target = open_target(settings)
    if settings.is_local and target.stack.status is None:
        hand_over(open_context(settings))
    if not deploy(target, given, _confirm(settings, yes)):
        say(f"{target.stack.name}: no changes")
    for name, value in sorted(target.stack.outputs().items()):
        say(f"  {name:<18} {value}")


def undeploy(context: typer.Context, yes: Yes = False) -> None:
    """Delete the stage's stack; what holds data stays."""
    from scripts.deployment import open_target, undeploy

    settings = settings_of(context)
    undeploy(open_target(settings), _confirm(settings, yes))


def _confirm(settings: CliSettings, yes: bool) -> Callable[[str], bool]:
    return (lambda question: True) if yes or settings.is_local else typer.confirm


def _pair(text: str) -> tuple[str, str]:
    name, found, value = text.partition("=")
    if not found or not name:
        raise UsageError(
            f"--parameter {text!r} is not NAME=VALUE", hint="for example --parameter KeepRuns=20"
        )
    return name, value
