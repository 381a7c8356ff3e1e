"""Start, find and stop the emulator: a process of its own that answers at one endpoint of this machine."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from scripts.errors import CliError, ConfigurationError, ExitCode
from scripts.output import duration, say, stopwatch, waiting
from scripts.settings import STATE_DIR, CliSettings

HEALTH_PATH = "/_wardlake/health"
READY_WITHIN_SECONDS = 60.0
STOPPED_WITHIN_SECONDS = 20.0
FIRST_LOOK_SECONDS = 0.02
LOOK_AGAIN_SECONDS = 0.1
PROBE_TIMEOUT_SECONDS = 5.0
LOG_LINES_SHOWN = 12


@dataclass(frozen=True)
class Health:
    """What a running emulator says of itself."""

    pid: int
    version: str
    port: int


class PortTaken(ConfigurationError):
    """Something that is not Wardlake's emulator answers at the endpoint."""

    def __init__(self, endpoint: str, who: str) -> None:
        super().__init__(
            f"{endpoint} is taken by another program ({who})",
            hint="stop that program, or choose another port: `wardlake up --port 4567`, and then "
            "`export AWS_ENDPOINT_URL=http://127.0.0.1:4567` for what comes after",
        )


def probe(settings: CliSettings) -> Health | None:
    """Ask who answers at the endpoint: the emulator's health, or None when nobody listens.

    Raises:
        PortTaken: somebody else listens there.
    """
    connection = http.client.HTTPConnection(settings.host, settings.port, timeout=PROBE_TIMEOUT_SECONDS)
    try:
        connection.request("GET", HEALTH_PATH)
        reply = connection.getresponse()
        body = reply.read()
    except (ConnectionRefusedError, ConnectionResetError):
        return None
    except (http.client.HTTPException, OSError) as error:
        raise PortTaken(settings.endpoint_url, f"it does not answer as HTTP: {error!r}") from error
    finally:
        connection.close()
    try:
        said = json.loads(body)
        if said["status"] == "ready":
            return Health(pid=int(said["pid"]), version=str(said["version"]), port=int(said["port"]))
    except (ValueError, KeyError, TypeError):
        pass
    server = reply.getheader("Server") or "no name"
    raise PortTaken(settings.endpoint_url, f"HTTP status {reply.status}, server: {server}")


def listens(settings: CliSettings) -> bool:
    """Whether anybody accepts connections at the endpoint."""
    try:
        socket.create_connection((settings.host, settings.port), PROBE_TIMEOUT_SECONDS).close()
    except ConnectionRefusedError:
        return False
    return True


@dataclass(frozen=True)
class Started:
    """What is noted of an emulator that was started from this folder."""

    pid: int
    endpoint_url: str


class EmulatorProcess:
    """The emulator of one endpoint, as started from the working folder."""

    def __init__(self, settings: CliSettings, state_dir: Path = STATE_DIR) -> None:
        if not settings.is_local:
            raise ConfigurationError(
                f"the endpoint is {settings.endpoint_url}, which is not on this machine",
                hint="`up`, `down` and `logs` are about an emulator on this machine, such as http://127.0.0.1:4566",
            )
        self._settings = settings
        self._state_dir = state_dir
        self._record = state_dir / f"emulator-{settings.port}.json"
        self.log = state_dir / f"emulator-{settings.port}.log"

    def start(self, sleep: Callable[[float], None] = time.sleep) -> tuple[Health, bool]:
        """Start the emulator if none answers, and wait until it is ready.

        Returns:
            Its health, and whether this call started it.

        Raises:
            PortTaken: another program answers there.
            CliError: the process ended, or was not ready in time; shows the end of its log.
        """
        running = probe(self._settings)
        if running:
            return running, False
        self._state_dir.mkdir(parents=True, exist_ok=True)
        with self.log.open("wb") as log:
            process = subprocess.Popen(
                self._command(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                # A session of its own: Ctrl-C in this terminal is not meant for the emulator.
                start_new_session=True,
            )
        health = self._wait_until_ready(process, sleep)
        if health.pid != process.pid:
            return health, False
        self._record.write_text(json.dumps(asdict(Started(process.pid, self._settings.endpoint_url))))
        return health, True

    def stop(self, sleep: Callable[[float], None] = time.sleep) -> Health | None:
        """Stop the emulator that answers at the endpoint, if this folder started it.

        Returns:
            The health of what was stopped; None when nothing was running.

        Raises:
            PortTaken: another program answers there.
            CliError: an emulator answers that was started elsewhere, or it did not end in time.
        """
        health = probe(self._settings)
        if health is None:
            self._record.unlink(missing_ok=True)
            return None
        if health.pid != self._started_pid():
            raise ConfigurationError(
                f"the emulator at {self._settings.endpoint_url} (process {health.pid}) "
                "was not started from this folder",
                hint=f"run `wardlake down` where it was started, or end it yourself: kill {health.pid}",
            )
        os.kill(health.pid, signal.SIGTERM)
        deadline = time.monotonic() + STOPPED_WITHIN_SECONDS
        while listens(self._settings):
            if time.monotonic() > deadline:
                raise CliError(
                    f"the emulator (process {health.pid}) did not end within {STOPPED_WITHIN_SECONDS:.0f} s",
                    ExitCode.UNEXPECTED,
                    hint=f"its log is {self.log}; to end it at once: kill -9 {health.pid}",
                )
            sleep(LOOK_AGAIN_SECONDS)
        self._record.unlink(missing_ok=True)
        return health

    def _command(self) -> list[str]:
        host, port = self._settings.host, str(self._settings.port)
        memory = self._settings.memory_limit
        return [sys.executable, "-m", "emulator", "--host", host, "--port", port, "--memory-limit", memory]

    def _wait_until_ready(self, process: subprocess.Popen[bytes], sleep: Callable[[float], None]) -> Health:
        deadline = time.monotonic() + READY_WITHIN_SECONDS
        pause = FIRST_LOOK_SECONDS
        while time.monotonic() < deadline:
            if process.poll() is not None:
                raise self._failed(f"the emulator ended with status {process.returncode} before it was ready")
            health = probe(self._settings)
            if health:
                return health
            sleep(pause)
            pause = min(LOOK_AGAIN_SECONDS, pause * 1.5)
        process.terminate()
        raise self._failed(f"the emulator was not ready within {READY_WITHIN_SECONDS:.0f} s")

    def _failed(self, what: str) -> CliError:
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-LOG_LINES_SHOWN:]
        shown = "\n".join(f"  {line}" for line in lines)
        return CliError(f"{what}; the end of {self.log}:\n{shown}", ExitCode.UNEXPECTED)

    def _started_pid(self) -> int | None:
        try:
            return int(json.loads(self._record.read_text())["pid"])
        except FileNotFoundError:
            return None
        except (ValueError, KeyError):
            return None


def ensure_emulator(settings: CliSettings) -> EmulatorProcess:
    """Start the emulator unless it runs, and say how that went.

    Raises:
        PortTaken: another program answers there.
        CliError: it did not start.
    """
    emulator = EmulatorProcess(settings)
    clock = stopwatch()
    with waiting("starting the emulator"):
        health, started = emulator.start()
    how = f"emulator ready in {duration(clock.seconds)}" if started else "already running: the emulator"
    say(f"{how} at {settings.endpoint_url} (process {health.pid})")
    return emulator
