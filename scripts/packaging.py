"""The Lambda package: our own code and SQL as one zip, the same bytes for the same input."""

from __future__ import annotations

import hashlib
import io
import zipfile
from dataclasses import dataclass
from pathlib import Path

from scripts.errors import ConfigurationError

ROOT = Path(__file__).resolve().parent.parent
CONTENTS = (("pipeline", "*.py"), ("sql", "*.sql"))
"""Each folder of the package, and which of its files."""

_LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the earliest time that a zip can hold
_READABLE = 0o100644 << 16
_ON_UNIX = 3


@dataclass(frozen=True)
class Package:
    """The bytes of the zip; `digest` names them, so that another content has another name."""

    body: bytes

    @property
    def digest(self) -> str:
        """The first sixteen hexadecimal digits of the SHA-256."""
        return hashlib.sha256(self.body).hexdigest()[:16]


def build_package(root: Path = ROOT) -> Package:
    """Pack `pipeline/` and `sql/` of a checkout, side by side as the code finds them.

    Nothing is compressed: another version of zlib would give other bytes, and Lambda unpacks it anyway.

    Raises:
        ConfigurationError: a folder is missing, as in an installation without the checkout.
    """
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for folder, pattern in CONTENTS:
            files = sorted((root / folder).rglob(pattern))
            if not files:
                raise ConfigurationError(
                    f"{root / folder} holds no {pattern}: the package is built from a checkout",
                    hint="run this in a clone of the repository, with `make setup` done there",
                )
            for path in files:
                _add(archive, path.relative_to(root).as_posix(), path.read_bytes())
    return Package(target.getvalue())


def _add(archive: zipfile.ZipFile, name: str, body: bytes) -> None:
    entry = zipfile.ZipInfo(name, _LONG_AGO)
    entry.create_system = _ON_UNIX
    entry.external_attr = _READABLE
    archive.writestr(entry, body)
