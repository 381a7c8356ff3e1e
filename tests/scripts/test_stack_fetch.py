"""What the stack downloads: whole or not at all, once, and only what is pinned."""

from __future__ import annotations

import hashlib
import io
import multiprocessing
import os
import tarfile
import zipfile
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import pytest

from scripts.errors import CliError
from scripts.stack import fetch
from scripts.stack.cache import Cache, cache_root
from scripts.stack.fetch import DownloadFailed, Fetcher
from scripts.stack.packages import TRINO_HIVE, TRINO_PACKAGE, TRINO_SERVER

PROGRAM = "bin/program"


def fill(folder: Path) -> None:
    (folder / PROGRAM).parent.mkdir()
    (folder / PROGRAM).write_text("made")


def fail(folder: Path) -> None:
    fill(folder)
    raise KeyboardInterrupt


def test_the_cache_is_where_xdg_says() -> None:
    assert cache_root({"XDG_CACHE_HOME": "/somewhere"}) == Path("/somewhere/wardlake")
    assert cache_root({}) == Path.home() / ".cache" / "wardlake"


def test_a_package_is_made_once(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "new")
    made = cache.ensure("it", PROGRAM, fill)
    assert (made / PROGRAM).read_text() == "made"
    assert cache.ensure("it", PROGRAM, fail) == made


def test_what_was_made_in_part_does_not_count_and_is_gone(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    with pytest.raises(KeyboardInterrupt):
        cache.ensure("it", PROGRAM, fail)
    assert cache.get("it", PROGRAM) is None
    assert [file.name for file in tmp_path.iterdir()] == ["it.lock"]


def test_what_a_killed_command_left_in_part_is_no_obstacle(tmp_path: Path) -> None:
    fill_in_part = tmp_path / "it.unfinished" / "bin"
    fill_in_part.mkdir(parents=True)
    (fill_in_part / "half").touch()
    made = Cache(tmp_path).ensure("it", PROGRAM, fill)
    assert [file.name for file in (made / "bin").iterdir()] == ["program"]


def test_a_package_whose_program_went_away_is_made_again(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    made = cache.ensure("it", PROGRAM, fill)
    (made / PROGRAM).unlink()
    (made / PROGRAM).symlink_to("/nowhere/python3.13")
    assert cache.get("it", PROGRAM) is None
    assert (cache.ensure("it", PROGRAM, fill) / PROGRAM).read_text() == "made"


def _make_noting(folder: Path) -> None:
    """Make a package, but not before another one waits for it; notes each waiting and each making."""

    def make(made: Path) -> None:
        _note(folder / "makings")
        while not _noted(folder / "waitings"):
            pass
        fill(made)

    with patch("scripts.stack.lock.say", lambda text: _note(folder / "waitings")):
        Cache(folder / "cache").ensure("it", PROGRAM, make)


def _note(file: Path) -> None:
    with file.open("a") as noted:
        noted.write(f"{os.getpid()}\n")


def _noted(file: Path) -> list[str]:
    return file.read_text().splitlines() if file.exists() else []


def test_two_commands_at_once_download_once(tmp_path: Path) -> None:
    spawn = multiprocessing.get_context("spawn")
    both = [spawn.Process(target=_make_noting, args=(tmp_path,)) for _ in range(2)]
    for process in both:
        process.start()
    for process in both:
        process.join()
    assert [process.exitcode for process in both] == [0, 0]
    assert len(_noted(tmp_path / "makings")) == len(_noted(tmp_path / "waitings")) == 1


def archive_of(file: Path, name: str, inner: str) -> None:
    """An archive with one folder of that name, and one file in it."""
    if file.suffix == ".zip":
        with zipfile.ZipFile(file, "w") as content:
            content.writestr(f"{name}/{inner}", "hive")
        return
    with tarfile.open(file, "w:gz") as content:
        described = tarfile.TarInfo(f"{name}/{inner}")
        described.size, described.mode = 8, 0o755
        content.addfile(described, io.BytesIO(b"launcher"))


@pytest.fixture
def maven(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A Maven on the PATH that has small archives; what is pinned are theirs."""
    store = tmp_path / "maven"
    store.mkdir()
    archive_of(store / TRINO_SERVER.file, "trino-server-core-476", TRINO_PACKAGE.program)
    archive_of(store / TRINO_HIVE.file, "trino-hive-476", "hive.jar")
    for name, archive in (("TRINO_SERVER", TRINO_SERVER), ("TRINO_HIVE", TRINO_HIVE)):
        found = hashlib.sha256((store / archive.file).read_bytes()).hexdigest()
        monkeypatch.setattr(fetch, name, replace(archive, sha256=found))
    mvn(
        tmp_path,
        f"""for word; do case $word in
-Dartifact=*server*) file={TRINO_SERVER.file} ;;
-Dartifact=*) file={TRINO_HIVE.file} ;;
-DoutputDirectory=*) to=${{word#*=}} ;;
esac; done
cp {store}/$file $to/""",
    )
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    return store


def mvn(tmp_path: Path, script: str) -> None:
    program = tmp_path / "bin" / "mvn"
    program.parent.mkdir(exist_ok=True)
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "caches")


def left_in(cache: Cache) -> list[str]:
    return [file.name for file in cache.root.iterdir() if file.is_dir()]


def test_trino_is_unpacked_with_its_connector_and_its_archives_go(
    maven: Path, cache: Cache, capsys: pytest.CaptureFixture[str]
) -> None:
    home = Fetcher(cache).trino()
    found = sorted(str(file.relative_to(home)) for file in home.rglob("*") if file.is_file())
    assert found == ["bin/launcher", "plugin/hive/hive.jar"]
    assert os.access(home / "bin" / "launcher", os.X_OK)
    assert "downloading Trino 476 from Maven: about 453.0 MB" in capsys.readouterr().err


def test_an_archive_that_is_not_the_pinned_one_is_refused(maven: Path, cache: Cache) -> None:
    archive_of(maven / TRINO_HIVE.file, "trino-hive-476", "other.jar")
    with pytest.raises(DownloadFailed, match="trino-hive:476:zip from Maven is not what is pinned"):
        Fetcher(cache).trino()
    assert left_in(cache) == []


def test_a_download_that_fails_shows_what_its_tool_said_and_what_is_free(
    maven: Path, cache: Cache, tmp_path: Path
) -> None:
    mvn(tmp_path, "echo 'write failed: No space left on device'; exit 3")
    with pytest.raises(DownloadFailed, match="`mvn` ended with status 3") as failed:
        Fetcher(cache).trino()
    assert "No space left on device" in failed.value.message
    assert "are free there" in str(failed.value.hint)
    assert "--stack embedded" in str(failed.value.hint)
    assert left_in(cache) == []


def test_too_little_room_is_said_before_the_download(
    maven: Path, cache: Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetch, "free_disk", lambda folder: 30_000_000)
    with pytest.raises(DownloadFailed, match=r"needs 1\.4 GB in .*, where 30\.0 MB are free"):
        Fetcher(cache).trino()
    assert left_in(cache) == []


def test_a_tool_that_is_not_there_is_named(cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(CliError, match="`mvn` cannot be run"):
        Fetcher(cache).trino()


def test_a_python_that_cannot_be_run_is_named(cache: Cache) -> None:
    with pytest.raises(DownloadFailed, match=r"`/nowhere/python3\.13` cannot be run"):
        Fetcher(cache).localstack(lambda: "/nowhere/python3.13")
    assert left_in(cache) == []
