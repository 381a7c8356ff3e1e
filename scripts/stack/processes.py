"""Processes of this machine: how they are told apart, what they take, how they end."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from scripts.errors import CliError, ExitCode

ENDS_WITHIN_SECONDS = 20.0
LOOK_AGAIN_SECONDS = 0.1
PROC = Path("/proc")
_START_TIME, _STATE = 19, 0
"""Where they stand in /proc/PID/stat, counted after the program's name: proc_pid_stat(5)."""


def identity_of(pid: int) -> str | None:
    """What tells a process from a later one with the same id: when it started; None if it does not run.

    A process that ended and was not yet waited for does not run.
    """
    return _from_proc(pid) if PROC.is_dir() else _from_ps(pid)


def memory_of(pid: int) -> int | None:
    """Its resident memory in bytes, None if it does not run."""
    if PROC.is_dir():
        try:
            lines = (PROC / str(pid) / "status").read_text().splitlines()
        except OSError:
            return None
        return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmRSS:")), None)
    said = _ps(pid, "rss=")
    return int(said) * 1024 if said else None


def end(pid: int, identity: str, sleep: Callable[[float], None] = time.sleep) -> bool:
    """End a process: it is asked to, and after a while it is made to, with what it started.

    Returns:
        Whether it ran: nothing is done to a process of another identity.

    Raises:
        CliError: it does not even end when it is made to.
    """
    if identity_of(pid) != identity:
        return False
    os.kill(pid, signal.SIGTERM)
    _has_ended(pid, identity, sleep)
    # Each part leads a group of its own. What is left of it is left behind by its leader.
    with contextlib.suppress(ProcessLookupError, PermissionError):  # nobody is left; the latter on macOS
        os.killpg(pid, signal.SIGKILL)
    if not _has_ended(pid, identity, sleep):
        raise CliError(f"process {pid} cannot be ended, not even by kill -9", ExitCode.UNEXPECTED)
    return True


def _has_ended(pid: int, identity: str, sleep: Callable[[float], None]) -> bool:
    """Whether it ended within a while."""
    deadline = time.monotonic() + ENDS_WITHIN_SECONDS
    while identity_of(pid) == identity:
        if time.monotonic() > deadline:
            return False
        sleep(LOOK_AGAIN_SECONDS)
    return True


def _from_proc(pid: int) -> str | None:
    try:
        stat = (PROC / str(pid) / "stat").read_text()
        boot = (PROC / "sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return None
    fields = stat.rpartition(")")[2].split()
    if fields[_STATE] == "Z":
        _reap(pid)
        return None
    return f"{boot} {fields[_START_TIME]}"


def _from_ps(pid: int) -> str | None:
    said = _ps(pid, "stat=,lstart=")
    if not said or said.startswith("Z"):
        return None
    return said.split(maxsplit=1)[1]


def _ps(pid: int, columns: str) -> str:
    done = subprocess.run(
        ["ps", "-p", str(pid), "-o", columns],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env={**os.environ, "LC_ALL": "C"},
    )
    return done.stdout.strip()


def _reap(pid: int) -> None:
    with contextlib.suppress(ChildProcessError):  # another one's child
        os.waitpid(pid, os.WNOHANG)
