"""Start the parts of a stack of processes, in order and as one: all of them are healthy, or none is left."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from scripts.output import Stopwatch, duration, stopwatch
from scripts.stack.health import Answer
from scripts.stack.model import Note, Noted, NotedProcess, PartStatus
from scripts.stack.parts import Part, PartFailed, PortTaken
from scripts.stack.processes import end, identity_of, memory_of

FIRST_LOOK_SECONDS = 0.02
LOOK_AGAIN_SECONDS = 0.1


class Supervisor:
    """Starts parts that are processes.

    noted: what is on record of them, and kept so through `note`. report: hears of each part that is ready.
    """

    def __init__(
        self,
        noted: Noted,
        note: Note,
        report: Callable[[str], None],
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._noted = noted
        self._note = note
        self._report = report
        self._sleep = sleep
        self._started: dict[str, subprocess.Popen[bytes]] = {}
        self._seconds: dict[str, Stopwatch] = {}
        self._folders: list[Path] = []

    def missing(self, parts: Sequence[Part]) -> list[Part]:
        """Those that have to be started, as they are not on record or run no more.

        Raises:
            PortTaken: another program answers at the address of one of them.
        """
        missing = [part for part in parts if not self._runs(part)]
        for part in missing:
            _check_address(part)
        return missing

    def end(self, name: str) -> None:
        """End a part that is on record, and take it off the record."""
        for process in self._noted.processes:
            if process.part == name:
                end(process.pid, process.identity, self._sleep)
        left = tuple(process for process in self._noted.processes if process.part != name)
        self._put_on_record(replace(self._noted, processes=left))

    def start(self, parts: Sequence[Part], missing: Sequence[Part]) -> None:
        """Start the missing parts, each as soon as those before it are healthy, and wait for all parts.

        Raises:
            PartFailed: one ended early or was not healthy in time. What this call started is ended.
        """
        try:
            self._start_all(parts, missing)
        except BaseException:
            self._end_started()
            raise

    def _runs(self, part: Part) -> bool:
        """Whether it is on record and runs; what is on record and does not, leaves it."""
        kept = [noted for noted in self._noted.processes if identity_of(noted.pid) == noted.identity]
        if len(kept) != len(self._noted.processes):
            self._put_on_record(replace(self._noted, processes=tuple(kept)))
        return any(noted.part == part.name for noted in kept)

    def _start_all(self, parts: Sequence[Part], to_start: Sequence[Part]) -> None:
        healthy: set[str] = set()
        self._seconds = {part.name: stopwatch() for part in parts}
        waits = {part.name: part for part in parts}
        begun = {part.name for part in parts if part not in to_start}
        pause = FIRST_LOOK_SECONDS
        while waits:
            for part in [part for part in to_start if part.name not in begun]:
                if healthy.issuperset(part.after):
                    self._spawn(part)
                    begun.add(part.name)
            self._sleep(pause)
            pause = min(LOOK_AGAIN_SECONDS, pause * 1.5)
            for part in [part for part in waits.values() if part.name in begun and self._is_healthy(part)]:
                healthy.add(part.name)
                del waits[part.name]

    def _spawn(self, part: Part) -> None:
        launch = part.launch()
        if launch.folder is not None:
            shutil.rmtree(launch.folder, ignore_errors=True)
            launch.folder.mkdir(parents=True)
            self._folders.append(launch.folder)
        part.log.parent.mkdir(parents=True, exist_ok=True)
        with part.log.open("wb") as log:
            process = subprocess.Popen(
                launch.command,
                env=launch.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                # A session of its own: Ctrl-C in this terminal is not meant for it.
                start_new_session=True,
            )
        self._started[part.name] = process
        self._seconds[part.name] = stopwatch()
        identity = identity_of(process.pid) or ""
        noted = NotedProcess(part.name, process.pid, identity, part.endpoint_url, str(part.log))
        self._put_on_record(replace(self._noted, processes=(*self._noted.processes, noted)))

    def _is_healthy(self, part: Part) -> bool:
        process = self._started.get(part.name)
        if process is not None and process.poll() is not None:
            raise PartFailed(
                part.name, f"ended with status {process.returncode} before it was ready", part.log
            )
        answer = part.ask(part.endpoint_url)
        if answer.state == "healthy":
            if process is not None:
                took = duration(self._seconds[part.name].seconds)
                self._report(f"  {part.name:<11}ready after {took} (process {process.pid})")
            return True
        if self._seconds[part.name].seconds > part.ready_within_seconds:
            within = f"was not ready within {part.ready_within_seconds:.0f} s"
            raise PartFailed(part.name, f"{within} ({_in_words(answer)})", part.log)
        return False

    def _end_started(self) -> None:
        for process in reversed(self._started.values()):
            end(process.pid, identity_of(process.pid) or "", self._sleep)
            process.wait()
        for folder in self._folders:
            shutil.rmtree(folder, ignore_errors=True)
        left = tuple(noted for noted in self._noted.processes if noted.part not in self._started)
        self._put_on_record(replace(self._noted, processes=left))

    def _put_on_record(self, noted: Noted) -> None:
        self._noted = noted
        self._note(noted)


def end_all(noted: Noted) -> list[str]:
    """End the processes on record in the reverse order of their start; gives what ran until then."""
    return [
        f"{process.part} (process {process.pid})"
        for process in reversed(noted.processes)
        if end(process.pid, process.identity)
    ]


def status_of(parts: Sequence[Part], noted: Noted) -> list[PartStatus]:
    """How the parts are: those that are on record, and by their own answers."""
    return [_status_of(part, {process.part: process for process in noted.processes}) for part in parts]


def _status_of(part: Part, on_record: dict[str, NotedProcess]) -> PartStatus:
    process = on_record.get(part.name)
    if process is None:
        return PartStatus(part.name, "–", part.endpoint_url, "not started")
    runs_as = f"process {process.pid}"
    if identity_of(process.pid) != process.identity:
        return PartStatus(part.name, runs_as, process.endpoint_url, "ended")
    answer = part.ask(process.endpoint_url)
    return PartStatus(
        part.name,
        runs_as,
        process.endpoint_url,
        _in_words(answer),
        answer.version,
        memory_of(process.pid),
    )


def _in_words(answer: Answer) -> str:
    if answer.state == "other":
        return f"does not answer as it should: {answer.who}"
    return "does not answer" if answer.state == "away" else answer.state


def _check_address(part: Part) -> None:
    answer = part.ask(part.endpoint_url)
    if answer.state == "away":
        return
    who = answer.who or f"{part.name} {answer.version}, started by somebody else"
    raise PortTaken(part.name, part.endpoint_url, who, part.other_port)
