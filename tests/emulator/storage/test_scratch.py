from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from emulator.storage.scratch import ScratchDirectory

HELD = """
import sys
from emulator.storage.scratch import ScratchDirectory
print(ScratchDirectory("wardlake-test-").path, flush=True)
sys.stdin.read()
"""


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The system's temporary directory, for this test and the processes it starts."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return tmp_path


def test_the_directory_of_a_killed_process_is_removed_by_the_next(temporary: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HELD], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        held = Path(process.stdout.readline().strip())
        (held / "data").write_bytes(b"x")
        mine = ScratchDirectory("wardlake-test-")
        assert (held / "data").exists()
        process.kill()
    ScratchDirectory("wardlake-test-").close()
    assert [path.name for path in temporary.iterdir()] == [mine.path.name]
    mine.close()
    assert list(temporary.iterdir()) == []


def test_directories_without_a_lock_and_of_other_names_are_left_alone(temporary: Path) -> None:
    for name in ("wardlake-test-young", "other"):
        (temporary / name).mkdir()
    ScratchDirectory("wardlake-test-").close()
    assert sorted(path.name for path in temporary.iterdir()) == ["other", "wardlake-test-young"]
