"""What moto's interpreter takes from the emulator around it.

The interpreter's classes know no collaborators, so that these stand in one place of the module, set when a
service is made. moto's own state is of the process as well.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Surroundings:
    """client: boto3's client of a service (its name) in a region. now: the emulated time, in UTC."""

    client: Callable[[str, str], Any]
    now: Callable[[], datetime]


class NoService(RuntimeError):
    """The interpreter was used before a service was made."""


_current: Surroundings | None = None


def surround(surroundings: Surroundings) -> None:
    """Set what the interpreter sees from now on."""
    global _current
    _current = surroundings


def surroundings() -> Surroundings:
    """What the interpreter sees; raises `NoService` before the first service was made."""
    if _current is None:
        raise NoService("no Step Functions service was made in this process")
    return _current
