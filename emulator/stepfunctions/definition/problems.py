"""What is wrong with a definition, and where."""

from __future__ import annotations

from dataclasses import dataclass, field

SCHEMA = "SCHEMA_VALIDATION_FAILED"


@dataclass(frozen=True)
class Problem:
    """code: AWS's. location: a path such as ``/States/Load/Next``."""

    code: str
    message: str
    location: str

    def __str__(self) -> str:
        return f"{self.code}: {self.message}" + (f" at {self.location}" if self.location else "")


@dataclass
class Problems:
    """Problems as they are found."""

    found: list[Problem] = field(default_factory=list)

    def add(self, message: str, location: str, code: str = SCHEMA) -> None:
        """Note one."""
        self.found.append(Problem(code, message, location))
