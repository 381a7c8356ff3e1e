"""Start, find and end the stack of one endpoint, in whatever form it runs."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from scripts.errors import CliError, ConfigurationError
from scripts.output import say
from scripts.settings import STATE_DIR, CliSettings
from scripts.stack.forms import form_of
from scripts.stack.health import Answer, ask_gateway
from scripts.stack.model import Form, Lacking, Noted, PartStatus
from scripts.stack.names import FORMS, GATEWAY, FormName, StackName
from scripts.stack.parts import PortTaken
from scripts.stack.record import Record

WHAT = {
    "compose": "LocalStack, Trino and the emulator in containers",
    "local": "LocalStack, Trino and the emulator as processes",
    "embedded": "the emulator alone, with DuckDB for the queries",
}
_ENDING_SIGNALS = (signal.SIGTERM, signal.SIGHUP)


class Stack:
    """The stack of the settings' endpoint, as this folder knows it."""

    def __init__(self, settings: CliSettings, state_dir: Path = STATE_DIR) -> None:
        if not settings.is_local:
            raise ConfigurationError(
                f"the endpoint is {settings.endpoint_url}, which is not on this machine",
                hint="`up`, `down` and `logs` are about an emulator on this machine, such as "
                "http://127.0.0.1:4566",
            )
        self._settings = settings
        self._state_dir = state_dir
        self._record = Record(state_dir, settings.port)

    def up(self, asked: FormName | None = None) -> FormName | None:
        """Start what does not run, of the form that runs already, is asked for, or can be had.

        asked: the form, else the setting's.

        Returns:
            The form; None when all of it ran before, or the emulator does that another folder started.

        Raises:
            CliError: the form cannot be had, or a part did not start; nothing half-started is left.
        """
        wanted = asked or self._settings.stack
        return self._up(keep=wanted, otherwise=wanted)

    def ensure(self) -> FormName | None:
        """As `up`, for commands that need any emulator: keeps what runs, else starts what is quick."""
        chosen = self._settings.stack
        return self._up(keep="auto", otherwise="embedded" if chosen == "auto" else chosen)

    def down(self) -> Sequence[str]:
        """End what this folder started at the endpoint.

        Returns:
            What was ended; nothing if nothing ran.

        Raises:
            PortTaken: another program answers there.
            ConfigurationError: an emulator answers there that was started elsewhere.
        """
        with self._record.held():
            noted = self._record.read()
            ended = self._form(noted.form).stop(noted) if noted is not None else ()
            if noted is not None:
                self._record.write(Noted(noted.form, noted.endpoint_url))
            if not ended:
                self._refuse_stranger()
            return ended

    def running(self) -> tuple[FormName, Sequence[PartStatus]] | None:
        """The form on record and how its parts are; None if nothing is on record."""
        noted = self._record.read()
        return (noted.form, self._form(noted.form).status(noted)) if noted is not None else None

    def logs(self, part: str | None, lines: int) -> Iterator[tuple[str, Iterator[str]]]:
        """The end of a part's log, or of each part's, with the part's name.

        Raises:
            ConfigurationError: the stack has no such part.
        """
        noted = self._record.read() or Noted("embedded", self._settings.endpoint_url)
        form = self._form(noted.form)
        if part is not None and part not in form.parts:
            raise ConfigurationError(
                f"the {form.name} stack at {self._settings.endpoint_url} has no part {part!r}",
                hint=f"its parts are {', '.join(form.parts)}",
            )
        for name in [part] if part else form.parts:
            yield name, form.logs(noted, name, lines)

    def _up(self, keep: StackName, otherwise: StackName) -> FormName | None:
        """`keep`: of which form a stack may be that runs already; `otherwise`: what is started else."""
        with self._record.held(), _ended_by_signals():
            noted = self._record.read()
            if noted is not None and self._any_runs(noted):
                return self._complete(noted, keep)
            answer = self._gateway()
            if answer.state == "healthy":
                self._accept_stranger(answer, keep)
                return None
            form = self._choose(otherwise)
            form.start(None, self._record.write)
            return form.name

    def _form(self, name: FormName) -> Form:
        return form_of(name, self._settings, self._state_dir)

    def _gateway(self) -> Answer:
        return ask_gateway(self._settings.endpoint_url)

    def _any_runs(self, noted: Noted) -> bool:
        try:
            return any(part.runs for part in self._form(noted.form).status(noted))
        except CliError:  # Docker does not say: after a reboot, it may not even be there
            return self._gateway().state == "healthy"

    def _complete(self, noted: Noted, wanted: StackName) -> FormName | None:
        """Start what is missing of the stack that runs."""
        if wanted not in ("auto", noted.form):
            raise ConfigurationError(
                f"the {noted.form} stack runs at {self._settings.endpoint_url}",
                hint=f"end it first: `wardlake down`, then `wardlake up --stack {wanted}`",
            )
        form = self._form(noted.form)
        if all(part.state == "healthy" for part in form.status(noted)):
            return None
        form.start(noted, self._record.write)
        return form.name

    def _accept_stranger(self, answer: Answer, wanted: StackName) -> None:
        if wanted in ("auto", "embedded"):
            return
        raise ConfigurationError(
            f"an emulator runs at {self._settings.endpoint_url} (process {answer.pid}) "
            "that was not started from this folder",
            hint="end it where it was started (`wardlake down`), or choose another port: "
            "`wardlake up --port 4567`",
        )

    def _refuse_stranger(self) -> None:
        answer = self._gateway()
        if answer.state == "other":
            raise PortTaken(GATEWAY, self._settings.endpoint_url, answer.who, "`wardlake down --port …`")
        if answer.state == "healthy":
            raise ConfigurationError(
                f"the emulator at {self._settings.endpoint_url} (process {answer.pid}) "
                "was not started from this folder",
                hint=f"run `wardlake down` where it was started, or end it yourself: kill {answer.pid}",
            )

    def _choose(self, wanted: StackName) -> Form:
        if wanted != "auto":
            form = self._form(wanted)
            if lacking := form.lacking():
                raise ConfigurationError(f"no {wanted} stack here: {lacking.why}", hint=lacking.remedy)
            return form
        passed: list[tuple[str, Lacking]] = []
        for name in FORMS:
            form = self._form(name)
            lacking = form.lacking()
            if lacking is None:
                _say_choice(name, passed)
                return form
            passed.append((name, lacking))
        raise ConfigurationError(
            "no stack can be had here: " + "; ".join(f"{name}: {lacking.why}" for name, lacking in passed),
            hint="; ".join(lacking.remedy for _, lacking in passed),
        )


def _say_choice(name: FormName, passed: Sequence[tuple[str, Lacking]]) -> None:
    say(f"stack: {name}, {WHAT[name]}")
    for other, lacking in passed:
        say(f"  not {other}: {lacking.why}; to have it, {lacking.remedy}")


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """Let SIGTERM and SIGHUP end the block as Ctrl-C does, so that it cleans up."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise SystemExit(128 + number)

    before = {number: signal.signal(number, interrupt) for number in _ENDING_SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
