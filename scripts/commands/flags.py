"""The options before the command, as the command's own module gets at them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from scripts.settings import CliSettings, load

Json = Annotated[bool, typer.Option("--json", help="Write JSON.")]


def as_day(text: str | date) -> date:
    """A day from its ISO form; a default is one already.

    Raises:
        typer.BadParameter: it is no such day.
    """
    if isinstance(text, date):
        return text
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    # Python also reads 20260131 and 2026-W05-6, which nobody means.
    if day is None or day.isoformat() != text:
        raise typer.BadParameter(f"{text!r} is not a day like 2026-01-31")
    return day


def as_optional_day(text: str | date) -> date | None:
    """A day as `as_day` reads it, None for an empty text: what `make` gives where nothing was said.

    Raises:
        typer.BadParameter: it is no such day.
    """
    return as_day(text) if text else None


@dataclass(frozen=True)
class Flags:
    """What the options before the command gave."""

    values: Mapping[str, str | None] = field(default_factory=dict)
    config: Path | None = None


def settings_of(context: typer.Context, **more: str | None) -> CliSettings:
    """The settings of this command; `more` are settings that the command's own options gave.

    Raises:
        ConfigurationError: a setting has no meaning.
    """
    flags = context.find_object(Flags) or Flags()
    given = {key: value for key, value in more.items() if value is not None}
    return load({**flags.values, **given}, os.environ, flags.config)
