"""Archives are unpacked as Lambda unpacks them, and never beyond their directory."""

from __future__ import annotations

import io
import os
import stat
import zipfile
from pathlib import Path

import pytest

from emulator.awslambda.errors import InvalidParameterValue
from emulator.awslambda.packages import MOST_UNZIPPED_BYTES, Packages, check_unzipped_size


@pytest.fixture
def packages(tmp_path: Path) -> Packages:
    return Packages(tmp_path)


def archive(*members: tuple[str, str, int]) -> bytes:
    """An archive of files: name, text, and mode as Unix has it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        for name, text, mode in members:
            entry = zipfile.ZipInfo(name)
            entry.external_attr = mode << 16
            made.writestr(entry, text)
    return buffer.getvalue()


LINK = stat.S_IFLNK | 0o777


def test_programs_stay_programs(packages: Packages) -> None:
    root = packages.add(archive(("bin/tool", "#!/bin/sh", 0o755), ("data", "", 0o600))).root
    assert os.access(root / "bin" / "tool", os.X_OK)
    assert not os.access(root / "data", os.X_OK)


def test_links_within_the_package_are_links(packages: Packages) -> None:
    root = packages.add(archive(("lib/real.txt", "beds", 0o644), ("lib/link.txt", "real.txt", LINK))).root
    assert (root / "lib" / "link.txt").is_symlink()
    assert (root / "lib" / "link.txt").read_text() == "beds"


@pytest.mark.parametrize(
    "members",
    [
        [("../out.py", "", 0o644)],
        [("/etc/out.py", "", 0o644)],
        [("a/../../out.py", "", 0o644)],
        [("..\\out.py", "", 0o644)],
        [("link", "../../out", LINK)],
        [("link", "/etc", LINK), ("link/passwd", "", 0o644)],
    ],
)
def test_nothing_is_written_outside_of_the_package(
    packages: Packages, tmp_path: Path, members: list[tuple[str, str, int]]
) -> None:
    with pytest.raises(InvalidParameterValue, match="leads out of the package"):
        packages.add(archive(*members))
    assert list(tmp_path.iterdir()) == []


def test_same_bytes_are_unpacked_once(packages: Packages) -> None:
    first, second = (packages.add(archive(("a.py", "", 0o644))) for _ in range(2))
    assert first is second


def test_function_with_its_layers_may_have_250_megabytes() -> None:
    check_unzipped_size(MOST_UNZIPPED_BYTES)
    with pytest.raises(InvalidParameterValue, match="Unzipped size must be smaller than 262144000 bytes"):
        check_unzipped_size(MOST_UNZIPPED_BYTES + 1)


def test_archive_that_unpacks_to_too_much_is_not_unpacked(packages: Packages, tmp_path: Path) -> None:
    data = bytearray(archive(("zeros", "", 0o644)))
    size = data.index(b"PK\x01\x02") + 24  # of the entry in the archive's directory
    data[size : size + 4] = (MOST_UNZIPPED_BYTES + 1).to_bytes(4, "little")
    with pytest.raises(InvalidParameterValue, match="Unzipped size must be smaller"):
        packages.add(bytes(data))
    assert list(tmp_path.iterdir()) == []


def test_later_package_covers_an_earlier_one_where_they_are_merged(packages: Packages) -> None:
    lower = packages.add(archive(("python/a.py", "1", 0o644), ("python/b.py", "1", 0o644)))
    upper = packages.add(archive(("python/b.py", "2", 0o644)))
    merged = packages.merged([lower, upper])
    assert [(merged / "python" / name).read_text() for name in ("a.py", "b.py")] == ["1", "2"]
    assert packages.merged([upper]) == upper.root
