"""The private directory of a process, which the next process clears away if it was killed."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from pathlib import Path

_LOCK = "lock"


class ScratchDirectory:
    """A new directory under the system's temporary one, held by a lock as long as the process lives.

    Making one removes those of the same ``prefix`` whose process is gone: the system lets go of a lock with
    its process, however that ended.
    """

    def __init__(self, prefix: str) -> None:
        remove_leftovers(prefix)
        self.path = Path(tempfile.mkdtemp(prefix=prefix)).resolve()
        # locked before it has its name, so that no other process finds it unlocked
        unnamed = self.path / f"{_LOCK}.new"
        self._lock = os.open(unnamed, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        unnamed.rename(self.path / _LOCK)

    def close(self) -> None:
        """Delete the directory with all that is in it."""
        shutil.rmtree(self.path, ignore_errors=True)
        os.close(self._lock)


def remove_leftovers(prefix: str) -> None:
    """Delete the directories of this prefix and user whose process is gone."""
    for found in Path(tempfile.gettempdir()).glob(f"{prefix}*/{_LOCK}"):
        try:
            lock = os.open(found, os.O_RDWR | os.O_CLOEXEC)
        except OSError:  # another user's, or just removed
            continue
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            continue
        else:
            shutil.rmtree(found.parent, ignore_errors=True)
        finally:
            os.close(lock)
