"""Looking again and again at what goes on elsewhere, less and less often."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

FIRST_PAUSE_SECONDS = 0.02
LONGEST_PAUSE_SECONDS = 3.0
GROWTH = 1.5

_Found = TypeVar("_Found")


def until(look: Callable[[], _Found | None], sleep: Callable[[float], None] = time.sleep) -> _Found:
    """Look until there is something, and give it; None is nothing yet. sleep: waits so many seconds."""
    pause = FIRST_PAUSE_SECONDS
    while (found := look()) is None:
        sleep(pause)
        pause = min(pause * GROWTH, LONGEST_PAUSE_SECONDS)
    return found
