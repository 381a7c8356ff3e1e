"""What moto's interpreter takes from the emulator around it.

The interpreter's classes know no collaborators. An execution's environments carry them, and each thread knows
those of the environment that it works on.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from emulator.clients import Clients

ATTRIBUTE = "surroundings"
"""The attribute of moto's environments that holds them."""


@dataclass(frozen=True)
class Surroundings:
    """What one execution sees: its role's clients, and the time."""

    clients: Clients
    now: Callable[[], datetime]
    """The emulated time, in UTC."""
    role: str | None = None
    """The ARN of the role that calls, None for the emulator itself."""

    def client(self, service: str, region: str) -> Any:
        """boto3's client of a service (its name) in a region."""
        return self.clients.client(service, region, self.role)

    def of(self, role: str) -> Surroundings:
        """The same for a role by its ARN."""
        return replace(self, role=role)


_current: ContextVar[Surroundings] = ContextVar("surroundings")


def surround(surroundings: Surroundings) -> None:
    """Set what the interpreter sees in this thread from now on."""
    _current.set(surroundings)


def surroundings() -> Surroundings:
    """What the interpreter sees in this thread; raises LookupError outside an execution."""
    return _current.get()
