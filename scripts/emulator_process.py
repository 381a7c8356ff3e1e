"""The emulator at the endpoint, for what needs one: found there, or started in the embedded form."""

from __future__ import annotations

import socket
from pathlib import Path

from scripts.output import duration, say, stopwatch
from scripts.settings import CliSettings
from scripts.stack.control import Stack
from scripts.stack.health import ask_gateway

CONNECTS_WITHIN_SECONDS = 5.0


def listens(settings: CliSettings) -> bool:
    """Whether anybody accepts connections at the endpoint."""
    try:
        socket.create_connection((settings.host, settings.port), CONNECTS_WITHIN_SECONDS).close()
    except ConnectionRefusedError:
        return False
    return True


class EmulatorProcess:
    """An emulator in the embedded form, for measurements of it; `state_dir` holds its log and record."""

    def __init__(self, settings: CliSettings, state_dir: Path) -> None:
        self._settings = settings
        self._stack = Stack(settings, state_dir)

    def start(self) -> int:
        """Start it unless it runs, wait until it is ready, and give its process id.

        Raises:
            PortTaken: another program answers there.
            PartFailed: it did not start.
        """
        self._stack.up("embedded")
        pid = ask_gateway(self._settings.endpoint_url).pid
        assert pid is not None, "it was healthy a moment ago"
        return pid

    def stop(self) -> None:
        """Stop it, if it runs."""
        self._stack.down()


def ensure_emulator(settings: CliSettings) -> None:
    """Keep what runs at the endpoint, or start a stack (the embedded form unless a setting says another).

    Raises:
        PortTaken: another program answers there.
        CliError: it did not start.
    """
    clock = stopwatch()
    started = Stack(settings).ensure()
    say_ready(settings, started is not None, clock.seconds)


def say_ready(settings: CliSettings, started: bool, seconds: float) -> None:
    """Say that the emulator answers, and how it came to that."""
    how = f"emulator ready in {duration(seconds)}" if started else "already running: the emulator"
    pid = ask_gateway(settings.endpoint_url).pid
    say(f"{how} at {settings.endpoint_url} (process {pid})")
