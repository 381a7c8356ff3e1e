"""Which form of the stack `wardlake up` takes, and what it says of the others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.scripts.conftest import CommandLine


@pytest.fixture
def bare(wardlake: CommandLine, tmp_path: Path) -> Iterator[CommandLine]:
    """A machine with nothing but Python: no Docker, no Maven, no other Python, an empty cache."""
    (tmp_path / "bin").mkdir()
    environment = wardlake.environment | {
        "PATH": str(tmp_path / "bin"),
        "PYENV_ROOT": str(tmp_path),
        "XDG_CACHE_HOME": str(tmp_path / "caches"),
    }
    del environment["WARDLAKE_STACK"]
    yield replace(wardlake, environment=environment)
    wardlake("down")


def program(machine: CommandLine, name: str, script: str = "exit 1") -> None:
    """Put a program on the machine's PATH."""
    file = Path(machine.environment["PATH"]) / name
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)


def test_a_machine_with_nothing_gets_the_embedded_form_and_hears_what_the_others_need(
    bare: CommandLine,
) -> None:
    said = bare("up")
    assert said.code == 0
    lines = said.err.splitlines()
    assert lines[0].startswith("stack: embedded, ")
    assert lines[1].startswith("  not compose: there is no Docker")
    assert lines[2].startswith("  not local: no Python 3.13")
    assert "pyenv install 3.13" in lines[2]
    assert "downloading" not in said.err


def test_maven_is_asked_for_where_trino_has_to_be_downloaded(bare: CommandLine) -> None:
    program(bare, "python3.13", "exit 0")
    said = bare("up")
    assert said.code == 0
    assert "  not local: no Maven (`mvn`), which downloads Trino" in said.err


@pytest.mark.parametrize(
    ("form", "says"), [("local", "no Python 3.13"), ("compose", "there is no Docker on this machine")]
)
def test_a_form_that_was_asked_for_and_cannot_be_had_is_an_ending(
    bare: CommandLine, form: str, says: str
) -> None:
    said = bare("up", "--stack", form)
    assert said.code == 9
    assert f"no {form} stack here: {says}" in said.err
    assert "Hint: install" in said.err
    assert "nothing to stop" in bare("down").err


def test_the_setting_asks_for_a_form_as_the_option_does(bare: CommandLine) -> None:
    bare.environment["WARDLAKE_STACK"] = "local"
    assert bare("up").code == 9
    assert bare("up", "--stack", "embedded").code == 0


def test_an_engine_that_no_form_has_is_an_ending_that_says_why(bare: CommandLine) -> None:
    said = bare("up", "--engine", "shadow")
    assert said.code == 9
    assert "the embedded form has no Trino, which the engine `shadow` needs" in said.err


def test_an_unknown_form_is_refused_by_its_name(bare: CommandLine) -> None:
    said = bare("up", "--stack", "cloud")
    assert said.code == 9
    assert "--stack: stack is 'cloud': must be `auto`, `compose`, `local` or `embedded`" in said.err


def test_an_emulator_of_another_folder_is_no_stack_of_this_one(bare: CommandLine, tmp_path: Path) -> None:
    assert bare("up", "--stack", "embedded").code == 0
    (tmp_path / "elsewhere").mkdir()
    elsewhere = replace(bare, folder=tmp_path / "elsewhere")
    assert "already running" in elsewhere("up").err
    refused = elsewhere("up", "--stack", "local")
    assert refused.code == 9
    assert "was not started from this folder" in refused.err
