"""What was started from this folder, on record in a file for each endpoint."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import get_args

from scripts.errors import ConfigurationError
from scripts.stack.lock import locked
from scripts.stack.model import Noted, NotedProcess
from scripts.stack.names import FormName


class Record:
    """The record of the stack at one port."""

    def __init__(self, state_dir: Path, port: int) -> None:
        self._file = state_dir / f"stack-{port}.json"
        self._lock = state_dir / f"stack-{port}.lock"

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep other commands from starting or stopping the same stack during the block."""
        self._lock.parent.mkdir(parents=True, exist_ok=True)
        with locked(self._lock, "another command starts or stops this stack"):
            yield

    def read(self) -> Noted | None:
        """What is on record, None if nothing is.

        Raises:
            ConfigurationError: the file is not what `write` writes.
        """
        try:
            said = json.loads(self._file.read_text(encoding="utf-8"))
            if said["form"] not in get_args(FormName):
                raise ValueError(said["form"])
            processes = tuple(NotedProcess(**process) for process in said.pop("processes"))
            return Noted(**said, processes=processes)
        except FileNotFoundError:
            return None
        except (ValueError, KeyError, TypeError) as error:
            raise ConfigurationError(
                f"{self._file} is no record of a stack: {type(error).__name__} {error}",
                hint="end what it may have started by hand (`ps`, `docker compose ls`), then remove the file",
            ) from error

    def write(self, noted: Noted) -> None:
        """Put it on record; a stack of which nothing is left to end is off the record."""
        if not noted.processes and not noted.project:
            self._file.unlink(missing_ok=True)
            return
        self._file.parent.mkdir(parents=True, exist_ok=True)
        new = self._file.with_suffix(".new")
        new.write_text(json.dumps(asdict(noted), indent=1), encoding="utf-8")
        new.replace(self._file)
