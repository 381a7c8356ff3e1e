"""What moto's interpreter takes from the emulator around it.

The interpreter's classes know no collaborators. An execution's environments carry them, and each thread knows
those of the environment that it works on.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any

ATTRIBUTE = "surroundings"
"""The attribute of moto's environments that holds them."""


@dataclass(frozen=True)
class Surroundings:
    """client: boto3's client of a service (its name) in a region. now: the emulated time, in UTC."""

    client: Callable[[str, str], Any]
    now: Callable[[], datetime]


_current: ContextVar[Surroundings] = ContextVar("surroundings")


def surround(surroundings: Surroundings) -> None:
    """Set what the interpreter sees in this thread from now on."""
    _current.set(surroundings)


def surroundings() -> Surroundings:
    """What the interpreter sees in this thread; raises LookupError outside an execution."""
    return _current.get()
