"""SQL files and their parameters: `${name}`, with values typed by Python, so that no value is ever pasted as
text."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from pipeline.errors import ConfigurationError

_PARAMETER = re.compile(r"\$\{([^}]*)\}")
_PLAIN_NAME = re.compile(r"[a-z_][a-z0-9_]*")


@dataclass(frozen=True)
class Identifier:
    """A database, table or column name that needs no quotes, in DDL or in queries."""

    name: str

    def __post_init__(self) -> None:
        if not _PLAIN_NAME.fullmatch(self.name):
            raise ConfigurationError(f"{self.name!r} cannot be an identifier in SQL: use a-z, 0-9 and _")


Value = Identifier | str | int | Decimal | date


def literal(value: Value) -> str:
    """A value as SQL: an identifier, a string with its quotes doubled, a number or a date."""
    if isinstance(value, Identifier):
        return value.name
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    if isinstance(value, date):
        return f"date '{value.isoformat()}'"
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def parameters_of(text: str) -> set[str]:
    """The names of the parameters that a statement uses."""
    return set(_PARAMETER.findall(text))


def render(text: str, values: Mapping[str, Value], name: str) -> str:
    """A statement with its parameters filled in.

    Raises ConfigurationError for a parameter without a value and for a value without a parameter.
    """
    used = parameters_of(text)
    unknown, unused = sorted(used - set(values)), sorted(set(values) - used)
    if unknown:
        raise ConfigurationError(
            f"{name} uses ${{{unknown[0]}}}, which has no value; known: {sorted(values)}"
        )
    if unused:
        raise ConfigurationError(f"{name} is given {unused[0]!r} but does not use ${{{unused[0]}}}")
    return _PARAMETER.sub(lambda match: literal(values[match[1]]), text)


def render_with(text: str, shared: Mapping[str, Value], name: str) -> str:
    """A statement with those of the shared parameters filled in that it uses; any other is an error."""
    return render(text, {key: value for key, value in shared.items() if key in parameters_of(text)}, name)


def read(path: Path) -> str:
    """A SQL file's one statement, without the blank lines and the semicolon that may end it."""
    return path.read_text(encoding="utf-8").strip().removesuffix(";").rstrip()


def sha256(text: str) -> str:
    """What the manifest records of a statement's text."""
    return hashlib.sha256(text.encode()).hexdigest()
