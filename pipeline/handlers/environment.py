"""What a function knows of its stage: settings from its environment, and one connection for all its calls."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, TypeVar

import boto3

from pipeline.context import Context, connect
from pipeline.errors import ConfigurationError
from pipeline.settings import Settings

_Value = TypeVar("_Value")

_OPTIONAL: dict[str, tuple[str, Callable[[str], Any]]] = {
    "WARDLAKE_ON_MISSING_SOURCE": ("on_missing_source", str),
    "WARDLAKE_VANISHED_SHARE": ("vanished_share", float),
    "WARDLAKE_VANISHED_COUNT": ("vanished_count", int),
    "WARDLAKE_KEEP_RUNS": ("keep_runs", int),
}


def settings_from(environ: Mapping[str, str]) -> Settings:
    """The settings of a function. Raises ConfigurationError for a variable that is missing or unfit."""
    given: dict[str, Any] = {}
    for name, (setting, kind) in _OPTIONAL.items():
        if name in environ:
            given[setting] = _value(name, environ[name], kind)
    return Settings(
        stage=_required(environ, "WARDLAKE_STAGE"),
        region=_required(environ, "AWS_REGION"),
        account=_required(environ, "WARDLAKE_ACCOUNT"),
        **given,
    )


def _required(environ: Mapping[str, str], name: str) -> str:
    if not environ.get(name):
        raise ConfigurationError(f"the function's environment must have {name}")
    return environ[name]


def _value(name: str, text: str, kind: Callable[[str], _Value]) -> _Value:
    try:
        return kind(text)
    except ValueError as error:
        raise ConfigurationError(f"the function's {name} is {text!r}; expected a number") from error


@cache
def stage_context() -> Context:
    """The connection of this process, made by the first call and kept while the function stays warm."""
    return connect(boto3.Session(), settings_from(os.environ))
