"""The commands that a page shows with their output: run, and compared with what they print."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import free_port

ROOT = Path(__file__).resolve().parent.parent.parent
WARDLAKE = ".venv/bin/wardlake"
ELISION = "…"

# What differs from run to run, in the order in which it is replaced.
MASKS = (
    (re.compile(r"\d{4}-\d\d-\d\d-\d{8}T\d{6}Z-[0-9a-f]{4}"), "<run>"),
    (re.compile(r"(\d{4}-\d\d-\d\d)-[0-9a-f]{12}"), r"\1-<delivery>"),
    (re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"), "<execution>"),
    (re.compile(r"127\.0\.0\.1:\d+"), "<endpoint>"),
    (re.compile(r"process \d+"), "process <id>"),
    (re.compile(r"\d+ min \d\d s"), "<time>"),
    (re.compile(r"\d+(\.\d+)? (ms|s)\b"), "<time>"),
    (re.compile(r"\d+(\.\d+)? [kM]?B\b"), "<size>"),
    (re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?!\.)"), "<now>"),
    (re.compile(r"─+"), "─"),
    (re.compile(r" +"), " "),
)


@dataclass(frozen=True)
class Shown:
    """A command, and the lines of its output that a page shows."""

    command: str
    output: list[str]


def console_blocks(page: Path) -> Iterator[Shown]:
    """Each command that a page shows with its output."""
    for block in re.findall(r"```console\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL):
        for shown in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = shown.partition("\n")
            if output.strip():
                yield Shown(command, output.strip().splitlines())


def assert_shows(shown: list[str], printed: list[str], *more: tuple[re.Pattern[str], str]) -> None:
    """What is shown is what is printed, line by line; a line with an ellipsis marks what is left out.

    more: what else differs from run to run, and its stand-in.
    """
    wanted, found_lines = _meaningful(shown, more), _meaningful(printed, more)
    at = 0
    may_skip = False
    for line in wanted:
        if line == ELISION:
            may_skip = True
            continue
        found = next((later for later in range(at, len(found_lines)) if found_lines[later] == line), None)
        assert found is not None, f"not printed: {line}\n" + "\n".join(found_lines)
        assert found == at or may_skip, f"left out before {line!r} without a mark: {found_lines[at]!r}"
        at, may_skip = found + 1, False
    assert may_skip or at == len(found_lines), f"left out at the end without a mark: {found_lines[at]!r}"


def _meaningful(lines: list[str], more: tuple[tuple[re.Pattern[str], str], ...]) -> list[str]:
    return [line for line in (_masked(line, more) for line in lines) if line]


def _masked(line: str, more: tuple[tuple[re.Pattern[str], str], ...]) -> str:
    for pattern, stand_in in (*more, *MASKS):
        line = pattern.sub(stand_in, line)
    return line.strip()


class Reader:
    """Runs a page's commands one after the other, as its reader would, with an emulator that stays up."""

    def __init__(self, folder: Path) -> None:
        """folder: where the commands run; it has the fixtures of the checkout."""
        (folder / "fixtures").symlink_to(ROOT / "fixtures")
        clean = {
            name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "WARDLAKE_"))
        }
        self._folder = folder
        self._environment = clean | {
            "WARDLAKE_ENDPOINT_URL": f"http://127.0.0.1:{free_port()}",
            "HOME": str(folder),
        }

    def run(self, command: str) -> list[str]:
        """The lines that a command prints; of a `make`, those of the `wardlake` that it calls."""
        arguments = shlex.split(_called_by_make(command) if command.startswith("make ") else command)
        assert arguments[0] == WARDLAKE, command
        done = subprocess.run(
            [sys.executable, "-m", "scripts", *arguments[1:]],
            cwd=self._folder,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert done.returncode == 0, done.stdout
        return done.stdout.splitlines()


def _called_by_make(command: str) -> str:
    """What a `make` would run in the end."""
    shown = subprocess.run(
        ["make", "--dry-run", "--silent", *shlex.split(command)[1:]],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return shown.stdout.splitlines()[-1]
