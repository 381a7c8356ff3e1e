"""The README's commands are run, and what it shows them to print is what they print."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.console import ROOT, Reader, assert_shows, console_blocks

README = ROOT / "README.md"
BLOCKS = list(console_blocks(README))


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    found = Reader(tmp_path_factory.mktemp("readme"))
    yield found
    found.run(".venv/bin/wardlake down")


def test_readme_shows_both_commands_in_its_first_screen() -> None:
    first_screen = Path(README).read_text(encoding="utf-8").splitlines()[:60]
    commands = [line.removeprefix("$ ") for line in first_screen if line.startswith("$ ")]
    assert {"make run", "make test"} <= {command.partition(" #")[0].strip() for command in commands}


def test_readme_shows_what_its_commands_print(reader: Reader) -> None:
    assert BLOCKS[0].command == "make run"
    for shown in BLOCKS:
        if shown.command != "make test":  # this test is part of it
            assert_shows(shown.output, reader.run(shown.command))
