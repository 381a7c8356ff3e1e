"""`scripts/setup.sh`, with stand-ins for the interpreters of other machines."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parent.parent.parent / "scripts" / "setup.sh"
STAMP = ".venv/.wardlake-setup"
TOOLS = ("sh", "dirname", "mkdir", "rm", "touch", "tail", "cp", "chmod")

TOO_OLD = "exit 1"
WITHOUT_VENV = 'case "$1" in -c) exit 0 ;; esac; echo "No module named venv" >&2; exit 1'
GOOD = 'case "$1" in -c) exit 0 ;; esac; mkdir -p .venv/bin; cp venv-python .venv/bin/python'
PIP_FINDS_NOTHING = (
    'case "$1" in -c) exit 0 ;; esac; echo Collecting six; echo "ERROR: no such package"; exit 1'
)
PIP_WORKS = 'case "$1" in -c) exit 0 ;; esac; echo "$@" >>pip-calls; echo Collecting six'


class Machine:
    """A checkout in a folder with a space in its name, on a machine with the given programs only."""

    def __init__(self, folder: Path) -> None:
        self.checkout = folder / "a checkout"
        self.checkout.mkdir()
        self._programs = folder / "programs"
        self._programs.mkdir()
        for tool in TOOLS:
            found = shutil.which(tool)
            assert found
            (self._programs / tool).symlink_to(found)

    def has(self, name: str, does: str) -> None:
        """Install a stand-in."""
        self._write(self._programs / name, does)

    def pip(self, does: str) -> None:
        """What the virtual environment's interpreter will do."""
        self._write(self.checkout / "venv-python", does)

    def setup(self, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run the script."""
        return subprocess.run(
            ["sh", str(SCRIPT), STAMP],
            cwd=self.checkout,
            env={"PATH": str(self._programs), **environment},
            capture_output=True,
            text=True,
        )

    @property
    def is_stamped(self) -> bool:
        """Whether setup says that it is done."""
        return (self.checkout / STAMP).exists()

    def _write(self, path: Path, does: str) -> None:
        path.write_text(f"#!/bin/sh\n{does}\n")
        path.chmod(0o755)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_without_a_new_enough_python_it_says_so_in_one_sentence(machine: Machine) -> None:
    machine.has("python3", TOO_OLD)
    done = machine.setup()
    assert done.returncode == 1
    assert "no Python 3.11 or newer found" in done.stderr
    assert "make setup PYTHON=" in done.stderr


def test_a_newer_python_under_another_name_is_found(machine: Machine) -> None:
    machine.has("python3", TOO_OLD)
    machine.has("python3.12", GOOD)
    machine.pip(PIP_WORKS)
    assert machine.setup().returncode == 0
    assert machine.is_stamped


def test_it_installs_the_pinned_packages_by_hash_and_then_wardlake_itself(machine: Machine) -> None:
    machine.has("python3", GOOD)
    machine.pip(PIP_WORKS)
    assert machine.setup().returncode == 0
    first, second = (machine.checkout / "pip-calls").read_text().splitlines()
    assert first.endswith("--require-hashes -r requirements.txt")
    assert second.endswith("--no-deps --no-build-isolation -e .")


def test_without_the_venv_module_it_names_the_package_to_install(machine: Machine) -> None:
    machine.has("python3", WITHOUT_VENV)
    done = machine.setup()
    assert done.returncode == 1
    assert "install python3-venv" in done.stderr


def test_when_pip_fails_its_last_words_are_shown_and_no_stamp_is_left(machine: Machine) -> None:
    machine.has("python3", GOOD)
    machine.pip(PIP_FINDS_NOTHING)
    done = machine.setup()
    assert done.returncode == 1
    assert "ERROR: no such package" in done.stderr
    assert ".venv/setup.log" in done.stderr
    assert not machine.is_stamped


def test_a_named_python_is_taken(machine: Machine) -> None:
    machine.has("python3", TOO_OLD)
    machine.has("my python", GOOD)
    machine.pip(PIP_WORKS)
    assert machine.setup(PYTHON="my python").returncode == 0


def test_a_named_python_that_is_too_old_is_refused_by_name(machine: Machine) -> None:
    machine.has("python3", GOOD)
    machine.has("old", TOO_OLD)
    done = machine.setup(PYTHON="old")
    assert done.returncode == 1
    assert "PYTHON=old is not a Python 3.11 or newer" in done.stderr
