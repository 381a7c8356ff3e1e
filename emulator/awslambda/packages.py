"""Deployment packages: zip archives from a request or from S3, unpacked into directories of their own."""

from __future__ import annotations

import base64
import hashlib
import io
import posixpath
import shutil
import stat
import threading
import uuid
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from emulator.awslambda.errors import InvalidParameterValue

MOST_UNZIPPED_BYTES = 262_144_000
"""Of a function with its layers (AWS's quota of 250 MB)."""

_NOT_A_ZIP = "Could not unzip uploaded file. Please check your file, then try to upload again."


@dataclass(frozen=True)
class Package:
    """An archive with what it unpacks to; `sha256` in base 64 as AWS gives it, sizes in bytes."""

    sha256: str
    size: int
    unzipped_size: int
    archive: Path
    root: Path


@dataclass(frozen=True)
class S3Source:
    """An archive in S3."""

    bucket: str
    key: str
    version: str | None


class Packages:
    """Archives by their content: the same bytes are kept and unpacked once."""

    def __init__(self, directory: Path) -> None:
        """directory: an existing one, for archives and what they hold."""
        self._directory = directory
        self._known: dict[str, Package] = {}
        self._lock = threading.Lock()

    def add(self, data: bytes) -> Package:
        """Keep and unpack an archive; raises `InvalidParameterValue` for one that Lambda would not take."""
        digest = hashlib.sha256(data).digest()
        with self._lock:
            found = self._known.get(digest.hex())
            if found is None:
                found = self._known[digest.hex()] = self._unpacked(digest, data)
            return found

    def merged(self, packages: Sequence[Package]) -> Path:
        """One directory with several packages over each other, the last on top, as layers are in ``/opt``."""
        if len(packages) == 1:
            return packages[0].root
        name = hashlib.sha256("\n".join(package.sha256 for package in packages).encode()).hexdigest()
        target = self._directory / f"layers-{name}"
        with self._lock:
            if not target.exists():
                draft = self._directory / f"draft-{uuid.uuid4()}"
                draft.mkdir()
                for package in packages:
                    with zipfile.ZipFile(package.archive) as archive:
                        _unpack(archive, draft)
                draft.rename(target)
        return target

    def _unpacked(self, digest: bytes, data: bytes) -> Package:
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                unzipped = _checked_size(archive)
                root = self._directory / digest.hex()
                root.mkdir()
                try:
                    _unpack(archive, root)
                except BaseException:
                    shutil.rmtree(root)
                    raise
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError) as error:
            raise InvalidParameterValue(_NOT_A_ZIP) from error
        kept = self._directory / f"{digest.hex()}.zip"
        kept.write_bytes(data)
        return Package(base64.b64encode(digest).decode(), len(data), unzipped, kept, root)


def fetch(s3: Any, source: S3Source) -> bytes:
    """The archive from S3, by its client; raises `InvalidParameterValue` with S3's reason."""
    wanted = {"Bucket": source.bucket, "Key": source.key}
    if source.version:
        wanted["VersionId"] = source.version
    try:
        data: bytes = s3.get_object(**wanted)["Body"].read()
    except ClientError as error:
        reason = error.response["Error"]
        raise InvalidParameterValue(
            f"Error occurred while GetObject. S3 Error Code: {reason['Code']}. "
            f"S3 Error Message: {reason['Message']}"
        ) from error
    return data


def check_unzipped_size(total: int) -> None:
    """Raise `InvalidParameterValue` if a function with its layers is larger than Lambda takes."""
    if total > MOST_UNZIPPED_BYTES:
        raise InvalidParameterValue(f"Unzipped size must be smaller than {MOST_UNZIPPED_BYTES} bytes")


def _checked_size(archive: zipfile.ZipFile) -> int:
    members = archive.infolist()
    if not members:
        raise InvalidParameterValue("Uploaded file must be a non-empty zip")
    total = sum(member.file_size for member in members)
    check_unzipped_size(total)
    return total


def _unpack(archive: zipfile.ZipFile, root: Path) -> None:
    for member in archive.infolist():
        target = root / _safe(member.filename)
        mode = member.external_attr >> 16
        if member.is_dir():
            target.mkdir(parents=True, exist_ok=True)
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        target.unlink(missing_ok=True)
        if stat.S_ISLNK(mode):
            _link(target, archive.read(member).decode(), member.filename)
            continue
        with archive.open(member) as source, target.open("wb") as out:
            shutil.copyfileobj(source, out)
        target.chmod(0o755 if mode & 0o111 else 0o644)


def _link(target: Path, points_at: str, name: str) -> None:
    _safe(posixpath.join(posixpath.dirname(name), points_at))
    target.symlink_to(points_at)


def _safe(name: str) -> str:
    """The name, if it stays inside the directory that it is unpacked into."""
    normal = posixpath.normpath(name.replace("\\", "/"))
    if normal.startswith(("/", "../")) or normal == ".." or (len(normal) > 1 and normal[1] == ":"):
        raise InvalidParameterValue(f"{_NOT_A_ZIP} The name {name!r} leads out of the package.")
    return normal
