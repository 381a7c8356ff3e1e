"""The README's commands are run, and what it shows them to print is what they print."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import free_port

ROOT = Path(__file__).resolve().parent.parent.parent
ELISION = "…"

# What differs from run to run, in the order in which it is replaced.
MASKS = (
    (re.compile(r"\d{4}-\d\d-\d\d-\d{8}T\d{6}Z-[0-9a-f]{4}"), "<run>"),
    (re.compile(r"(\d{4}-\d\d-\d\d)-[0-9a-f]{12}"), r"\1-<delivery>"),
    (re.compile(r"127\.0\.0\.1:\d+"), "<endpoint>"),
    (re.compile(r"process \d+"), "process <id>"),
    (re.compile(r"\d+ min \d\d s"), "<time>"),
    (re.compile(r"\d+(\.\d+)? (ms|s)\b"), "<time>"),
    (re.compile(r"\d+(\.\d+)? [kM]?B\b"), "<size>"),
    (re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?!\.)"), "<now>"),
    (re.compile(r"─+"), "─"),
    (re.compile(r" +"), " "),
)


def masked(line: str) -> str:
    for pattern, stand_in in MASKS:
        line = pattern.sub(stand_in, line)
    return line.strip()


def meaningful(lines: list[str]) -> list[str]:
    return [line for line in map(masked, lines) if line]


def assert_shows(shown: list[str], printed: list[str]) -> None:
    """What is shown is what is printed, line by line; a line with an ellipsis marks what is left out."""
    at = 0
    may_skip = False
    for line in shown:
        if line == ELISION:
            may_skip = True
            continue
        found = next((later for later in range(at, len(printed)) if printed[later] == line), None)
        assert found is not None, f"not printed: {line}"
        assert found == at or may_skip, f"left out before {line!r} without a mark: {printed[at]!r}"
        at, may_skip = found + 1, False
    assert may_skip or at == len(printed), f"left out at the end without a mark: {printed[at]!r}"


def console_blocks() -> Iterator[tuple[str, list[str]]]:
    """Each command that the README shows with its output, and that output."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for block in re.findall(r"```console\n(.*?)```", readme, re.DOTALL):
        for shown in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = shown.partition("\n")
            if output.strip():
                yield command, output.strip().splitlines()


BLOCKS = list(console_blocks())


@pytest.fixture(scope="module")
def run_in_readme_order(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], list[str]]]:
    """Runs a command of the README, with an emulator that outlives the command, as the README's does."""
    folder = tmp_path_factory.mktemp("readme")
    (folder / "fixtures").symlink_to(ROOT / "fixtures")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "WARDLAKE_"))}
    environment = clean | {"WARDLAKE_ENDPOINT_URL": f"http://127.0.0.1:{free_port()}", "HOME": str(folder)}

    def run(command: str) -> list[str]:
        arguments = ["replay", "fixtures/samples"] if command == "make run" else shlex.split(command)[1:]
        done = subprocess.run(
            [sys.executable, "-m", "scripts", *arguments],
            cwd=folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert done.returncode == 0, done.stdout
        return done.stdout.splitlines()

    yield run
    run(".venv/bin/wardlake down")


def test_readme_shows_both_commands_in_its_first_screen() -> None:
    first_screen = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()[:60]
    commands = [line.removeprefix("$ ") for line in first_screen if line.startswith("$ ")]
    assert {"make run", "make test"} <= {command.partition(" #")[0].strip() for command in commands}


def test_readme_shows_what_its_commands_print(run_in_readme_order: Callable[[str], list[str]]) -> None:
    assert BLOCKS[0][0] == "make run"
    for command, shown in BLOCKS:
        if command == "make test":
            continue  # this test is part of it
        assert_shows(meaningful(shown), meaningful(run_in_readme_order(command)))


def test_make_run_is_what_the_tests_run_in_its_place() -> None:
    shown = subprocess.run(
        ["make", "--dry-run", "--silent", "run"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert '.venv/bin/wardlake replay "fixtures/samples"' in shown.stdout
