"""Casts to and from json."""

from __future__ import annotations

from emulator.trino.errors import Position, Unsupported
from emulator.trino.types import Type


def to_json(sql: str, source: Type, at: Position) -> str:
    """CAST(source AS json)."""
    raise Unsupported(f"Cast from {source} to json is not supported", at)


def from_json(sql: str, target: Type, at: Position) -> str:
    """CAST(json AS target)."""
    raise Unsupported(f"Cast from json to {target} is not supported", at)
