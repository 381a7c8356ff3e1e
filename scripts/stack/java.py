"""Find a Java that Trino runs on."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

OLDEST = 24
"""Trino 476 asks for it."""

ROOTS = ("/usr/lib/jvm/*", "/Library/Java/JavaVirtualMachines/*/Contents/Home", "~/.sdkman/candidates/java/*")
_VERSION = re.compile(r'(?:JAVA_VERSION=|version )"(\d+)')


def find_java(environment: Mapping[str, str], roots: Sequence[str] = ROOTS) -> Path | None:
    """The home of a Java that is new enough: JAVA_HOME's, PATH's or an installed one, in this order."""
    for home in _homes(environment, roots):
        major = _major(home)
        if major is not None and major >= OLDEST:
            return home
    return None


def _homes(environment: Mapping[str, str], roots: Sequence[str]) -> Iterator[Path]:
    if environment.get("JAVA_HOME"):
        yield Path(environment["JAVA_HOME"])
    if on_path := shutil.which("java", path=environment.get("PATH", "")):
        yield Path(on_path).resolve().parent.parent
    for root in roots:
        pattern = Path(root).expanduser()
        yield from sorted(Path(pattern.anchor).glob(str(pattern.relative_to(pattern.anchor))))


def _major(home: Path) -> int | None:
    """The major version of the Java at a home, None if there is none that runs."""
    program = home / "bin" / "java"
    if not program.is_file():
        return None
    try:
        said = (home / "release").read_text(encoding="utf-8")
    except OSError:
        said = _version_of(program)
    found = _VERSION.search(said)
    return int(found[1]) if found else None


def _version_of(program: Path) -> str:
    try:
        done = subprocess.run([program, "-version"], capture_output=True, text=True, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stderr
