"""What functions can import besides their own code, taken from the interpreter that runs the emulator.

AWS's managed runtime holds boto3 and what it needs, and nothing else. A function's process sees just that,
in a directory of links into this interpreter's site-packages, so that a package that lacks a dependency fails
here as it does there. The layer AWSSDKPandas is met in the same way.
"""

from __future__ import annotations

import importlib.util
import re
import sys
import threading
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

RUNTIME_DISTRIBUTIONS = ("awslambdaric", "boto3")
"""What the managed runtime holds; what they require comes along."""

PANDAS_DISTRIBUTIONS = ("pandas", "numpy", "pyarrow")
"""What is offered of the layer AWSSDKPandas."""

PYTHON = f"python{sys.version_info.major}.{sys.version_info.minor}"

_PURE_CLIENT = Path(__file__).parent / "pure"
_REQUIREMENT = re.compile(r"^([A-Za-z0-9._-]+)(.*)$")


class Interpreter:
    """Directories for a function's `sys.path`, made when they are first asked for."""

    def __init__(self, directory: Path, native_client: bool | None = None) -> None:
        """directory: an existing one, for the directories of links.

        native_client: whether to use awslambdaric's own client of the Runtime API; by default if it is there.
        """
        self._directory = directory
        self._native_client = _has_native_client() if native_client is None else native_client
        self._made: dict[str, Path] = {}
        self._lock = threading.Lock()

    def runtime_paths(self) -> list[Path]:
        """AWS's managed runtime as the last one; our own client of the Runtime API, if used, before it."""
        paths = [self._links("runtime", RUNTIME_DISTRIBUTIONS)]
        return paths if self._native_client else [_PURE_CLIENT, *paths]

    def pandas_path(self) -> Path:
        """pandas, numpy and pyarrow with what they need."""
        return self._links("pandas", PANDAS_DISTRIBUTIONS)

    def _links(self, name: str, distributions: tuple[str, ...]) -> Path:
        with self._lock:
            made = self._made.get(name)
            if made is None:
                made = self._directory / name
                made.mkdir()
                for found in _with_requirements(distributions):
                    _link(found, made)
                self._made[name] = made
            return made


def _has_native_client() -> bool:
    return importlib.util.find_spec("runtime_client") is not None


def _with_requirements(names: tuple[str, ...]) -> list[Distribution]:
    """The distributions and all that they require here, without extras."""
    found: dict[str, Distribution] = {}
    waiting = list(names)
    while waiting:
        name = re.sub(r"[-_.]+", "-", waiting.pop()).lower()
        if name in found:
            continue
        try:
            found[name] = distribution(name)
        except PackageNotFoundError:
            if name in names:
                raise
            continue  # a requirement under a marker that is not true here
        for requirement in found[name].requires or []:
            match = _REQUIREMENT.match(requirement)
            if match and "extra ==" not in match[2]:
                waiting.append(match[1])
    return list(found.values())


def _link(found: Distribution, directory: Path) -> None:
    tops = {file.parts[0] for file in found.files or [] if file.parts[0] not in ("..", "__pycache__")}
    for top in sorted(tops):
        link = directory / top
        if not link.exists():
            link.symlink_to(Path(str(found.locate_file(top))).resolve())
