"""`clock`, `clock advance`: the emulator's clock."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from scripts.commands.flags import settings_of
from scripts.errors import UsageError

DEFAULT_SOURCE = Path("data/synthetic")

_DURATION = re.compile(
    r"(?=.)(?:(?P<weeks>\d+)w)?(?:(?P<days>\d+)d)?(?:(?P<hours>\d+)h)?(?:(?P<minutes>\d+)m)?"
)


def register(app: typer.Typer) -> None:
    """Add this group's commands."""
    clock = typer.Typer(
        name="clock", help="Show the emulator's clock and the next firings; `advance` moves it."
    )
    clock.callback(invoke_without_command=True)(show)
    clock.command()(advance)
    app.add_typer(clock)


def as_duration(text: str) -> timedelta:
    """A length of time such as 30d, 8h or 1d12h.

    Raises:
        typer.BadParameter: it is none.
    """
    match = _DURATION.fullmatch(text)
    if match is None:
        raise typer.BadParameter(f"{text!r} is not a length of time like 30d, 8h, 90m or 1d12h")
    return timedelta(**{unit: int(count) for unit, count in match.groupdict().items() if count})


def as_moment(text: str) -> datetime:
    """A day (its midnight) or a time, in the hospital's zone where it names none.

    Raises:
        typer.BadParameter: it is neither.
    """
    from scripts.clock import HOSPITAL_ZONE

    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not a time like 2026-03-01 or 2026-03-01T08:05") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=HOSPITAL_ZONE)


def show(context: typer.Context) -> None:
    """Show the emulator's clock and the next firings; `advance` moves it."""
    if context.invoked_subcommand is None:
        from scripts.clock import show_clock

        show_clock(settings_of(context))


def advance(
    context: typer.Context,
    by: Annotated[
        timedelta | None,
        typer.Argument(parser=as_duration, metavar="TIME", help="Such as 30d, 8h or 1d12h."),
    ] = None,
    to: Annotated[
        datetime | None,
        typer.Option(parser=as_moment, metavar="MOMENT", help="Such as 2026-03-01 or 2026-03-01T08:05."),
    ] = None,
    source: Annotated[
        Path | None,
        typer.Option(help="The extracts that land on their days; data/synthetic if it is there."),
    ] = None,
) -> None:
    """Let time go by on the emulator, from one firing to the next.

    What a schedule starts has ended before the clock goes on.
    An extract lands at six in the morning of its day.
    """
    from scripts.clock import advance as advance_clock

    target = to or by
    if target is None or (to and by):
        raise UsageError("say either how long or --to when", hint="such as `wardlake clock advance 30d`")
    has_synthetic = any(DEFAULT_SOURCE.glob("*.csv"))
    advance_clock(settings_of(context), target, source or (DEFAULT_SOURCE if has_synthetic else None))
