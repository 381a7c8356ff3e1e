"""The Lambda package: what is in it, and that its bytes depend on nothing else."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from scripts.errors import ConfigurationError
from scripts.packaging import ROOT, build_package


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of what goes into the package, with other times and permissions."""
    for folder in ("pipeline", "sql"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for path in tmp_path.rglob("*.py"):
        path.chmod(0o600)
        os.utime(path, (0, 1_000_000_000))
    return tmp_path


def test_the_same_files_give_the_same_bytes_whatever_their_times_and_permissions(checkout: Path) -> None:
    assert build_package(checkout).body == build_package(ROOT).body


def test_a_changed_line_of_sql_gives_the_package_another_name(checkout: Path) -> None:
    before = build_package(checkout)
    path = checkout / "sql" / "gold" / "dim_ward.sql"
    path.write_text(path.read_text() + "\n")
    assert build_package(checkout).digest != before.digest


def test_the_package_holds_code_and_statements_and_nothing_else() -> None:
    with zipfile.ZipFile(io.BytesIO(build_package().body)) as archive:
        names = archive.namelist()
    assert {name.partition("/")[0] for name in names} == {"pipeline", "sql"}
    assert {Path(name).suffix for name in names} == {".py", ".sql"}
    assert len(names) == len(set(names))


def test_the_unpacked_package_reads_its_own_plan(tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(build_package().body)) as archive:
        archive.extractall(tmp_path)
    code = (
        "from pipeline.plan import read_plan; from pipeline.settings import SQL_ROOT; "
        "print(SQL_ROOT, len(read_plan(SQL_ROOT).levels))"
    )
    said = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert said.stdout.split() == [str(tmp_path / "sql"), "3"]


def test_without_the_sources_it_says_where_they_are_missing(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="pipeline holds no"):
        build_package(tmp_path)
