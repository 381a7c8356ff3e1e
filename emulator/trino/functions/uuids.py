"""uuid()."""

from __future__ import annotations

from emulator.trino.functions.registry import native

native("uuid() -> uuid", "uuid()")
