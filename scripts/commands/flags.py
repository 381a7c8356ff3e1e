"""The options before the command, as the command's own module gets at them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import typer

from scripts.settings import CliSettings, load


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
