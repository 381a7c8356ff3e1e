"""`deploy`, `undeploy`, `destroy-data`: the stage's stack, and what it leaves."""

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
    app.command("destroy-data")(destroy_data)


def deploy(
    context: typer.Context,
    parameter: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=VALUE", help="A parameter of deploy/template.yaml; may be repeated."),
    ] = None,
    yes: Yes = False,
    smoke: Annotated[
        bool | None,
        typer.Option(
            "--smoke/--no-smoke",
            show_default=False,
            help="Run a tiny day in a stage of its own, or not; else it asks on AWS, and not on an emulator.",
        ),
    ] = None,
) -> None:
    """Bring the stage's stack to this checkout: bucket by bucket, function by function.

    Shows what would change and asks; on an emulator of this machine it does not ask.
    """
    from scripts.aws import open_context
    from scripts.deployment import check_before, deploy, open_target
    from scripts.emulator_process import ensure_emulator
    from scripts.output import say
    from scripts.provision import hand_over

    settings = settings_of(context)
    given = dict(_pair(text) for text in parameter or ())
    if given.get("Stage", settings.stage) != settings.stage:
        raise UsageError(
            f"--parameter Stage={given['Stage']} is another stage than {settings.stage}, whose stack this is",
            hint=f"`wardlake --stage {given['Stage']} deploy` deploys that stage",
        )
    if settings.is_local:
        ensure_emulator(settings)
    target = open_target(settings)
    if settings.is_aws:
        check_before(settings, target, given)
    if settings.is_local and target.stack.status is None:
        hand_over(open_context(settings))
    if not deploy(target, given, _confirm(settings, yes)):
        say(f"{target.stack.name}: no changes")
    for name, value in sorted(target.stack.outputs().items()):
        say(f"  {name:<18} {value}")
    if _wants_smoke(settings, smoke, yes):
        from scripts.smoke import smoke as run_smoke

        run_smoke(settings)


def undeploy(context: typer.Context, yes: Yes = False) -> None:
    """Delete the stage's stack; what holds data stays."""
    from scripts.deployment import open_target, undeploy

    settings = settings_of(context)
    undeploy(open_target(settings), _confirm(settings, yes))


def destroy_data(context: typer.Context) -> None:
    """Delete what undeploy leaves: all data of the stage, for good. Asks twice."""
    from scripts.deployment import open_target
    from scripts.destruction import open_destroyer
    from scripts.errors import CliError, ExitCode
    from scripts.output import say

    settings = settings_of(context)
    destroyer = open_destroyer(settings, open_target(settings).account)
    remains = destroyer.find()
    for name in (*remains.buckets, *remains.databases, *remains.keys):
        say(f"  {name}")
    typed = typer.prompt(
        f"All of this is deleted for good. Type the stage's name ({settings.stage}) to go on"
    )
    if typed != settings.stage or not typer.confirm("Really delete it?"):
        raise CliError("stopped, as it was not confirmed; nothing was deleted", ExitCode.USAGE)
    destroyer.destroy(remains)


def _wants_smoke(settings: CliSettings, asked: bool | None, yes: bool) -> bool:
    if asked is not None or not settings.is_aws or yes:
        return bool(asked)
    return typer.confirm("run the smoke test, in a stage of its own that is destroyed afterwards?")


def _confirm(settings: CliSettings, yes: bool) -> Callable[[str], bool]:
    return (lambda question: True) if yes or settings.is_local else typer.confirm


def _pair(text: str) -> tuple[str, str]:
    name, found, value = text.partition("=")
    if not found or not name:
        raise UsageError(
            f"--parameter {text!r} is not NAME=VALUE", hint="for example --parameter KeepRuns=20"
        )
    return name, value
