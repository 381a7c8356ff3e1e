"""Turns on the stack that all workers of a session share.

Faults strike whatever call comes: a test that asks for them has the stack alone, others have it together.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from fcntl import LOCK_EX, LOCK_SH, flock
from pathlib import Path


@contextmanager
def turn(folder: Path, alone: bool) -> Iterator[None]:
    """Wait for a turn and have it; `folder` is the same for all workers.

    Who waits to be alone holds the gate, so that those who come after it do not keep it waiting for ever.
    """
    folder.mkdir(exist_ok=True)
    with (folder / "turns.lock").open("wb") as lock, (folder / "gate.lock").open("wb") as gate:
        flock(gate, LOCK_EX)
        flock(lock, LOCK_EX if alone else LOCK_SH)
        gate.close()
        yield
