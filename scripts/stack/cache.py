"""Where what was downloaded is kept: outside the repository, whole or not at all."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

from scripts.stack.lock import locked

Make = Callable[[Path], None]


def cache_root(environment: Mapping[str, str]) -> Path:
    """The folder of the cache: `wardlake` in XDG's cache folder."""
    caches = environment.get("XDG_CACHE_HOME")
    return (Path(caches) if caches else Path.home() / ".cache") / "wardlake"


class Cache:
    """Folders by name, each made once."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def get(self, name: str, program: str) -> Path | None:
        """The folder of that name, None while nobody has made it or if its program is gone."""
        folder = self.root / name
        return folder if (folder / program).exists() else None

    def ensure(self, name: str, program: str, make: Make) -> Path:
        """The folder of that name; `make` fills it, if it has to, while others that want it wait.

        What was made counts when all of it is there: until then it has another name, under which nobody
        looks for it, and whatever ends `make` early takes it away.
        """
        if found := self.get(name, program):
            return found
        self.root.mkdir(parents=True, exist_ok=True)
        with locked(self.root / f"{name}.lock", f"another command downloads {name}"):
            return self.get(name, program) or self._make(name, make)

    def _make(self, name: str, make: Make) -> Path:
        folder, unfinished = self.root / name, self.root / f"{name}.unfinished"
        for left in (folder, unfinished):
            shutil.rmtree(left, ignore_errors=True)
        unfinished.mkdir()
        try:
            make(unfinished)
            unfinished.rename(folder)
        except BaseException:
            shutil.rmtree(unfinished, ignore_errors=True)
            raise
        return folder
