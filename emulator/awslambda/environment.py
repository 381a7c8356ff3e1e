"""One execution environment: a process that runs a function version, one invocation at a time."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as StillWaiting
from dataclasses import dataclass
from pathlib import Path

from emulator.awslambda.blueprint import Blueprint, Home, command, variables
from emulator.awslambda.interpreter import Interpreter
from emulator.awslambda.logs import EnvironmentLog, LogShipper
from emulator.awslambda.output import LogEvent, ProcessOutput, now_ms
from emulator.awslambda.platform_lines import PlatformLines, Report, iso_time
from emulator.awslambda.runtime_api import MOST_RESPONSE_BYTES, Invocation, Reply, RuntimeApi

log = logging.getLogger(__name__)

LAUNCHER = Path(__file__).parent / "launcher.py"
GONE_WITHIN_SECONDS = 5


@dataclass(frozen=True)
class Outcome:
    """What an invocation came to: AWS's payload, ``Unhandled`` for errors, the end of its log."""

    payload: bytes
    function_error: str | None
    log_tail: bytes


@dataclass(frozen=True)
class Parts:
    """What environments need of the emulator; functions find its services at `endpoint`."""

    interpreter: Interpreter
    shipper: LogShipper
    directory: Path
    endpoint: Callable[[], str]


class Environment:
    """A process with its Runtime API, its log stream and its temporary directory.

    `start`, then `wait_until_ready`, then `run` for each invocation; `stop` ends it at any time.
    """

    def __init__(self, blueprint: Blueprint, parts: Parts) -> None:
        self.blueprint = blueprint
        self.usable = True
        self.idle_since = time.monotonic()
        self._parts = parts
        self._started_at = time.monotonic()
        self._init: Future[Reply | None] = Future()
        self._init_duration: float | None = None
        self._current: Invocation | None = None
        self._exit_status: int | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._leash: int | None = None
        self._stopping = threading.Lock()
        settings = blueprint.settings
        self._lines = PlatformLines(settings.runtime, blueprint.version, settings.logs.format == "JSON")
        stream = blueprint.new_stream(time.strftime("%Y/%m/%d", time.gmtime()))
        self._log = EnvironmentLog(parts.shipper, stream)
        self._output = ProcessOutput(self._log.write)
        self._api = RuntimeApi(self._is_ready, self._could_not_start)
        self._home = Home(
            self._api.address, Path(tempfile.mkdtemp(prefix="environment-", dir=parts.directory)), stream
        )

    def start(self) -> None:
        """Start the process; it initializes on its own."""
        self._started_at = time.monotonic()
        self._log.write(self._lines.init_start())
        for note in self.blueprint.notes():
            log.info("%s: %s", self.blueprint.function, note)
            self._log.write(self._lines.note(note))
        try:
            process = self._process = self._spawn()
        except OSError:
            self.stop()
            raise
        finally:
            self._output.started()
        threading.Thread(target=self._watch, args=(process,), name="function-exit", daemon=True).start()

    def _spawn(self) -> subprocess.Popen[bytes]:
        leash, self._leash = os.pipe()
        try:
            return subprocess.Popen(
                command(LAUNCHER, leash, self.blueprint.settings.handler),
                cwd=self.blueprint.task_root,
                env={
                    **variables(self.blueprint, self._home, self._parts.interpreter, self._parts.endpoint()),
                    "_LAMBDA_TELEMETRY_LOG_FD": str(self._output.frames_end),
                },
                stdin=subprocess.DEVNULL,
                stdout=self._output.lines_end,
                stderr=self._output.lines_end,
                pass_fds=(leash, self._output.frames_end),
                start_new_session=True,
            )
        finally:
            os.close(leash)

    def wait_until_ready(self, seconds: float) -> Reply | None:
        """Wait for the end of the init phase: None, or why the function could not start.

        An environment that could not start is stopped; one that takes longer too (``Sandbox.Timedout``).
        """
        try:
            failure = self._init.result(seconds)
        except StillWaiting:
            failure = Reply(b"", "Sandbox.Timedout")
        if failure is not None:
            self._output.drain()
            duration = (time.monotonic() - self._started_at) * 1000
            self._log.write(self._lines.init_report(duration, failure.error_type or ""))
            self.stop()
        return failure

    def run(self, invocation: Invocation, seconds: float) -> Outcome:
        """Run one invocation for so many seconds at most; `usable` says whether another may follow."""
        self._log.start_tail()
        self._log.write(self._lines.start(invocation.request_id))
        began = time.monotonic()
        self._current = invocation
        self._api.give(invocation)
        if self._exit_status is not None:
            invocation.settle(self._exit_reply(invocation.request_id))
        try:
            reply = invocation.reply.result(seconds)
        except StillWaiting:
            reply = self._timed_out(invocation.request_id)
        took = (time.monotonic() - began) * 1000
        self._current = None
        if reply.too_large:
            reply = _too_large(len(reply.payload))
            self.stop()
        return self._finished(invocation.request_id, reply, took)

    def fail(self, request_id: str, failure: Reply) -> Outcome:
        """The outcome of an invocation whose environment could not start; its log has the init phase too."""
        self._log.write(self._lines.start(request_id))
        took = (time.monotonic() - self._started_at) * 1000
        if failure.error_type == "Runtime.ExitError":
            failure = self._exit_reply(request_id)
        elif failure.error_type == "Sandbox.Timedout":
            failure = self._timed_out(request_id)
        return self._finished(request_id, failure, took)

    def stop(self) -> None:
        """End the process with all that it started, and remove what it left."""
        with self._stopping:
            if not self.usable:
                return
            self.usable = False
        process = self._process
        if process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(GONE_WITHIN_SECONDS)
        if self._leash is not None:
            os.close(self._leash)
        self._api.close()
        shutil.rmtree(self._home.directory, ignore_errors=True)

    def _finished(self, request_id: str, reply: Reply, took: float) -> Outcome:
        self._output.drain()
        end = self._lines.end(request_id)
        if end:
            self._log.write(end)
        self._log.write(self._lines.report(request_id, self._report(reply, took)))
        return Outcome(reply.payload, "Unhandled" if reply.error_type else None, self._log.tail())

    def _report(self, reply: Reply, took: float) -> Report:
        init, self._init_duration = self._init_duration, None
        timed_out = reply.error_type == "Sandbox.Timedout"
        # what a handler raises is no news to Lambda: its report tells of the runtime's own failures alone
        failed = reply.error_type not in (None, "Unhandled", "Sandbox.Timedout")
        return Report(
            duration=took,
            memory=self.blueprint.settings.memory,
            memory_used=_peak_memory(self._process),
            init_duration=init,
            status="timeout" if timed_out else "error" if failed else "success",
            error_type=reply.error_type if failed else None,
        )

    def _is_ready(self) -> None:
        if not self._init.done():
            self._init_duration = (time.monotonic() - self._started_at) * 1000
            self._init.set_result(None)

    def _could_not_start(self, failure: Reply) -> None:
        if not self._init.done():
            self._init.set_result(failure)

    def _watch(self, process: subprocess.Popen[bytes]) -> None:
        status = self._exit_status = process.wait()
        self._output.drain()
        self._could_not_start(Reply(b"", "Runtime.ExitError"))
        current = self._current
        if current is not None:
            current.settle(self._exit_reply(current.request_id))
        if self.usable:
            log.debug("%s ended with status %s", self.blueprint.function, status)
            self.stop()

    def _exit_reply(self, request_id: str) -> Reply:
        text = f"RequestId: {request_id} Error: {_exit_reason(self._exit_status)}"
        self._log.write(LogEvent(now_ms(), f"{text}\nRuntime.ExitError"))
        return _error("Runtime.ExitError", text)

    def _timed_out(self, request_id: str) -> Reply:
        self.stop()
        self._output.drain()
        text = f"Task timed out after {self.blueprint.settings.timeout:.2f} seconds"
        at = now_ms()
        self._log.write(LogEvent(at, f"{iso_time(at)} {request_id} {text}\n"))
        return _error("Sandbox.Timedout", f"RequestId: {request_id} Error: {text}")


def _error(kind: str, text: str) -> Reply:
    return Reply(json.dumps({"errorType": kind, "errorMessage": text}).encode(), kind)


def _too_large(size: int) -> Reply:
    return _error(
        "Function.ResponseSizeTooLarge",
        f"Response payload size ({size} bytes) exceeded maximum allowed payload size "
        f"({MOST_RESPONSE_BYTES} bytes).",
    )


def _exit_reason(status: int | None) -> str:
    if not status:
        return "Runtime exited without providing a reason"
    if status < 0:
        return f"Runtime exited with error: signal: {(signal.strsignal(-status) or str(-status)).lower()}"
    return f"Runtime exited with error: exit status {status}"


def _peak_memory(process: subprocess.Popen[bytes] | None) -> int | None:
    """The most memory that a process has held, in MB; None where the system does not tell."""
    if process is None:
        return None
    try:
        status = Path(f"/proc/{process.pid}/status").read_text()
    except OSError:
        return None
    for line in status.splitlines():
        if line.startswith("VmHWM:"):
            return -(-int(line.split()[1]) // 1024)
    return None
