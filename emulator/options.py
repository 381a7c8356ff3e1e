"""What the emulator is started with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

EngineName = Literal["duckdb", "trino", "shadow"]
ENGINES: tuple[EngineName, ...] = get_args(EngineName)


@dataclass(frozen=True)
class Options:
    """The choices of one emulator.

    ``memory_limit`` (DuckDB's text, ``2GB``) and ``threads`` bound the embedded engine. ``engine`` runs the
    queries of workgroups that choose none. ``trino_url`` is where a Trino is expected, if one is used.
    ``upstream_url`` is the endpoint that answers for the services that are not the emulator's own, None for
    moto in this process.
    """

    memory_limit: str = "2GB"
    threads: int = 2
    engine: EngineName = "duckdb"
    trino_url: str = "http://127.0.0.1:8080"
    upstream_url: str | None = None
