"""Who has the stack alone, and who together."""

from __future__ import annotations

import threading
from pathlib import Path

from tests.stack.turns import turn

LONG_SECONDS = 60
A_WHILE_SECONDS = 0.2


class Holder(threading.Thread):
    """Takes a turn in a thread of its own, and has it until it is told to leave."""

    def __init__(self, folder: Path, alone: bool) -> None:
        super().__init__(daemon=True)
        self.has_it, self.leaves = threading.Event(), threading.Event()
        self._folder, self._alone = folder, alone
        self.start()

    def run(self) -> None:
        with turn(self._folder, self._alone):
            self.has_it.set()
            self.leaves.wait(LONG_SECONDS)

    def waits(self) -> bool:
        """Whether it has no turn even after a while."""
        return not self.has_it.wait(A_WHILE_SECONDS)


def test_others_wait_for_the_one_who_is_alone_and_it_for_those_before(tmp_path: Path) -> None:
    first, second = Holder(tmp_path, alone=False), Holder(tmp_path, alone=False)
    assert first.has_it.wait(LONG_SECONDS) and second.has_it.wait(LONG_SECONDS)
    alone = Holder(tmp_path, alone=True)
    assert alone.waits()
    late = Holder(tmp_path, alone=False)
    first.leaves.set()
    assert late.waits() and alone.waits()
    second.leaves.set()
    assert alone.has_it.wait(LONG_SECONDS)
    assert late.waits()
    alone.leaves.set()
    assert late.has_it.wait(LONG_SECONDS)
    late.leaves.set()
