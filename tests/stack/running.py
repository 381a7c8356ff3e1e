"""A stack for a test session: started by the command that users call, shared by the session's workers."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from fcntl import LOCK_EX, flock
from pathlib import Path

from tests.ports import free_port
from tests.stack.parts import Stack

STATE = ".wardlake"
STARTED_WITHIN_SECONDS = 1200
"""The first start of a machine downloads some 600 MB."""


class StackFailed(Exception):
    """`wardlake up` or `wardlake down` failed; says what it said."""


@dataclass(frozen=True)
class Shared:
    """A folder that all workers of a session know, and the Python that has Wardlake's packages."""

    folder: Path
    python: str

    @contextmanager
    def stack(self) -> Iterator[Stack]:
        """A running stack; the first who needs it starts it, and the last who had it ends it."""
        with self._held():
            stack, users = self._noted() or (self._started(), 0)
            self._note(stack, users + 1)
        try:
            yield stack
        finally:
            with self._held():
                noted = self._noted()
                assert noted is not None, "somebody else took the stack's note away"
                self._leave(*noted)

    def _leave(self, stack: Stack, users: int) -> None:
        if users > 1:
            self._note(stack, users - 1)
            return
        self._wardlake(stack, "down")
        self._file.unlink()
        # the lock stays: another worker may wait for it
        shutil.rmtree(self.folder / STATE)

    def _started(self) -> Stack:
        endpoint, trino, upstream = (f"http://127.0.0.1:{free_port()}" for _ in range(3))
        stack = Stack(endpoint, trino, upstream)
        self._wardlake(stack, "up", "--stack", "local")
        return stack

    def _wardlake(self, stack: Stack, *arguments: str) -> None:
        done = subprocess.run(
            [self.python, "-m", "scripts", *arguments],
            cwd=self.folder,
            env=_variables(os.environ, stack),
            capture_output=True,
            text=True,
            timeout=STARTED_WITHIN_SECONDS,
            # Ctrl-C is for the tests: what ends the stack for them goes on to its end
            start_new_session=True,
        )
        if done.returncode:
            raise StackFailed(f"`wardlake {' '.join(arguments)}` in {self.folder}:\n{done.stderr}")

    @property
    def _file(self) -> Path:
        return self.folder / "stack-of-tests.json"

    @contextmanager
    def _held(self) -> Iterator[None]:
        self.folder.mkdir(exist_ok=True)
        with (self.folder / "stack-of-tests.lock").open("wb") as lock:
            flock(lock, LOCK_EX)
            yield

    def _note(self, stack: Stack, users: int) -> None:
        parts = {name: value for name, value in asdict(stack).items() if name != "session"}
        self._file.write_text(json.dumps({"parts": parts, "users": users}))

    def _noted(self) -> tuple[Stack, int] | None:
        if not self._file.exists():
            return None
        said = json.loads(self._file.read_text())
        return Stack(**said["parts"]), int(said["users"])


def shared_folder(environment: Mapping[str, str]) -> Path:
    """A folder that is the same for all workers of this session, and that pytest never clears away."""
    session = environment.get("PYTEST_XDIST_TESTRUNUID") or str(os.getpid())
    return Path(tempfile.gettempdir()) / f"wardlake-stack-{session}"


def lacking(environment: Mapping[str, str]) -> str | None:
    """Why this machine can have no stack even with a download, None if it can."""
    from scripts.settings import load
    from scripts.stack.local import LocalForm

    found = LocalForm(load({}, {}), Path.cwd(), environment).lacking()
    return None if found is None else f"{found.why}; to have one, {found.remedy}"


def missing(environment: Mapping[str, str]) -> str | None:
    """Why this machine cannot start a stack without a download, None if it can."""
    from scripts.stack.cache import Cache, cache_root
    from scripts.stack.fetch import Fetcher
    from scripts.stack.java import find_java
    from scripts.stack.packages import JAVA_PACKAGE, LOCALSTACK_PACKAGE, TRINO_PACKAGE

    if why := lacking(environment):
        return why
    root = cache_root(environment)
    fetcher = Fetcher(Cache(root))
    wanted = [LOCALSTACK_PACKAGE, TRINO_PACKAGE]
    if not find_java(environment):
        wanted.append(JAVA_PACKAGE)
    titles = [package.title for package in wanted if fetcher.lacks(package)]
    if titles:
        return f"{root} does not hold {', '.join(titles)}: `make test-stack` downloads it once"
    return None


def _variables(environment: Mapping[str, str], stack: Stack) -> dict[str, str]:
    """The environment without any settings of its own, with those of this stack."""
    inherited = {
        name: value for name, value in environment.items() if not name.startswith(("AWS_", "WARDLAKE_"))
    }
    return inherited | {
        "WARDLAKE_ENDPOINT_URL": stack.endpoint,
        "WARDLAKE_TRINO_PORT": stack.trino_url.rpartition(":")[2],
        "WARDLAKE_LOCALSTACK_PORT": stack.upstream_url.rpartition(":")[2],
    }


if __name__ == "__main__":
    print(lacking(os.environ) or "")
