"""What Lambda itself writes to a function's log, as text and as JSON."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from datetime import UTC, datetime

from emulator.awslambda.output import LogEvent, now_ms


@dataclass(frozen=True)
class Report:
    """The end of an invocation: times in milliseconds, memory in MB (None: not known on this platform)."""

    duration: float
    memory: int
    memory_used: int | None
    init_duration: float | None = None
    status: str = "success"
    error_type: str | None = None

    @property
    def billed(self) -> int:
        """Whole milliseconds, init included as AWS bills it since August 2025."""
        return math.ceil(self.duration + (self.init_duration or 0))


class PlatformLines:
    """Makes the events of one function version."""

    def __init__(self, runtime: str, version: str, as_json: bool) -> None:
        self._runtime = runtime.replace("python", "python:", 1)
        self._version = version
        self._as_json = as_json

    def note(self, text: str) -> LogEvent:
        """Something of the emulator's that AWS would not say."""
        return self._event(f"EMULATOR {text}", "platform.emulator", {"message": text})

    def init_start(self) -> LogEvent:
        """An environment starts."""
        record = {
            "initializationType": "on-demand",
            "phase": "init",
            "runtimeVersion": self._runtime,
            "functionVersion": self._version,
        }
        return self._event(f"INIT_START Runtime Version: {self._runtime}", "platform.initStart", record)

    def init_report(self, duration: float, error_type: str) -> LogEvent:
        """An environment could not start."""
        status = "timeout" if error_type == "Sandbox.Timedout" else "error"
        text = f"INIT_REPORT Init Duration: {duration:.2f} ms\tPhase: init\tStatus: {status}"
        if status == "error":
            text += f"\tError Type: {error_type}"
        record = {
            "initializationType": "on-demand",
            "phase": "init",
            "status": status,
            "metrics": {"durationMs": round(duration, 3)},
        }
        return self._event(text, "platform.initReport", record)

    def start(self, request_id: str) -> LogEvent:
        """An invocation starts."""
        record = {"requestId": request_id, "version": self._version}
        return self._event(
            f"START RequestId: {request_id} Version: {self._version}", "platform.start", record
        )

    def end(self, request_id: str) -> LogEvent | None:
        """An invocation ends; JSON has no such event."""
        return None if self._as_json else LogEvent(now_ms(), f"END RequestId: {request_id}")

    def report(self, request_id: str, report: Report) -> LogEvent:
        """What an invocation took."""
        metrics: dict[str, float] = {
            "durationMs": round(report.duration, 3),
            "billedDurationMs": report.billed,
            "memorySizeMB": report.memory,
        }
        text = (
            f"REPORT RequestId: {request_id}\tDuration: {report.duration:.2f} ms\t"
            f"Billed Duration: {report.billed} ms\tMemory Size: {report.memory} MB\t"
        )
        if report.memory_used is not None:
            text += f"Max Memory Used: {report.memory_used} MB\t"
            metrics["maxMemoryUsedMB"] = report.memory_used
        if report.init_duration is not None:
            text += f"Init Duration: {report.init_duration:.2f} ms\t"
            metrics["initDurationMs"] = round(report.init_duration, 3)
        record: dict[str, object] = {"requestId": request_id, "metrics": metrics, "status": report.status}
        if report.status != "success":
            text += f"Status: {report.status}\t"
        if report.error_type:
            text += f"Error Type: {report.error_type}\t"
            record["errorType"] = report.error_type
        return self._event(text, "platform.report", record)

    def _event(self, text: str, kind: str, record: object) -> LogEvent:
        at = now_ms()
        if not self._as_json:
            return LogEvent(at, text)
        return LogEvent(at, json.dumps({"time": iso_time(at), "type": kind, "record": record}))


def iso_time(milliseconds: int) -> str:
    """A time as AWS's logs show it: ``2026-01-01T08:00:00.000Z``."""
    instant = datetime.fromtimestamp(milliseconds / 1000, UTC)
    return instant.isoformat(timespec="milliseconds").replace("+00:00", "Z")
